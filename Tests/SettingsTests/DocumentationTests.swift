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
    for row in SettingsTable.definitions {
      #expect(result.settings[row] == defaults[row])
      #expect(
        result.settings.isGiven(row) == !defaults[row].description.isEmpty, "\(row.id) is missing")
    }
  }

  /// The ten reports are written down once.
  @Test func reportsAreDescribedOnce() {
    let (markdown, example) = (SettingsDocumentation.markdown, SettingsDocumentation.example)
    #expect(markdown.contains("## [REPORT_1] … [REPORT_10]\n"))
    #expect(markdown.components(separatedBy: "### CONVERTARG\n").count == 2)
    #expect(example.components(separatedBy: ";CONVERTARG=").count == 2)
    #expect(!example.contains("[REPORT_2]\n") && !markdown.contains("[REPORT_2]"))
  }

  /// A document that has a secret's default would give it away.
  @Test func secretsAreNotWrittenDown() {
    #expect(
      SettingsTable.definitions.filter(\.isSecret).map(\.id) == [
        "UDPCFG.IPCFG_PASSWORD", "WAN_PASSWORD", "WAN_PIN", "WAN_PUK", "REPORT_1.PASSWORD",
      ])
    for row in SettingsTable.definitions where row.isSecret {
      #expect(row.defaultValue == .both(.unset), "\(row.id)")
    }
  }

  /// The table at the top counts what follows.
  @Test func theCountsAreThoseOfTheTable() throws {
    let markdown = SettingsDocumentation.markdown
    let head = try #require(markdown.range(of: "| group | keys | effective | "))
    let lines = markdown[head.lowerBound...].split(separator: "\n").prefix { $0.hasPrefix("|") }
    let cells = lines.dropFirst(2).map { line in
      line.split(separator: "|").dropFirst().compactMap { Int($0.filter(\.isNumber)) }
    }
    let total = try #require(cells.last)
    #expect(cells.count == SettingGroup.definitions.count + 1 && total.count == 4)
    #expect(cells.allSatisfy { $0[0] == $0[1] + $0[2] + $0[3] })
    for column in 0..<4 {
      #expect(total[column] == cells.dropLast().reduce(0) { $0 + $1[column] })
    }
    #expect(total[0] == markdown.components(separatedBy: "\n### ").count - 1)
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
