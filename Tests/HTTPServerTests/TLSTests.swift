import Certificates
import Glibc
import HTTPServer
import PeerSupport
import Testing
import HTTPSupport

/// HTTPS against Python's library.
@Suite(.enabled(if: TestCertificates.isPossible)) struct TLSTests {
  private static func files(_ folder: TemporaryFolder, authorities: String) -> TLSServerFiles {
    TLSServerFiles(
      reason: "HTTPS", certificate: .init("certificate", path: folder["server.pem"]),
      key: .init("key", path: folder["server.key"]),
      authorities: .init("authorities", path: folder[authorities]), clients: .knownIfListed)
  }

  /// Gets a page, with a certificate of the client or without.
  private func get(
    _ port: Int, _ folder: TemporaryFolder, client: String? = nil, path: String = "/a"
  ) async throws -> String {
    let chain =
      client.map { "c.load_cert_chain('\(folder["\($0).pem"])', '\(folder["\($0).key"])')" } ?? ""
    let script = """
      import ssl, http.client
      c = ssl.create_default_context(cafile='\(folder["ca.pem"])')
      c.check_hostname = False
      \(chain)
      h = http.client.HTTPSConnection('127.0.0.1', \(port), context=c, timeout=10)
      try:
          h.request('GET', '\(path)')
          print(h.getresponse().read().decode())
      except Exception as e:
          print('refused')
      """
    return try await PeerProcess.finish(PeerProcess.python, ["-c", script]).standardOutput
  }

  @Test func browsersAreAskedForCertificatesOnceThereAreAuthorities() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("browser")
    let server = try TestHTTPServer()
    try server.use(
      .init(
        host: "127.0.0.1", port: 0,
        security: Self.files(certificates.folder, authorities: "none.pem")))
    let open = try #require(try await offThePool { server.boundPort(within: 5) })
    #expect(try await get(open, certificates.folder) == "GET /a 0\n")
    #expect(
      try await get(open, certificates.folder, client: "browser", path: "/who") == "nobody\n")
    try server.stop()

    let strict = try TestHTTPServer()
    try strict.use(
      .init(
        host: "127.0.0.1", port: 0, security: Self.files(certificates.folder, authorities: "ca.pem")
      )
    )
    let port = try #require(try await offThePool { strict.boundPort(within: 5) })
    #expect(try await get(port, certificates.folder) == "refused\n")
    #expect(try await get(port, certificates.folder, client: "browser") == "GET /a 0\n")
    #expect(
      try await get(port, certificates.folder, client: "browser", path: "/who")
        == "O=Plant, CN=browser\n")
    #expect(
      strict.events.withLock { $0 }.contains(
        .refused("127.0.0.1", "it has shown no certificate")))
    try strict.stop()
  }

  /// Who is in the file and is no authority vouches for nobody but, if the certificate is its own issuer, for itself.
  @Test(arguments: [
    (
      "browser", TLSFileFinding.Weight.useless, "O=Plant, CN=browser",
      "its basicConstraints do not say CA:TRUE", "refused\n"
    ),
    (
      "alone", .improper, "CN=alone", "its basicConstraints do not say CA:TRUE", "GET /a 0\n"
    ),
    ("limited", .useless, "CN=limited", "its keyUsage does not say keyCertSign", "refused\n"),
  ])
  func whatIsNoAuthority(
    name: String, weight: TLSFileFinding.Weight, subject: String, why: String, answer: String
  ) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("browser")
    try await certificates.makeAlone("alone")
    try await certificates.makeAlone(
      "limited", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature"])
    let files = Self.files(certificates.folder, authorities: "\(name).pem")
    let said = files.findings(now: Int64(time(nil))).filter { $0.setting == "authorities" }
    #expect(said.map(\.weight) == [weight])
    #expect(
      said.first?.description
        == "authorities = \(certificates.folder["\(name).pem"]): the certificate of \(subject) is that of no authority, "
        + "since \(why); it vouches for no certificates of clients"
    )
    let server = try TestHTTPServer()
    try server.use(.init(host: "127.0.0.1", port: 0, security: files))
    let port = try #require(try await offThePool { server.boundPort(within: 5) })
    #expect(try await get(port, certificates.folder, client: name) == answer)
    try server.stop()
  }

  /// A root of version 1 has no extensions that could say it, and others only have to allow it.
  @Test(arguments: [
    ["basicConstraints=CA:TRUE", "keyUsage=keyCertSign,cRLSign"], ["basicConstraints=CA:TRUE"], [],
  ])
  func whatIsAnAuthority(extensions: [String]) async throws {
    let certificates = try await TestCertificates()
    try await certificates.makeAlone("root", extensions)
    try await certificates.make("browser", issuer: "root")
    let files = Self.files(certificates.folder, authorities: "root.pem")
    let said = files.findings(now: Int64(time(nil))).filter { $0.setting == "authorities" }
    #expect(said == [])
    let server = try TestHTTPServer()
    try server.use(.init(host: "127.0.0.1", port: 0, security: files))
    let port = try #require(try await offThePool { server.boundPort(within: 5) })
    #expect(try await get(port, certificates.folder, client: "browser") == "GET /a 0\n")
    try server.stop()
  }

  @Test func withoutACertificateItSaysWhatIsMissing() async throws {
    try await offThePool {
      let folder = try TemporaryFolder()
      let server = try TestHTTPServer()
      try server.use(
        .init(host: "127.0.0.1", port: 0, security: Self.files(folder, authorities: "ca.pem")))
      for _ in 0..<500 where server.events.withLock({ $0.isEmpty }) { usleep(10_000) }
      #expect(
        server.events.withLock { $0 } == [
          .certificates(
            .unusable(
              TLSFileFailure(
                "certificate", path: folder["server.pem"], reason: "there is no such file"),
              isServing: false))
        ])
      try server.stop()
    }
  }
}
