import PeerSupport
import Glibc
import NIOCore
import Testing

@testable import ModbusServer

@Suite struct ListenTests {
  @Test func aTakenPortIsNamedAndTriedAgain() async throws {
    let first = try await TestServer(ModbusServerConfiguration(host: "127.0.0.1", port: 0))
    let second = try await TestServer(
      ModbusServerConfiguration(
        host: "127.0.0.1", port: first.port, retryInterval: .milliseconds(50)))
    #expect(
      second.events.first?.description == """
        Modbus TCP cannot listen on 127.0.0.1:\(first.port): another program has this port \
        (ss -ltnp 'sport = :\(first.port)' shows which); stop it, or change MODBUS_NWPORT; \
        trying again every 50 ms
        """)
    _ = try await second.event {
      if case .cannotListen(_, attempt: 3, _) = $0 { true } else { false }
    }
    try await first.stop()
    let event = try await second.event { if case .listening = $0 { true } else { false } }
    #expect(event.description == "Modbus TCP listens on 127.0.0.1:\(first.port)")
    let client = try RawClient(port: first.port)
    #expect(
      try client.exchange("0001 0000 0006 FF 03 0000 0001") == "000100000005FF03020002")
    try await second.stop()
  }

  @Test func stopClosesConnectionsAndFreesThePort() async throws {
    let server = try await TestServer(ModbusServerConfiguration(host: "127.0.0.1", port: 0))
    let client = try RawClient(port: server.port)
    #expect(
      try client.exchange("0001 0000 0006 FF 03 0000 0001") == "000100000005FF03020002")
    try await server.stop()
    #expect(client.isClosedByServer)
    #expect(throws: RawClient.Failure.self) { try RawClient(port: server.port) }
  }

  @Test func messages() {
    func message(_ port: Int, _ error: any Error, host: String = "0.0.0.0") -> String {
      ListenFailure(host: host, port: port, error: error).description
    }
    let denied = IOError(errnoCode: EACCES, reason: "bind")
    #expect(
      message(502, denied) == """
        Modbus TCP cannot listen on 0.0.0.0:502: ports below 1024 need the capability \
        CAP_NET_BIND_SERVICE; grant it, or set MODBUS_NWPORT to 1024 or above
        """)
    #expect(
      message(502, IOError(errnoCode: EADDRNOTAVAIL, reason: "bind"), host: "192.0.2.7")
        == "Modbus TCP cannot listen on 192.0.2.7:502: this machine does not have the address 192.0.2.7"
    )
    #expect(
      message(1502, denied, host: "::").hasPrefix("Modbus TCP cannot listen on [::]:1502: bind"))
  }

  @Test func whatCannotWorkIsSaid() async throws {
    let name = try await TestServer(ModbusServerConfiguration(host: "gateway", port: 0))
    #expect(
      name.events.first?.description == """
        Modbus TCP cannot listen on gateway:0: 'gateway' is no IPv4 or IPv6 address; \
        trying again every 5 s
        """)
    try await name.stop()
    let port = try await TestServer(ModbusServerConfiguration(host: "127.0.0.1", port: 65_536))
    #expect(
      port.events.first?.description == """
        Modbus TCP cannot listen on 127.0.0.1:65536: a port is a number of 0–65535; \
        trying again every 5 s
        """)
    try await port.stop()
  }
}
