import Modbus
import NIOCore

/// What the server has to tell, for the log; the description is the message.
public enum ModbusServerEvent: Equatable, Sendable, CustomStringConvertible {
  /// It serves.
  case listening(host: String, port: Int, ModbusTransport = .tcp)
  /// It does not serve and will try again.
  case cannotListen(ListenFailure, attempt: Int, retryInterval: TimeAmount)
  /// A client has connected.
  case connected(client: String)
  /// A connection has been closed by the server.
  case dropped(client: String, DropReason)
  /// Newcomers take the places of others again and again. Told at most once in ten minutes, meanwhile
  /// single ones are not told.
  case crowded(DisplacementReport, limit: Int)
  /// The system gives no descriptor for another connection, and there is none to close.
  case noDescriptors
  /// What TLS has to tell.
  case security(SecurityEvent)
  /// It answers on a serial line.
  case lineOpened(String)
  /// The serial line is not there; it is tried again. The line and why.
  case lineLost(String)

  /// For people.
  public var description: String {
    switch self {
    case .listening(let host, let port, let transport):
      "\(transport) listens on \(ListenFailure.endpoint(host, port))"
    case .cannotListen(let failure, _, let retryInterval):
      "\(failure); trying again every \(Self.text(retryInterval))"
    case .connected(let client): "Modbus client \(client) connected"
    case .security(let event): "\(event)"
    case .lineOpened(let path): "Modbus RTU answers on \(path)"
    case .lineLost(let reason): "Modbus RTU cannot use \(reason); trying again"
    case .dropped(let client, let reason): "Modbus client \(client) disconnected: \(reason)"
    case .crowded(let report, let limit): Self.text(report, limit: limit)
    case .noDescriptors:
      """
      the system gives no file descriptor for another Modbus client; raise LimitNOFILE of the service, or \
      set MODBUS_MAXCONNECTIONS to what it bears
      """
    }
  }

  private static func text(_ report: DisplacementReport, limit: Int) -> String {
    let seconds = max(1, (report.within.nanoseconds + 500_000_000) / 1_000_000_000)
    return """
      Modbus clients take each other's places: \(report.count) times within \(seconds) s a connection was \
      closed for a newer one, as MODBUS_MAXCONNECTIONS is \(limit). New: \(report.newcomers). Closed: \
      \(report.displaced). Set MODBUS_MAXCONNECTIONS to as many as the clients open together (up to 250; \
      0: as many as the system bears), or make them keep their connections
      """
  }

  private static func text(_ span: TimeAmount) -> String {
    let milliseconds = span.nanoseconds / 1_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}

/// Why the server closed a connection.
public enum DropReason: Equatable, Sendable, CustomStringConvertible {
  /// What the client sent is not Modbus TCP.
  case invalidFrame(MBAP.Fault)
  /// A newer client needed the place (MUC500 manual 1.1, ch. 11.1).
  case connectionLimit(Int)
  /// The system gives no more descriptors, a newer client needed this one.
  case descriptorLimit
  /// No whole request since the connection was made.
  case mute
  /// No whole request for too long.
  case idle
  /// The client does not take its answers.
  case stalled
  /// The way by which it came is not served any more.
  case switchedOff(ModbusTransport)
  /// The connection broke.
  case failed(String)

  /// The reason without its details, for statistics.
  public enum Kind: String, CaseIterable, Sendable {
    case invalidFrame
    case connectionLimit
    case descriptorLimit
    case mute
    case idle
    case stalled
    case switchedOff
    case failed
  }

  /// Which reason it is.
  public var kind: Kind {
    switch self {
    case .invalidFrame: .invalidFrame
    case .connectionLimit: .connectionLimit
    case .descriptorLimit: .descriptorLimit
    case .mute: .mute
    case .idle: .idle
    case .stalled: .stalled
    case .switchedOff: .switchedOff
    case .failed: .failed
    }
  }

  /// For people.
  public var description: String {
    switch self {
    case .invalidFrame(let fault): "no Modbus TCP frame: \(fault)"
    case .connectionLimit(let limit):
      "a newer client took its place, MODBUS_MAXCONNECTIONS is \(limit)"
    case .descriptorLimit:
      """
      a newer client took its place, the system gives no more file descriptors; raise LimitNOFILE of the \
      service, or set MODBUS_MAXCONNECTIONS to what it bears
      """
    case .mute: "no request since it connected, within MODBUS_CONNECTIONTIMEOUT"
    case .idle: "no request within MODBUS_DISCONNECTTIMEOUT"
    case .stalled: "it does not read its answers"
    case .switchedOff(let transport): "\(transport) has been switched off"
    case .failed(let error): error
    }
  }
}
