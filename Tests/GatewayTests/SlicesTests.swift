import Settings
import Testing

@testable import Gateway

/// Which part of the gateway a setting concerns: only that part is touched when it changes.
@Suite struct SlicesTests {
  private static let base = "[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\nMODBUS_ENABLE=1\n"

  private func settings(_ more: String) -> Settings {
    Settings.read(INIDocument(Self.base + more)).settings
  }

  private func changed(by more: String, with base: String = "") -> [String] {
    Slices(settings(base + more)).differences(from: Slices(settings(base)))
  }

  @Test(arguments: [
    ("MBUS_TIMEOUT=500", ["the M-Bus line"]), ("MBUS_PARITY=0", ["the M-Bus line"]),
    ("MBUS_ENABLE=0", ["the M-Bus line"]), ("MBUS_DEVPATH=/dev/ttyS1", ["the M-Bus line"]),
    ("MODBUS_NWPORT=1502", ["the Modbus server"]), ("MODBUS_ENABLE=0", ["the Modbus server"]),
    ("MODBUS_VENDOR=Example", ["the Modbus server"]), ("METER_TIME=60", ["readouts and scans"]),
    ("METER_MAXDEVICECOUNT=3", ["readouts and scans"]),
    ("MBUS_SCANMODE=PRIMARYSCAN", ["the M-Bus line"]),
    ("MBUS_TIMEOUT=2000", []),
  ])
  func eachSettingTouchesItsPart(line: String, expected: [String]) {
    #expect(changed(by: line) == expected)
  }

  /// Settings that are used where they are read, not in a part that is set up.
  private static let readWhereUsed: Set<String> = [
    "MUC_LOG", "METER_STAT_CONFIG", "MUC_CONFIG_VER",
  ]

  /// No setting is taken and then ignored.
  @Test(arguments: SettingsTable.rows.filter { $0.status == .effective })
  func everySettingThatIsEffectiveChangesSomething(row: Setting) {
    guard !Self.readWhereUsed.contains(row.id) else { return }
    let group = row.group == .main ? "" : "[\(row.group.name(in: .solvimus))]\n"
    let changes = candidates(row).contains { text in
      // Limits of the primary scan matter for that scan only.
      (try? row.type.solvimus.parse(text, unit: row.unit)) != nil
        && ["", "MBUS_SCANMODE=PRIMARYSCAN\n"].contains {
          !changed(by: "\(group)\(row.key)=\(text)\n", with: $0).isEmpty
        }
    }
    #expect(changes, "\(row.id)")
  }

  private func candidates(_ row: Setting) -> [String] {
    row.choices.map(\.value) + [
      "1", "0", "2", "7", "12", "2400", "300", "tcp://127.0.0.1:1", "127.0.0.2", "33FFFFFF", "1234",
      "07", "Example",
    ]
  }
}
