import Foundation
import ModbusServer
import PeerSupport
import Testing

/// Many at the door of Modbus/TCP Security, through sockets: clients that come back together, and
/// strangers that begin handshakes and do not end them.
@Suite(
  .ownThread,
  .enabled(if: TestCertificates.isPossible, "openssl is not installed (Debian package openssl)"))
struct HandshakeCrowdTests {
  /// Opens clients from an address of the loopback network all at once, each with a read within a timeout,
  /// and keeps them until all have read; prints how many got their answer, and when the last one did.
  private static let clients = """
    import selectors, socket, ssl, sys, threading, time
    port, folder, count, source = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    context = ssl.create_default_context(cafile=folder + "/ca.pem")
    context.check_hostname = False
    context.load_cert_chain(folder + "/viewer.pem", folder + "/viewer.key")
    start, good, kept, faults, lock = time.monotonic(), [], [], [], threading.Lock()
    def one():
        try:
            raw = socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(source, 0))
            tls = context.wrap_socket(raw)
            tls.sendall(bytes.fromhex("000100000006010300000002"))
            answer = tls.recv(100)
            with lock:
                kept.append(tls)
                (good if answer else faults).append(time.monotonic() - start)
        except OSError as error:
            with lock:
                faults.append(error)
    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(len(good), faults[:3] if faults else "-")
    print(f"{max(good, default=0):.2f}", file=sys.stderr)
    """

  private func come(
    _ count: Int, from source: String, _ server: TestServer, _ certificates: TestCertificates
  ) async throws -> String {
    let output = try await PeerProcess.finish(
      PeerProcess.python,
      ["-c", Self.clients, "\(server.port)", certificates.folder.path, "\(count)", source])
    return output.standardOutput
  }

  /// All 80 connections of a device, at once, each within 5 s; from one address.
  @Test func eightyComeBackTogether() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await SecurityTests().serve(certificates, { $0.maximumConnections = 80 }) { server in
      let result = try await come(80, from: "127.0.0.1", server, certificates)
      #expect(result == "80 -\n")
      #expect(try await server.statistics().connectionsMade == 80)
    }
  }

  /// A scanner at one address has opened far more than it may, and holds all that it got: who comes from
  /// elsewhere gets in as if it were not there. What is too much is closed at once.
  @Test func aScannerKeepsNobodyOut() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await SecurityTests().serve(certificates) {
      $0.maximumConnections = 80
    } _: { server in
      let hello = try Hello.bytes()
      let scanner = try (0..<400).map { _ in
        let client = try RawClient(port: server.port)
        _ = client.sendWithoutWaiting(hello)
        return client
      }
      _ = try await server.event {
        "\($0)".hasSuffix(
          "refused: too many clients want a handshake at the same time, most of them from its address"
        )
      }
      #expect(scanner[399].isClosedByServer)
      #expect(try await come(40, from: "127.0.0.2", server, certificates) == "40 -\n")
      // Its first ones are within the handshake: they have been answered.
      #expect(!scanner[0].receive(1).isEmpty)
      withExtendedLifetime(scanner) {}
    }
  }

  /// Who waits too long for its turn is told of, and its place is free again.
  @Test func nobodyWaitsForever() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await SecurityTests().serve(certificates, timeout: 1) { server in
      let silent = try (0..<60).map { _ in try RawClient(port: server.port) }
      for client in silent { #expect(client.isClosedByServer) }
      #expect(try await come(1, from: "127.0.0.1", server, certificates) == "1 -\n")
    }
  }

  /// Who closes while it waits, or vanishes with the server, leaves nothing behind.
  @Test func whoLeavesWhileWaitingMakesPlace() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await SecurityTests().serve(certificates) { server in
      for _ in 0..<3 {
        let crowd = try (0..<300).map { _ in try RawClient(port: server.port) }
        withExtendedLifetime(crowd) {}
      }
      let result = try await come(16, from: "127.0.0.1", server, certificates)
      #expect(result == "16 -\n")
    }
  }
}

/// The first flight of a handshake, as openssl sends it.
enum Hello {
  static func bytes() throws -> [UInt8] {
    let script = """
      import ssl
      incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
      context = ssl.create_default_context()
      context.check_hostname = False
      client = context.wrap_bio(incoming, outgoing)
      try: client.do_handshake()
      except ssl.SSLWantReadError: print(outgoing.read().hex())
      """
    let output = try PeerProcess.run(PeerProcess.python, ["-c", script])
    let digits = Array(output.standardOutput.filter { $0.isHexDigit })
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }
}
