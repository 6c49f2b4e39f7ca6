import Glibc
import ModbusServer
import NIOCore
import PeerSupport
import Testing

/// Another address or port while the server runs.
@Suite struct ReconfigureTests {
  private static let request = "0001 0000 0006 FF 03 0000 0001"
  private static let response = "000100000005FF03020002"

  private func at(_ host: String, _ port: Int) -> ModbusServerConfiguration {
    ModbusServerConfiguration(host: host, port: port, retryInterval: .milliseconds(50))
  }

  private func failures(_ server: TestServer) -> [String] {
    server.events.filter { if case .cannotListen = $0 { true } else { false } }.map(\.description)
  }

  private func listening(_ server: TestServer, _ host: String, _ port: Int) async throws {
    _ = try await server.event { $0 == .listening(host: host, port: port) }
  }

  private func count(_ server: TestServer, _ host: String, _ port: Int) -> Int {
    server.events.count { $0 == .listening(host: host, port: port) }
  }

  static let hasIPv6: Bool = {
    let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }()

  /// A program that another test starts at this moment has our sockets until it is itself, and with them
  /// the port that was given up. That is over at the next attempt; a port that is not given up never is.
  private static let portsHeldByChildren = 2

  @Test func anotherHostOnTheSamePort() async throws {
    let port = try await TestServer.freePort()
    let server = try await TestServer(at("0.0.0.0", port))
    let client = try RawClient(port: port)
    #expect(try client.exchange(Self.request) == Self.response)
    try await server.reconfigure(to: at("127.0.0.1", port))
    try await listening(server, "127.0.0.1", port)
    #expect(try client.exchange(Self.request) == Self.response)
    #expect(try RawClient(port: port).exchange(Self.request) == Self.response)
    // The new address is really in force: the client's is none of it, once no program that is being started has it.
    try await server.reconfigure(to: at("127.0.0.2", port))
    try await listening(server, "127.0.0.2", port)
    PeerProcess.waitForStarts()
    #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
    #expect(try client.exchange(Self.request) == Self.response)
    #expect(failures(server).count <= Self.portsHeldByChildren)
    try await server.stop()
  }

  @Test(.enabled(if: hasIPv6, "there is no IPv6 here"))
  func allOfIPv4AndAllOfIPv6() async throws {
    let port = try await TestServer.freePort()
    let server = try await TestServer(at("0.0.0.0", port))
    let client = try RawClient(port: port)
    // Whom nobody has accepted yet would go with the place where it came.
    #expect(try client.exchange(Self.request) == Self.response)
    try await server.reconfigure(to: at("::", port))
    try await listening(server, "::", port)
    try await server.reconfigure(to: at("0.0.0.0", port))
    _ = try await server.event { _ in count(server, "0.0.0.0", port) == 2 }
    #expect(try client.exchange(Self.request) == Self.response)
    #expect(failures(server).count <= Self.portsHeldByChildren)
    try await server.stop()
  }

  /// The port so far is given up only for an address that could be one.
  @Test func anImpossibleHostCostsNothing() async throws {
    let port = try await TestServer.freePort()
    let server = try await TestServer(at("127.0.0.1", port))
    try await server.reconfigure(to: at("gateway", port))
    _ = try await server.event { if case .cannotListen = $0 { true } else { false } }
    #expect(try RawClient(port: port).exchange(Self.request) == Self.response)
    try await server.stop()
  }

  @Test func anAddressThatIsNotThereIsTriedAgain() async throws {
    let port = try await TestServer.freePort()
    let server = try await TestServer(at("127.0.0.1", port))
    try await server.reconfigure(to: at("192.0.2.7", port))
    let third = try await server.event {
      if case .cannotListen(_, attempt: 3, _) = $0 { true } else { false }
    }
    #expect(
      third.description == """
        Modbus TCP cannot listen on 192.0.2.7:\(port): this machine does not have the address \
        192.0.2.7; trying again every 50 ms
        """)
    try await server.reconfigure(to: at("127.0.0.1", port))
    _ = try await server.event { _ in count(server, "127.0.0.1", port) == 2 }
    #expect(try RawClient(port: port).exchange(Self.request) == Self.response)
    try await server.stop()
  }

  @Test func backFromAPortThatIsTaken() async throws {
    let other = try await TestServer(at("127.0.0.1", 0))
    let port = try await TestServer.freePort()
    let server = try await TestServer(at("127.0.0.1", port))
    let client = try RawClient(port: port)
    try await server.reconfigure(to: at("127.0.0.1", other.port))
    _ = try await server.event {
      if case .cannotListen(_, attempt: 2, _) = $0 { true } else { false }
    }
    try await server.reconfigure(to: at("127.0.0.1", port))
    _ = try await server.event { _ in count(server, "127.0.0.1", port) == 2 }
    let before = failures(server)
    #expect(before.allSatisfy { $0.contains(":\(other.port): another program has this port") })
    // Nothing is tried any more: not when the port is free, either.
    try await other.stop()
    try await Task.sleep(for: .milliseconds(200))
    #expect(failures(server) == before)
    #expect(throws: RawClient.Failure.self) { try RawClient(port: other.port) }
    #expect(try client.exchange(Self.request) == Self.response)
    #expect(try RawClient(port: port).exchange(Self.request) == Self.response)
    try await server.stop()
  }

  /// The port that the system chose is known as what it is.
  @Test func thePortThatItHas() async throws {
    let server = try await TestServer(at("127.0.0.1", 0))
    try await server.reconfigure(to: at("127.0.0.1", server.port))
    _ = try await server.event { _ in count(server, "127.0.0.1", server.port) == 2 }
    #expect(failures(server) == [])
    #expect(try RawClient(port: server.port).exchange(Self.request) == Self.response)
    try await server.stop()
  }

  @Test func oneChangeRightAfterTheOther() async throws {
    let first = try await TestServer.freePort()
    let second = try await TestServer.freePort()
    try #require(first != second)
    let server = try await TestServer(at("127.0.0.1", first))
    let client = try RawClient(port: first)
    // A connection that waits to be accepted goes with the port that it was made to.
    while try await server.connectionCount() == 0 { try await Task.sleep(for: .milliseconds(5)) }
    try await server.reconfigure(
      to: at("0.0.0.0", second), at("127.0.0.2", second), at("127.0.0.1", second))
    try await listening(server, "127.0.0.1", second)
    #expect(try RawClient(port: second).exchange(Self.request) == Self.response)
    #expect(throws: RawClient.Failure.self) { try RawClient(port: first) }
    // There and back: the second port is not left behind.
    try await server.reconfigure(to: at("127.0.0.1", first), at("127.0.0.1", second))
    _ = try await server.event { _ in count(server, "127.0.0.1", second) == 2 }
    try await Task.sleep(for: .milliseconds(100))
    #expect(throws: RawClient.Failure.self) { try RawClient(port: first) }
    #expect(try RawClient(port: second).exchange(Self.request) == Self.response)
    #expect(try client.exchange(Self.request) == Self.response)
    #expect(failures(server).count <= Self.portsHeldByChildren)
    try await server.stop()
    #expect(throws: RawClient.Failure.self) { try RawClient(port: second) }
  }
}
