import PeerSupport
import Bytes
import ModbusServer
import NIOCore
import Testing

@Suite struct ConnectionTests {
  private func serves(_ client: RawClient) throws -> Bool {
    try client.exchange("0001 0000 0006 FF 03 0000 0001") == "000100000005FF03020002"
  }

  /// MUC500 manual 1.1, ch. 11.1: beyond the limit the oldest connection goes.
  @Test func theNewcomerWins() async throws {
    try await TestServer.run {
      $0.maximumConnections = 2
    } _: { server in
      let first = try RawClient(port: server.port)
      #expect(try serves(first))
      let second = try RawClient(port: server.port)
      #expect(try serves(second))
      #expect(try serves(first), "activity does not make it younger")
      let third = try RawClient(port: server.port)
      #expect(try serves(third))
      #expect(first.isClosedByServer)
      #expect(try serves(second))
      let event = try await server.event { if case .dropped = $0 { true } else { false } }
      #expect(
        event.description.hasSuffix(
          "disconnected: a newer client took its place, MODBUS_MAXCONNECTIONS is 2"))
      let fourth = try RawClient(port: server.port)
      #expect(try serves(fourth))
      #expect(second.isClosedByServer)
      #expect(try serves(third))
      #expect(try await server.connectionCount() == 2)
    }
  }

  @Test func noLimit() async throws {
    try await TestServer.run {
      $0.maximumConnections = 0
    } _: { server in
      let clients = try (0..<250).map { _ in try RawClient(port: server.port) }
      for client in clients { #expect(try serves(client)) }
      #expect(try await server.connectionCount() == 250)
    }
  }

  /// What keeps a connection alive is a whole request, not a byte now and then.
  @Test func anIdleConnectionIsClosed() async throws {
    try await TestServer.run {
      $0.disconnectTimeout = .milliseconds(200)
    } _: { server in
      let idle = try RawClient(port: server.port)
      let half = try RawClient(port: server.port)
      let longest = try Hex.decode("0001 0000 00FE FF 10") + [UInt8](repeating: 0, count: 100)
      for byte in longest {
        guard half.sendWithoutWaiting([byte]) != nil else { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(half.isClosedByServer)
      #expect(idle.isClosedByServer)
      #expect(server.events.count { $0.isIdle } == 2)
      let event = try await server.event { $0.isIdle }
      #expect(event.description.hasSuffix("no request within MODBUS_DISCONNECTTIMEOUT"))
    }
  }

  /// Requests without end, and answers that nobody takes: the server stops reading, then closes,
  /// and serves the others meanwhile.
  @Test func aClientThatDoesNotReadIsClosed() async throws {
    try await TestServer.run {
      $0.stallTimeout = .milliseconds(500)
    } _: { server in
      let deaf = try RawClient(port: server.port, receiveBuffer: 4096)
      let other = try RawClient(port: server.port)
      let requests = try (0..<100).flatMap { _ in try Hex.decode("0001 0000 0006 FF 03 0000 007D") }
      var sent = 0
      for _ in 0..<2000 {
        guard let count = deaf.sendWithoutWaiting(requests) else { break }
        sent += count
        if count == 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try serves(other))
        if server.events.contains(where: { $0.isStall }) { break }
      }
      let event = try await server.event { $0.isStall }
      #expect(event.description.hasSuffix("disconnected: it does not read its answers"))
      // 12 bytes ask for 259: the system's buffers hold some megabytes of either, and no more.
      #expect(sent < 40_000_000)
      #expect(try serves(other))
    }
  }

  @Test func aSlowReaderGetsEverything() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      let requests = 20_000
      let one = try Hex.decode("0001 0000 0006 FF 03 0000 007D")
      var toSend = (0..<requests).flatMap { _ in one }[...]
      var received = 0
      while received < requests * 259 {
        if !toSend.isEmpty {
          toSend = toSend.dropFirst(client.sendWithoutWaiting(Array(toSend.prefix(8000))) ?? 0)
        }
        let piece = client.receiveOnce(50_000)
        guard !piece.isEmpty else { break }
        received += piece.count
      }
      #expect(received == requests * 259)
    }
  }
}

extension ModbusServerEvent {
  fileprivate var isStall: Bool {
    if case .dropped(_, .stalled) = self { true } else { false }
  }

  fileprivate var isIdle: Bool {
    if case .dropped(_, .idle) = self { true } else { false }
  }
}
