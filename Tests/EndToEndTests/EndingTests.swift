import Foundation
import PeerSupport
import Testing

/// How a gateway ends, and begins anew, with everybody still there.
@Suite(.serialized, .ownThread) struct EndingTests {
  /// A program that may do everything: its token is "abc", whose SHA-256 is that of FIPS 180-2, appendix B.1.
  private static let tokens = """
    [robot]
    SHA256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
    READ=ALL
    WRITE=ALL
    CREATED=1795305600

    """

  private func bench(_ bus: Int) throws -> Workbench {
    let bench = try Workbench()
    try FileManager.default.createDirectory(
      at: bench.folder.appendingPathComponent("keys"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try bench.write("keys/tokens", Self.tokens)
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(bus)
      MBUS_BAUDRATE=38400
      MUC_LOG=ALL
      MODBUS_ENABLE=1
      MODBUS_IP=127.0.0.1
      MODBUS_NWPORT=0
      [WEB]
      IP=127.0.0.1
      HTTP_PORT=0
      HTTPS_PORT=0

      """)
    return bench
  }

  private static func port(_ gateway: RunningPeer, after mark: String) -> Int? {
    let line = gateway.standardOutput.split(separator: "\n").last ?? ""
    guard let range = line.range(of: mark) else { return nil }
    return Int(line[range.upperBound...].prefix(while: \.isNumber))
  }

  private static func get(_ path: String, _ method: String = "GET") -> [UInt8] {
    Array("\(method) /api/v1/\(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer abc\r\n\r\n".utf8)
  }

  /// Everybody who can be there: event streams, of which one is not read, a file that is being brought, Modbus clients.
  private func crowd(_ gateway: RunningPeer) throws -> [RawClient] {
    let page = try #require(Self.port(gateway, after: "web=http://127.0.0.1:"))
    let modbus = try #require(Self.port(gateway, after: "modbus=127.0.0.1:"))
    let streams = try (0..<4).map { _ in try RawClient(port: page) }
    for stream in streams { try stream.send(Self.get("events")) }
    for stream in streams.dropLast() {
      #expect(stream.receive(until: "event: meters").contains("event: meters"))
    }
    let upload = try RawClient(port: page)
    try upload.send(
      Array(
        ("POST /api/v1/config/import HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer abc\r\n"
          + "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n").utf8))
    #expect(upload.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
    let clients = try (0..<4).map { _ in try RawClient(port: modbus) }
    for client in clients { #expect(try client.exchange("0001 0000 0006 FF 03 0000 0001") != "") }
    return streams + [upload] + clients
  }

  /// SIGTERM in the middle of a scan: what was found is saved.
  @Test func itEndsSoonWithItsListSaved() throws {
    let bus = try Workbench()
    let line = try #require(
      try bus.startSimulator(["--meters", "60", "--baud", "2400"]))
    let bench = try bench(line)
    let gateway = try bench.startGateway(["--scan"], withPage: true).peer
    let crowd = try crowd(gateway)
    #expect(gateway.waitForErrors(containing: "event=scan-found", timeout: 60))
    let begin = Date()
    #expect(gateway.stop() == 0)
    #expect(Date().timeIntervalSince(begin) < 2)
    #expect(try bench.read("Device_Handle.cfg").contains("<serial>"))
    #expect(!gateway.standardError.contains("ERROR"), "\(gateway.standardError)")
    withExtendedLifetime((crowd, bus)) {}
  }

  /// SwiftNIO complains where something still works for a loop that is gone.
  @Test func itBeginsAnewWithNothingLeft() throws {
    let bus = try Workbench()
    let line = try #require(try bus.startSimulator(["--meters", "3", "--baud", "38400"]))
    let bench = try bench(line)
    let gateway = try bench.startGateway(["--scan"], withPage: true).peer
    for round in 1...3 {
      let crowd = try crowd(gateway)
      let page = try RawClient(
        port: #require(Self.port(gateway, after: "web=http://127.0.0.1:")))
      try page.send(Self.get("service/restart", "POST"))
      #expect(page.receive(until: "}").contains("the gateway restarts"))
      #expect(
        eventually { gateway.standardOutput.split(separator: "\n").count == round + 1 })
      withExtendedLifetime(crowd) {}
    }
    #expect(gateway.stop() == 0)
    #expect(!gateway.standardError.contains("ERROR"), "\(gateway.standardError)")
    withExtendedLifetime(bus) {}
  }

  /// SIGTERM ends the process whenever it comes: before its end, in the middle of it, while the new one begins.
  @Test(arguments: [0, 1, 2, 5, 10, 20, 50, 100, 200, 400])
  func aSignalWhileItBeginsAnewIsNotLost(milliseconds: UInt32) throws {
    let bus = try Workbench()
    let line = try #require(try bus.startSimulator(["--meters", "1", "--baud", "38400"]))
    let bench = try bench(line)
    let gateway = try bench.startGateway(withPage: true).peer
    let page = try RawClient(port: #require(Self.port(gateway, after: "web=http://127.0.0.1:")))
    try page.send(Self.get("service/restart", "POST"))
    #expect(page.receive(until: "}").contains("the gateway restarts"))
    usleep(milliseconds * 1000)
    // By itself, or by the signal where nobody listens to it yet.
    #expect([0, SIGTERM].contains(gateway.stop()))
    withExtendedLifetime(bus) {}
  }
}
