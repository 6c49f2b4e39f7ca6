import Glibc
import NIOCore

/// The only handler of a channel of plain Modbus TCP: takes the socket out of it and closes the channel, which
/// has not read a byte. Closing one of two descriptors of a socket sends nothing.
final class SocketHandover: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let take: (CInt, SocketAddress?) -> Void
  private let makeRoom: () -> Bool
  private var attempts = 0

  /// For so long it is tried when the system gives no descriptor: connections are closed meanwhile.
  private static let pause = TimeAmount.milliseconds(10)
  private static let mostAttempts = 100

  /// - Parameters:
  ///   - makeRoom: has a descriptor freed; false: there is none to be had.
  ///   - take: gets the socket and the client's address.
  init(makeRoom: @escaping () -> Bool, take: @escaping (CInt, SocketAddress?) -> Void) {
    self.makeRoom = makeRoom
    self.take = take
  }

  func channelActive(context: ChannelHandlerContext) { handOver(context) }

  private func handOver(_ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    let copy = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { fcntl($0, F_DUPFD_CLOEXEC, 0) }
    guard let copy, copy >= 0 else { return tryLater(context) }
    let address = context.remoteAddress
    context.close(promise: nil)
    take(copy, address)
  }

  private func tryLater(_ context: ChannelHandlerContext) {
    attempts += 1
    guard attempts < Self.mostAttempts, makeRoom() else { return context.close(promise: nil) }
    let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.pause) {
      let (handler, context) = this.value
      handler.handOver(context)
    }
  }
}
