import NIOCore

/// How the Modbus server listens in the network, and whom it drops (MUC500 manual 1.1, ch. 10.3, MODBUS_…).
public struct ModbusServerConfiguration: Equatable, Sendable {
  /// The address to listen on: an IPv4 or IPv6 address; `0.0.0.0` for all of IPv4.
  public var host: String
  /// The port of TCP and UDP; 0 lets the system choose one.
  public var port: Int
  /// Whether Modbus TCP is served.
  public var servesTCP = true
  /// Whether MBAP frames in datagrams are answered.
  public var servesUDP = false
  /// How Modbus/TCP Security is served, at the same address; nil: it is not.
  public var security: ModbusSecurity?
  /// How many connections there may be; when there is one more, the oldest is closed. 0: no limit.
  public var maximumConnections: Int
  /// A new connection that has not sent its first whole request within so long is closed. Zero: never.
  public var connectionTimeout: TimeAmount
  /// A connection without a further whole request for so long is closed. Zero: never.
  public var disconnectTimeout: TimeAmount
  /// A connection whose client has not taken its answers for so long is closed.
  public var stallTimeout: TimeAmount
  /// How long to wait after the port could not be had.
  public var retryInterval: TimeAmount

  /// Beyond this many bytes of answers that a client has not taken, no more of its requests are
  /// read. With one read's answers on top it bounds what a connection can occupy.
  static let pendingOutputLimit = 32 * 1024
  /// How much is read at once; 186 requests of 11 bytes, whose answers have at most 49 kB.
  static let readSize = 2048

  /// A client that has vanished without a word is gone after so many seconds of silence, also where there
  /// is no timeout, and three questions that nobody answers.
  static let keepAliveIdle = 60
  /// Seconds between these questions.
  static let keepAliveInterval = 10
  /// How many of them.
  static let keepAliveCount = 3
  /// Milliseconds after which answers that do not arrive end the connection.
  static let deliveryTimeout = 90_000

  /// A configuration; what is left out has the manuals' default, or is as good as never noticed.
  public init(
    host: String = "0.0.0.0", port: Int = 502, maximumConnections: Int = 5,
    connectionTimeout: TimeAmount = .seconds(60), disconnectTimeout: TimeAmount = .seconds(60),
    stallTimeout: TimeAmount = .seconds(10),
    retryInterval: TimeAmount = .seconds(5)
  ) {
    self.host = host
    self.port = port
    self.maximumConnections = maximumConnections
    self.connectionTimeout = connectionTimeout
    self.disconnectTimeout = disconnectTimeout
    self.stallTimeout = stallTimeout
    self.retryInterval = retryInterval
  }
}
