import Glibc
import NIOCore

/// The socket of a plain TCP connection, for answers that the system takes at once. Through the channel an
/// answer would cost as many instructions again as all that the gateway does for a request.
///
/// It is the channel's socket. Whoever uses this sees to it that the channel is open, and that none of its
/// bytes wait in the channel: they would be overtaken.
struct DirectSocket {
  private let descriptor: CInt

  /// - Parameter channel: one without handlers that change the bytes; nil when it has no socket.
  init?(_ channel: any Channel) {
    let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { $0 }
    guard let found else { return nil }
    descriptor = found
  }

  /// Sends as much as the system takes, and takes that off the buffer. What is left, and an error if there
  /// is one, is the channel's affair.
  func send(_ buffer: inout ByteBuffer) {
    let sent = buffer.withUnsafeReadableBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Self.flags)
    }
    if sent > 0 { buffer.moveReaderIndex(forwardBy: min(sent, buffer.readableBytes)) }
  }

  private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
}
