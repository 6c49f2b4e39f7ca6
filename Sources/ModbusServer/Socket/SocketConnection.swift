import NIOCore
import Synchronization
import Time

/// A client of plain Modbus TCP, whose socket a `SocketThread` reads and writes. The server on its event loop
/// and the thread share it; what changes is under a lock, which the thread takes once for all requests that
/// arrive together.
final class SocketConnection: ClientConnection, Sendable {
  let transport = ModbusTransport.tcp
  let client: String
  let clientHost: String
  let since: WallTime
  /// What the system calls its socket.
  let descriptor: CInt
  /// Tells it from earlier connections with the same descriptor.
  let generation: UInt32

  private struct State {
    var activity = ConnectionActivity()
    /// It is being closed: nothing is answered and counted any more.
    var isOver = false
  }

  private let state = Mutex(State())
  private let thread: SocketThread
  private let ended: EventLoopPromise<Void>

  /// - Parameters:
  ///   - descriptor: the socket, which belongs to the thread from now on.
  ///   - generation: another one for each connection.
  ///   - address: the client's address, if it is known.
  ///   - since: when it was opened.
  ///   - loop: the loop of the server.
  init(
    _ descriptor: CInt, generation: UInt32, from address: SocketAddress?, since: WallTime,
    thread: SocketThread, loop: any EventLoop
  ) {
    (client, clientHost) = address?.forPeople ?? ("unknown", "unknown")
    self.descriptor = descriptor
    self.generation = generation
    self.since = since
    self.thread = thread
    ended = loop.makePromise()
  }

  // MARK: On the event loop

  var activity: ConnectionActivity { state.withLock { $0.activity } }

  @discardableResult func close() -> EventLoopFuture<Void>? {
    let isFirst = state.withLock { state in
      defer { state.isOver = true }
      return !state.isOver
    }
    if isFirst { thread.close(self) }
    return ended.futureResult
  }

  // MARK: On the thread

  /// Counts what has come and been answered, before the answers are sent.
  /// - Returns: whether they may be sent.
  func note(_ traffic: TrafficCounter, at now: NIODeadline) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      state.activity.traffic += traffic
      if traffic.requests > 0 { state.activity.lastRequest = now }
      return true
    }
  }

  /// Notes since when the client has not taken its answers; nil: it has taken them.
  func noteStall(since: NIODeadline?) {
    state.withLock { $0.activity.stalledSince = since }
  }

  /// Its descriptor is free.
  func noteEnd() {
    state.withLock { $0.isOver = true }
    ended.succeed()
  }
}
