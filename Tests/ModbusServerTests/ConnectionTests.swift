import Bytes
import Glibc
import ModbusServer
import NIOCore
import PeerSupport
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

  /// A byte now and then is no request: neither for a new connection nor for one that has had one.
  @Test func aConnectionWithoutRequestsIsClosed() async throws {
    try await TestServer.run {
      $0.connectionTimeout = .milliseconds(1500)
      $0.disconnectTimeout = .milliseconds(1600)
    } _: { server in
      let mute = try RawClient(port: server.port)
      let half = try RawClient(port: server.port)
      let idle = try RawClient(port: server.port)
      #expect(try serves(idle))
      let longest = try Hex.decode("0001 0000 00FE FF 10") + [UInt8](repeating: 0, count: 100)
      for byte in longest {
        guard half.sendWithoutWaiting([byte]) != nil, idle.sendWithoutWaiting([byte]) != nil else {
          break
        }
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(half.isClosedByServer)
      #expect(mute.isClosedByServer)
      #expect(idle.isClosedByServer)
      let statistics = try await server.statistics { $0.connections.isEmpty }
      #expect(statistics.dropped[.mute] == 2)
      #expect(statistics.dropped[.idle] == 1)
      let first = try await server.event { $0.isDropped(.mute) }
      #expect(
        first.description.hasSuffix(
          "no request since it connected, within MODBUS_CONNECTIONTIMEOUT"))
      let later = try await server.event { $0.isDropped(.idle) }
      #expect(later.description.hasSuffix("no request within MODBUS_DISCONNECTTIMEOUT"))
    }
  }

  /// The two timeouts are each other's none: 0 is never.
  @Test func aTimeoutOfZeroIsNever() async throws {
    try await TestServer.run {
      $0.connectionTimeout = .zero
      $0.disconnectTimeout = .milliseconds(100)
    } _: { server in
      let mute = try RawClient(port: server.port)
      let idle = try RawClient(port: server.port)
      #expect(try serves(idle))
      #expect(idle.isClosedByServer)
      #expect(try serves(mute))
    }
  }

  /// A client whose cable is pulled does not say goodbye: the system asks for it.
  @Test func vanishedClientsAreAskedFor() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      #expect(try serves(client))
      let descriptor = try #require(server.accepted.first)
      func option(_ level: CInt, _ name: CInt) -> CInt {
        var value: CInt = -1
        var size = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, level, name, &value, &size) == 0 ? value : -1
      }
      let tcp = CInt(IPPROTO_TCP)
      #expect(option(SOL_SOCKET, SO_KEEPALIVE) == 1)
      #expect(option(tcp, TCP_KEEPIDLE) == 60)
      #expect(option(tcp, TCP_KEEPINTVL) == 10)
      #expect(option(tcp, TCP_KEEPCNT) == 3)
      #expect(option(tcp, TCP_USER_TIMEOUT) == 90_000)
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
        // Each within the five seconds of the client.
        #expect(try serves(other))
        if server.events.contains(where: { $0.isStall }) { break }
      }
      let event = try await server.event { $0.isStall }
      #expect(event.description.hasSuffix("disconnected: it does not read its answers"))
      // 12 bytes ask for 259: the system's buffers hold some megabytes of either, and no more.
      #expect(sent < 40_000_000)
      let statistics = try await server.statistics { $0.connections.count == 1 }
      #expect(statistics.dropped == [.stalled: 1])
      #expect(statistics.total.bytesOut < 40_000_000)
      #expect(try serves(other))
    }
  }

  @Test func aSlowReaderGetsEverything() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      let requests = 20_000
      var toSend = (0..<UInt16(requests)).flatMap { ProtocolTests.read($0, 0, 125) }[...]
      var received: [UInt8] = []
      while received.count < requests * 259 {
        if !toSend.isEmpty {
          toSend = toSend.dropFirst(client.sendWithoutWaiting(Array(toSend.prefix(8000))) ?? 0)
        }
        let piece = client.receiveOnce(50_000)
        guard !piece.isEmpty else { break }
        received += piece
      }
      #expect(received.count == requests * 259)
      // What went to the socket and what waited in the channel are in order.
      let transactions = stride(from: 0, to: received.count, by: 259).map {
        UInt16(received[$0]) << 8 | UInt16(received[$0 + 1])
      }
      #expect(transactions == Array(0..<UInt16(requests)))
    }
  }
}

extension ModbusServerEvent {
  fileprivate var isStall: Bool {
    if case .dropped(_, .stalled) = self { true } else { false }
  }

  fileprivate func isDropped(_ kind: DropReason.Kind) -> Bool {
    if case .dropped(_, let reason) = self { reason.kind == kind } else { false }
  }
}
