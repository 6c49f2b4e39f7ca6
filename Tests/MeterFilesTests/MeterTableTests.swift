import Metering
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

@Suite struct MeterTableTests {
  private static let list = """
    <root>
      <!-- mine -->
      <meter><interface>M-Bus</interface><serial>0x12345670</serial><manufacturer>LUG</manufacturer>
        <register>10</register><user>old</user>
        <value><dif>0x0C</dif><vif>0x06</vif><register>20</register></value>
        <value><dif>0x0B</dif><vif>0x3B</vif><userscale>0.25</userscale><user>=flow</user></value></meter>
      <meter><interface>M-Bus</interface><serial>0x1234567E</serial><manufacturer>NZR</manufacturer>
        <encryptionkey>0x00 0x01 0x02 0x03 0x04 0x05 0x06 0x07 0x08 0x09 0x0A 0x0B 0x0C 0x0D 0x0E 0x0F</encryptionkey>
        </meter>
      <meter><interface>M-Bus</interface><primaryaddress>5</primaryaddress><addressmode>1</addressmode></meter>
    </root>

    """

  private func folder(_ list: String = Self.list) throws -> TemporaryFolder {
    try TemporaryFolder(["Device_Handle.cfg": list])
  }

  private func importing(_ bytes: [UInt8], _ list: String = Self.list) throws -> MeterImport {
    let folder = try folder(list)
    return withExtendedLifetime(folder) {
      AppFolder.load(folder.path).importing(bytes, file: "t.csv")
    }
  }

  private func importing(_ text: String, _ list: String = Self.list) throws -> MeterImport {
    try importing(Array(text.utf8), list)
  }

  private func messages(_ text: String, _ list: String = Self.list) throws -> [String] {
    try importing(text, list).diagnostics.map { "\($0.severity): \($0)" }
  }

  private func exported(
    _ separator: MeterTable.Separator = .semicolon, withSecrets: Bool = false
  ) throws -> String {
    let folder = try folder()
    return withExtendedLifetime(folder) {
      MeterTable.text(
        AppFolder.load(folder.path).meters, separator: separator, withSecrets: withSecrets)
    }
  }

  // MARK: meter-conf-import.csv

