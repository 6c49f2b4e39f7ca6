import Testing

@testable import Settings

@Suite struct TableTests {
  /// A key that asks for a type its row does not have would read as 0, false or empty.
  @Test func everyTypedKeyHasARowOfItsType() {
    for dialect in Dialect.allCases {
      for key in IntegerKey.allCases {
        guard case .integer? = SettingsTable.row(id: key.rawValue)?.defaultValue[dialect] else {
          Issue.record("\(key)")
          continue
        }
      }
      for key in FlagKey.allCases {
        guard case .flag? = SettingsTable.row(id: key.rawValue)?.defaultValue[dialect] else {
          Issue.record("\(key)")
          continue
        }
      }
      for key in TextKey.allCases {
        guard case .text? = SettingsTable.row(id: key.rawValue)?.defaultValue[dialect] else {
          Issue.record("\(key)")
          continue
        }
      }
      for key in MaskKey.allCases {
        let row = SettingsTable.row(id: key.rawValue)
        #expect(row?.type[dialect] == .hexMask(digits: key.digits))
      }
    }
  }

  @Test func everyDefaultIsAllowed() throws {
    for row in SettingsTable.definitions {
      for dialect in Dialect.allCases {
        let value = row.defaultValue[dialect]
        guard value.description != "" else { continue }
        #expect(try row.type[dialect].parse(value.description) == value, "\(row.id) \(dialect)")
      }
    }
  }

  @Test func noTwoRowsOfAGroupReadAlike() {
    for group in SettingGroup.allCases {
      var seen: [String: String] = [:]
      for row in SettingsTable.rows where row.group == group {
        for name in Set(row.spellings.map(SettingName.normalized)) {
          #expect(seen.updateValue(row.id, forKey: name) == nil, "\(row.id) reads as \(name)")
        }
      }
    }
    #expect(Set(SettingsTable.rows.map(\.id)).count == SettingsTable.rows.count)
  }

