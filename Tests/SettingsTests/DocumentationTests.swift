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
