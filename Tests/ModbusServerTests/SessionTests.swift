import Foundation
import ModbusServer
import PeerSupport
import Testing

/// Sessions of TLS that are taken up again (TLS 1.2 by ticket, TLS 1.3 by key): whoever was admitted before
/// shows no certificate then, and still has to be somebody who may read now. openssl s_client says whether
/// the session was taken up.
@Suite(
  .ownThread,
  .enabled(if: TestCertificates.isPossible, "openssl is not installed (Debian package openssl)"))
struct SessionTests {
  private let security = SecurityTests()

  /// What a client saw: how its session began, and whether it got an answer.
  private struct Visit: Equatable {
    var began: String
    var isAnswered: Bool
  }

  /// Connects and reads two registers.
  /// - Parameter session: `-sess_out FILE` or `-sess_in FILE`.
  private func visit(
    _ server: TestServer, _ certificates: TestCertificates, _ version: String, _ session: String
  ) async throws -> Visit {
    let output = try await PeerProcess.finish(
      "sh",
      [
        "-c",
        """
        cd '\(certificates.folder.path)'
        (sleep 0.3; printf '\\0\\1\\0\\0\\0\\6\\1\\3\\0\\0\\0\\2'; sleep 0.7) |
          timeout -s KILL 10 openssl s_client -connect 127.0.0.1:\(server.port) -CAfile ca.pem \
          -cert viewer.pem -key viewer.key -\(version) \(session) 2>&1 | tee text |
          grep -a -o -E '^(Reused|New), TLSv1.[23]' | head -1
        od -An -tx1 -v text | tr -d ' \\n' | grep -c \(Self.answer)
        """,
      ])
    let lines = output.standardOutput.split(separator: "\n").map(String.init)
    return Visit(began: lines.first ?? "nothing", isAnswered: lines.last == "1")
  }

  private static let answer = SecurityTests.answer.filter { !$0.isWhitespace }
  private static let versions = [("tls1_2", "TLSv1.2"), ("tls1_3", "TLSv1.3")]

  private func refusals(_ server: TestServer) -> [String] {
    server.events.filter { if case .security(.refused) = $0 { true } else { false } }
      .map { "\($0)".replacing(/127\.0\.0\.1:\d+/, with: "CLIENT") }
  }

