import Glibc
import HTTPServer
import NIOCore
import PeerSupport
import Testing
import HTTPSupport

/// The server against clients that send what they like, byte for byte.
@Suite struct HTTPServerTests {
  private func get(_ path: String, _ more: String = "") -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n".utf8)
  }

  /// A client that waits longer than most: responses are made by the threads that run tests, which may be busy.
  private func client(_ port: Int) throws -> RawClient { try RawClient(port: port, patience: 60) }

  @Test func aRequestIsAnswered() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(get("/a"))
      let text = client.receive(until: "GET /a 0")
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(text.lowercased().contains("\r\nserver: metergate\r\n"))
      #expect(text.lowercased().contains("\r\ndate: "))
      try server.stop()
      #expect(client.isClosedByServer)
    }
  }

  @Test func severalRequestsAtOnceAreAnsweredInTheirOrder() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(get("/slow") + get("/b") + get("/c"))
      let text = client.receive(until: "GET /c 0")
      let places = ["GET /slow 0", "GET /b 0", "GET /c 0"].map {
        text.firstRange(of: $0)?.lowerBound
      }
      #expect(
        !places.contains(nil) && places.compactMap { $0 }.sorted() == places.compactMap { $0 })
      try server.stop()
    }
  }

  private static let tooLong =
    "the first line and the headers of a request may have 16384 bytes and 100 headers; these have more"
  private static let unclearLength =
    "how long the body is cannot be understood: one header Content-Length is needed, or Transfer-Encoding: chunked"
  private static let noMethod = "the request does not begin with a method of HTTP, such as GET"

  /// What the decoder refuses is told as the API tells its errors.
  @Test(arguments: [
    ("GARBAGE\r\n\r\n", 400, noMethod), ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 400, noMethod),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, unclearLength),
    (
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
      "this is no request of HTTP"
    ),
    ("GET / HTTP/1.1\r\nX: \(String(repeating: "y", count: 20_000))\r\n\r\n", 431, tooLong),
    ("GET /\(String(repeating: "y", count: 20_000)) HTTP/1.1\r\n\r\n", 431, tooLong),
    ("GET / HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 431, tooLong),
    (
      "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400,
      "the version of HTTP is not understood; HTTP/1.1 and HTTP/1.0 are"
    ),
    ("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400, "a header of the request is not understood"),
    ("\u{16}\u{3}\u{1}\0\u{5}hello", 400, noMethod),
  ])
  func whatIsNoRequestIsRefused(bytes: String, status: Int, why: String) async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(Array(bytes.utf8))
      let text = client.receive(until: "}")
      #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
      #expect(text.hasSuffix("\r\n\r\n{\"error\":\"\(why)\"}"), "\(text)")
      #expect(text.lowercased().contains("\r\ncontent-type: application/json; charset=utf-8\r\n"))
      #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
      client.finishSending()
      let other = try self.client(#require(server.boundPort(within: 1)))
      try other.send(get("/b"))
      #expect(other.receive(until: "GET /b 0").contains("200 OK"))
      try server.stop()
    }
  }

  /// A request before it is answered first, and by itself.
  @Test func whatIsNoRequestBehindOneThatIs() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(get("/slow") + Array("GARBAGE\r\n\r\n".utf8))
      let text = client.receive(until: "such as GET\"}")
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      let answer = try #require(text.range(of: "GET /slow 0"))
      #expect(text[answer.upperBound...].hasPrefix("HTTP/1.1 400 "), "\(text)")
      try server.stop()
    }
  }

  /// It says so at the length that was announced, and takes nothing of it.
  @Test func aHugeUploadIsRefusedByItsLength() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(
        Array("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n".utf8))
      let text = client.receive(until: "}")
      #expect(text.hasPrefix("HTTP/1.1 413 "))
      #expect(
        text.hasSuffix(
          "{\"error\":\"the body has more than 65536 bytes, which is the most that is taken here\"}"
        ))
      try server.stop()
    }
  }

  /// Without a length it is refused where the limit is passed, though the client goes on sending.
  @Test func aHugeUploadInPiecesIsRefused() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(
        Array("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
      let chunk =
        Array("4000\r\n".utf8) + [UInt8](repeating: 0x61, count: 16_384) + Array("\r\n".utf8)
      for _ in 0..<64 where client.sendWithoutWaiting(chunk) != nil { usleep(1000) }
      #expect(client.receive(until: "}").hasPrefix("HTTP/1.1 413 "))
      try server.stop()
    }
  }

  /// Who sends all of a large file before looking for an answer gets it: as a token that is none does, or a file that is
  /// too large, by its length or in pieces.
  @Test(arguments: [
    ("/refused", "Content-Length: 62914560", "HTTP/1.1 200 OK"),
    ("/a", "Content-Length: 62914560", "HTTP/1.1 413 "),
    ("/refused", "Transfer-Encoding: chunked", "HTTP/1.1 200 OK"),
    ("/a", "Transfer-Encoding: chunked", "HTTP/1.1 413 "),
  ])
  func whoSendsAllFirstGetsTheAnswer(path: String, length: String, status: String) async throws {
    try await offThePool {
      var limits = HTTPLimits()
      // Tests run beside each other.
      limits.linger = .seconds(60)
      limits.lingerPause = .seconds(20)
      limits.body = { $0 == "/refused" ? 1 << 30 : HTTPLimits.usualBody }
      let server = try TestHTTPServer(limits)
      let client = try self.client(#require(try server.start()))
      try client.send(Array("POST \(path) HTTP/1.1\r\nHost: a\r\n\(length)\r\n\r\n".utf8))
      let isChunked = length.hasSuffix("chunked")
      let block = [UInt8](repeating: 0x61, count: 1 << 20)
      let piece = isChunked ? Array("100000\r\n".utf8) + block + Array("\r\n".utf8) : block
      for _ in 0..<60 { try client.send(piece) }
      if isChunked { try client.send(Array("0\r\n\r\n".utf8)) }
      #expect(client.receive(until: path == "/a" ? "}" : "POST /refused").hasPrefix(status))
      if path == "/refused" {
        try client.send(get("/b"))
        #expect(client.receive(until: "GET /b 0").contains("200 OK"))
      }
      try server.stop()
    }
  }

  /// What is sent behind the answer is read for a while, and up to a limit.
  @Test(arguments: ["/refused", "/a"])
  func whoSendsWithoutEndIsCutOff(path: String) async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.lingerBytes = 1 << 20
      limits.body = { $0 == "/refused" ? 1 << 30 : HTTPLimits.usualBody }
      let server = try TestHTTPServer(limits)
      let client = try self.client(#require(try server.start()))
      try client.send(
        Array("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n".utf8))
      _ = client.receive(until: path == "/a" ? "}" : "POST /refused")
      let block = [UInt8](repeating: 0x61, count: 1 << 20)
      #expect(throws: RawClient.Failure.self) {
        for _ in 0..<100 { try client.send(block) }
      }
      try server.stop()
    }
  }

  /// A client of HTTP/1.0 may still send when it has its answer, too.
  @Test func anOldClientGetsTheAnswer() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(
        Array("POST /refused HTTP/1.0\r\nHost: a\r\nContent-Length: 60000\r\n\r\n".utf8))
      usleep(300_000)
      try client.send([UInt8](repeating: 0x61, count: 60_000))
      #expect(client.receive(until: "POST /refused").contains("200 OK"))
      #expect(client.isClosedByServer)
      try server.stop()
    }
  }

  @Test func aBodyWithinTheLimitIsTaken() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let client = try self.client(#require(try server.start()))
      try client.send(
        Array(
          "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\nExpect: 100-continue\r\n\r\n"
            .utf8)
      )
      #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
      try client.send([UInt8](repeating: 0x61, count: 65_536))
      #expect(client.receive(until: "POST /a 65536").contains("200 OK"))
      try server.stop()
    }
  }

  // MARK: - Slow clients

  @Test func aHeadThatDoesNotEndEndsTheConnection() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.head = .milliseconds(200)
      limits.tick = .milliseconds(20)
      let server = try TestHTTPServer(limits)
      let client = try self.client(#require(try server.start()))
      try client.send(Array("GET / HTTP/1.1\r\n".utf8))
      #expect(!client.drips(Array("X: y\r\n".utf8), times: 200) && client.isClosedByServer)
      try server.stop()
    }
  }

  @Test func aBodyThatDripsEndsTheConnection() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.bodyGrace = .milliseconds(200)
      limits.bodyRate = 1_000_000
      limits.tick = .milliseconds(20)
      let server = try TestHTTPServer(limits)
      let client = try self.client(#require(try server.start()))
      try client.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n".utf8))
      #expect(!client.drips([0x61], times: 300))
      try server.stop()
    }
  }

  @Test func aConnectionWithoutRequestsEnds() async throws {
    try await offThePool {
      var limits = HTTPLimits()
      limits.idle = .milliseconds(200)
      limits.tick = .milliseconds(20)
      let server = try TestHTTPServer(limits)
      let client = try self.client(#require(try server.start()))
      try client.send(get("/a"))
      _ = client.receive(until: "GET /a 0")
      #expect(client.isClosedByServer)
      try server.stop()
    }
  }

  // MARK: - Ports

  @Test func anotherPortLeavesConnectionsOpen() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      let first = try #require(try server.start())
      let client = try self.client(first)
      try client.send(get("/a"))
      _ = client.receive(until: "GET /a 0")
      let free = try TestHTTPServer()
      let second = try #require(try free.start())
      try free.stop()
      try server.use(.init(host: "127.0.0.1", port: second))
      for _ in 0..<500 where server.boundPort(within: 0.1) != second { usleep(10_000) }
      #expect(throws: RawClient.Failure.self) { try self.client(first) }
      try client.send(get("/b"))
      #expect(client.receive(until: "GET /b 0").contains("200 OK"))
      let other = try self.client(second)
      try other.send(get("/c"))
      #expect(other.receive(until: "GET /c 0").contains("200 OK"))
      try server.stop()
    }
  }

  @Test func aTakenPortIsNamed() async throws {
    try await offThePool {
      let first = try TestHTTPServer()
      let port = try #require(try first.start())
      let second = try TestHTTPServer()
      try second.use(.init(host: "127.0.0.1", port: port))
      for _ in 0..<500 where second.events.withLock({ $0.isEmpty }) { usleep(10_000) }
      let expected =
        "another program has this port (ss -ltnp 'sport = :\(port)' shows which); stop it, or take another port"
      #expect(second.events.withLock { $0 } == [.cannotListen(expected)])
      try second.stop()
      try first.stop()
    }
  }

  @Test func anAddressThatIsNoneIsNamed() async throws {
    try await offThePool {
      let server = try TestHTTPServer()
      try server.use(.init(host: "here", port: 0))
      for _ in 0..<500 where server.events.withLock({ $0.isEmpty }) { usleep(10_000) }
      #expect(
        server.events.withLock { $0 } == [.cannotListen("'here' is no IPv4 or IPv6 address")])
      try server.stop()
    }
  }
}
