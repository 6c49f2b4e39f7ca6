import NIOCore

/// Stands in a port, and lets the system accept connections only as fast as it may: those that are refused cost time of
/// the loop, too. The others wait in the system's queue.
final class AcceptPace: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = any Channel
  typealias OutboundOut = any Channel

  private let pace: HTTPLimits.Pace
  private var bucket: ConnectionRate.Bucket
  private var later: Scheduled<Void>?

  init(_ pace: HTTPLimits.Pace) {
    self.pace = pace
    bucket = ConnectionRate.Bucket(pace, at: .now())
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bucket.take()
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    guard later == nil else { return }
    bucket.fill(pace, at: .now())
    guard !bucket.hasOne else { return context.read() }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    later = context.eventLoop.scheduleTask(deadline: bucket.next(pace)) {
      let (this, context) = bound.value
      this.later = nil
      this.read(context: context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    later?.cancel()
    later = nil
  }
}
