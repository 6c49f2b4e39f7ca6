import Foundation
import Gateway
import MeterFiles
import PeerSupport
import Settings
import Testing
import Time

/// What a look at a folder says of the files of Modbus/TCP Security, each time with the line that a person
/// reads.
@Suite(
  .ownThread,
  .enabled(if: TestCertificates.isPossible, "openssl is not installed (Debian package openssl)"))
struct FolderCheckTests {
  private static let chip = """
    [SOLVIMUS]
    MBUS_ENABLE=0
    MODBUS_ENABLE=1
    MODBUS_TLSENABLE=1
    MODBUS_MODE=SERIAL
    MODBUS_DEVPATH=/dev/null
    MODBUS_ADDRESS=7
    MODBUS_CA_FILE=app/ca.pem
    MODBUS_CERT_FILE=server.pem
    MODBUS_KEY_FILE=/app/server.key

    """
  private static let list = "<root></root>"
  private static let serves =
    "reads no meter, since MBUS_ENABLE is 0; serves Modbus RTU on /dev/null, Modbus/TCP Security on port "
    + "802; web page on port 80 and, by HTTPS, 443"
  private static let servesNot =
    "reads no meter, since MBUS_ENABLE is 0; serves Modbus RTU on /dev/null; Modbus/TCP Security is of no "
    + "use before its errors are mended; web page on port 80 and, by HTTPS, 443"

