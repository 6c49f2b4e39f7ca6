import Bytes
import NIOCore
import Time

/// What all lines have in common: a channel that is made again, with growing pauses, whenever it cannot
/// be had or is lost. It is confined to one event loop.
final class KeptChannel {
  /// Where the line's events go.
  var onEvent: ((ByteLineEvent) -> Void)?

  /// What reasons begin with: the line as its user calls it.
  let name: String
  let eventLoop: any EventLoop
  /// The channel while the line is open.
  private(set) var channel: (any Channel)?

  private var backoff = Backoff()
  private var retry: Scheduled<Void>?
  /// Makes a channel with `handler` in it, or says that it `failed`; nil while nobody wants one.
  private var attempt: (() -> Void)?
  /// Why the channel is being closed by us.
  private var ownReason: String?

  /// What a channel holds back at most when the other side takes nothing. The longest request of a
  /// master has 261 bytes.
  static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 1024, high: 4096)

  init(name: String, eventLoop: any EventLoop) {
    self.name = name
    self.eventLoop = eventLoop
  }

  /// True from `open` to `close`.
  var isWanted: Bool { attempt != nil }

  /// Makes the first attempt.
  func open(_ attempt: @escaping () -> Void) {
    self.attempt = attempt
    attempt()
  }

  /// Closes the channel for good; no events follow.
  func close() {
    attempt = nil
    retry?.cancel()
    channel?.close(promise: nil)
    channel = nil
  }

  /// Sends bytes if the line is open and its other side takes any.
  /// - Parameter done: called when the system has taken them, or never will.
  func send(_ bytes: [UInt8], done: (() -> Void)? = nil) {
    guard let channel, channel.isWritable else {
      drop("takes no more bytes")
      done?()
      return
    }
    let this = NIOLoopBound((self, done), eventLoop: eventLoop)
    channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).whenComplete { result in
      this.value.1?()
      // The channel of datagrams stays open after an error. Others are being closed already.
      if case .failure(let error as IOError) = result {
        this.value.0.drop(error.shortText, channel)
      }
    }
  }

  /// Closes a channel that is of no use any more; it is made again.
  func drop(_ reason: String) {
    if let channel { drop(reason, channel) }
  }

  private func drop(_ reason: String, _ channel: any Channel) {
    guard channel === self.channel else { return }
    ownReason = reason
    channel.close(promise: nil)
  }

  /// An attempt has come to nothing: why, for people.
  func failed(_ reason: String) { lost(reason) }

  fileprivate func connected(_ channel: any Channel) {
    guard isWanted else {
      channel.close(promise: nil)
      return
    }
    self.channel = channel
    onEvent?(.opened)
  }

  fileprivate func received(_ bytes: LineBytes) {
    // Not when it connects: one that accepts and hangs up would be asked again without a pause.
    backoff.reset()
    if isWanted, !bytes.values.isEmpty { onEvent?(.received(bytes)) }
  }

  fileprivate func disconnected(_ reason: String) { lost(ownReason ?? reason) }

  private func lost(_ reason: String) {
    channel = nil
    ownReason = nil
    guard isWanted else { return }
    onEvent?(.closed("\(name): \(reason)"))
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    retry = eventLoop.scheduleTask(in: .nanoseconds(backoff.next().nanoseconds)) {
      this.value.attempt?()
    }
  }
}

/// Hands what happens on a channel to its line.
final class LineHandler<Inbound: Sendable>: ChannelInboundHandler {
  typealias InboundIn = Inbound
  private let kept: KeptChannel
  private let decode: (Inbound) -> LineBytes
  private let onEnd: ((any Error)?) -> String
  private var error: (any Error)?

  /// - Parameters:
  ///   - kept: the line's channel.
  ///   - onEnd: called once when the channel is no more; gives the reason.
  ///   - decode: makes bytes of what comes in.
  init(
    _ kept: KeptChannel, onEnd: @escaping ((any Error)?) -> String,
    decode: @escaping (Inbound) -> LineBytes
  ) {
    self.kept = kept
    self.onEnd = onEnd
    self.decode = decode
  }

  func channelActive(context: ChannelHandlerContext) { kept.connected(context.channel) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    kept.received(decode(unwrapInboundIn(data)))
  }

  func channelInactive(context: ChannelHandlerContext) { kept.disconnected(onEnd(error)) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.error = error
    context.close(promise: nil)
  }
}
