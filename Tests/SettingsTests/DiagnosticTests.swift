import Testing

@testable import Settings

@Suite struct DiagnosticTests {
  /// A file of an old device has hundreds of settings without effect: one line in the log, all in `check`.
  @Test func aLogCountsSettingsWithoutEffect() {
    let keys = SettingsTable.rows(of: .main).filter { $0.status != .effective && !$0.isSecret }
    let lines = keys.compactMap { row in
      ["0", "1", "2", "x", "10.1.2.3", "255.0.0.0"].first { text in
        (try? row.type.solvimus.parse(text)).map { $0 != row.defaultValue.solvimus } ?? false
      }.map { "\(row.key)=\($0)" }
    }.filter { !$0.contains("PORT") && !$0.contains("MODE=") && !$0.contains("TRANSPARENT") }
    let text = "[SOLVIMUS]\nMBUS_ENABLE=0\nMBUS_TIMEOUT=x\n" + lines.joined(separator: "\n")
    let diagnostics = Settings.read(INIDocument(text + "\nMBUS_TELEPATHY=1")).diagnostics
    #expect(diagnostics.count == lines.count + 2 && lines.count > 100)
    #expect(
      diagnostics.condensed.map(\.description) == [
        "chip.ini:3:14: [SOLVIMUS] MBUS_TIMEOUT = 'x': not allowed; allowed: 0 to 65535 ms; 2000 stays in "
          + "force",
        "chip.ini: \(lines.count) of its settings have no effect; \"metergate check\" lists them",
        "chip.ini:\(lines.count + 4):1: [SOLVIMUS] MBUS_TELEPATHY is not a key that this version knows; "
          + "kept without effect",
      ])
  }

  @Test func aFewAreNamed() {
    let text = "[SOLVIMUS]\nMBUS_ENABLE=0\nWAN_APN=a\nWAN_USER=b\nBACNET_ENABLE=1"
    let diagnostics = Settings.read(INIDocument(text)).diagnostics
    #expect(diagnostics.count == 3 && diagnostics.condensed == diagnostics)
    #expect(diagnostics.allSatisfy { $0.isWithoutEffect })
  }
}
