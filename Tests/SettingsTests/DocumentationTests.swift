import Foundation
import PeerSupport
import Testing

@testable import Settings

@Suite struct DocumentationTests {
  /// With METERGATE_REGENERATE=1 it writes the files instead of comparing them.
  @Test(arguments: ["docs/chip.ini.md", "chip.ini.example"])
  func committedFilesComeFromTheTable(name: String) throws {
    let path = PeerProcess.root + "/" + name
    let expected =
      name.hasSuffix(".md") ? SettingsDocumentation.markdown : SettingsDocumentation.example
    if ProcessInfo.processInfo.environment["METERGATE_REGENERATE"] == "1" {
      try expected.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      found == expected, "renew it: METERGATE_REGENERATE=1 swift test --filter SettingsTests")
  }

  /// The example with its settings switched on says what is in force without it.
  @Test func theExampleIsAllDefaults() {
    let lines = SettingsDocumentation.example.split(separator: "\n").map { line in
      let body = line.dropFirst()
      let isEntry = line.hasPrefix(";") && body.prefix { $0 != "=" }.allSatisfy { $0 != " " }
      return isEntry ? String(body) : String(line)
    }
    let result = Settings.read(INIDocument(lines.joined(separator: "\n")))
    #expect(result.diagnostics.allSatisfy { $0.severity == .note })
    let defaults = Settings()
    for row in SettingsTable.rows {
      #expect(result.settings[row] == defaults[row])
      #expect(
        result.settings.isGiven(row) == !defaults[row].description.isEmpty, "\(row.id) is missing")
    }
  }

  @Test func everyRowHasBothLanguages() {
    for row in SettingsTable.rows {
      let texts =
        [row.summary] + row.choices.map(\.meaning) + [row.field?.label].compactMap { $0 }
      #expect(texts.allSatisfy { !$0.en.isEmpty && !$0.de.isEmpty }, "\(row.id)")
    }
  }

  /// The ranges begin at 0, which is no number of connections, seconds or telegrams.
  @Test(arguments: [
    (
      "MODBUS_MAXCONNECTIONS", "0: as many as the system bears", "0: so viele, wie das System trägt"
    ),
    ("MODBUS_CONNECTION_TIMEOUT", "0: never", "0: nie"),
    ("MODBUS_DISCONNECT_TIMEOUT", "0: never", "0: nie"), ("MBUS_MAXMULTIPAGE", "0: all", "0: alle"),
    ("METER_MAXVALUECOUNT", "0: all", "0: alle"),
  ])
  func zeroIsExplained(key: String, en: String, de: String) throws {
    let summary = try #require(SettingsTable.row(.main, key)).summary
    #expect(summary.en.hasSuffix(en + ".") && summary.de.hasSuffix(de + "."))
  }

  @Test func theDefaultLogModeTellsOfNormalOperation() throws {
    let choice = try #require(SettingsTable.row(.main, "MUC_LOG")?.choices.first)
    #expect(choice.value == LogMode.standard.rawValue)
    #expect(choice.meaning.en == "errors, warnings and normal operation in short")
    #expect(choice.meaning.de == "Fehler, Warnungen und in Kürze der normale Betrieb")
  }

  @Test func theShippedFileIsSolvimusWithModbusOn() throws {
    let text = try String(contentsOfFile: PeerProcess.root + "/etc/app/chip.ini", encoding: .utf8)
    let result = Settings.read(INIDocument(text))
    #expect(result.settings.dialect == .solvimus)
    let given = SettingsTable.rows.filter(result.settings.isGiven).map(\.id)
    #expect(given == ["MODBUS_ENABLE"] && result.settings.flag(.modbusEnable))
    #expect(
      result.diagnostics.map(\.message) == [
        "MBUS_DEVPATH is not set; no meter is read over M-Bus"
      ])
  }
}
