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
    for row in SettingsTable.rows {
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
        for name in Set(([row.key] + row.otherSpellings).map(SettingName.normalized)) {
          #expect(seen.updateValue(row.id, forKey: name) == nil, "\(row.id) reads as \(name)")
        }
      }
    }
    #expect(Set(SettingsTable.rows.map(\.id)).count == SettingsTable.rows.count)
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
}
