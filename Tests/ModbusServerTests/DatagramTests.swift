import Bytes
import Glibc
import Modbus
import ModbusServer
import PeerSupport
import Testing

/// Modbus UDP on the loopback interface.
@Suite(.ownThread) struct DatagramTests {
  private static let hasPymodbus =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client"]))?.status == 0

  private func serve(
    host: String = "127.0.0.1", _ body: (TestServer) async throws -> Void
  ) async throws {
    try await TestServer.run(
      {
        $0.host = host
        $0.servesTCP = false
        $0.servesUDP = true
      }, body)
  }

  private static let request = "0001 0000 0006 FF 03 0000 000A"

  @Test func aRequestGetsItsAnswerFromTheAddressItWentTo() async throws {
    try await serve(host: "0.0.0.0") { server in
      for address in ["127.0.0.1", "127.0.0.2"] {
        // A connected socket takes datagrams of that address only.
        let client = try DatagramClient(address, server.port)
        client.send(try Hex.decode(Self.request))
        let expected = ProtocolTests.answer(1, ProtocolTests.example.prefix(20))
        #expect(client.receive() == expected, "\(address)")
      }
    }
  }

  @Test func whatIsNoRequestGetsNoAnswer() async throws {
    let wrong = [
      "", "00", "0001 0000 0006 FF 03 0000 00", "0001 0001 0006 FF 03 0000 000A",
      "0001 0000 0001 01", "0001 0000 0006 FF 03 0000 000A 00",
      Self.request + Self.request, String(repeating: "00", count: 2000),
    ]
    try await serve { server in
      let client = try DatagramClient("127.0.0.1", server.port)
      for hex in wrong { client.send(try Hex.decode(hex)) }
      client.send(try Hex.decode(Self.request))
      #expect(client.receive().prefix(2) == [0, 1], "the first answer is to the last datagram")
      #expect(client.receive(milliseconds: 100) == [])
      #expect(try await server.ignoredDatagrams() == wrong.count)
      let statistics = try await server.statistics { $0.total.requests == 1 }
      #expect(statistics.total.bytesOut == 29)
    }
  }

  @Test func exceptionsGoToWhoAsked() async throws {
    try await serve { server in
      let clients = try (0..<20).map { _ in try DatagramClient("127.0.0.1", server.port) }
      for (index, client) in clients.enumerated() {
        client.send([0, UInt8(index), 0, 0, 0, 6, 1, 3, 0xFF, 0xFF, 0, 2])
      }
      for (index, client) in clients.enumerated() {
        #expect(client.receive() == [0, UInt8(index), 0, 0, 0, 3, 1, 0x83, 2])
      }
    }
  }

  @Test func aPortThatIsTakenIsNamed() async throws {
    try await serve { server in
      var configuration = ModbusServerConfiguration(
        host: "127.0.0.1", port: server.port, retryInterval: .milliseconds(20))
      configuration.servesTCP = false
      configuration.servesUDP = true
      let second = try await TestServer(configuration)
      let event = try await second.event { if case .cannotListen = $0 { true } else { false } }
      #expect(
        "\(event)" == """
          Modbus UDP cannot listen on 127.0.0.1:\(server.port): another program has this port \
          (ss -lunp 'sport = :\(server.port)' shows which); stop it, or change MODBUS_NWPORT; trying \
          again every 20 ms
          """)
      try await second.stop()
    }
  }

  private static let script = """
    import sys
    from pymodbus.client import ModbusUdpClient
    client = ModbusUdpClient("127.0.0.1", port=int(sys.argv[1]), retries=0, timeout=5)
    assert client.connect()
    for number in range(1000):
        answer = client.read_holding_registers(0, count=125, device_id=1)
        assert not answer.isError(), answer
    print("registers", *answer.registers[:30])
    print("refused", client.read_holding_registers(65535, count=1, device_id=1).exception_code)
    """

  @Test(.enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"))
  func pymodbus() async throws {
    try await serve { server in
      let output = try await PeerProcess.finish(
        PeerProcess.python, ["-c", Self.script, "\(server.port)"])
      let registers = TestServer.registers.map(String.init).joined(separator: " ")
      #expect(
        output.standardOutput == "registers \(registers)\nrefused 2\n", "\(output.standardError)")
    }
  }
}

/// A UDP socket that talks to one address.
final class DatagramClient {
  private let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)

  init(_ host: String, _ port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(code: errno) }
  }

  struct Failure: Error { let code: Int32 }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, 0) }

  /// One datagram; empty when none comes.
  func receive(milliseconds: Int32 = 5000) -> [UInt8] {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(count, 0)))
  }
}
