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

  /// 192.0.2.0/24 is for examples: nobody has an address of it (RFC 5737).
  @Test func anAddressThatTheMachineDoesNotHave() throws {
    func said(_ address: String, _ more: String = "") throws -> [String] {
      let chip = "[WEB]\nIP=\(address)\n\(more)"
      let folder = try TemporaryFolder(["chip.ini": chip, "Device_Handle.cfg": "<root></root>"])
      return FolderCheck.webAddressDiagnostics(of: AppFolder.load(folder.path)).map(\.report)
    }
    let found = try said("192.0.2.1")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        "chip.ini:2:4: warning: WEB.IP = '192.0.2.1': this machine does not have the address 192.0.2.1; it has 127.0.0.1"
      ) == true)
    #expect(found.first?.hasSuffix("; the web page cannot be reached before it has it") == true)
    #expect(try said("192.0.2.1", "HTTP_ENABLE=0\nHTTPS_ENABLE=0\n") == [])
    for mine in ["", "127.0.0.1", "0.0.0.0"] { #expect(try said(mine) == []) }
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
