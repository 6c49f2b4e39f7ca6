import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import WebUI

/// The page of a bench behind a port of its own on 127.0.0.1.
final class DoorServer: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let server: NIOLoopBoundBox<HTTPServer?>
  private let table: NIOLoopBoundBox<ConnectionTable?>

  init(_ page: WebApplication, _ limits: HTTPLimits = HTTPLimits()) throws {
    let loop = group.next()
    server = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    table = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    let (server, table) = (server, table)
    try loop.submit {
      let connections = ConnectionTable(limits, on: loop)
      table.value = connections
      server.value = HTTPServer(
        connections, on: loop, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { request, channel in await page.respond(to: request, on: channel) }
      server.value?.use(.init(host: "127.0.0.1", port: 0))
    }.wait()
  }

  /// The port that is held, once there is one.
  var port: Int? {
    let server = server
    for _ in 0..<500 {
      if let port = try? group.next().submit({ server.value?.boundPort }).wait() { return port }
      usleep(10_000)
    }
    return nil
  }

  /// How many connections there are.
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
