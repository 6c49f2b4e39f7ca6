import Certificates
import Foundation
import ModbusServer
import PeerSupport
import Testing

/// Modbus/TCP Security against pymodbus, Python's ssl and openssl s_client, with certificates that openssl
/// made.
@Suite(
  .ownThread,
  .enabled(if: TestCertificates.isPossible, "openssl is not installed (Debian package openssl)"))
struct SecurityTests {
  private static let hasPymodbus =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client"]))?.status == 0

  func serve(
    _ certificates: TestCertificates, timeout: Int64 = 10,
    _ change: (inout ModbusServerConfiguration) -> Void = { _ in },
    _ body: (TestServer) async throws -> Void
  ) async throws {
    try await TestServer.run(
      {
        $0.servesTCP = false
        $0.security = ModbusSecurity(
          port: 0, files: certificates.serverFiles, roles: ["Viewer", "Operator"],
          handshakeTimeoutSeconds: timeout)
        change(&$0)
      }, body)
  }

  /// Reads two registers, twice over one connection, and says what became of it.
  private static let client = """
    import socket, ssl, sys
    port, folder, name, version = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    context = ssl.create_default_context(cafile=folder + "/ca.pem")
    context.check_hostname = False
    context.maximum_version = context.minimum_version = getattr(ssl.TLSVersion, version)
    if name != "-":
        context.load_cert_chain(folder + "/" + name + ".pem", folder + "/" + name + ".key")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            with context.wrap_socket(raw) as tls:
                for number in range(2):
                    tls.sendall(bytes.fromhex("000100000006010300000002"))
                    answer = tls.recv(100)
                    print(answer.hex() if answer else "closed")
                    if not answer:
                        break
    except (ssl.SSLError, ConnectionError) as error:
        print("closed")
    """

  func read(
    _ server: TestServer, _ certificates: TestCertificates, as name: String,
    _ version: String = "TLSv1_3"
  ) async throws -> String {
    let output = try await PeerProcess.finish(
      PeerProcess.python,
      ["-c", Self.client, "\(server.port)", certificates.folder.path, name, version])
    return output.standardOutput + output.standardError
  }

  static let answer = "00010000000701030400 02993a\n".replacing(" ", with: "")

