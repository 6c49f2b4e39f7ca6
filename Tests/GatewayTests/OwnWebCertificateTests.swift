import Certificates
import Foundation
import MeterFiles
import PeerSupport
import Testing
import Time

@testable import Gateway

/// The certificate that the gateway makes for its web page.
@Suite struct OwnWebCertificateTests {
  private static let time: Int64 = 1_795_305_600
  private let folder: TemporaryFolder
  private let files: TLSServerFiles

  init() throws {
    folder = try TemporaryFolder()
    files = WebSlice.files(in: folder.path)
  }

  private func prepare(at time: Int64 = time, isTrusted: Bool = true) throws -> String? {
    var subject = OwnCertificate.Subject()
    subject.commonName = "gate"
    return try OwnWebCertificate.prepare(
      subject, files, folder: folder.path, at: WallTime(unixSeconds: time, isTrusted: isTrusted)
    )?.replacing(folder.path, with: "/app")
  }

  private var key: String? { folder.read("keys/http_host_key") }
  private var certificate: String? { folder.read("keys/http_host_cert") }

  /// What a server would say of the files.
  private func findings(at time: Int64) -> [String] {
    files.findings(now: time).map(\.description)
  }

  @Test func bothAreMadeAndStay() throws {
    #expect(
      try prepare()
        == "the web page has a certificate of its own now, /app/keys/http_host_cert: browsers ask once whether they shall "
        + "trust it; one of an authority can be put in its place")
    #expect(findings(at: Self.time) == [])
    let (before, beforeKey) = (certificate, key)
    #expect(try prepare(at: Self.time + 3000 * 86_400) == nil)
    #expect(certificate == before && key == beforeKey)
    let mode = try FileManager.default.attributesOfItem(atPath: folder["keys"])[.posixPermissions]
    #expect(mode as? Int == 0o700)
  }

  /// What a power cut has left, or somebody who has put the key there only.
  @Test func aKeyAloneGetsItsCertificate() throws {
    _ = try prepare()
    let before = key
    try FileManager.default.removeItem(atPath: folder["keys/http_host_cert"])
    try folder.write("[SOLVIMUS]\n", to: "chip.ini")
    let said = FolderCheck.webDiagnostics(
      of: AppFolder.load(folder.path), clock: .fixed(unixSeconds: Self.time))
    #expect(said.isEmpty)
    #expect(
      try prepare()
        == "the web page has made a certificate, /app/keys/http_host_cert, for the key that was there without one: browsers "
        + "ask once whether they shall trust it")
    #expect(key == before && findings(at: Self.time) == [])
  }

  @Test func aCertificateOrAStrangeKeyAloneStays() throws {
    _ = try prepare()
    try FileManager.default.removeItem(atPath: folder["keys/http_host_key"])
    #expect(try prepare() == nil)
    #expect(key == nil && certificate != nil)
    try FileManager.default.removeItem(atPath: folder["keys/http_host_cert"])
    try folder.write("none", to: "keys/http_host_key")
    #expect(try prepare() == nil)
    #expect(key == "none" && certificate == nil)
  }

  /// Half a year before its end, with the same key: browsers that have stored an exception for the key know it again.
  @Test func itIsRenewed() throws {
    _ = try prepare()
    let (before, beforeKey) = (certificate, key)
    let late = Self.time + 3500 * 86_400
    // By a clock that is not set nothing ends.
    #expect(try prepare(at: late, isTrusted: false) == nil)
    #expect(
      try prepare(at: late)
        == "the web page has renewed its own certificate, /app/keys/http_host_cert, with the same key; the new one is valid "
        + "until 2046-06-20T00:00:00 UTC, and browsers ask once more whether they shall trust it")
    #expect(certificate != before && key == beforeKey)
    #expect(findings(at: late + 365 * 86_400) == [])
    #expect(try prepare(at: late) == nil)
  }

  /// One that an authority has made is for people to renew.
  @Test(.enabled(if: TestCertificates.isPossible)) func oneThatWasBroughtStays() async throws {
    let others = try await TestCertificates()
    _ = try prepare()
    for (from, to) in [("server.key", "http_host_key"), ("server.pem", "http_host_cert")] {
      try folder.write(try #require(others.folder.read(from)), to: "keys/\(to)")
    }
    let before = certificate
    #expect(try prepare(at: Self.time * 2) == nil)
    #expect(certificate == before)
  }
}
