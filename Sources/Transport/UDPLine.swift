import Bytes
import NIOCore
import NIOPosix

/// A level converter that is reached by UDP. There is no connection: the line is open as soon as its
/// address is known, and only a host that refuses the port closes it. A converter that is silent looks
/// like meters that are.
public final class UDPLine: ByteLine {
  private let host: String
  private let port: Int
  private let kept: KeptChannel

  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)? {
    get { kept.onEvent }
    set { kept.onEvent = newValue }
  }

  /// - Parameters:
  ///   - host: name or address; it is looked up anew each time the line is opened.
  ///   - port: 1–65535.
  ///   - eventLoop: the loop that it is confined to.
  public init(host: String, port: Int, eventLoop: any EventLoop) {
    self.host = host
    self.port = port
    kept = KeptChannel(name: "udp://\(urlHost(host)):\(port)", eventLoop: eventLoop)
  }

  /// Opens the line, and opens it again after errors.
  public func open() { kept.open { [weak self] in self?.resolve() } }

  /// Sends bytes in one datagram.
  public func send(_ bytes: [UInt8]) { kept.send(bytes) }

  /// Closes the line for good.
  public func close() { kept.close() }

  /// Looking up a name blocks: not on the event loop.
  private func resolve() {
    let (host, port) = (host, port)
    let kept = NIOLoopBound(kept, eventLoop: kept.eventLoop)
    NIOThreadPool.singleton.runIfActive(eventLoop: kept.eventLoop) {
      try SocketAddress.makeAddressResolvingHost(host, port: port)
    }.flatMap { Self.bind(to: $0, kept) }
      .whenFailure { error in kept.value.failed(error.shortText) }
  }

  /// A socket that is connected gets no datagrams of strangers, and the errors of its own.
  private static func bind(
    to address: SocketAddress, _ kept: NIOLoopBound<KeptChannel>
  ) -> EventLoopFuture<any Channel> {
    DatagramBootstrap(group: kept.eventLoop)
      .channelOption(.writeBufferWaterMark, value: KeptChannel.waterMark)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = LineHandler<AddressedEnvelope<ByteBuffer>>(
            kept.value, onEnd: { $0?.shortText ?? "the socket was closed" },
            decode: { LineBytes(Array($0.data.readableBytesView)) })
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(to: address)
  }
}
