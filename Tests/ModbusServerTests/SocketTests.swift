import Bytes
import CEpoll
import Glibc
import Modbus
import NIOCore
import NIOEmbedded
import PeerSupport
import RegisterMap
import Testing
import Time

@testable import ModbusServer

/// Clients of plain Modbus TCP, whose sockets a thread reads and writes.
@Suite(.ownThread) struct SocketTests {
  private func reads(_ numbers: Range<UInt16>) -> [UInt8] {
    numbers.flatMap { ProtocolTests.read($0, 0, 30) }
  }

  private func answers(_ numbers: Range<UInt16>) -> [UInt8] {
    numbers.flatMap { ProtocolTests.answer($0, ProtocolTests.example[...]) }
  }

  /// Whoever says that nothing more will come gets the answers to what came, then the end.
  @Test func answersArriveAfterTheClientsEnd() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try client.send(reads(0..<5) + [0, 5, 0, 0])
      client.finishSending()
      #expect(client.receive(10_000) == answers(0..<5))
      let statistics = try await server.statistics { $0.connections.isEmpty }
      #expect(statistics.dropped == [:])
      #expect(statistics.total.requests == 5)
    }
  }

  /// The same when more answers wait than the system takes: all of them, in order.
  @Test func waitingAnswersArriveAfterTheClientsEnd() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      let requests = (0..<UInt16(3000)).flatMap { ProtocolTests.read($0, 0, 125) }
      var rest = requests[...]
      var received: [UInt8] = []
      while !rest.isEmpty {
        let sent = try #require(client.sendWithoutWaiting(Array(rest.prefix(8000))))
        rest = rest.dropFirst(sent)
        if sent == 0 { received += client.receiveOnce(10_000) }
      }
      client.finishSending()
      received += client.receive(3000 * 259 - received.count + 1)
      #expect(received.count == 3000 * 259)
      let transactions = stride(from: 0, to: received.count, by: 259).map {
        UInt16(received[$0]) << 8 | UInt16(received[$0 + 1])
      }
      #expect(transactions == Array(0..<3000))
    }
  }

  /// What came before the fault is answered before the connection ends.
  @Test func answersBeforeAFault() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try client.send(reads(0..<3) + [0, 4, 0, 1])
      #expect(client.receive(10_000) == answers(0..<3))
      let event = try await server.event { if case .dropped = $0 { true } else { false } }
      #expect(
        event.description.hasSuffix(
          "disconnected: no Modbus TCP frame: protocol identifier 1 in bytes 2–3 of the header, only 0 is Modbus"
        ))
    }
  }

  /// Byte by byte and in pieces that end anywhere.
  @Test func requestsInPieces() async throws {
    try await TestServer.run { server in
      let requests = reads(0..<12)
      for size in [1, 5, 7, 13, 29] {
        let client = try RawClient(port: server.port)
        for start in stride(from: 0, to: requests.count, by: size) {
          try client.send(Array(requests[start..<min(start + size, requests.count)]))
          if size == 1 { usleep(200) }
        }
        let expected = answers(0..<12)
        #expect(client.receive(expected.count) == expected, "\(size)")
      }
    }
  }

  /// Connections come and go while others send: everybody gets his own answers, and all are counted.
  @Test func descriptorsAreUsedAgain() async throws {
    try await TestServer.run {
      $0.maximumConnections = 0
    } _: { server in
      let port = server.port
      let clients = (UInt16(0)..<4).map { task in
        InBackground {
          (0..<200 as Range<UInt16>).count { Self.isAnswered(port, task * 1000 + $0) }
        }
      }
      var right = 0
      for client in clients { right += try await client.end() }
      #expect(right == 4 * 160)
      let statistics = try await server.statistics { $0.connections.isEmpty }
      #expect(statistics.connectionsMade >= 4 * 160)
      #expect(statistics.total.requests >= 4 * 160)
      #expect(statistics.total.bytesIn % 12 == 0)
    }
  }

  /// Whether a client gets what it asks for; every fifth leaves without its answers.
  private static func isAnswered(_ port: Int, _ number: UInt16) -> Bool {
    let count = 1 + number % 3
    let requests = (0..<count).flatMap { _ in ProtocolTests.read(number, 0, 30) }
    guard let client = try? RawClient(port: port), (try? client.send(requests)) != nil,
      number % 5 != 0
    else { return false }
    let expected = (0..<count).flatMap { _ in
      ProtocolTests.answer(number, ProtocolTests.example[...])
    }
    return client.receive(expected.count) == expected
  }

  /// A descriptor that somebody else has, too, such as a child process before it runs its program: its events
  /// reach nobody once the connection has ended, and certainly not the successor with the same number.
  @Test func aDescriptorThatLivesOn() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      #expect(try client.exchange("0001 0000 0006 FF 03 0000 0001") == "000100000005FF03020002")
      let number = try #require(server.accepted.first)
      let other = fcntl(number, F_DUPFD_CLOEXEC, 0)
      defer { close(other) }
      client.finishSending()
      _ = try await server.statistics { $0.connections.isEmpty }
      // The socket is readable still: its end was never read by the other one.
      let next = try (0..<3).map { _ in try RawClient(port: server.port) }
      for _ in 0..<50 {
        for client in next {
          #expect(try client.exchange("0002 0000 0006 FF 03 0000 0001") == "000200000005FF03020002")
        }
      }
      #expect(try await server.connectionCount() == 3)
    }
  }

  /// All that anybody has got was counted before the end, and nothing comes after it.
  @Test func stopWhileClientsSend() async throws {
    for _ in 0..<5 {
      let server = try await TestServer(
        ModbusServerConfiguration(host: "127.0.0.1", port: 0, maximumConnections: 0))
      let port = server.port
      let flood = (0..<50).flatMap { _ in ProtocolTests.read(1, 0, 125) }
      let clients = (0..<8).map { _ in
        InBackground {
          guard let client = try? RawClient(port: port) else { return 0 }
          var received = 0
          while client.sendWithoutWaiting(flood) != nil {
            let piece = client.receiveOnce(20_000)
            if piece.isEmpty { break }
            received += piece.count
          }
          return received
        }
      }
      _ = try await server.statistics { $0.total.requests > 1000 }
      try await server.stopServer()
      let atTheEnd = try await server.statistics()
      #expect(atTheEnd.connections == [])
      var received = 0
      for client in clients { received += try await client.end() }
      #expect(received > 0 && received <= atTheEnd.total.bytesOut)
      #expect(try await server.statistics() == atTheEnd)
      try await server.shutDown()
    }
  }

  /// Two values are always changed together; no answer has only one of them.
  @Test func aReaderNeverSeesHalfOfAnUpdate() async throws {
    try await TestServer.run { server in
      let registers = server.registers
      @Sendable func change(to number: Int64) {
        var bank = registers.bank
        for address in [20, 380] {
          bank.patch(
            ValueEntry(integer: number, float: 0, scale: 0, unit: 0, meterTime: 0),
            at: RegisterAddress(address))
        }
        registers.serve(bank)
      }
      // The reader may be at work before the other thread is.
      change(to: 0)
      let isOver = Whistle()
      let writer = InBackground {
        var number: Int64 = 0
        while !isOver.isBlown {
          number += 1
          change(to: number)
        }
        return number
      }
      let client = try RawClient(port: server.port)
      let request = try Hex.decode("0001 0000 0006 FF 03 0014 0004 0002 0000 0006 FF 03 017C 0004")
      let end = NIODeadline.now() + .seconds(1)
      var seen: Set<[UInt8]> = []
      var torn = 0
      while NIODeadline.now() < end {
        try client.send(request)
        let both = client.receive(34)
        guard both.count == 34 else { break }
        if both[9..<17] != both[26..<34] { torn += 1 }
        seen.insert(Array(both[9..<17]))
      }
      isOver.blow()
      let changes = try await writer.end()
      #expect(torn == 0)
      #expect(seen.count > 10 && changes > 10)
    }
  }

  /// Tags come back as they were given, whatever the layout of the system's own structure.
  @Test func tagsAreWhole() {
    let epoll = epoll_open()
    let descriptors = (0..<3).map { _ in wake_open() }
    defer { for descriptor in descriptors + [epoll] { close(descriptor) } }
    let tags: [UInt64] = [.max, 0x0123_4567_89AB_CDEF, 0]
    for (descriptor, tag) in zip(descriptors, tags) {
      #expect(epoll_watch(epoll, descriptor, tag, true, false) == 0)
      #expect(wake_up(descriptor) == 0)
    }
    var ready = [UInt64](repeating: 7, count: 4)
    #expect(epoll_await(epoll, &ready, 4) == 3)
    #expect(Set(ready) == Set(tags + [7]))
    #expect(wake_clear(descriptors[0]) == 0)
    #expect(epoll_forget(epoll, descriptors[1]) == 0)
    #expect(epoll_await(epoll, &ready, 4) == 1)
    #expect(ready[0] == 0)
  }
}

/// How a socket is taken out of its channel.
@Suite(.ownThread) struct SocketHandoverTests {
  private final class Asked {
    var times = 0
    var canMakeRoom = true
    var taken = 0
  }

  /// A channel without a socket gives none, as the system does without descriptors.
  private func makeChannel(_ asked: Asked) throws -> EmbeddedChannel {
    let handover = SocketHandover(
      makeRoom: {
        asked.times += 1
        return asked.canMakeRoom
      }, take: { _, _ in asked.taken += 1 })
    let channel = EmbeddedChannel(handler: handover)
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    return channel
  }

  @Test func withoutDescriptorsRoomIsMade() throws {
    let asked = Asked()
    let channel = try makeChannel(asked)
    #expect(asked.times == 1 && channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(30))
    #expect(asked.times == 4 && channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive, "not for ever")
    #expect(asked.taken == 0)
  }

  @Test func whereThereIsNoRoomTheNewcomerGoes() throws {
    let asked = Asked()
    asked.canMakeRoom = false
    let channel = try makeChannel(asked)
    #expect(asked.times == 1 && !channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(asked.times == 1)
  }
}