  @Test func whoHasARoleReads() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await serve(certificates) { server in
      for version in ["TLSv1_2", "TLSv1_3"] {
        let text = try await read(server, certificates, as: "viewer", version)
        #expect(text == Self.answer + Self.answer, "\(version)")
      }
      let admitted = server.events.filter {
        if case .security(.admitted) = $0 { true } else { false }
      }.map { "\($0)".replacing(/127\.0\.0\.1:\d+/, with: "CLIENT") }
      #expect(
        admitted
          == [String](
            repeating: "Modbus/TCP Security client CLIENT is O=Plant, CN=viewer, role Viewer",
            count: 2)
      )
    }
  }

  /// Each with the line that its owner finds in the log.
  @Test func whoHasNoneDoesNot() async throws {
    let certificates = try await TestCertificates()
    let viewer = TestCertificates.role("Viewer")
    try await certificates.make("norole")
    try await certificates.make("stranger", [TestCertificates.role("Boss")])
    try await certificates.make("number", ["1.3.6.1.4.1.50316.802.1=ASN1:INTEGER:7"])
    try await certificates.make("intruder", issuer: "foreign", [viewer])
    try await certificates.make(
      "expired", [viewer], dates: ("20200101000000Z", "20200201000000Z"))
    try await certificates.make("early", [viewer], dates: ("20990101000000Z", "20990201000000Z"))
    let oid = "1.3.6.1.4.1.50316.802.1"
    let reasons = [
      ("-", " refused: it has shown no certificate"),
      ("norole", " (O=Plant, CN=norole) refused: its certificate names no role (extension \(oid))"),
      (
        "stranger",
        " (O=Plant, CN=stranger) refused: its role Boss may not read; MODBUS_TLSROLES allows "
          + "Viewer,Operator"
      ),
      (
        "number",
        " (O=Plant, CN=number) refused: what its certificate has as role (extension \(oid)) is not one "
          + "UTF8String"
      ),
      (
        "intruder",
        " (O=Plant, CN=intruder) refused: its certificate, issued by CN=foreign, is none for clients of "
          + "an authority in MODBUS_CA_FILE"
      ),
      (
        "expired",
        " (O=Plant, CN=expired) refused: its certificate has expired on 2020-02-01T00:00:00 UTC"
      ),
      (
        "early",
        " (O=Plant, CN=early) refused: its certificate is valid from 2099-01-01T00:00:00 UTC on, by the "
          + "clock of this gateway not yet"
      ),
    ]
    for version in ["TLSv1_2", "TLSv1_3"] {
      try await serve(certificates) { server in
        for (name, reason) in reasons {
          #expect(try await read(server, certificates, as: name, version) == "closed\n", "\(name)")
          _ = try await server.event { "\($0)".hasSuffix(reason) }
        }
        #expect(try await server.statistics().total.requests == 0)
        #expect(try await server.statistics().connectionsMade == 0)
      }
    }
  }

  private static let script = """
    import ssl, sys
    from pymodbus.client import ModbusTlsClient
    folder = sys.argv[2]
    context = ssl.create_default_context(cafile=folder + "/ca.pem")
    context.check_hostname = False
    context.load_cert_chain(folder + "/viewer.pem", folder + "/viewer.key")
    client = ModbusTlsClient("127.0.0.1", port=int(sys.argv[1]), sslctx=context, retries=0, timeout=5)
    assert client.connect()
    answer = client.read_holding_registers(0, count=30, device_id=1)
    print(answer if answer.isError() else answer.registers)
    """

  @Test(.enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"))
  func pymodbus() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await serve(certificates) { server in
      let output = try await PeerProcess.finish(
        PeerProcess.python,
        ["-c", Self.script, "\(server.port)", certificates.folder.path])
      #expect(
        output.standardOutput == "\(TestServer.registers.map(Int.init))\n",
        "\(output.standardError)")
    }
  }

  @Test func openssl() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    let folder = certificates.folder.path
    try await serve(certificates) { server in
      let connect =
        "timeout -s KILL 5 openssl s_client -connect 127.0.0.1:\(server.port) -CAfile \(folder)/ca.pem"
      let client = "-cert \(folder)/viewer.pem -key \(folder)/viewer.key"
      let request = #"(printf '\0\1\0\0\0\6\1\3\0\0\0\2'; sleep 0.5)"#
      let good = try await PeerProcess.finish(
        "sh",
        [
          "-c",
          "\(request) | \(connect) \(client) -quiet -no_ign_eof 2>/dev/null | od -An -tx1 -v",
        ])
      #expect(
        good.standardOutput.filter { !$0.isWhitespace } == Self.answer.filter { !$0.isWhitespace })
      // The other side is not spoken to before TLS 1.2.
      for old in ["-tls1", "-tls1_1"] {
        let output = try await PeerProcess.finish(
          "sh", ["-c", "\(request) | \(connect) \(client) \(old) -cipher ALL@SECLEVEL=0 2>&1"])
        #expect(output.standardOutput.contains("alert protocol version"), "\(old)")
      }
    }
  }

  @Test func silentAndNoisyStrangersAreDropped() async throws {
    let certificates = try await TestCertificates()
    try await serve(certificates, timeout: 1) { server in
      let silent = try RawClient(port: server.port)
      let noisy = try RawClient(port: server.port)
      try noisy.send("0001 0000 0006 FF 03 0000 000A")
      #expect(noisy.receive(100) != ProtocolTests.answer(1, ProtocolTests.example.prefix(20)))
      #expect(silent.isClosedByServer)
      _ = try await server.event { "\($0)".hasSuffix("refused: the handshake took too long") }
      _ = try await server.event { "\($0)".contains("refused: the handshake failed: ") }
      do { _ = try RawClient(port: server.port) }
      _ = try await server.event { "\($0)".hasSuffix("refused: it has gone during the handshake") }
    }
  }

  @Test func connectionsCountAndTheOldestGoes() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    let folder = certificates.folder.path
    try await serve(certificates, { $0.maximumConnections = 1 }) { server in
      let first = try PeerProcess.start(
        "openssl",
        [
          "s_client", "-connect", "127.0.0.1:\(server.port)", "-quiet", "-cert",
          "\(folder)/viewer.pem", "-key", "\(folder)/viewer.key",
        ])
      _ = try await server.event { if case .connected = $0 { true } else { false } }
      // A stranger takes nobody's place.
      _ = try await read(server, certificates, as: "-")
      #expect(try await server.connectionCount() == 1)
      #expect(try await read(server, certificates, as: "viewer") == Self.answer + Self.answer)
      _ = try await server.event {
        if case .dropped(_, .connectionLimit(1)) = $0 { true } else { false }
      }
      first.kill()
    }
  }

  /// The one way is switched off, the other one goes on.
  @Test func aWayThatIsSwitchedOffTakesItsConnectionsWithIt() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    let folder = certificates.folder
    try await serve(certificates, { $0.servesTCP = true }) { server in
      let plain = try await server.event {
        if case .listening(_, _, .tcp) = $0 { true } else { false }
      }
      guard case .listening(_, let port, _) = plain else { return }
      let secure = try await server.event {
        if case .listening(_, _, .tls) = $0 { true } else { false }
      }
      guard case .listening(_, let tlsPort, _) = secure else { return }
      let client = try RawClient(port: port)
      try client.send(ProtocolTests.read(1, 0, 30))
      #expect(client.receive(69) == ProtocolTests.answer(1, ProtocolTests.example[...]))
      let first = try PeerProcess.start(
        "openssl",
        [
          "s_client", "-connect", "127.0.0.1:\(tlsPort)", "-quiet", "-cert", folder["viewer.pem"],
          "-key", folder["viewer.key"],
        ])
      _ = try await server.event { if case .security(.admitted) = $0 { true } else { false } }
      var changed = ModbusServerConfiguration(host: "127.0.0.1", port: 0)
      changed.servesTCP = false
      changed.security = ModbusSecurity(
        port: 0, files: certificates.serverFiles, roles: ["Viewer"])
      try await server.reconfigure(to: changed)
      #expect(client.isClosedByServer)
      _ = try await server.event {
        "\($0)".hasSuffix("disconnected: Modbus TCP has been switched off")
      }
      PeerProcess.waitForStarts()
      #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
      #expect(try await server.connectionCount() == 1)
      first.kill()
    }
  }

  @Test func renewedFilesAreTakenOverAndConnectionsStay() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    let folder = certificates.folder
    try await serve(certificates) { server in
      let first = try PeerProcess.start(
        "openssl",
        [
          "s_client", "-connect", "127.0.0.1:\(server.port)", "-quiet", "-cert",
          folder["viewer.pem"], "-key", folder["viewer.key"],
        ])
      _ = try await server.event { if case .connected = $0 { true } else { false } }
      func used() -> [String] {
        server.events.filter {
          if case .security(.certificates(.uses)) = $0 { true } else { false }
        }.map { "\($0)" }
      }
      #expect(used().count == 1)
      let good = try #require(folder.read("server.key"))
      try folder.write("rubbish", to: "server.key")
      try await server.rereadCertificates()
      _ = try await server.event {
        "\($0)"
          == "MODBUS_KEY_FILE = \(folder["server.key"]): is no private key in PEM, or one that "
          + "asks for a password; the certificates that were read before stay in force"
      }
      #expect(try await read(server, certificates, as: "viewer") == Self.answer + Self.answer)
      try folder.write(good, to: "server.key")
      try await certificates.make("renewed")
      for kind in ["pem", "key"] {
        try folder.write(try #require(folder.read("renewed.\(kind)")), to: "server.\(kind)")
      }
      try await server.rereadCertificates()
      _ = try await server.event {
        "\($0)".hasPrefix(
          "Modbus/TCP Security uses the certificate of O=Plant, CN=renewed, valid until")
      }
      #expect(try await read(server, certificates, as: "viewer") == Self.answer + Self.answer)
      #expect(try await server.connectionCount() == 1, "the first one is still there")
      first.kill()
    }
  }

  @Test func filesThatCannotBeUsedAreNamed() async throws {
    let certificates = try await TestCertificates()
    let folder = certificates.folder
    try folder.write("nothing", to: "empty.pem")
    try await certificates.make("other")
    chmod(folder["server.key"], 0o644)
    let rest =
      "; Modbus/TCP Security is not served until that is mended and the files are read anew"
    let cases: [((inout TLSServerFiles) -> Void, String)] = [
      ({ $0.authorities.path = "" }, "MODBUS_CA_FILE is not set; MODBUS_TLSENABLE needs it"),
      (
        { $0.authorities.path = folder["none.pem"] },
        "MODBUS_CA_FILE = \(folder["none.pem"]): there is no such file"
      ),
      (
        { $0.certificate.path = folder["empty.pem"] },
        "MODBUS_CERT_FILE = \(folder["empty.pem"]): holds no certificate in PEM"
      ),
      ({ $0.key.path = folder.path }, "MODBUS_KEY_FILE = \(folder.path): is no file"),
      (
        { $0.key.path = folder["other.key"] },
        "MODBUS_KEY_FILE = \(folder["other.key"]): is not the key of the first certificate in "
          + folder["server.pem"]
      ),
    ]
    for (change, text) in cases {
      try await serve(
        certificates, { if var tls = $0.security { change(&tls.files); $0.security = tls } }
      ) {
        server in
        _ = try await server.event { "\($0)" == text + rest }
        #expect(server.port == 0)
      }
    }
    try await serve(certificates) { server in
      _ = try await server.event {
        "\($0)"
          == "MODBUS_KEY_FILE = \(folder["server.key"]) can be read by every user of this machine "
          + "(chmod 600 mends it)"
      }
    }
  }
}
