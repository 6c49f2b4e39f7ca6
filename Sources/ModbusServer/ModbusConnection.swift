import Modbus
import NIOCore
import Time

/// One client: cuts requests out of the stream and answers all that arrive together in one write.
final class ModbusConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the server has to know of a connection.
  enum Event {
    case opened(ModbusConnection)
    /// It has to be closed.
    case broken(ModbusConnection, DropReason)
    case closed(ModbusConnection)
  }

  /// Where its bytes go.
  enum Path {
    /// Through the handlers of the channel.
    case channel
    /// To the socket itself where possible: nothing between the two changes the bytes.
    case socket
  }

  /// By which port it came.
  let transport: ModbusTransport
  /// The client's address, for people.
  private(set) var client = "unknown"
  /// The client's address without its port.
  private(set) var clientHost = "unknown"
  /// When it was opened, or when it last sent a whole request. A frame that dribbles in does not
  /// keep the connection alive.
  private(set) var lastRequest = NIODeadline.now()
  /// Since when its client has not taken its answers.
  private(set) var stalledSince: NIODeadline?
  /// What has gone over it.
  private(set) var traffic = TrafficCounter()
  /// When it was opened.
  let since: WallTime

  private let source: RegisterSource
  private let path: Path
  private let report: (Event) -> Void
  private var channel: (any Channel)?
  private var socket: DirectSocket?
  /// Writes that the channel has not carried out yet.
  private var queuedWrites = 0
  /// The beginning of a request whose rest has not come yet; shorter than a frame.
  private var begun = ByteBuffer()
  private var output = ByteBuffer()
  private var isBroken = false

  init(
    _ source: RegisterSource, over transport: ModbusTransport = .tcp, path: Path = .channel,
    report: @escaping (Event) -> Void
  ) {
    self.transport = transport
    self.source = source
    self.path = path
    self.report = report
    since = source.clock().wall
  }

  /// Closes the connection; nil when it has never been open.
  @discardableResult func close() -> EventLoopFuture<Void>? {
    guard let channel else { return nil }
    isBroken = true
    channel.close(promise: nil)
    return channel.closeFuture
  }

  func channelActive(context: ChannelHandlerContext) {
    channel = context.channel
    if path == .socket { socket = DirectSocket(context.channel) }
    if let address = context.remoteAddress {
      clientHost = address.ipAddress ?? "\(address)"
      client = address.port.map { ListenFailure.endpoint(clientHost, $0) } ?? clientHost
    }
    context.fireChannelActive()
    report(.opened(self))
  }

  func channelInactive(context: ChannelHandlerContext) {
    socket = nil
    report(.closed(self))
    channel = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isBroken else { return }
    report(.broken(self, .failed("\(error)")))
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isBroken else { return }
    var input = unwrapInboundIn(data)
    traffic.noteReceived(input.readableBytes)
    if begun.readableBytes > 0 {
      begun.writeBuffer(&input)
      input = begun
      begun = ByteBuffer()
    }
    output.clear()
    let (answered, fault) = input.withUnsafeReadableBytes {
      source.answerAll(in: $0, to: &output, counting: &traffic)
    }
    if output.readableBytes > 0 {
      lastRequest = .now()
      traffic.noteSent(output.readableBytes)
      send(context)
    }
    if let fault {
      isBroken = true
      report(.broken(self, .invalidFrame(fault)))
    } else if answered < input.readableBytes {
      // A copy, so that a few bytes do not hold the whole buffer of a read.
      input.moveReaderIndex(forwardBy: answered)
      begun.writeImmutableBuffer(input)
    }
  }

  /// Sends the answers: to the socket, and what it does not take, to the channel.
  private func send(_ context: ChannelHandlerContext) {
    if let socket, queuedWrites == 0 {
      socket.send(&output)
      guard output.readableBytes > 0 else { return }
    }
    queuedWrites += 1
    let written = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    written.futureResult.whenComplete { _ in bound.value.queuedWrites -= 1 }
    context.writeAndFlush(wrapOutboundOut(output), promise: written)
  }

  // MARK: Clients that do not read

  /// While answers wait nothing is read: the client's requests stay where they are, in the system's buffers.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    guard isWritable == (stalledSince != nil) else { return }
    stalledSince = isWritable ? nil : .now()
    // Fails when the channel is closed: then nothing is read, either.
    try? context.channel.syncOptions?.setOption(.autoRead, value: isWritable)
  }

  /// The last handler of its channel passes nothing on, least of all with every read.
  func channelReadComplete(context: ChannelHandlerContext) {}

  static func name(_ address: SocketAddress) -> String {
    guard let host = address.ipAddress, let port = address.port else { return "\(address)" }
    return ListenFailure.endpoint(host, port)
  }
}
