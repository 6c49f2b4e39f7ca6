/// Something that wants a serial port for itself, by chip.ini.
struct SerialDevice: Sendable {
  /// The row of its path.
  let row: String
  /// Whether it is wanted.
  let isOn: @Sendable (Settings) -> Bool

  init(_ row: String, isOn: @escaping @Sendable (Settings) -> Bool) {
    self.row = row
    self.isOn = isOn
  }

  /// All of them. M-Bus and Modbus on one port are told elsewhere, as an error.
  static let all = [
    SerialDevice("MBUS_DEVPATH") { $0.flag(.mbusEnable) },
    SerialDevice("MODBUS_DEVPATH") { $0.flag(.modbusEnable) && $0.modbusModes.contains(.serial) },
    SerialDevice("DLDERS_DEVPATH") { $0.word("DLDERS_ENABLE") == "1" },
    SerialDevice("WMBUS_DEVPATH") { $0.word("WMBUS_ENABLE") == "1" },
    SerialDevice("WMBUS2_DEVPATH") { !["", "DISABLED"].contains($0.word("WMBUS2_MODE")) },
    SerialDevice("MBUSSLV_DEVPATH") { $0.word("MBUSSLVMETER_MODE") == "MBUS" },
  ]
}

extension SettingsReader {
  /// Two interfaces at one serial port.
  mutating func lookAtDevices(_ settings: Settings) {
    let wanted = SerialDevice.all.filter { $0.isOn(settings) }.map { device in
      (device.row, settings.word(device.row))
    }.filter { $0.1.hasPrefix("/") }
    for (index, (later, path)) in wanted.enumerated() {
      guard let earlier = wanted[..<index].first(where: { $0.1 == path })?.0,
        (earlier, later) != ("MBUS_DEVPATH", "MODBUS_DEVPATH")
      else { continue }
      warn(
        later,
        "\(later) = \(path.excerpt) is the port of \(earlier), too; only one will be able to have it"
      )
    }
  }
}
