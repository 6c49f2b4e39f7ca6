import Glibc
import NIOCore

/// The clients of plain Modbus TCP: takes their sockets out of the channels by which they come, and has them
/// served by a thread. It is confined to the server's event loop.
final class SocketClients {
  /// What the server has to know of a connection.
  enum Event {
    case opened(SocketConnection)
    /// It has been closed. The reason is nil when its client or the server did it.
    case ended(SocketConnection, DropReason?)
  }

  private let source: RegisterSource
  private let loop: any EventLoop
  private let makeRoom: () -> Bool
  private let report: (Event) -> Void
  private var thread: SocketThread?
  /// Counts the connections.
  private var generation: UInt32 = 0

  /// - Parameters:
  ///   - source: where answers come from.
  ///   - loop: the loop of the server.
  ///   - makeRoom: has a descriptor freed; false: there is none to be had.
  ///   - report: told of connections.
  init(
    _ source: RegisterSource, on loop: any EventLoop, makeRoom: @escaping () -> Bool,
    report: @escaping (Event) -> Void
  ) {
    self.source = source
    self.loop = loop
    self.makeRoom = makeRoom
    self.report = report
  }

  deinit { _ = thread?.stop() }

  /// Makes ready for clients, before there is a port.
  /// - Throws: `IOError` when the system has no thread for them.
  func prepare() throws {
    if let thread, thread.isRunning { return }
    let this = NIOLoopBound(Weak(self), eventLoop: loop)
    thread = try SocketThread(source, loop: loop) { [loop] connection, reason in
      loop.execute { this.value.clients?.report(.ended(connection, reason)) }
    }
  }

  /// Has the socket of a new channel served, of which the channel reads nothing.
  func setUp(_ channel: any Channel) throws {
    try channel.syncOptions?.setOption(.autoRead, value: false)
    let handover = SocketHandover(makeRoom: makeRoom) { [weak self] descriptor, address in
      guard let self else {
        close(descriptor)
        return
      }
      take(descriptor, from: address)
    }
    try channel.pipeline.syncOperations.addHandler(handover)
  }

  /// Closes all connections; done when their descriptors are free.
  func stop() -> EventLoopFuture<Void> {
    defer { thread = nil }
    return thread?.stop() ?? loop.makeSucceededVoidFuture()
  }

  // MARK: -

  private func take(_ descriptor: CInt, from address: SocketAddress?) {
    guard let thread else {
      close(descriptor)
      return
    }
    generation &+= 1
    let connection = SocketConnection(
      descriptor, generation: generation, from: address, since: source.clock().wall,
      thread: thread, loop: loop)
    guard thread.serve(connection) else {
      close(descriptor)
      connection.noteEnd()
      self.thread = nil
      return
    }
    report(.opened(connection))
  }

  private final class Weak {
    weak var clients: SocketClients?

    init(_ clients: SocketClients) { self.clients = clients }
  }
}
