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
    #expect(try await set(body("rubbish")).error?.contains("holds no certificate in PEM") == true)
    #expect(try await set(#"{"authorities":""}"#).status == 200)
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
