import Modbus
import NIOCore
import Time

/// One client: cuts requests out of the stream and answers all that arrive together in one write.
final class ModbusConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the server has to know of a connection.
  enum Event {
    case opened(ModbusConnection)
    /// It has to be closed.
    case broken(ModbusConnection, DropReason)
    case closed(ModbusConnection)
  }

  /// By which port it came.
  let transport: ModbusTransport
  /// The client's address, for people.
  private(set) var client = "unknown"
  /// When it was opened, or when it last sent a whole request. A frame that dribbles in does not
  /// keep the connection alive.
  private(set) var lastRequest = NIODeadline.now()
  /// Since when its client has not taken its answers.
  private(set) var stalledSince: NIODeadline?

  /// What has gone over it.
  private(set) var traffic = TrafficCounter()
  /// When it was opened.
  private(set) var since: WallTime

  private let source: RegisterSource
  private let report: (Event) -> Void
  private var channel: (any Channel)?
  /// The beginning of a request whose rest has not come yet; shorter than a frame.
  private var begun = ByteBuffer()
  private var output = ByteBuffer()
  private var isBroken = false
  private var isReadHeldBack = false

  init(
    _ source: RegisterSource, over transport: ModbusTransport = .tcp,
    report: @escaping (Event) -> Void
  ) {
    self.transport = transport
    self.source = source
    self.report = report
    since = source.clock()
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
    client = context.remoteAddress.map(Self.name) ?? client
    context.fireChannelActive()
    report(.opened(self))
  }

  func channelInactive(context: ChannelHandlerContext) {
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
      swap(&begun, &input)
    }
    output.clear()
    let fault = answerAll(in: &input)
    keep(input, from: fault)
    if output.readableBytes > 0 {
      lastRequest = .now()
      traffic.noteSent(output.readableBytes)
      context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }
    if let fault {
      isBroken = true
      report(.broken(self, .invalidFrame(fault)))
    }
  }

  /// Answers every whole request, in order; the fault that ends the stream, if there is one.
  private func answerAll(in input: inout ByteBuffer) -> MBAP.Fault? {
    let bank = source.bank()
    let now = source.clock()
    while true {
      switch input.withUnsafeReadableBytes(MBAP.decode) {
      case .request(let request, let count):
        input.moveReaderIndex(forwardBy: count)
        let exception = source.answer(request, from: bank, now: now, to: &output)
        traffic.noteRequest(exception, at: now)
      case .needMore:
        return nil
      case .invalid(let fault):
        return fault
      }
    }
  }

  /// Copies what is left of a read, so that a few bytes do not hold its whole buffer.
  private func keep(_ rest: ByteBuffer, from fault: MBAP.Fault?) {
    begun.clear()
    if fault == nil, rest.readableBytes > 0 {
      begun.writeImmutableBuffer(rest)
    }
  }

  // MARK: Clients that do not read

  func read(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      context.read()
    } else {
      isReadHeldBack = true
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stalledSince = nil
      if isReadHeldBack {
        isReadHeldBack = false
        context.read()
      }
    } else {
      stalledSince = .now()
    }
    context.fireChannelWritabilityChanged()
  }

  static func name(_ address: SocketAddress) -> String {
    guard let host = address.ipAddress, let port = address.port else { return "\(address)" }
    return ListenFailure.endpoint(host, port)
  }
}
