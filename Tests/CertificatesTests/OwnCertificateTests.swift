import Certificates
import PeerSupport
import Testing

/// openssl judges what we make.
@Suite(.enabled(if: TestCertificates.isPossible)) struct OwnCertificateTests {
  @Test func itSaysWhoItIsFor() async throws {
    var subject = OwnCertificate.Subject()
    subject.commonName = "Zähler <1>"
    subject.country = "de"
    subject.organisation = "Plant"
    let made = try OwnCertificate(
      subject, names: ["gate", "gate.local"],
      addresses: [[192, 168, 1, 7], [UInt8](repeating: 0, count: 15) + [1]],
      at: 1_795_305_600)
    let folder = try TemporaryFolder(["own.pem": made.certificate, "own.key": made.key])
    let shown = try await PeerProcess.finish(
      "openssl",
      [
        "x509", "-in", folder["own.pem"], "-noout", "-subject", "-issuer", "-dates", "-nameopt",
        "RFC2253,utf8,-esc_msb",
        "-ext", "subjectAltName,basicConstraints,keyUsage,extendedKeyUsage",
      ])
    #expect(shown.status == 0, "\(shown.standardError)")
    let text = shown.standardOutput
    #expect(text.contains("subject=CN=Zähler \\<1\\>,O=Plant,C=DE\n"))
    #expect(
      text.contains("notBefore=Nov 21 00:00:00 2026 GMT\nnotAfter=Nov 19 00:00:00 2036 GMT\n"))
    #expect(
      text.contains("DNS:gate, DNS:gate.local, IP Address:192.168.1.7, IP Address:0:0:0:0:0:0:0:1"))
    #expect(text.contains("Digital Signature") && text.contains("CA:FALSE"))
    #expect(text.contains("TLS Web Server Authentication"))
    let verified = try await PeerProcess.finish(
      "openssl", ["verify", "-no_check_time", "-CAfile", folder["own.pem"], folder["own.pem"]])
    #expect(verified.status == 0, "\(verified.standardError)")
    let found = try #require(CertificateFile.certificates(at: folder["own.pem"])?.first)
    #expect(found.subjectName == found.issuerName)
    #expect(found.notAfter.description == "2036-11-19T00:00:00 UTC")
  }

  /// Half a year before its end, and when it begins later than now, another one is due: one that was made here, and for
  /// this key.
  @Test func anotherOneIsDue() async throws {
    let time: Int64 = 1_795_305_600
    let key = OwnCertificate.Key()
    let made = try OwnCertificate(.init(), names: ["gate"], addresses: [], key: key, at: time)
    #expect(made.notAfter.unixSeconds == time + 3650 * 86_400)
    let pem = Array(made.certificate.utf8)
    let due = { (time: Int64) in OwnCertificate.isDue(pem, for: key, at: time) }
    #expect(!due(time) && !due(made.notAfter.unixSeconds - 180 * 86_400))
    #expect(due(made.notAfter.unixSeconds - 180 * 86_400 + 1))
    #expect(due(made.notAfter.unixSeconds + 1) && due(time - 86_401))
    let same = try #require(OwnCertificate.Key(pem: Array(made.key.utf8)))
    #expect(OwnCertificate.isDue(pem, for: same, at: made.notAfter.unixSeconds))
    #expect(!OwnCertificate.isDue(pem, for: .init(), at: made.notAfter.unixSeconds))
    #expect(!OwnCertificate.isDue(pem + pem, for: key, at: made.notAfter.unixSeconds))
    // Somebody else's, for a key of the same kind.
    let others = try await TestCertificates()
    let theirs = try #require(others.folder.read("ca.pem"))
    let text = try #require(others.folder.read("ca.key"))
    let theirKey = try #require(OwnCertificate.Key(pem: Array(text.utf8)))
    #expect(!OwnCertificate.isDue(Array(theirs.utf8), for: theirKey, at: time * 2))
    #expect(OwnCertificate.Key(pem: Array("none".utf8)) == nil)
  }

  @Test func aPortCanBeServedWithIt() throws {
    var subject = OwnCertificate.Subject()
    subject.commonName = "gate"
    let made = try OwnCertificate(subject, names: ["gate"], addresses: [], at: 1_795_305_600)
    let folder = try TemporaryFolder(["own.pem": made.certificate, "own.key": made.key])
    let files = TLSServerFiles(
      reason: "HTTPS", certificate: .init("certificate", path: folder["own.pem"]),
      key: .init("key", path: folder["own.key"]),
      authorities: .init("authorities", path: folder["ca.pem"]),
      clients: .knownIfListed)
    // Readable by others, as the test has written it: that is all there is to say.
    #expect(
      files.findings(now: 1_795_305_600).map(\.description)
        == [
          "key = \(folder["own.key"]) can be read by every user of this machine (chmod 600 mends it)"
        ])
    try folder.write("none", to: "ca.pem")
    #expect(
      files.findings(now: 1_795_305_600).map(\.description).first
        == "authorities = \(folder["ca.pem"]): holds no certificate in PEM")
  }
}
