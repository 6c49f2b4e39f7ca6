import BusMaster
import MBus
import Metering
import Modbus
import RegisterMap
import Settings
import Testing
import Time
import Transport

@testable import Gateway

@Suite struct DeviceIdentityTests {
  /// MUC500 manual 1.1, table 36: MAC address 68:91:D0:80:0D:C1, serial number 0xD0800DC1.
  @Test func serialIsTheEndOfTheEthernetAddress() {
    #expect(DeviceIdentity.serial(ofEthernetAddress: "68:91:d0:80:0d:c1") == 0xD080_0DC1)
    #expect(DeviceIdentity.serial(ofEthernetAddress: "nonsense") == 0)
  }

  @Test func versionHasTwoDigitsForItsMinorPart() {
    let parts = DeviceIdentity.softwareVersion.split(separator: ".").compactMap { UInt16($0) }
    #expect(parts.count == 3)
    #expect(DeviceIdentity.versionRegister == parts[0] * 100 + parts[1])
  }
}

/// What the settings become, per dialect.
@Suite struct AssemblyTests {
  private func settings(_ text: String) -> Settings {
    Settings.read(INIDocument(Array(text.utf8)), file: "chip.ini").settings
  }

  @Test(arguments: [
    ("[SOLVIMUS]", ResetSequence.standard), ("[SOLVIMUS]\nMBUS_RESETMODE=1", .standard),
    ("[SOLVIMUS]\nMBUS_RESETMODE=2", .none), ("[SOLVIMUS]\nMBUS_RESETMODE=3", .extended1),
    ("[SOLVIMUS]\nMBUS_RESETMODE=4", .extended2), ("[CONFIG]", .anybusStandard),
    ("[CONFIG]\nMBUS_RESETMODE=2", .none), ("[CONFIG]\nMBUS_RESETMODE=3", .anybusExtended1),
    ("[CONFIG]\nMBUS_RESETMODE=4", .anybusExtended2),
  ])
  func resetModes(text: String, expected: ResetSequence) {
    #expect(settings(text).resetSequence == expected)
  }

  @Test func defaultsDifferByDialect() {
    let anybus = settings("[CONFIG]").mbusLine
    let solvimus = settings("[SOLVIMUS]").mbusLine
    #expect(anybus.maxTelegrams == 10)
    #expect(solvimus.maxTelegrams == 3)
    #expect(anybus.selectMask == [])
    #expect(solvimus.selectMask == [.manufacturer, .version, .medium])
    #expect(settings("[CONFIG]").station.maxValueCount == 0)
    #expect(settings("[SOLVIMUS]").station.maxValueCount == 25)
    #expect(settings("[CONFIG]").deviceClockRule == .lastReadout)
    #expect(settings("[SOLVIMUS]").deviceClockRule == .systemTime)
  }

  @Test func whatIsStaleAndHowGoodItIs() {
    for (text, policy) in [("hold", StalePolicy.hold), ("NAN", .nan), ("Exception", .exception)] {
      let station = settings(
        "[SOLVIMUS]\nMODBUS_STALEPOLICY=\(text)\nMODBUS_STALEAFTER=7"
      ).station
      #expect(station.stale == StaleRule(policy: policy, after: 7))
    }
    #expect(settings("").station.stale == StaleRule(policy: .hold, after: 1))
    #expect(!settings("").station.layout.hasQuality)
    #expect(settings("[CONFIG]\nMODBUS_QUALITY=1").station.layout.hasQuality)
    let row = SettingsTable.row(.main, "MODBUS_STALEPOLICY")
    #expect(row?.type == .both(.words(StalePolicy.allCases.map(\.rawValue))), "one list of words")
    let counts = SettingsTable.row(.main, "MODBUS_STALEAFTER")
    #expect(counts?.type == .both(.integer(StaleRule.counts)))
  }

