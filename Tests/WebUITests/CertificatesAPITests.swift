import Certificates
import Glibc
import PeerSupport
import Testing

@testable import WebUI

/// Who is let in by HTTPS, and that nobody locks everybody out.
@Suite(.enabled(if: TestCertificates.isPossible)) struct CertificatesAPITests {
  static let refusal =
    "this could lock everybody out, since HTTPS lets in only browsers with a certificate of these authorities then: "
    + "open the page by http and do it there, or by https with a certificate of an authority that is in the file so "
    + "far and in the new one; HTTP is switched on over HTTPS (tab Security); nothing is changed"

  private func admin(_ bench: DoorBench) async throws -> DoorBench.Browser {
    // The authorities begin now, and the clock of the bench stands at the beginning of a day.
    bench.clock.advance(Int64(time(nil)) - 1_795_305_600)
    let admin = try await bench.login("admin", "admin")
    let body = #"{"old":"admin","new":"correct horse"}"#
    #expect(try await admin.ask(.post, "/api/v1/session/password", body).status == 200)
    return admin
  }

  private func body(_ pem: String) -> String {
    "{\"authorities\":\"\(pem.replacing("\n", with: "\\n"))\"}"
  }

  @Test func authoritiesAreSetOverHTTP() async throws {
    let certificates = try await TestCertificates()
    let pem = try #require(certificates.folder.read("ca.pem"))
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    let set = try await admin.ask(.put, "/api/v1/certificates", body(pem))
    #expect(set.status == 200, "\(set.text)")
    #expect(bench.folder.read("keys/ca") == pem)
    let removed = try await admin.ask(.put, "/api/v1/certificates", #"{"authorities":""}"#)
    #expect(removed.status == 200 && bench.folder.read("keys/ca") == nil)
  }

  /// By a program, too: it would be locked out as well.
  @Test func overHTTPSTheyAreNot() async throws {
    let certificates = try await TestCertificates()
    let pem = try #require(certificates.folder.read("ca.pem"))
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    let made = try await admin.ask(
      .post, "/api/v1/tokens", #"{"name":"robot","rights":{"Security":"write"}}"#)
    let token = try #require(made.json([String: String].self)?["token"], "\(made.text)")
    let set = { (text: String) in
      try await bench.ask(
        .put, "/api/v1/certificates", text, headers: ["Authorization": "Bearer \(token)"],
        isSecure: true)
    }
    let answer = try await set(body(pem))
    #expect(answer.status == 422 && answer.error == Self.refusal)
    #expect(bench.folder.read("keys/ca") == nil)
    // What is no authority is told as such.
    #expect(try await set(body("rubbish")).error == "ca holds no certificate in PEM")
    #expect(try await set(#"{"authorities":""}"#).status == 200)
  }

  /// Nobody could have a certificate of it, and everybody would be locked out.
  @Test(arguments: ["", "basicConstraints=CA:FALSE", "basicConstraints=critical,CA:FALSE"])
  func aCertificateOfNoAuthorityIsRefused(constraints: String) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("gw.local", constraints.isEmpty ? [] : [constraints])
    let leaf = try #require(certificates.folder.read("gw.local.pem"))
    let ca = try #require(certificates.folder.read("ca.pem"))
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    for pem in [leaf, ca + leaf] {
      let answer = try await admin.ask(.put, "/api/v1/certificates", body(pem))
      #expect(answer.status == 422)
      #expect(
        answer.error
          == "ca: the certificate of O=Plant, CN=gw.local is that of no authority, since its basicConstraints do not "
          + "say CA:TRUE; it vouches for no certificates of clients")
    }
    #expect(bench.folder.read("keys/ca") == nil)
  }

  private func pair(_ certificate: String, _ key: String) -> String {
    let line = { (pem: String) in pem.replacing("\n", with: "\\n") }
    return "{\"certificate\":\"\(line(certificate))\",\"key\":\"\(line(key))\"}"
  }

  @Test func aShortKeyIsRefused() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("short", key: "rsa:1024")
    try await certificates.make("long", key: "rsa:2048")
    let read = { (name: String) in try #require(certificates.folder.read(name)) }
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    let short = try await admin.ask(
      .put, "/api/v1/certificates", pair(try read("short.pem"), try read("short.key")))
    #expect(short.status == 422)
    #expect(
      short.error
        == "cert: the certificate of O=Plant, CN=short has an RSA key of 1024 bits; today's clients refuse those of "
        + "fewer than 2048")
    #expect(bench.folder.read("keys/cert") == nil)
    let long = try await admin.ask(
      .put, "/api/v1/certificates", pair(try read("long.pem"), try read("long.key")))
    #expect(long.status == 200, "\(long.text)")
  }

  /// Whoever brings files does not know where the gateway keeps its own.
  @Test func mistakesNameNoPaths() async throws {
    let certificates = try await TestCertificates()
    let read = { (name: String) in try #require(certificates.folder.read(name)) }
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    let said = { (certificate: String, key: String) in
      try await admin.ask(.put, "/api/v1/certificates", pair(certificate, key)).error
    }
    let (server, key) = (try read("server.pem"), try read("server.key"))
    #expect(
      try await said(server, try read("foreign.key"))
        == "key is not the key of the first certificate beside it")
    #expect(
      try await said("none", "none")
        == "cert holds no certificate in PEM; key is no private key in PEM, or one that asks for a password"
    )
    #expect(try await said("", key) == "cert is empty")
    #expect(try await said(server, key) == nil)
  }

  @Test func whoeverIsLetInAfterwardsTooMay() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("browser")
    try await certificates.make("stranger", issuer: "foreign")
    let folder = certificates.folder
    let listed = { (text: String) in CertificateFile.certificates(in: Array(text.utf8)) ?? [] }
    let read = { (name: String) in try #require(folder.read("\(name).pem")) }
    let (ca, foreign) = (try read("ca"), try read("foreign"))
    let shown = { (name: String) in
      try #require(CertificateFile.certificates(at: folder["\(name).pem"])?.first)
    }
    let (browser, stranger) = (try shown("browser"), try shown("stranger"))
    let isAllowed = { (now: String?, then: String, shown: PeerCertificate?) in
      do throws(APIError) {
        try CertificatesAPI.checkWayBack(
          from: now.map(listed) ?? [], to: listed(then), over: .https(shown))
        return true
      } catch {
        #expect(error.error == Self.refusal)
        return false
      }
    }
    // Without a file nobody is asked for a certificate.
    #expect(!isAllowed(nil, ca, nil))
    #expect(!isAllowed(nil, ca, browser))
    #expect(isAllowed(ca, ca + foreign, browser))
    #expect(!isAllowed(ca, foreign, browser))
    #expect(!isAllowed(ca, ca + foreign, nil))
    #expect(isAllowed(ca + foreign, foreign, stranger))
    #expect(!isAllowed(ca + foreign, foreign, browser))
    #expect(try CertificatesAPI.checkWayBack(from: [], to: listed(foreign), over: .http) == ())
  }
}
