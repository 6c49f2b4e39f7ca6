import Foundation
import PeerSupport
import Testing

/// `metergate check`: what is wrong with the files, where, and what is allowed.
@Suite(.ownThread) struct CheckCommandTests {
  private func check(
    _ chip: String, _ list: String = "<root></root>", _ arguments: [String] = []
  ) throws -> (output: PeerProcess.Output, folder: String) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(chip.utf8).write(to: folder.appendingPathComponent("chip.ini"))
    try Data(list.utf8).write(to: folder.appendingPathComponent("Device_Handle.cfg"))
    return (
      try PeerProcess.run(PeerProcess.metergate, ["check", "--app", folder.path] + arguments),
      folder.path
    )
  }

  @Test func everythingIsToldAtOnceWithItsPlace() throws {
    let (output, _) = try check(
      """
      [SOLVIMUS]
      MBUS_ENABLE=0
      MODBUS_ENABLE=1
      MODBUS_NWPORT=802
      MODBUS_TLSPORT=802
      MBUS_BAUDRATE=24OO
      [REPORT_3]
      MODE=SMTP
      HOST=mail.example.org

      """,
      "<root>\n<meter><serial>1</serial><register>10</register></meter>\n"
        + "<meter><serial>2</serial><register>1O</register></meter>\n</root>")
    #expect(output.status == 1 && output.standardError.isEmpty)
    let lines = output.standardOutput.split(separator: "\n").map(String.init)
    #expect(
      lines.first?.hasPrefix(
        "chip.ini:6:15: error: [SOLVIMUS] MBUS_BAUDRATE = '24OO': not allowed; allowed: one of 300, "
      )
        == true)
    #expect(
      lines.contains {
        $0.hasPrefix(
          "Device_Handle.cfg:3:26: error: meter 00000002: <register> = '1O': not allowed; ")
      })
    #expect(
      lines.contains(
        "chip.ini:8:6: warning: [REPORT_3] TOADDRESS is not set; MODE = SMTP needs it"))
    #expect(
      lines.last
        == "metergate run reads no meter, since MBUS_ENABLE is 0; serves Modbus TCP on port 802; web page on port 80 "
        + "and, by HTTPS, 443")
  }

  /// The XML library would write bytes of such a file to standard error, which may be those of a key.
  @Test func bytesOfTheFileAreNotTold() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let list =
      Array("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\n<root><meter><user>".utf8)
      + [0xFF, 0x81] + Array("</user></meter></root>".utf8)
    try Data(list).write(to: folder.appendingPathComponent("Device_Handle.cfg"))
    let output = try PeerProcess.run(PeerProcess.metergate, ["check", "--app", folder.path])
    #expect(output.status == 1 && output.standardError.isEmpty, "\(output.standardError)")
    #expect(
      output.standardOutput.contains(
        "; the file is in the encoding Shift_JIS, or says so: save it as UTF-8; the meter list is empty"
      ),
      "\(output.standardOutput)")
  }

  @Test(arguments: [
    (
      "MODBUS_TLSENABLE=1\nMODBUS_TLSPLAIN=1\nMODBUS_NWPORT=802\nMODBUS_TLSPORT=802\n",
      "error: MODBUS_TLSPORT = 802 is the port of Modbus TCP and of Modbus/TCP Security; only one can have it"
    ),
    (
      "MODBUS_NWPORT=80\n",
      "warning: MODBUS_NWPORT = 80 is the port of Modbus TCP and of the web page (HTTP); only one will be "
        + "able to have it"
    ),
    (
      "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=22\n",
      "warning: MBUS_TRANSPARENTPORT = 22 is the port of SSH and of MBUS_TRANSPARENT; only one will be able "
        + "to have it"
    ),
  ])
  func twoServicesCannotHaveOnePort(settings: String, finding: String) throws {
    let (output, _) = try check("[SOLVIMUS]\nMODBUS_ENABLE=1\n" + settings)
    #expect(
      output.standardOutput.matches(of: /(?m)^chip\.ini:\d+:\d+: (.*)$/).map { String($0.1) }
        .contains(finding), "\(output.standardOutput)")
  }

  @Test(arguments: [
    (
      "MBUS_TRANSPARENT=SHARED\nMBUS_TRANSPARENTPORT=10001\n",
      "note: MBUS_TRANSPARENT = SHARED: whoever reaches the port has the M-Bus, without a password; "
        + "MBUS_TRANSPARENT_TLSENABLE = 1 asks for TLS"
    ),
    (
      "MBUS_TRANSPARENT=UDP\nMBUS_TRANSPARENTPORT=10001\n",
      "note: MBUS_TRANSPARENT = UDP: whoever reaches the port has the M-Bus, without a password; "
        + "TCP can be secured by MBUS_TRANSPARENT_TLSENABLE"
    ),
    (
      "MBUS_TRANSPARENT=UDP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n",
      "error: MBUS_TRANSPARENT_TLSENABLE = 1 cannot be had with MBUS_TRANSPARENT = UDP; no port is opened"
    ),
    (
      "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n",
      "error: MBUS_TRANSPARENT_CERT_FILE is not set; MBUS_TRANSPARENT_TLSENABLE needs it, and no port is opened"
    ),
    (
      "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n"
        + "MBUS_TRANSPARENT_KEY_FILE=gone.key\nMBUS_TRANSPARENT_INSECURE=1\n",
      "error: MBUS_TRANSPARENT_KEY_FILE = gone.key: there is no such file; the transparent M-Bus is not served until that "
        + "is mended"
    ),
    (
      "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n",
      "error: MBUS_TRANSPARENT_CA_FILE is not set; MBUS_TRANSPARENT_TLSENABLE needs it, and no port is opened; "
        + "MBUS_TRANSPARENT_INSECURE = 1 serves clients without a certificate"
    ),
    (
      "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n"
        + "MBUS_TRANSPARENT_INSECURE=1\n",
      "note: MBUS_TRANSPARENT_INSECURE = 1: clients need no certificate; whoever reaches the port has the M-Bus"
    ),
    (
      "MBUS_TRANSPARENTPORT=10001\n",
      "note: MBUS_TRANSPARENTPORT = 10001 has no effect while MBUS_TRANSPARENT is NONE"
    ),
    (
      "METER_TIME=900\nMETER_CYCLEMODE=HOUR\n",
      "warning: METER_TIME = 900 counts in units of METER_CYCLEMODE = HOUR: one readout in 37 days; for 900 s "
        + "METER_CYCLEMODE has to be SECOND"
    ),
    (
      "METER_CYCLEMODE=NEVER\n",
      "note: METER_CYCLEMODE = NEVER: meters without a cycle of their own are read only on request"
    ),
  ])
  func whatSettingsMeanTogether(settings: String, finding: String) throws {
    let (output, folder) = try check("[SOLVIMUS]\nMBUS_DEVPATH=/dev/null\n" + settings)
    let found = output.standardOutput.matches(of: /(?m)^chip\.ini[:\d]*: (.*)$/).map {
      String($0.1).replacing("\(folder)/", with: "")
    }
    #expect(found.contains(finding), "\(output.standardOutput)")
  }

  @Test func portsOfDifferentKindsAndDefaultsDoNotClash() throws {
    let (output, _) = try check("[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_MODE=TCP,UDP\n")
    #expect(!output.standardOutput.contains("only one"))
    #expect(output.status == 0)
  }

  /// 40 meters of 12 values at 300 Bd: 40 × (2 × 30 ms + 133 bytes × 11 bits) = 197.5 s.
  @Test func anIntervalThatTheBusCannotKeep() throws {
    let meters = (1...40).map { "<meter><serial>\($0)</serial></meter>" }.joined()
    let chip = "[SOLVIMUS]\nMBUS_DEVPATH=/dev/null\nMBUS_BAUDRATE=300\nMETER_TIME=60\n"
    let (output, _) = try check(chip, "<root>\(meters)</root>")
    #expect(
      output.standardOutput.contains(
        "chip.ini:4:12: warning: METER_TIME = 60 s is shorter than reading all 40 meters once takes, about 198 s "
          + "at 300 Bd: they are read one after another without a pause\n"),
      "\(output.standardOutput)")
    #expect(output.status == 0)
    let (slow, _) = try check(
      chip.replacingOccurrences(of: "=60", with: "=600"), "<root>\(meters)</root>")
    #expect(!slow.standardOutput.contains("METER_TIME"))
  }

  @Test func warningsCountWhenThatIsWanted() throws {
    let chip = "[SOLVIMUS]\nMBUS_ENABLE=0\nMETER_TIME=60\nMETER_TIME=70\n"
    #expect(try check(chip).output.status == 0)
    #expect(try check(chip, "<root></root>", ["--strict"]).output.status == 1)
  }

  @Test func programsReadItAsJSON() throws {
    struct Report: Decodable {
      struct Finding: Decodable, Equatable {
        var severity: String
        var file: String
        var line: Int?
        var column: Int?
        var key: String?
        var value: String?
        var message: String
      }
      var schema: Int
      var folder: String
      var errors: Int
      var warnings: Int
      var notes: Int
      var meters: Int
      var values: Int
      var outlook: String
      var findings: [Finding]
    }
    let (output, folder) = try check(
      "[SOLVIMUS]\nMBUS_ENABLE=0\nMBUS_MAXRETRY=\"x\"\n",
      "<root><meter><serial>1</serial><value/><value/></meter></root>", ["--json"])
    #expect(output.status == 1)
    let report = try JSONDecoder().decode(Report.self, from: Data(output.standardOutput.utf8))
    #expect(report.schema == 1 && report.folder == folder)
    #expect(report.errors == 1 && report.warnings == 0 && report.notes == 0)
    #expect(report.meters == 1 && report.values == 2)
    #expect(report.outlook.hasPrefix("metergate run reads no meter, since MBUS_ENABLE is 0"))
    let finding = try #require(report.findings.first)
    #expect(finding.severity == "error" && finding.file == "chip.ini" && finding.line == 3)
    #expect(finding.key == "MBUS_MAXRETRY" && finding.value == "x")
    #expect(finding.message.hasPrefix("[SOLVIMUS] MBUS_MAXRETRY = 'x': not allowed; allowed: "))
  }

  @Test func notesCanBeLeftOut() throws {
    let chip = "[SOLVIMUS]\nMBUS_ENABLE=0\nMETER_TIME=60\nMETER_TIME=70\nTELEPATHY=1\n"
    let quiet = try check(chip, "<root></root>", ["--quiet"]).output
    #expect(
      !quiet.standardOutput.contains(": note: ") && quiet.standardOutput.contains(": warning: "))
    #expect(
      quiet.standardOutput.contains("0 meters with no values; no errors, 1 warning, 1 note")
        || quiet.standardOutput.contains("no meters with no values; no errors, 1 warning, 1 note"))
    #expect(try check(chip).output.standardOutput.contains(": note: "))
  }

  /// 20 meters each second, of 12 values at 2400 Bd: 60 ms + 133 bytes × 11 bits, 0.67 s each.
  @Test func cyclesOfTheirOwnCountTogether() throws {
    let meters = (1...20).map {
      "<meter><serial>\($0)</serial><readoutcycle>\($0 % 2 == 0 ? 5 : 10)</readoutcycle></meter>"
    }.joined()
    let chip = "[SOLVIMUS]\nMBUS_DEVPATH=/dev/null\nMBUS_BAUDRATE=2400\n"
    let (output, _) = try check(chip, "<root>\(meters)</root>")
    #expect(
      output.standardOutput.contains(
        "Device_Handle.cfg: warning: the cycles of its 20 meters (<readoutcycle>, or METER_TIME = 900 s) ask for "
          + "about 201 % of the time at 2400 Bd"), "\(output.standardOutput)")
  }
}
