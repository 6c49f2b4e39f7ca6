import Testing

@testable import Settings

/// Files that are no chip.ini, or only the first half of one.
@Suite struct FlawTests {
  private func read(_ bytes: [UInt8]) -> [String] {
    Settings.read(INIDocument(bytes)).diagnostics.filter { $0.severity < .note }.map(\.report)
  }

  private func read(_ text: String) -> [Diagnostic] { Settings.read(INIDocument(text)).diagnostics }

  /// UTF-16 as Notepad writes it: the mark, and each letter of ASCII with a zero behind it.
  @Test func otherEncodingsAreNamed() {
    let wide: [UInt8] = Array("[SOLVIMUS]\r\nMETER_TIME=10\r\n".utf8).flatMap {
      [$0, 0] as [UInt8]
    }
    let advice = " text, as Notepad's \"Unicode\"; save it as UTF-8; it gives no settings"
    #expect(read([0xFF, 0xFE] + wide) == ["chip.ini: error: the file is UTF-16" + advice])
    #expect(
      read([0xFE, 0xFF] + [0, 0x5B]) == ["chip.ini: error: the file is UTF-16" + advice])
    #expect(
      read([0xFF, 0xFE, 0, 0, 0x5B, 0, 0, 0])
        == ["chip.ini: error: the file is UTF-32" + advice])
    #expect(
      read([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x5B])
        == ["chip.ini: error: the file is UTF-32" + advice])
    let zeros =
      "chip.ini: error: the file has NUL bytes, as after a power failure, or in UTF-16 text without a mark; put "
      + "it back, or save it as UTF-8; it gives no settings"
    #expect(read(wide) == [zeros])
    #expect(read([UInt8](repeating: 0, count: 140)) == [zeros])
    #expect(read(Array("[SOLVIMUS]\nMETER_TIME=1\n\0".utf8)) == [zeros])
    #expect(INIDocument(wide).whyUneditable != nil)
  }

  @Test func whatSaysNothingIsAnError() {
    #expect(read([]) == ["chip.ini: error: the file is empty; it gives no settings"])
    #expect(read(Array(" \r\n\r\n".utf8)).first?.contains("is empty") == true)
    let without =
      "chip.ini: error: the file has none of the groups of chip.ini, such as [SOLVIMUS] or [CONFIG]; it gives no "
      + "settings"
    for text in ["; mine\n", "METER_TIME=1\n", "[SOLVIMIS]\nMETER_TIME=1\n"] {
      let said = read(Array(text.utf8))
      #expect(said.first == without, "\(text)")
    }
    #expect(
      read("[SOLVIMIS]\n").contains {
        $0.message.hasSuffix("did you mean [SOLVIMUS]?") && $0.isDoubt
      })
    #expect(read("[DEVICE]\nNAME=x\n").allSatisfy { $0.severity > .error })
    #expect(INIDocument("; mine\n").whyUneditable == nil && INIDocument([]).whyUneditable != nil)
  }

  @Test(arguments: [
    "[SOLVIMUS]\nMBUS_SE\n", "[SOLVIMUS]\nMODBUS_ENABEL=1\n", "[SOLVIMUS\nMETER_TIME=9\n",
    "METER_TIME=9\n[SOLVIMUS]\n", "[SOLVIMUS] MBUS_BAUDRATE=300\n", "[DNS]\n[SOLVIMIS]\n",
  ])
  func whatNobodyWritesOnPurposeIsADoubt(text: String) {
    #expect(read(text).contains { $0.isDoubt && $0.severity == .warning }, "\(read(text))")
  }

  @Test func whatIsWrittenOnPurposeIsNone() {
    let text = "[SOLVIMUS] ; main\nMETER_TIME=9\nMETER_TIME=10\nTELEPATHY=1\n[OTHER]#x\nA=1\n"
    #expect(!read(text).contains { $0.isDoubt })
  }

  @Test func whatFollowsAGroupIsTold() {
    #expect(
      read("[SOLVIMUS] MBUS_BAUDRATE=300\n").map(\.report).contains(
        "chip.ini:1:1: warning: what follows the ] has no effect: each KEY=VALUE needs a line of its own"
      ))
    #expect(!read("[SOLVIMUS]  ; x\n[IP]\t# y\r\n").contains { $0.message.contains("follows") })
  }

  /// Three minutes once: each of them was compared with the whole table, and told.
  @Test func aFileFullOfStrangeKeysIsReadSoonAndToldInShort() {
    let text = "[SOLVIMUS]\n" + (1...20_000).map { "MBUS_STRANGE\($0)=1\n" }.joined()
    let document = INIDocument(text)
    var said: [Diagnostic] = []
    let time = ContinuousClock().measure { said = Settings.read(document).diagnostics }
    #expect(time < .seconds(10), "\(time)")
    #expect(said.count { $0.isUnknownKey } == 200 && said.count < 210)
    #expect(
      said.condensed.map(\.description).contains(
        "chip.ini: 200 of its keys are not known to this version; \"metergate check\" lists them"))
  }

  @Test func controlCharactersAreNoText() {
    let said = read("[SOLVIMUS]\nMODBUS_VENDOR=a\u{1B}[31mb\n")
    #expect(
      said.first?.message.hasPrefix(
        "[SOLVIMUS] MODBUS_VENDOR = 'a�[31mb': not allowed; allowed: text with at most ")
        == true)
    #expect(said.first?.message.contains(" characters, without control characters; ") == true)
    #expect(read("[SOLVIMUS]\nMODBUS_VENDOR=a\tb\n").allSatisfy { $0.severity > .error })
    let (a, b) = (
      Settings.read(INIDocument("[SOLVIMUS]\nMODBUS_VENDOR=a\u{9B}b\n")).settings, Settings()
    )
    #expect(!a.differences(from: b).joined().unicodeScalars.contains("\u{9B}"))
  }

  @Test func whatSaysTheDefaultIsNoNews() {
    #expect(!read("[SOLVIMUS]\nWAN_BAUDRATE=\n").contains { $0.isWithoutEffect })
    let row = SettingsTable.rows(of: .main).first {
      $0.status != .effective && $0.type.solvimus == .flag
    }
    let key = row?.key ?? ""
    let normal = row?.defaultValue.solvimus == .flag(true) ? 1 : 0
    #expect(!read("[SOLVIMUS]\n\(key)=\(normal)\n").contains { $0.isWithoutEffect })
    #expect(read("[SOLVIMUS]\n\(key)=\(1 - normal)\n").contains { $0.isWithoutEffect })
    let (a, b) = (
      Settings.read(
        INIDocument("[SOLVIMUS]\nMBUS_STOPBITS=1\n\(key)=\(1 - normal)\nMETER_TIME=5\n")
      ).settings,
      Settings()
    )
    #expect(
      a.differences(from: b) == [
        "[SOLVIMUS] METER_TIME = 5 (was 900, the default)",
        "1 setting without effect in this version",
      ])
  }

  @Test func onePortForTwo() {
    let said = read(
      "[SOLVIMUS]\nMBUS_DEVPATH=/dev/ttyS1\nDLDERS_ENABLE=1\nDLDERS_DEVPATH=/dev/ttyS1\nMODBUS_ENABLE=1\n"
        + "MODBUS_NWPORT=5040\nMBUSSLVMETER_MODE=TCP\n"
    ).map(\.report)
    #expect(
      said.contains(
        "chip.ini:4:16: warning: DLDERS_DEVPATH = /dev/ttyS1 is the port of MBUS_DEVPATH, too; only one will be able "
          + "to have it"), "\(said)")
    #expect(
      said.contains(
        "chip.ini:6:15: warning: MODBUS_NWPORT = 5040 is the port of Modbus TCP and of MBUSSLVMETER_MODE; only one "
          + "will be able to have it"), "\(said)")
  }

  @Test func aGroupThatSaysNothingMoreGoes() throws {
    let row = try #require(SettingsTable.row(.ip, "DHCP"))
    func without(_ text: String) throws -> String {
      String(
        decoding: try INIDocument(text).applying([SettingChange(row, nil)]).bytes, as: UTF8.self)
    }
    #expect(try without("[SOLVIMUS]\nA=1\n\n[IP]\nDHCP=1\n") == "[SOLVIMUS]\nA=1\n\n")
    #expect(try without("[IP]\nDHCP=1\n\n[SOLVIMUS]\nA=1\n") == "[SOLVIMUS]\nA=1\n")
    #expect(try without("[IP]\n; mine\nDHCP=1\n") == "[IP]\n; mine\n")
    #expect(try without("[IP]\nDHCP=1\nX=1\n") == "[IP]\nX=1\n")
  }

  @Test func aKeyWithoutItsGroup() {
    #expect(
      SettingChange.read(["METER_TIME=20"], in: nil).mistakes.map(\.message) == [
        "\"METER_TIME\" is not GROUP.KEY=VALUE; did you mean SOLVIMUS.METER_TIME?"
      ])
    #expect(
      SettingChange.read([], removing: ["TELEPATHY"], in: nil).mistakes.map(\.message) == [
        "\"TELEPATHY\" is not GROUP.KEY"
      ])
  }
}