  /// Every key that a manual's table prints is a row, also in the pieces into which lines broke it; and every
  /// row comes from a manual, or says that it does not.
  @Test func everyKeyOfTheManualsIsThere() {
    var rows: [SettingSource: Set<String>] = [:]
    let manuals = [SettingSource.anybus: ManualKeys.anybus, .solvimus: ManualKeys.solvimus]
    for (source, manual) in manuals {
      for (group, key) in ManualKeys.keys(of: manual) {
        guard let row = SettingsTable.row(group, key) else {
          Issue.record("\(group.title) \(key) is missing")
          continue
        }
        let bare = key.lowercased().replacing("_", with: "")
        #expect(SettingsTable.row(group, bare) == row)
        #expect(row.source == source || row.source == .both, "\(row.id)")
        rows[source, default: []].insert(row.id)
      }
    }
    let found = rows.mapValues(\.count)
    #expect(found == [.anybus: 69, .solvimus: 317])
    for row in SettingsTable.definitions {
      #expect(
        (row.source == .anybus || row.source == .both) == (rows[.anybus]?.contains(row.id) == true),
        "\(row.id)")
      #expect(
        (row.source == .solvimus || row.source == .both)
          == (rows[.solvimus]?.contains(row.id) == true), "\(row.id)")
    }
  }

  /// The keys are written as their manual writes them, except where it strays from its own habit.
  @Test func keysAreWrittenAsTheirManualDoes() {
    let strays = [
      "DLDEERS_ADDRESS_DISABLE", "MBUS_SMLEENABLE", "WMBUS_SMLEENABLE",
      "WMBUS2_TRANSPARENT_STARTSTOP",
    ]
    let manuals = [Dialect.anybus: ManualKeys.anybus, .solvimus: ManualKeys.solvimus]
    for (dialect, manual) in manuals {
      for (group, key) in ManualKeys.keys(of: manual)
      where !strays.contains(key) && !key.contains(" ") {
        #expect(SettingsTable.row(group, key)?.key(in: dialect) == key)
      }
    }
  }

  /// The ten reports share their rows, and are ten groups all the same.
  @Test func reportsHaveTheSameRows() throws {
    let first = SettingsTable.rows(of: .report(1))
    #expect(first.count == 25)
    for number in SettingGroup.reports {
      let rows = SettingsTable.rows(of: .report(number))
      #expect(rows.map(\.key) == first.map(\.key))
      #expect(rows.map(\.id) == first.map { "REPORT_\(number).\($0.key)" })
      for row in rows {
        #expect(SettingsTable.row(row.group, row.key) == row)
        #expect(SettingsTable.row(id: row.id) == row)
      }
    }
    #expect(SettingsTable.rows.count == SettingsTable.definitions.count + 9 * 25)
    #expect(SettingsTable.row(.report(11), "HOST") == nil && SettingGroup(name: "REPORT_11") == nil)
    #expect(SettingsTable.row(id: "REPORT_11.HOST") == nil)
    #expect(SettingGroup(name: "report 7") == .report(7))
    let settings = Settings.read(
      INIDocument("[REPORT_2]\nHOST=a.example.org\n[report10]\nhost=b.example.org")
    ).settings
    let hosts = SettingGroup.reports.compactMap { SettingsTable.row(.report($0), "HOST") }
    #expect(hosts.count == 10)
    #expect(
      hosts.map { settings[$0].description }
        == ["", "a.example.org", "", "", "", "", "", "", "", "b.example.org"])
    #expect(hosts.filter(settings.isGiven).map(\.id) == ["REPORT_2.HOST", "REPORT_10.HOST"])
  }

  @Test func everyChoiceIsAllowedAndEveryLogWordIsAMode() throws {
    for row in SettingsTable.rows {
      for choice in row.choices {
        _ = try row.type.solvimus.parse(choice.value)
      }
    }
    let row = try #require(SettingsTable.row(.main, "MUC_LOG"))
    #expect(row.type == .both(.words(LogMode.allCases.map(\.rawValue))))
  }

  /// Where the two manuals differ, among the rows so far (Anybus gateway manual 2.4, ch. 9.4; MUC500
  /// manual 1.1, table 25).
  @Test func dialectsDifferWhereTheManualsDo() {
    let anybus = Settings(dialect: .anybus)
    let solvimus = Settings()
    #expect(solvimus.dialect == .solvimus)
    let integers: [(IntegerKey, Int, Int)] = [
      (.mbusMaxMultipage, 10, 3), (.mbusSelectMask, 0, 14), (.meterMaxDeviceCount, 0, 500),
      (.meterMaxValueCount, 0, 25), (.mucConfigVersion, 2, 0), (.mbusTimeout, 2000, 2000),
      (.mbusIdleTimeout, 100, 100), (.mbusFullTimeout, 10000, 10000), (.mbusMaxRetry, 3, 3),
      (.meterTime, 900, 900), (.modbusPort, 502, 502), (.modbusMaxConnections, 5, 5),
      (.modbusDisconnectTimeout, 60, 60), (.mbusBaudRate, 2400, 2400),
    ]
    for (key, inAnybus, inSolvimus) in integers {
      #expect(anybus.integer(key) == inAnybus, "\(key)")
      #expect(solvimus.integer(key) == inSolvimus, "\(key)")
    }
    #expect(anybus.text(.meterStatConfig) == "/app/Device_Handle.cfg")
    #expect(solvimus.text(.meterStatConfig) == "app/device_handle.cfg")
    #expect(!anybus.flag(.modbusEnable) && !solvimus.flag(.modbusEnable))
    #expect(anybus.flag(.mbusEnable) && solvimus.flag(.mbusEnable))
  }

  /// All rows whose defaults differ, as the two tables have them.
  @Test func everyDefaultThatDiffers() {
    let found = SettingsTable.definitions.filter(\.defaultValue.differs).map { row in
      "\(row.id): \(row.defaultValue.anybus) | \(row.defaultValue.solvimus)"
    }
    #expect(
      found == [
        "IP.ADDRESS:  | 192.168.1.101", "IP.NETMASK:  | 255.255.255.0",
        "IP.GATEWAY:  | 192.168.1.254", "IP.DHCP: 1 | 0", "FTP.CERT_ORGANISATION: metergate | ",
        "MBUS_MAXMULTIPAGE: 10 | 3", "MBUS_SELECTMASK: 0 | 14", "MBUS_REQUESTMODE: DEFAULT | ONLY",
        "METER_MAXVALUECOUNT: 0 | 25", "METER_MAXDEVICECOUNT: 0 | 500",
        "METER_STAT_CONFIG: /app/Device_Handle.cfg | app/device_handle.cfg",
        "MUC_CONFIG_VER: 2 | 0", "MUC_SETDEVICES: S0 | INTERNAL",
        "SNTP_REQTIMEOUT: 30000 | 15000", "SNTPIP: ptbtime1.ptb.de | pool.ntp.org",
        "WATCHDOG_SCAN: 1800 | 43200000", "WEBCOM_TIMEOUT: 30000 | 60000",
      ])
  }

  /// The device names itself, not the makers of others.
  @Test func noDefaultNamesAnotherMaker() {
    for row in SettingsTable.definitions {
      for dialect in Dialect.allCases {
        let text = row.defaultValue[dialect].description.lowercased()
        for maker in ["solvimus", "anybus", "hms", "halm"] {
          #expect(!text.contains(maker), "\(row.id)")
        }
      }
    }
  }
}
