import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import PeerSupport
import Synchronization

/// A server on 127.0.0.1 with a port and a loop of its own. Its functions wait for that loop.
public final class TestHTTPServer: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let server: NIOLoopBoundBox<HTTPServer?>
  private let table: NIOLoopBoundBox<ConnectionTable?>
  /// What it has told.
  public let events = Mutex<[HTTPServerEvent]>([])

  /// - Parameter respond: makes the responses, on the threads that run tests.
  public init(_ limits: HTTPLimits = HTTPLimits(), respond: @escaping HTTPServer.Responder) throws {
    let loop = group.next()
    server = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    table = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    let (server, table) = (server, table)
    try loop.submit {
      let connections = ConnectionTable(limits, on: loop)
      table.value = connections
      let made = HTTPServer(
        connections, on: loop, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        respond: respond)
      made.onEvent = { [weak self] event in self?.events.withLock { $0.append(event) } }
      server.value = made
    }.wait()
  }

  /// Serves there from now on; nil: nowhere.
  public func use(_ configuration: HTTPServer.Configuration?) throws {
    let server = server
    try group.next().submit { server.value?.use(configuration) }.wait()
  }

  /// Serves somewhere, and gives the port.
  public func start(port: Int = 0) throws -> Int? {
    try use(.init(host: "127.0.0.1", port: port))
    return boundPort(within: 5)
  }

  /// The port that is held, once there is one.
  public func boundPort(within seconds: Double) -> Int? {
    let (server, loop) = (server, group.next())
    for _ in 0..<Int32(seconds * 100) {
      if let port = try? loop.submit({ server.value?.boundPort }).wait() { return port }
      usleep(10_000)
    }
    return nil
  }

  /// How many connections there are.
  public var connections: Int {
    let table = table
    return (try? group.next().submit { table.value?.count ?? 0 }.wait()) ?? -1
  }

  /// Ends, with all connections.
  public func stop() throws {
    let server = server
    try group.next().flatSubmit {
      // The threads that run tests, and make the responses, may be busy.
      server.value?.stop(within: .seconds(60)) ?? server.eventLoop.makeSucceededVoidFuture()
    }.wait()
    try group.next().submit { server.value = nil }.wait()
    try group.syncShutdownGracefully()
  }
}

/// Runs what blocks on a thread of its own: the threads that run tests make the responses.
public func offThePool<Outcome: Sendable>(
  _ body: @escaping @Sendable () throws -> Outcome
) async throws -> Outcome {
  try await InBackground { Result { try body() } }.end().get()
}
