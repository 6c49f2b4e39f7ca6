import MeterFiles
import PeerSupport
import Testing

@testable import Gateway

/// What `check` says of the web page.
@Suite struct WebCheckTests {
  private func errors(_ files: [String: String]) throws -> [String] {
    let folder = try TemporaryFolder(files.merging(["Device_Handle.cfg": "<root></root>"]) { $1 })
    return FolderCheck.webDiagnostics(
      of: AppFolder.load(folder.path), clock: .fixed(unixSeconds: 1_795_305_600)
    ).map { $0.report.replacing(folder.path, with: "/app") }
  }

  @Test func aPatternThatIsNone() throws {
    #expect(
      try errors(["chip.ini": "[SOLVIMUS]\nWEBCOM_PASSWORDPATTERN=(\n"]) == [
        "chip.ini:2:24: error: WEBCOM_PASSWORDPATTERN = '(': is no extended regular expression: a ) is missing, at character 2; "
          + "new passwords need not match anything"
      ])
    #expect(try errors(["chip.ini": "[SOLVIMUS]\nWEBCOM_PASSWORDPATTERN=^.{12,}$\n"]) == [])
  }

  /// Without both files the gateway makes them; one alone is a mistake.
  @Test func aKeyWithoutItsCertificate() throws {
    #expect(try errors(["chip.ini": "[SOLVIMUS]\n"]) == [])
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    try PrivateFolder.make("\(folder.path)/keys", of: folder.path)
    try folder.write("none", to: "keys/http_host_key")
    let said = FolderCheck.webDiagnostics(
      of: AppFolder.load(folder.path), clock: .fixed(unixSeconds: 1_795_305_600))
    #expect(
      said.map { $0.report.replacing(folder.path, with: "/app") }
        == [
          "chip.ini: warning: the certificate of HTTPS = /app/keys/http_host_cert: there is no such file; the web page is not "
            + "served by HTTPS until that is mended",
          "chip.ini: warning: the key of HTTPS = /app/keys/http_host_key: is no private key in PEM, or one that asks for a "
            + "password; the web page is not served by HTTPS until that is mended",
        ])
  }
}
