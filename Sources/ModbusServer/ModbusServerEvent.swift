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
    }
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
    case .idle: "no request within MODBUS_DISCONNECTTIMEOUT"
    case .stalled: "it does not read its answers"
    case .switchedOff(let transport): "\(transport) has been switched off"
    case .failed(let error): error
    }
  }
}
