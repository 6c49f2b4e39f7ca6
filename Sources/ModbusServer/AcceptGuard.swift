import Glibc
import NIOCore

/// Sees what goes wrong when a client is to be let in. Without it one failure, also one that is the client's
/// own, would close the door to all for a second. The system tells that it has no descriptors also when
/// nobody waits, so whoever takes the last one has room made for the next: one stays free.
final class AcceptGuard: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let makeRoom: () -> Bool

  /// - Parameter makeRoom: closes a connection, so that there is a descriptor for the next one; false when
  ///   there is none to close. Then nobody is let in for a second.
  init(makeRoom: @escaping () -> Bool) { self.makeRoom = makeRoom }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch (error as? IOError)?.errnoCode {
    case ECONNABORTED: return
    case EMFILE, ENFILE, ENOBUFS, ENOMEM:
      if makeRoom() { return }
    default: break
    }
    context.fireErrorCaught(error)
  }
}
