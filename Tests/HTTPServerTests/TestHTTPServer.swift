import Glibc
import HTTPServer
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import PeerSupport
import Synchronization

/// A server on 127.0.0.1 with a port of its own, which answers with the method, the path and how long the body was.
final class TestHTTPServer: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let server: NIOLoopBoundBox<HTTPServer?>
  private let table: NIOLoopBoundBox<ConnectionTable?>
  /// What it has told.
  let events = Mutex<[HTTPServerEvent]>([])

  init(_ limits: HTTPLimits = HTTPLimits()) throws {
    let loop = group.next()
    server = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    table = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    let (server, table) = (server, table)
    try loop.submit {
      let connections = ConnectionTable(limits, on: loop)
      table.value = connections
      let made = HTTPServer(
        connections, on: loop, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        respond: Self.respond)
      made.onEvent = { [weak self] event in self?.events.withLock { $0.append(event) } }
      server.value = made
    }.wait()
  }

  /// So many bytes and three more are the response to `/large`.
  static let large = 8 << 20

  private static let respond: HTTPServer.Responder = { request, channel in
    if request.uri.path == "/who" {
      let shown = await ClientCertificate.shown(on: channel)
      return Response(
        status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: shown?.subject ?? "nobody")))
    }
    if request.uri.path == "/slow" { try? await Task.sleep(for: .milliseconds(300)) }
    if request.uri.path == "/refused" {
      return Response(
        status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "POST /refused")))
    }
    if request.uri.path == "/large" {
      let text = String(repeating: "x", count: large) + "end"
      return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
    let bytes = try? await request.body.collect(upTo: 1 << 22).readableBytes
    let text = "\(request.method) \(request.uri.path) \(bytes ?? -1)"
    return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  func use(_ configuration: HTTPServer.Configuration?) throws {
    let server = server
    try group.next().submit { server.value?.use(configuration) }.wait()
  }

  /// Serves somewhere, and gives the port.
  func start(port: Int = 0) throws -> Int? {
    try use(.init(host: "127.0.0.1", port: port))
    return boundPort(within: 5)
  }

  /// The port that is held, once there is one.
  func boundPort(within seconds: Double) -> Int? {
    let (server, loop) = (server, group.next())
    for _ in 0..<Int32(seconds * 100) {
      if let port = try? loop.submit({ server.value?.boundPort }).wait() { return port }
      usleep(10_000)
    }
    return nil
  }

  var connections: Int {
    let table = table
    return (try? group.next().submit { table.value?.count ?? 0 }.wait()) ?? -1
  }

  func stop() throws {
    let server = server
    try group.next().flatSubmit {
      server.value?.stop() ?? server.eventLoop.makeSucceededVoidFuture()
    }.wait()
    try group.next().submit { server.value = nil }.wait()
    try group.syncShutdownGracefully()
  }
}

/// Runs what blocks on a thread of its own: the threads that run tests make the responses.
func offThePool<Outcome: Sendable>(
  _ body: @escaping @Sendable () throws -> Outcome
) async throws -> Outcome {
  try await InBackground { Result { try body() } }.end().get()
}
