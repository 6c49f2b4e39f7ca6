import Bytes
import NIOCore

/// One Modbus TCP client that asks as fast as it is answered: a number of requests is always on its way.
/// Each answer is checked. Confined to its event loop.
final class LoadClient: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What is asked for.
  struct Question: Equatable, Sendable {
    var unit: UInt8 = 255
    var start: UInt16 = 0
    var registers: UInt16 = 125
    /// Requests on their way at a time.
    var depth = 1
  }

  /// What came back within the time that counts.
  struct Tally: Equatable, Sendable {
    var latencies = LatencyHistogram()
    /// What was wrong, and how often.
    var errors: [String: Int] = [:]
  }

  /// What came back since it was last set.
  var tally = Tally()
  /// Told when the connection is over.
  var onEnd: (() -> Void)?

  private let question: Question
  private var isEnding = false
  private var nextTransaction: UInt16 = 0
  /// Of the requests that are on their way, the oldest first: when they were sent.
  private var sent: CircularBuffer<NIODeadline>
  private var rest = ByteBuffer()
  private var output = ByteBuffer()
  private var channel: (any Channel)?

  init(_ question: Question) {
    self.question = question
    sent = CircularBuffer(initialCapacity: question.depth)
  }

  /// Ends. Whoever has had no answer by then has an error.
  func close() {
    if tally.latencies.count == 0, !isEnding { note("no answer") }
    isEnding = true
    guard let channel else { return end() }
    channel.close(promise: nil)
  }

  func channelActive(context: ChannelHandlerContext) {
    channel = context.channel
    ask(question.depth, at: .now(), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isEnding { note("connection closed by the server") }
    isEnding = true
    end()
  }

  private func end() {
    channel = nil
    onEnd?()
    onEnd = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !isEnding { note("\(error)") }
    isEnding = true
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding else { return }
    var input = unwrapInboundIn(data)
    if rest.readableBytes > 0 {
      rest.writeBuffer(&input)
      input = rest
      rest = ByteBuffer()
    }
    let now = NIODeadline.now()
    var answers = 0
    while let size = input.withUnsafeReadableBytes(check) {
      guard size > 0 else { return fail("what came is not the answer to the request", context) }
      input.moveReaderIndex(forwardBy: size)
      if let asked = sent.popFirst() { tally.latencies.add(nanoseconds: (now - asked).nanoseconds) }
      answers += 1
    }
    if input.readableBytes > 0 { rest.writeImmutableBuffer(input) }
    if answers > 0 { ask(answers, at: now, context) }
  }

  /// Checks the answer that comes first.
  /// - Returns: its size; 0 when it is not the one that is due; nil when it is not complete.
  private func check(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var cursor = RawCursor(bytes)
    guard let transaction = cursor.readBigEndian(UInt16.self),
      let identifier = cursor.readBigEndian(UInt16.self),
      let length = cursor.readBigEndian(UInt16.self)
    else { return nil }
    let due = nextTransaction &- UInt16(truncatingIfNeeded: sent.count)
    guard !sent.isEmpty, transaction == due, identifier == 0, length >= 3 else { return 0 }
    guard var body = cursor.cut(Int(length)), let unit = body.readBigEndian(UInt8.self),
      let function = body.readBigEndian(UInt8.self), let count = body.readBigEndian(UInt8.self)
    else { return nil }
    guard unit == question.unit else { return 0 }
    if function == 0x83, body.remaining == 0 {
      note("exception \(count)")
      return cursor.consumed
    }
    let isRight =
      function == 3 && UInt16(count) == question.registers * 2 && body.remaining == Int(count)
    return isRight ? cursor.consumed : 0
  }

  private func ask(_ count: Int, at now: NIODeadline, _ context: ChannelHandlerContext) {
    output.clear()
    for _ in 0..<count {
      output.writeMultipleIntegers(
        nextTransaction, UInt16(0), UInt16(6), question.unit, UInt8(3), question.start,
        question.registers)
      nextTransaction &+= 1
      sent.append(now)
    }
    context.writeAndFlush(wrapOutboundOut(output), promise: nil)
  }

  private func fail(_ reason: String, _ context: ChannelHandlerContext) {
    note(reason)
    isEnding = true
    context.close(promise: nil)
  }

  private func note(_ error: String) { tally.errors[error, default: 0] += 1 }
}
