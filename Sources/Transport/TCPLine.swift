import Bytes
import Glibc
import NIOCore
import NIOPosix
import Time

/// An M-Bus level converter, or any serial device server, that is reached by TCP.
public final class TCPLine: ByteLine {
  private let host: String
  private let port: Int
  private let eventLoop: any EventLoop
  private var backoff = Backoff()
  private var channel: (any Channel)?
  private var retry: Scheduled<Void>?
  private var isWanted = false

  /// How long a connection attempt may take.
  public static let connectTimeout = TimeAmount.seconds(3)

  /// Seconds without a sign of life from the other side after which the connection counts as lost. A
  /// pulled cable says nothing, and requests that pile up meanwhile would all be sent when it is back.
  static let patience = 5

  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)?

  /// - Parameters:
  ///   - host: name or address.
  ///   - port: 1–65535.
  ///   - eventLoop: the loop that it is confined to.
  public init(host: String, port: Int, eventLoop: any EventLoop) {
    self.host = host
    self.port = port
    self.eventLoop = eventLoop
  }

  /// Connects, and connects again whenever the connection is lost.
  public func open() {
    isWanted = true
    connect()
  }

  /// Sends bytes, if connected.
  public func send(_ bytes: [UInt8]) {
    guard let channel else { return }
    channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
  }

  /// Closes the connection for good.
  public func close() {
    isWanted = false
    retry?.cancel()
    channel?.close(promise: nil)
    channel = nil
  }

  private func connect() {
    let line = NIOLoopBound(self, eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .connectTimeout(Self.connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      // Linux counts no probes when a user timeout is set: three go out before it ends.
      .channelOption(.tcp(TCP_KEEPIDLE), value: Self.patience - 3)
      .channelOption(.tcp(TCP_KEEPINTVL), value: 1)
      .channelOption(.tcp(TCP_KEEPCNT), value: 3)
      .channelOption(.tcp(TCP_USER_TIMEOUT), value: Self.patience * 1000)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(LineHandler(line: line.value))
        }
      }
      .connect(host: host, port: port)
      .whenFailure { error in line.value.lost("tcp://\(line.value.place): \(error.shortText)") }
  }

  private var place: String { "\(host):\(port)" }

  fileprivate func connected(_ channel: any Channel) {
    guard isWanted else {
      channel.close(promise: nil)
      return
    }
    self.channel = channel
    onEvent?(.opened)
  }

  fileprivate func received(_ bytes: [UInt8]) {
    // Not when it connects: one that accepts and hangs up would be asked again without a pause.
    backoff.reset()
    if isWanted { onEvent?(.received(LineBytes(bytes))) }
  }

  fileprivate func disconnected(_ error: (any Error)?) {
    lost("tcp://\(place): \(error?.shortText ?? "the connection was closed")")
  }

  private func lost(_ reason: String) {
    channel = nil
    guard isWanted else { return }
    onEvent?(.closed(reason))
    let line = NIOLoopBound(self, eventLoop: eventLoop)
    retry = eventLoop.scheduleTask(in: .nanoseconds(backoff.next().nanoseconds)) {
      if line.value.isWanted { line.value.connect() }
    }
  }
}

/// Hands what happens on the connection to its line.
private final class LineHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let line: TCPLine
  private var error: (any Error)?

  init(line: TCPLine) { self.line = line }

  func channelActive(context: ChannelHandlerContext) { line.connected(context.channel) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    line.received(Array(unwrapInboundIn(data).readableBytesView))
  }

  func channelInactive(context: ChannelHandlerContext) { line.disconnected(error) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.error = error
    context.close(promise: nil)
  }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
  /// A TCP option by its number in the system's headers.
  fileprivate static func tcp(_ name: CInt) -> Self {
    .init(level: .tcp, name: NIOBSDSocket.Option(rawValue: name))
  }
}

extension Error {
  /// What a network error means, without the nesting of its types.
  public var shortText: String {
    switch self {
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { $0.error.shortText }
        ?? "the name \(error.host) cannot be resolved"
    case let error as IOError: error.reasonText
    case let error as ChannelError:
      if case .connectTimeout = error { "no answer to the connection attempt" } else { "\(error)" }
    default: "\(self)"
    }
  }
}

extension IOError {
  fileprivate var reasonText: String {
    switch errnoCode {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH: "no route to the host"
    case ENETUNREACH: "the network cannot be reached"
    case ETIMEDOUT: "no answer"
    case ECONNRESET: "the connection was reset"
    case EADDRINUSE: "the port is taken"
    case EACCES: "not permitted"
    default: description
    }
  }
}