  /// As in the MUC500 manual 1.1, ch. 10.6.1, with serials of ours.
  @Test func preconfiguration() throws {
    let text = """
      WMBUS;12345670;00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F;Apartment 01
      WMBUS;12345671;01 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F;Apartment 02;900
      MBUS;12345670;;Cellar;60,0
      MBUS;1234567e;;;
      """
    let result = try importing(text)
    #expect(
      result.diagnostics.map { "\($0.severity): \($0)" } == [
        "warning: t.csv:1:1: 12345670 is added beside 12345670 LUG on M-Bus, which has the same serial"
      ])
    #expect(
      result.changes == [
        "12345670 is added", "12345670: Label = 'Apartment 01' (was empty)",
        "12345670: Key is changed (not shown)", "12345671 is added",
        "12345671: Label = 'Apartment 02' (was empty)", "12345671: Cycle = 900 (was 0)",
        "12345671: Key is changed (not shown)", "12345670 LUG: Label = 'Cellar' (was 'old')",
        "12345670 LUG: Cycle = 60 (was 0)",
      ])
    let radio = result.list[3].configuration
    #expect(
      radio.interface == .wirelessMBus && radio.identity.serial.description == "12345670"
        && radio.encryptionKey == Array(0...15) && radio.userLabel == "Apartment 01"
        && radio.readoutCycle == 0)
    #expect(result.list[1].configuration.encryptionKey == Array(0...15) && result.list.count == 5)
  }

  @Test func separatorsAndEncodings() throws {
    for text in [
      "MBUS,12345670,,Kuche,900", "MBUS\t12345670\t\tKuche\t900.00\r\n",
      "\u{FEFF}Interface;Serial;Encryption key;User label;Cycle\nM-Bus;12345670;;Kuche;900",
      "sep=,\nSeriennummer,Zyklus,Bezeichnung\n12345670,900,Kuche",
    ] {
      #expect(
        try importing(text).changes == [
          "12345670 LUG: Label = 'Kuche' (was 'old')", "12345670 LUG: Cycle = 900 (was 0)",
        ], "\(text)")
    }
    let western = Array("MBUS;12345670;;K".utf8) + [0xFC] + Array("che".utf8)
    let result = try importing(western)
    #expect(result.list[0].configuration.userLabel == "Küche")
    #expect(
      result.diagnostics.map(\.description)
        == ["t.csv: the file is not UTF-8; read as Western European (Windows-1252)"])
  }

  // MARK: Mistakes

  @Test func everyWrongCell() throws {
    let found = try messages(
      """
      MBUS;12345670;00 01;x;1.800
      MBUS;1234567890
      CAN;1
      MBUS;;;nobody
      MBUS;12345670
      MBUS;99;;;;;too much
      """)
    #expect(
      found == [
        "error: t.csv:1:15: Key = (not shown): not allowed; allowed: 16 bytes such as 0x82 0xB0 …, 0 for "
          + "none; this has 2",
        "error: t.csv:1:23: Cycle = '1.800': not allowed; allowed: 0 to 4294967295 s, 0 for METER_TIME, "
          + "without points or commas between thousands",
        "error: t.csv:2:6: Serial = '1234567890': not allowed; allowed: eight digits such as 0x30101198, "
          + "0xFFFFFFFF for any",
        "error: t.csv:3:1: Interface = 'CAN': not allowed; allowed: one of M-Bus, wM-Bus, DLDERs, S0, "
          + "Modbus, System",
        "error: t.csv:4:6: the row has no serial, by which its meter is known; a meter without one needs "
          + "its primary address",
        "error: t.csv:5:1: 12345670 LUG stands in line 1 already; once is allowed",
        "error: t.csv:6:13: there is no column for 'too much'; the table has 5",
      ])
    #expect(
      try messages("Name;Wert\n1;2").first?.hasPrefix(
        "error: t.csv:1:1: the first row has neither heads with Serial or Address among them")
        == true)
    #expect(try messages("") == ["error: t.csv: the file is empty"])
    #expect(
      try messages("Serial;Label;User label\n1;a;b")
        == [
          "error: t.csv:1:14: 'User label' is the same column as 'Label'; each may be there once"
        ])
    #expect(
      try messages("MBUS;1\nMBUS;\"2") == [
        "error: t.csv:2:6: the quote that begins here is never closed"
      ])
  }

  @Test func whichMeter() throws {
    let twins = """
      <root><meter><serial>1</serial><manufacturer>LUG</manufacturer></meter>
      <meter><serial>1</serial><manufacturer>NZR</manufacturer></meter></root>
      """
    #expect(
      try messages("Serial;Label\n1;x", twins) == [
        "error: t.csv:2:1: 2 meters of the list could be meant: 00000001 LUG, 00000001 NZR; the columns "
          + "Manufacturer, Version, Medium and Address tell them apart"
      ])
    #expect(
      try importing("Serial;Manufacturer;Label\n1;nzr;x", twins).changes
        == ["00000001 NZR: Label = 'x' (was empty)"])
    #expect(
      try importing("Address;Label\n5;x").changes == ["address 5: Label = 'x' (was empty)"])
  }

  /// What the list as a whole does not allow is told before anything is written.
  @Test func registersThatAreTaken() throws {
    let taken = try messages("Serial;Register\n1234567E;20")
    #expect(
      taken == [
        "error: t.csv:2:10: the meter list would not be right then: meter 1234567E NZR: register 20 is "
          + "taken: value 1 of meter 12345670 LUG has 20 to 29"
      ])
    #expect(try importing("Serial;Register\n1234567E;30").hasErrors == false)
  }

  // MARK: The list as a table

  @Test func export() throws {
    let lines = try exported().split(separator: "\r\n").map(String.init)
    #expect(
      lines[0]
        == "\u{FEFF}Row;Interface;Serial;Manufacturer;Version;Medium;Address;Address mode;Value;Description;"
        + "Unit;Scale;Value type;Storage;Tariff;DIF;VIF;Label;OBIS;Active;Register;Cycle;Max values;"
        + "Stale policy;Stale after;User scale;BACnet;Time zone;Cycle mode;Cycle date;Battery;Baud rate"
    )
    #expect(lines.count == 6)
    #expect(lines[1] == "meter;M-Bus;12345670;LUG;;;;;;;;;;;;;;old;;1;10;;;;;;;;;;0;")
    #expect(lines[2] == "value;M-Bus;12345670;LUG;;;;;1;;;;;;;0x0C;0x06;;;1;20;;;;;;;;;;;")
    #expect(lines[3] == "value;M-Bus;12345670;LUG;;;;;2;;;;;;;0x0B;0x3B;'=flow;;1;;;;;;0,25;;;;;;")
    #expect(lines[4] == "meter;M-Bus;0x1234567E;NZR;;;;;;;;;;;;;;;;1;;;;;;;;;;;0;")
    #expect(try exported(.comma).contains(",0.25,") && exported(.tab).contains("\t0.25\t"))
    let secret = "0x00 0x01 0x02 0x03 0x04"
    #expect(try !exported().contains(secret) && exported(withSecrets: true).contains(secret))
  }

  @Test(arguments: MeterTable.Separator.allCases, [true, false])
  func whatIsNotEditedChangesNothing(separator: MeterTable.Separator, withSecrets: Bool) throws {
    let result = try importing(try exported(separator, withSecrets: withSecrets))
    #expect(result.diagnostics.isEmpty && result.changes.isEmpty)
    let folder = try folder()
    _ = try AppFolder.load(folder.path).meterListFile.saving(result.list)
    #expect(folder.read("Device_Handle.cfg") == Self.list)
  }

  /// What spreadsheets do to a table that is opened and saved, without anybody having changed a cell.
  @Test(arguments: [true, false])
  func savedBySpreadsheets(isGerman: Bool) throws {
    let labels = [
      "007", "1-2", "1/2", "1E5", "true", "WAHR", "3.5", "3,5", "12:30", "50%", "Mar 1", "1. März",
      "'007", "-5",
      "=flow", "1.234", "00 11", "1. OG", "Cellar", "4711 a",
    ]
    let values = labels.enumerated().map { index, label in
      "<value><dif>0\(index % 10)</dif><vif>\(index < 10 ? "03" : "84 10")</vif><storagenum>123456789012345\(index)</storagenum>"
        + "<user>\(label)</user><userscale>\(["1e-3", "0.25", "1e5", "-1.5"][index % 4])</userscale></value>"
    }
    let list = """
      <root><version>0x06</version><meter><serial>0x00000001</serial><version>0x01</version><medium>0x04</medium>
      <readoutcycle>4294967295</readoutcycle><user>0815</user>\(values.joined())</meter></root>
      """
    let folder = try folder(list)
    let before = AppFolder.load(folder.path).meters
    try #require(before.first?.values.count == labels.count)
    let sheet = Spreadsheet(isGerman: isGerman)
    let saved = sheet.resaved(MeterTable.text(before, separator: isGerman ? .semicolon : .comma))
    let result = try importing(saved, list)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(\.description)) \(saved)")
    #expect(result.changes.isEmpty, "\(result.changes)")
  }

  /// The table of an older version, whose bytes were numbers for a spreadsheet.
  @Test func bytesWithoutTheirZero() throws {
    let list =
      "<root><meter><serial>1</serial><value><dif>04</dif><vif>03</vif></value></meter></root>"
    let result = try importing("Row;Serial;Value;DIF;VIF;Label\nvalue;1;1;4;3;x", list)
    #expect(result.changes == ["value 1 of 00000001: Label = 'x' (was empty)"])
  }

  @Test func headsAndControlCharacters() throws {
    #expect(
      try messages("Serial;Cylce\n12345670;9").first
        == "warning: t.csv:1:8: 'Cylce' is not a column that this version knows; it is passed over; did you mean "
        + "Cycle?")
    let result = try importing("Serial;Label\n12345670;a\u{1B}[2J")
    #expect(
      result.diagnostics.map(\.description) == [
        "t.csv:2:10: Label = 'a\u{FFFD}[2J': not allowed; allowed: at most 50 characters, without <, > and \" and "
          + "control characters"
      ])
    #expect(result.changes.isEmpty)
  }

  /// Wrong cells and registers that are taken are told together.
  @Test func allMistakesAtOnce() throws {
    let found = try messages("Serial;Cycle;Register\n12345670;x;10\n1234567E;900;20")
    #expect(
      found.count == 2 && found[0].contains("2:10: Cycle = 'x'") && found[1].contains("3:14: "),
      "\(found)")
  }

  @Test func preconfigurationFile() throws {
    let folder = try TemporaryFolder()
    #expect(MeterPreconfiguration.load(folder.path) == nil)
    let key = "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E"
    try folder.write(
      "WMBUS;12345670;\(key) 0F;Flat 1\nMBUS;1;\(key);Flat 2;60", to: "METER-conf-import.csv")
    let found = try #require(MeterPreconfiguration.load(folder.path))
    #expect(
      found.meters.map(\.userLabel) == ["Flat 1", "Flat 2"] && found.meters[1].readoutCycle == 60)
    #expect(
      found.diagnostics.map(\.description) == [
        "meter-conf-import.csv:2:8: Key = (not shown): not allowed; allowed: 16 bytes such as 0x82 0xB0 …, 0 for "
          + "none; this has 15"
      ])
  }

  @Test func edited() throws {
    // Sorted, with rows and columns left out, and one of its own.
    let text = """
      Serial;Row;Value;Label;OBIS;Active;Register;User scale;Cycle;Remark;Key
      12345670;value;2;flow;1-0:1.8.0*255;FALSCH;40;-1,5;;mine;
      0x1234567E;meter;;;;WAHR;;;;;
      12345670;meter;;;;0;10;;300;;0

      """
    let result = try importing(text)
    #expect(
      result.diagnostics.map { "\($0.severity): \($0)" } == [
        "warning: t.csv:1:62: 'Remark' is not a column that this version knows; it is passed over"
      ])
    #expect(
      result.changes == [
        "value 2 of 12345670 LUG: Label = 'flow' (was '=flow')",
        "value 2 of 12345670 LUG: OBIS = 0x01 0x00 0x01 0x08 0x00 0xFF (was empty)",
        "value 2 of 12345670 LUG: Active = 0 (was 1)",
        "value 2 of 12345670 LUG: Register = 40 (was 0)",
        "value 2 of 12345670 LUG: User scale = -1.5 (was 0.25)",
        "12345670 LUG: Label = empty (was 'old')", "12345670 LUG: Active = 0 (was 1)",
        "12345670 LUG: Cycle = 300 (was 0)",
      ])
    let folder = try folder()
    let app = AppFolder.load(folder.path)
    let saved = try app.meterListFile.saving(result.list)
    #expect(saved.meters == result.list.map(\.configuration))
    #expect(AppFolder.load(folder.path).meters == saved.meters)
    #expect(folder.read("Device_Handle.cfg")?.contains("<!-- mine -->") == true)
    // Its own table brings it to the same list again.
    let again = AppFolder.load(folder.path)
    #expect(
      again.importing(Array(MeterTable.text(again.meters).utf8), file: "t.csv").changes.isEmpty)
  }

  @Test func valuesThatAreOthers() throws {
    let head = "Row;Serial;Value;DIF;VIF;Label\n"
    #expect(
      try messages(head + "value;12345670;1;0B;3B;x\nvalue;12345670;3;0C;06;x") == [
        "error: t.csv:2:16: value 1 of 12345670 LUG is another one by now (value type, storage, tariff, "
          + "DIF or VIF differ); export the list again",
        "error: t.csv:3:16: Value = '3': not allowed; allowed: 1 to 2 for 12345670 LUG",
      ])
    for number in [Int.min, 0, Int.max] {
      #expect(
        try messages(head + "value;12345670;\(number);0C;06;x") == [
          "error: t.csv:2:16: Value = '\(number)': not allowed; allowed: 1 to 2 for 12345670 LUG"
        ])
    }
    #expect(
      try importing("Row;Serial;DIF;VIF;Label\nvalue;12345670;0B;3B;x").list[0].configuration
        .values[1]
        .userLabel == "x")
    #expect(
      try messages("Row;Serial;Label\nvalue;12345670;x") == [
        "error: t.csv:2:1: 2 values of 12345670 LUG could be meant; the column Value tells them apart"
      ])
    #expect(
      try messages(head + "value;77;1;;;x") == [
        "error: t.csv:2:1: 00000077 is not in the list; values are learned when a meter is read, not imported"
      ])
    #expect(
      try messages(head + "row;77") == [
        "error: t.csv:2:1: Row = 'row': not allowed; allowed: one of meter or value"
      ])
    #expect(
      try messages("Row;Serial;Cycle;Unit;Value\nvalue;12345670;9;;1").first
        == "error: t.csv:2:16: Cycle = '9': not allowed; allowed: nothing in this row")
    #expect(
      try messages("Row;Serial;Unit;Value\nvalue;12345670;kWh;1") == [
        "warning: t.csv:2:16: Unit = 'kWh': an import does not change it; value 1 of 12345670 LUG keeps 'None'"
      ])
  }

  @Test func aNewList() throws {
    let empty = try TemporaryFolder()
    let app = AppFolder.load(empty.path)
    let result = app.importing(Array("MBUS;1;;x;".utf8), file: "t.csv")
    #expect(result.changes == ["00000001 is added", "00000001: Label = 'x' (was empty)"])
    _ = try app.meterListFile.saving(result.list)
    #expect(AppFolder.load(empty.path).meters.map(\.userLabel) == ["x"])
    try empty.write("<root><meter>", to: "Device_Handle.cfg")
    #expect(
      AppFolder.load(empty.path).importing(Array("MBUS;1".utf8), file: "t.csv").diagnostics
        .map(\.description) == [
          "Device_Handle.cfg: the meter list cannot be read; mend it first: metergate check"
        ])
  }
}
