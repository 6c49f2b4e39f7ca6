import Modbus
import NIOCore
import Time

/// One client whose bytes go through a channel, since they are encrypted there: cuts requests out of the stream
/// and answers all that arrive together in one write.
final class ModbusConnection: ChannelInboundHandler, ClientConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the server has to know of a connection.
  enum Event {
    case opened(ModbusConnection)
    /// It has to be closed.
    case broken(ModbusConnection, DropReason)
    case closed(ModbusConnection)
  }

  let transport = ModbusTransport.tls
  private(set) var client = "unknown"
  private(set) var clientHost = "unknown"
  private(set) var activity = ConnectionActivity()
  let since: WallTime

  private let source: RegisterSource
  private let report: (Event) -> Void
  private var channel: (any Channel)?
  /// The beginning of a request whose rest has not come yet; shorter than a frame.
  private var begun = ByteBuffer()
  private var output = ByteBuffer()
  private var isBroken = false

  init(_ source: RegisterSource, report: @escaping (Event) -> Void) {
    self.source = source
    self.report = report
    since = source.clock().wall
  }

  @discardableResult func close() -> EventLoopFuture<Void>? {
    guard let channel else { return nil }
    isBroken = true
    channel.close(promise: nil)
    return channel.closeFuture
  }

  func channelActive(context: ChannelHandlerContext) {
    channel = context.channel
    if let address = context.remoteAddress { (client, clientHost) = address.forPeople }
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
    report(.broken(self, DropReason(error)))
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isBroken else { return }
    guard activity.stalledSince == nil else {
      // At its end the channel reads all that is left, and would have it answered into memory.
      isBroken = true
      return report(.broken(self, .stalled))
    }
    var input = unwrapInboundIn(data)
    activity.traffic.noteReceived(input.readableBytes)
    if begun.readableBytes > 0 {
      begun.writeBuffer(&input)
      input = begun
      begun = ByteBuffer()
    }
    let (answered, fault) = answer(input)
    if output.readableBytes > 0 {
      activity.lastRequest = .now()
      activity.traffic.noteSent(output.readableBytes)
      context.writeAndFlush(wrapOutboundOut(output), promise: nil)
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

  /// Writes the answers to all whole requests to `output`.
  private func answer(_ input: ByteBuffer) -> (answered: Int, fault: MBAP.Fault?) {
    let now = source.clock()
    var done: (Int, MBAP.Fault?) = (0, nil)
    output.clear()
    output.writeWithUnsafeMutableBytes(
      minimumWritableBytes: AnswerBuffer.size(forInput: input.readableBytes)
    ) { space in
      var answers = AnswerBuffer(space)
      done = input.withUnsafeReadableBytes {
        source.answerAll(in: $0, to: &answers, counting: &activity.traffic, at: now)
      }
      return answers.count
    }
    return done
  }

  // MARK: Clients that do not read

  /// While answers wait nothing is read: the client's requests stay where they are, in the system's buffers.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    guard isWritable == (activity.stalledSince != nil) else { return }
    activity.stalledSince = isWritable ? nil : .now()
    // Fails when the channel is closed: then nothing is read, either.
    try? context.channel.syncOptions?.setOption(.autoRead, value: isWritable)
  }

  /// The last handler of its channel passes nothing on, least of all with every read.
  func channelReadComplete(context: ChannelHandlerContext) {}
}

extension SocketAddress {
  /// The address for people, with its port and without.
  var forPeople: (client: String, host: String) {
    let host = ipAddress ?? "\(self)"
    return (port.map { ListenFailure.endpoint(host, $0) } ?? host, host)
  }
}
