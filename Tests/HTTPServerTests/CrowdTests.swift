import Glibc
import HTTPSupport
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import PeerSupport
import Testing

@testable import HTTPServer

/// The server against many clients, and those that keep it waiting.
@Suite struct CrowdTests {
  private func get(_ path: String, _ more: String = "") -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n".utf8)
  }

  /// Whoever comes last is served; those that idle longest give way.
  @Test func manyIdleConnectionsHarmNobody() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.paceOfOne.atOnce = 1_000
      limits.pace.atOnce = 1_000
      let server = try TestHTTPServer(limits)
      let port = try #require(try server.start())
      let idle = try (0..<200).map { _ in try RawClient(port: port) }
      let client = try RawClient(port: port)
      try client.send(get("/a"))
      #expect(client.receive(until: "GET /a 0").contains("200 OK"))
      #expect(server.connections <= 16)
      #expect(idle.first?.isClosedByServer == true)
      try server.stop()
    }
  }

  @Test func busyConnectionsStayAndTheNextIsRefused() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.ofOneAddress = 2
      let server = try TestHTTPServer(limits)
      let port = try #require(try server.start())
      let busy = try (0..<2).map { _ in try RawClient(port: port) }
      // "100 Continue" tells that the request has begun.
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
      for client in busy {
        try client.send(Array(head.utf8))
        #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
      }
      let late = try RawClient(port: port)
      #expect(late.isClosedByServer)
      #expect(
        server.events.withLock { $0 }.contains(
          .refused(
            "127.0.0.1", "2 connections of this address or its network are busy, which is the most")
        ))
      for client in busy {
        try client.send([0x61, 0x61])
        #expect(client.receive(until: "POST / 2").contains("200 OK"))
      }
      try server.stop()
    }
  }

  /// A host that connects in a loop gets some connections at once, then few a second, and the log says why.
  @Test func whoConnectsInALoopIsHeldBack() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.paceOfOne = .init(perSecond: 1, atOnce: 5)
      let server = try TestHTTPServer(limits)
      let port = try #require(try server.start())
      var served = 0
      for _ in 0..<50 {
        let client = try RawClient(port: port)
        guard (try? client.send(get("/a"))) != nil else { continue }
        if client.receive(until: "GET /a 0").contains("200 OK") { served += 1 }
      }
      #expect((5...10).contains(served))
      #expect(
        server.events.withLock { $0 }.contains(
          .refused(
            "127.0.0.1",
            "it makes more than 1 new connections a second, which is the most of an address")))
      try server.stop()
    }
  }

  /// More than that are not even taken from the system, and come in their turn.
  @Test func connectionsAreTakenAtAPace() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.acceptPace = .init(perSecond: 20, atOnce: 1)
      let server = try TestHTTPServer(limits)
      let port = try #require(try server.start())
      let start = NIODeadline.now()
      let clients = try (0..<13).map { _ in try RawClient(port: port) }
      for client in clients {
        try client.send(get("/a"))
        #expect(client.receive(until: "GET /a 0").contains("200 OK"))
      }
      // One at once, then at most four at a time, each of which has to wait for the ones before.
      #expect(NIODeadline.now() - start >= .milliseconds(400))
      try server.stop()
    }
  }

  /// Whoever has an IPv6 network has all its addresses: they count as one.
  @Test func theAddressesOfANetworkCountAsOne() throws {
    let loop = EmbeddedEventLoop()
    var limits = HTTPLimits()
    limits.ofOneAddress = 2
    limits.paceOfOne = .init(perSecond: 1, atOnce: 3)
    let table = ConnectionTable(limits, on: loop)
    let server = HTTPServer(table, on: loop, logger: Logger(label: "test")) { _, _ in
      Response(status: .ok)
    }
    let come = { (address: String) throws -> String? in
      let channel = EmbeddedChannel(loop: loop)
      try channel.connect(to: SocketAddress(ipAddress: address, port: 4711)).wait()
      let connection = RequestGuard(channel, server, table, tls: nil, credentials: nil)
      try channel.pipeline.syncOperations.addHandler(connection)
      // It is busy.
      try channel.writeInbound(
        HTTPServerRequestPart.head(.init(version: .http1_1, method: .POST, uri: "/a")))
      return table.admit(connection)
    }
    #expect(try come("2001:db8:1:2::1") == nil)
    #expect(try come("2001:db8:1:2:3:4:5:6") == nil)
    #expect(
      try come("2001:db8:1:2::3")
        == "2 connections of this address or its network are busy, which is the most")
    #expect(
      try come("2001:db8:1:2::4")
        == "it makes more than 1 new connections a second, which is the most of an address")
    #expect(try come("2001:db8:1:3::1") == nil)
  }

  // MARK: - Bodies

  /// Who has its answer and still sends is let go, and does not keep others out.
  @Test(arguments: [true, false])
  func aBodyThatNobodyWantsEndsTheConnection(isSlow: Bool) async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.linger = .milliseconds(isSlow ? 200 : 60_000)
      limits.lingerPause = .milliseconds(isSlow ? 60_000 : 200)
      limits.tick = .milliseconds(20)
      limits.bodyGrace = .seconds(60)
      let server = try TestHTTPServer(limits)
      let client = try RawClient(port: #require(try server.start()))
      try client.send(
        Array("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n".utf8))
      #expect(client.receive(until: "POST /refused").contains("200 OK"))
      #expect(isSlow ? !client.drips([0x61], times: 300) : client.isClosedByServer)
      try server.stop()
    }
  }

  /// The rest of a body that comes soon costs nobody the connection.
  @Test func aBodyThatIsAnsweredEarlyMayEnd() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.linger = .milliseconds(500)
      limits.tick = .milliseconds(20)
      let server = try TestHTTPServer(limits)
      let client = try RawClient(port: #require(try server.start()))
      try client.send(
        Array("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na".utf8))
      #expect(client.receive(until: "POST /refused").contains("200 OK"))
      try client.send([0x62, 0x63])
      usleep(800_000)
      try client.send(get("/b"))
      #expect(client.receive(until: "GET /b 0").contains("200 OK"))
      try server.stop()
    }
  }

  @Test func aBodyHasATimeInAll() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.bodyTotal = .milliseconds(300)
      limits.bodyRate = 0
      limits.tick = .milliseconds(20)
      let server = try TestHTTPServer(limits)
      let client = try RawClient(port: #require(try server.start()))
      try client.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n".utf8))
      #expect(!client.drips([0x61], times: 300))
      try server.stop()
    }
  }

  /// Where all are busy, the client that has kept us waiting longest gives way.
  @Test func whoKeepsUsWaitingGivesWay() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.ofOneAddress = 2
      limits.yield = .milliseconds(100)
      let server = try TestHTTPServer(limits)
      let port = try #require(try server.start())
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
      let busy = try (0..<2).map { _ in try RawClient(port: port) }
      for client in busy {
        try client.send(Array(head.utf8))
        #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
      }
      usleep(150_000)
      let late = try RawClient(port: port)
      try late.send(get("/a"))
      #expect(late.receive(until: "GET /a 0").contains("200 OK"))
      #expect(busy[0].isClosedByServer)
      try busy[1].send([0x61, 0x61])
      #expect(busy[1].receive(until: "POST / 2").contains("200 OK"))
      try server.stop()
    }
  }

  // MARK: - HTTP/1.0

  /// The connection ends when the client has all of the response, not before.
  @Test func aLargeResponseIsNotCutOff() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let port = try #require(try server.start())
      let client = try RawClient(port: port, receiveBuffer: 4096)
      try client.send(Array("GET /large HTTP/1.0\r\nHost: a\r\n\r\n".utf8))
      usleep(300_000)
      var count = 0
      var tail: [UInt8] = []
      while true {
        let piece = client.receiveOnce(65_536)
        guard !piece.isEmpty else { break }
        count += piece.count
        tail = Array((tail + piece).suffix(3))
      }
      #expect(count > TestHTTPServer.large)
      #expect(tail == Array("end".utf8))
      try server.stop()
    }
  }
}
