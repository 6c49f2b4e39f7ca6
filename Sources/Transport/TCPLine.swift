import Bytes
import Glibc
import NIOCore
import NIOPosix

/// An M-Bus level converter, or any serial device server, that is reached by TCP.
public final class TCPLine: ByteLine {
  private let host: String
  private let port: Int
  private let kept: KeptChannel

  /// How long a connection attempt may take, the resolution of the name included.
  public static let connectTimeout = TimeAmount.seconds(3)

  /// Seconds without a sign of life from the other side after which the connection counts as lost. A
  /// pulled cable says nothing, and requests that pile up meanwhile would all be sent when it is back.
  static let patience = 5

  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)? {
    get { kept.onEvent }
    set { kept.onEvent = newValue }
  }

  /// - Parameters:
  ///   - host: name or address.
  ///   - port: 1–65535.
  ///   - eventLoop: the loop that it is confined to.
  public init(host: String, port: Int, eventLoop: any EventLoop) {
    self.host = host
    self.port = port
    kept = KeptChannel(name: "tcp://\(urlHost(host)):\(port)", eventLoop: eventLoop)
  }

  /// Connects, and connects again whenever the connection is lost.
  public func open() { kept.open { [weak self] in self?.connect() } }

  /// Sends bytes, if connected.
  public func send(_ bytes: [UInt8]) { kept.send(bytes) }

  /// Closes the connection for good.
  public func close() { kept.close() }

  private func connect() {
    let kept = NIOLoopBound(kept, eventLoop: kept.eventLoop)
    ClientBootstrap(group: kept.eventLoop)
      .connectTimeout(Self.connectTimeout)
      .channelOption(.writeBufferWaterMark, value: KeptChannel.waterMark)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      // Linux counts no probes when a user timeout is set: three go out before it ends.
      .channelOption(.tcp(TCP_KEEPIDLE), value: Self.patience - 3)
      .channelOption(.tcp(TCP_KEEPINTVL), value: 1)
      .channelOption(.tcp(TCP_KEEPCNT), value: 3)
      .channelOption(.tcp(TCP_USER_TIMEOUT), value: Self.patience * 1000)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = LineHandler<ByteBuffer>(
            kept.value, onEnd: { $0?.shortText ?? "the connection was closed" },
            decode: { LineBytes(Array($0.readableBytesView)) })
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(host: host, port: port)
      .whenFailure { error in kept.value.failed(error.shortText) }
  }
}

/// A host as it stands in a URL: an IPv6 address has brackets.
func urlHost(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
  /// A TCP option by its number in the system's headers.
  fileprivate static func tcp(_ name: CInt) -> Self {
    .init(level: .tcp, name: NIOBSDSocket.Option(rawValue: name))
  }
}