  /// - Parameter days: how far the clock is ahead.
  private func check(
    _ certificates: TestCertificates, days: Int64 = 0, overrides: [String] = []
  ) throws -> (lines: [String], outlook: String) {
    let folder = certificates.folder
    try folder.write(Self.chip, to: "chip.ini")
    try folder.write(Self.list, to: "Device_Handle.cfg")
    let clock = DeviceClock.fixed(
      unixSeconds: Int64(Date().timeIntervalSince1970) + days * 86_400)
    let before = AppFolder.load(folder.path, overrides: overrides)
    let complete = FolderCheck.complete(before, clock: clock)
    #expect(
      complete.diagnostics
        == (before.diagnostics + FolderCheck.securityDiagnostics(of: before, clock: clock))
        .worstFirst)
    return (
      complete.diagnostics.map { "\($0.severity): \($0)" }.map {
        $0.replacing(folder.path, with: "DIR").replacing(
          /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d UTC/, with: "TIME")
      }, complete.outlook
    )
  }

  /// What a scan will make of meter-conf-import.csv.
  @Test func preconfiguration() throws {
    let folder = try TemporaryFolder(["meter-conf-import.csv": "MBUS;1;;x\nMBUS;2;00;y\n"])
    let found = FolderCheck.complete(AppFolder.load(folder.path)).diagnostics
      .filter { $0.file == "meter-conf-import.csv" }.map { "\($0.severity): \($0)" }
    #expect(
      found == [
        "error: meter-conf-import.csv:2:8: Key = (not shown): not allowed; allowed: 16 bytes such as 0x82 0xB0 …, 0 "
          + "for none; this has 1",
        "note: meter-conf-import.csv: it is for 2 meters; those that a scan adds to the list get their labels, keys "
          + "and cycles from it. Meters that are listed stay as they are; \"metergate import\" changes these, too",
      ])
  }

  @Test func whatIsGoodIsServed() async throws {
    let certificates = try await TestCertificates()
    let (lines, outlook) = try check(certificates)
    #expect(lines == [])
    #expect(outlook == Self.serves)
  }

  /// All of them are told at once, each with its line in chip.ini.
  @Test func filesThatCannotBeUsed() async throws {
    let certificates = try await TestCertificates()
    let folder = certificates.folder
    try await certificates.make("other")
    let mended = "; Modbus/TCP Security is not served until that is mended"
    try FileManager.default.removeItem(atPath: folder["ca.pem"])
    try folder.write("no PEM", to: "server.pem")
    let good = try #require(folder.read("server.key"))
    try folder.write("-----BEGIN PRIVATE KEY-----\n", to: "server.key")
    chmod(folder["server.key"], 0o600)
    let (lines, outlook) = try check(certificates)
    #expect(
      lines == [
        "error: chip.ini:8:16: MODBUS_CA_FILE = DIR/ca.pem: there is no such file\(mended)",
        "error: chip.ini:9:18: MODBUS_CERT_FILE = DIR/server.pem: holds no certificate in PEM\(mended)",
        "error: chip.ini:10:17: MODBUS_KEY_FILE = DIR/server.key: is no private key in PEM, or one that asks "
          + "for a password\(mended)",
      ])
    #expect(outlook == Self.servesNot)
    for (key, name) in [("CA", "foreign.pem"), ("CERT", "other.pem")] {
      try folder.write(
        try #require(folder.read(name)), to: key == "CA" ? "ca.pem" : "server.pem")
    }
    try folder.write(good, to: "server.key")
    #expect(
      try check(certificates).lines == [
        "error: chip.ini:10:17: MODBUS_KEY_FILE = DIR/server.key: is not the key of the first certificate in "
          + "DIR/server.pem\(mended)"
      ])
  }

  @Test func whatTheCommandLineSetsIsNamedSo() async throws {
    let certificates = try await TestCertificates()
    let folder = certificates.folder
    let override = "SOLVIMUS.MODBUS_KEY_FILE=\(folder.path)"
    let (lines, outlook) = try check(certificates, overrides: [override])
    #expect(
      lines == [
        "error: --set: MODBUS_KEY_FILE = DIR: is no file; Modbus/TCP Security is not served until that is "
          + "mended"
      ])
    #expect(outlook == Self.servesNot)
  }

  @Test func notSetIsToldOnce() async throws {
    let certificates = try await TestCertificates()
    let (lines, outlook) = try check(
      certificates, overrides: ["SOLVIMUS.MODBUS_KEY_FILE=0", "SOLVIMUS.MODBUS_CA_FILE="])
    #expect(lines.count == 2)
    #expect(
      lines.allSatisfy { $0.hasSuffix("is not set; MODBUS_TLSENABLE needs it, and serves nothing") }
    )
    #expect(outlook == Self.servesNot)
    let off = try check(certificates, overrides: ["SOLVIMUS.MODBUS_TLSENABLE=0"])
    #expect(off.lines == [])
    #expect(!off.outlook.contains("Security"))
  }

  /// A key that the whole machine can read, and what ends within 30 days: it is served, and told.
  @Test func warnings() async throws {
    let certificates = try await TestCertificates()
    chmod(certificates.folder["server.key"], 0o644)
    // They are valid for 60 days.
    #expect(try check(certificates, days: 29).lines.count == 1)
    let (lines, outlook) = try check(certificates, days: 31)
    #expect(
      lines == [
        "warning: chip.ini:8:16: MODBUS_CA_FILE = DIR/ca.pem: the certificate of CN=ca expires on TIME; clients "
          + "of this authority are refused from then on",
        "warning: chip.ini:9:18: MODBUS_CERT_FILE = DIR/server.pem expires on TIME; clients will refuse it then",
        "warning: chip.ini:10:17: MODBUS_KEY_FILE = DIR/server.key can be read by every user of this machine "
          + "(chmod 600 mends it)",
      ])
    #expect(outlook == Self.serves)
  }

  @Test func expired() async throws {
    let certificates = try await TestCertificates()
    let (lines, outlook) = try check(certificates, days: 61)
    #expect(
      lines == [
        "error: chip.ini:8:16: MODBUS_CA_FILE = DIR/ca.pem: the certificate of CN=ca has expired on TIME; "
          + "clients of this authority are refused",
        "error: chip.ini:9:18: MODBUS_CERT_FILE = DIR/server.pem has expired on TIME; clients will refuse it",
      ])
    #expect(outlook == Self.servesNot)
  }

  /// The clock of the device may as well be the one that is wrong.
  @Test func notValidYet() async throws {
    let certificates = try await TestCertificates()
    let (lines, outlook) = try check(certificates, days: -1)
    #expect(
      lines == [
        "error: chip.ini:8:16: MODBUS_CA_FILE = DIR/ca.pem: the certificate of CN=ca is valid from TIME on, by "
          + "the clock of this gateway not yet; clients of this authority are refused",
        "error: chip.ini:9:18: MODBUS_CERT_FILE = DIR/server.pem is valid from TIME on, by the clock of this "
          + "gateway not yet; clients will refuse it",
      ])
    #expect(outlook == Self.servesNot)
  }

  /// One authority of two has ended: the clients of the other one get in.
  @Test func oneAuthorityOfTwo() async throws {
    let certificates = try await TestCertificates()
    let folder = certificates.folder
    try await certificates.makeAuthority("old", dates: ("20200101000000Z", "20210101000000Z"))
    let both = try [folder.read("old.pem"), folder.read("ca.pem")].map { try #require($0) }
    try folder.write(both.joined(), to: "ca.pem")
    let (lines, outlook) = try check(certificates)
    #expect(
      lines == [
        "warning: chip.ini:8:16: MODBUS_CA_FILE = DIR/ca.pem: the certificate of CN=old has expired on TIME; "
          + "clients of this authority are refused"
      ])
    #expect(outlook == Self.serves)
  }

  /// The command says the same, and its exit code tells.
  @Test func theCommand() async throws {
    let certificates = try await TestCertificates()
    let folder = certificates.folder
    try folder.write(Self.chip, to: "chip.ini")
    try folder.write(Self.list, to: "Device_Handle.cfg")
    let arguments = ["check", "--app", folder.path]
    let good = try await PeerProcess.finish(PeerProcess.metergate, arguments)
    #expect(good.status == 0, "\(good.standardOutput)\(good.standardError)")
    #expect(good.standardOutput.hasSuffix("metergate run \(Self.serves)\n"))
    try FileManager.default.removeItem(atPath: folder["server.pem"])
    let bad = try await PeerProcess.finish(PeerProcess.metergate, arguments)
    #expect(bad.status == 1)
    #expect(
      bad.standardOutput == """
        chip.ini:9:18: error: MODBUS_CERT_FILE = \(folder["server.pem"]): there is no such file; \
        Modbus/TCP Security is not served until that is mended
        no meters with no values; 1 error, no warnings, no notes
        metergate run \(Self.servesNot)

        """)
  }
}