  @Test func theCharacterFormatDecidesHowLongBytesTake() {
    let standard = settings("[SOLVIMUS]").lineTiming
    #expect(standard.bitsPerByte == 11)
    let short = settings("[SOLVIMUS]\nMBUS_DATABITS=7\nMBUS_PARITY=0\nMBUS_BAUDRATE=300").lineTiming
    #expect(short.bitsPerByte == 9)
    // 90 bits at 300 baud.
    #expect(short.wireTime(bytes: 10) == .milliseconds(300))
    let mark = settings("[CONFIG]\nMBUS_PARITY=3\nMBUS_STOPBITS=2").serialParameters
    #expect(mark == SerialParameters(parity: .mark, stopBits: 2))
  }

  @Test func timesReachTheLine() {
    let timing = settings(
      """
      [SOLVIMUS]
      MBUS_BAUDRATE=300
      MBUS_TIMEOUT=500
      MBUS_IDLETIMEOUT=50
      MBUS_FULLTIMEOUT=2000
      """
    ).lineTiming
    #expect(timing.baud == 300 && timing.bitsPerByte == 11)
    #expect(timing.timeout == .milliseconds(500) && timing.isTimeoutGiven)
    #expect(timing.idleTimeout == .milliseconds(50))
    #expect(timing.fullTimeout == .milliseconds(2000))
    #expect(!settings("[SOLVIMUS]\nMBUS_FULLTIMEOUT=2000").lineTiming.isTimeoutGiven)
  }

  @Test func theReadyLineNamesWhereThisMachineReachesIt() {
    #expect(Listener.endpoint("0.0.0.0", 502) == "127.0.0.1:502")
    #expect(Listener.endpoint("::", 502) == "[::1]:502")
    #expect(Listener.endpoint("fe80::1", 502) == "[fe80::1]:502")
    #expect(Listener.endpoint("192.168.1.101", 502) == "192.168.1.101:502")
  }

  @Test func modbusListensWhereTheSettingsSay() {
    let some = settings("[SOLVIMUS]\nMODBUS_IP=127.0.0.1\nMODBUS_NWPORT=1502").modbusServer
    #expect(some.host == "127.0.0.1")
    #expect(some.port == 1502)
    #expect(settings("").modbusServer.host == "0.0.0.0")
    #expect(settings("").modbusServer.port == 502)
  }

  @Test func identificationDefaultsAreOurOwn() {
    let expected = DeviceIdentification([
      .vendorName: "metergate", .productCode: "1",
      .majorMinorRevision: DeviceIdentity.softwareVersion, .vendorURL: "",
      .productName: "metergate", .modelName: "Standard",
      .userApplicationName: "M-Bus to Modbus TCP gateway",
    ])
    for group in ["[CONFIG]", "[SOLVIMUS]", "[SOLVIMUS]\nMODBUS_PRODUCT_CODE=-1"] {
      #expect(settings(group).deviceIdentification == expected)
    }
  }

  @Test(arguments: ["[CONFIG]", "[SOLVIMUS]"]) func identificationComesFromTheSettings(
    group: String
  ) {
    let identification = settings(
      """
      \(group)
      MODBUS_VENDOR=Maker
      MODBUS_VENDORURL=https://maker.example
      MODBUS_PRODUCT_CODE=0
      MODBUS_MODEL=Small
      MODBUS_APPLICATION=Heating
      MODBUS_VERSION=V7
      [DEVICE]
      NAME=Cellar
      """
    ).deviceIdentification
    #expect(
      identification
        == DeviceIdentification([
          .vendorName: "Maker", .productCode: "0", .majorMinorRevision: "V7",
          .vendorURL: "https://maker.example", .productName: "Cellar", .modelName: "Small",
          .userApplicationName: "Heating",
        ]))
  }

  /// The settings table cannot import the protocol.
  @Test func theTableSaysHowMuchIsSent() {
    #expect(SettingsTable.modbusIdentificationBytes == DeviceIdentification.maximumText)
  }
}
