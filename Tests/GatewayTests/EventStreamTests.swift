import Foundation
import Logging
import MeterFiles
import NIOEmbedded
import PeerSupport
import Testing

@testable import Gateway

/// Whoever waits for changes waits no longer than somebody wants to know.
@Suite struct ChangeWaitersTests {
  /// A task that is cancelled at once has left before it comes to the loop.
  @Test func whoHasLeftBeforeDoesNotWait() throws {
    let (waiters, loop) = (ChangeWaiters(), EmbeddedEventLoop())
    let waiter = ChangeWaiters.Waiter()
    waiter.leave()
    waiters.remove(waiter)
    #expect(try !waiters.wait(waiter, on: loop).wait())
    #expect(waiters.count == 0)
  }

  @Test func whoLeavesWhileWaitingWaitsNoMore() throws {
    let (waiters, loop) = (ChangeWaiters(), EmbeddedEventLoop())
    let (one, other) = (ChangeWaiters.Waiter(), ChangeWaiters.Waiter())
    let (first, second) = (waiters.wait(one, on: loop), waiters.wait(other, on: loop))
    #expect(waiters.count == 2)
    one.leave()
    waiters.remove(one)
    #expect(try !first.wait())
    waiters.wakeAll()
    #expect(try second.wait())
    waiters.end()
    #expect(try !waiters.wait(ChangeWaiters.Waiter(), on: loop).wait())
    #expect(waiters.count == 0)
  }
}

/// Event streams of a gateway in which something changes all the time.
@Suite(.ownThread) struct EventStreamTests {
  private func gateway(_ folder: TemporaryFolder) throws -> Gateway {
    try folder.write(
      """
      [SOLVIMUS]
      MBUS_DEVPATH=sim:demo
      MBUS_BAUDRATE=38400
      METER_TIME=1
      METER_CONTINUOUS=1
      MODBUS_ENABLE=0
      WEBCOM_TIMEOUT=3600000
      [WEB]
      IP=127.0.0.1
      HTTP_PORT=0
      HTTPS_ENABLE=0

      """, to: "chip.ini")
    return try Gateway(
      app: AppFolder.load(folder.path, ext: folder.path + "/ext"),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func get(_ path: String, _ more: String = "") -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n".utf8)
  }

  /// Waits until meters have been found and read, from which time on they are read again and again.
  private func waitForReadouts(_ port: Int, _ cookie: String) throws {
    let client = try RawClient(port: port)
    try client.send(get("/api/v1/events", "Cookie: \(cookie)\r\n"))
    #expect(
      (0..<12).contains { _ in
        client.receive(until: "lastRead", atOnce: 65_536).contains("lastRead")
      })
  }

  /// A hundred are opened and dropped: nobody waits any more, and no task works for them.
  @Test func thoseThatAreDroppedLeaveNothing() throws {
    let folder = try TemporaryFolder()
    let gateway = try gateway(folder)
    let place = try #require(try gateway.start().web[.http])
    let port = try #require(place.split(separator: ":").last.flatMap { Int($0) })
    let visit = try RawClient(port: port)
    try visit.send(get("/api/v1/session"))
    let session = visit.receive(until: "csrf", atOnce: 65_536)
    let name = try #require(session.range(of: "set-cookie: ", options: .caseInsensitive))
    let cookie = session[name.upperBound...].prefix { $0 != ";" }
    gateway.scan()
    try waitForReadouts(port, String(cookie))
    var opened = 0
    for _ in 0..<400 where opened < 100 {
      let client = try RawClient(port: port)
      // Whoever comes too often is refused for a moment.
      guard (try? client.send(get("/api/v1/events", "Cookie: \(cookie)\r\n"))) != nil,
        client.receive(until: "event: meters", atOnce: 65_536).contains("event: meters")
      else {
        usleep(100_000)
        continue
      }
      opened += 1
    }
    #expect(opened == 100)
    let end = Date().addingTimeInterval(10)
    while gateway.watchers != .init(streams: 0, waiters: 0), Date() < end { usleep(20_000) }
    #expect(gateway.watchers == .init(streams: 0, waiters: 0))
    // All the time there was something to be told: whoever has stayed has it, and hears more of it.
    let late = try RawClient(port: port)
    try late.send(get("/api/v1/events", "Cookie: \(cookie)\r\n"))
    let first = late.receive(until: "\"revision\"", atOnce: 65_536)
    #expect(first.contains("event: meters"))
    let told = (0..<4).contains { _ in
      late.receive(until: "event: status", atOnce: 65_536).contains("event: status")
    }
    #expect(told)
    #expect(gateway.watchers?.streams == 1)
    // It is still there when the gateway ends, and ends with it.
    defer { withExtendedLifetime(late) {} }
    try gateway.stop()
  }
}