  @Test(arguments: versions)
  func whoWasAdmittedComesBack(version: String, name: String) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await security.serve(certificates) { server in
      let first = try await visit(server, certificates, version, "-sess_out s.pem")
      #expect(first == Visit(began: "New, \(name)", isAnswered: true))
      let again = try await visit(server, certificates, version, "-sess_in s.pem")
      #expect(again == Visit(began: "Reused, \(name)", isAnswered: true))
      #expect(refusals(server) == [])
      let admitted = server.events.count {
        if case .security(.admitted(_, "O=Plant, CN=viewer", "Viewer")) = $0 { true } else { false }
      }
      #expect(admitted == 2, "by the certificate from before")
    }
  }

  @Test(arguments: versions)
  func notWithACertificateThatHasExpiredSince(version: String, name: String) async throws {
    let certificates = try await TestCertificates()
    let end = Date().addingTimeInterval(6)
    try await certificates.make(
      "viewer", [TestCertificates.role("Viewer")],
      dates: (TestCertificates.time(in: -60), TestCertificates.time(in: 6)))
    try await security.serve(certificates) { server in
      let first = try await visit(server, certificates, version, "-sess_out s.pem")
      #expect(first == Visit(began: "New, \(name)", isAnswered: true))
      try await Task.sleep(for: .seconds(max(0, end.timeIntervalSinceNow + 1.5)))
      let again = try await visit(server, certificates, version, "-sess_in s.pem")
      #expect(again == Visit(began: "Reused, \(name)", isAnswered: false))
      let text =
        "Modbus/TCP Security client CLIENT (O=Plant, CN=viewer) refused: its certificate has"
      #expect(refusals(server).count == 1)
      #expect(refusals(server).allSatisfy { $0.hasPrefix("\(text) expired on ") })
    }
  }

  @Test(arguments: versions)
  func notWithARoleThatMayNotReadAnyMore(version: String, name: String) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await security.serve(certificates) { server in
      _ = try await visit(server, certificates, version, "-sess_out s.pem")
      var changed = ModbusServerConfiguration(host: "127.0.0.1", port: 0)
      changed.servesTCP = false
      changed.security = ModbusSecurity(
        port: server.port, files: certificates.serverFiles, roles: ["Operator"])
      try await server.reconfigure(to: changed)
      let again = try await visit(server, certificates, version, "-sess_in s.pem")
      #expect(again == Visit(began: "Reused, \(name)", isAnswered: false))
      #expect(
        refusals(server) == [
          "Modbus/TCP Security client CLIENT (O=Plant, CN=viewer) refused: its role Viewer may not read; "
            + "MODBUS_TLSROLES allows Operator"
        ])
    }
  }

  /// Other authorities end all sessions: the client shows its certificate again, and is a stranger now.
  @Test(arguments: versions)
  func notFromAnAuthorityThatIsNotTrustedAnyMore(version: String, name: String) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("viewer", [TestCertificates.role("Viewer")])
    try await security.serve(certificates) { server in
      _ = try await visit(server, certificates, version, "-sess_out s.pem")
      let folder = certificates.folder
      let before = try #require(folder.read("ca.pem"))
      try folder.write(try #require(folder.read("foreign.pem")), to: "ca.pem")
      try await server.rereadCertificates()
      while server.events.count(where: {
        if case .security(.certificates(.uses)) = $0 { true } else { false }
      }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      // The client still knows the server by the authority from before.
      try folder.write(before, to: "ca.pem")
      let again = try await visit(server, certificates, version, "-sess_in s.pem")
      #expect(!again.isAnswered && !again.began.hasPrefix("Reused"))
      #expect(
        refusals(server) == [
          "Modbus/TCP Security client CLIENT (O=Plant, CN=viewer) refused: its certificate, issued by CN=ca, "
            + "is none for clients of an authority in MODBUS_CA_FILE"
        ])
    }
  }

  /// The authority ends while its client's certificate goes on: neither anew nor with a session.
  @Test(arguments: versions)
  func notFromAnAuthorityThatHasExpiredSince(version: String, name: String) async throws {
    let certificates = try await TestCertificates()
    let end = Date().addingTimeInterval(6)
    try await certificates.makeAuthority(
      "short", dates: (TestCertificates.time(in: -60), TestCertificates.time(in: 6)))
    try await certificates.make("viewer", issuer: "short", [TestCertificates.role("Viewer")])
    let folder = certificates.folder
    let both = try [folder.read("ca.pem"), folder.read("short.pem")].map { try #require($0) }
    try folder.write(both.joined(), to: "ca.pem")
    try await security.serve(certificates) { server in
      let first = try await visit(server, certificates, version, "-sess_out s.pem")
      #expect(first == Visit(began: "New, \(name)", isAnswered: true))
      try await Task.sleep(for: .seconds(max(0, end.timeIntervalSinceNow + 1.5)))
      let again = try await visit(server, certificates, version, "-sess_in s.pem")
      #expect(again == Visit(began: "Reused, \(name)", isAnswered: false))
      let anew = try await visit(server, certificates, version, "")
      #expect(!anew.isAnswered)
      let text = """
        Modbus/TCP Security client CLIENT (O=Plant, CN=viewer) refused: its certificate is issued by \
        CN=short, whose own in MODBUS_CA_FILE has expired on
        """
      #expect(refusals(server).count == 2)
      #expect(refusals(server).allSatisfy { $0.hasPrefix(text) }, "\(refusals(server))")
    }
  }
}
