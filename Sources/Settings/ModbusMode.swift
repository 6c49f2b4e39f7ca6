/// A way by which the Modbus slave is reached without TLS: what MODBUS_MODE lists (MUC500 manual 1.1,
/// table 25, which allows one of them).
public enum ModbusMode: String, CaseIterable, Sendable {
  case tcp = "TCP"
  case udp = "UDP"
  case serial = "SERIAL"
}

extension Settings {
  /// How the Modbus slave is reached without TLS; none while MODBUS_ENABLE is 0. With TLS the network's
  /// ways are open only if MODBUS_TLSPLAIN says so.
  public var modbusModes: Set<ModbusMode> {
    guard flag(.modbusEnable) else { return [] }
    let listed = Set(list(.modbusMode).compactMap(ModbusMode.init))
    return flag(.modbusTLSEnable) && !flag(.modbusTLSPlain)
      ? listed.intersection([.serial]) : listed
  }

  /// MODBUS_DEVPATH; nil when it is not set.
  public var modbusPath: String? {
    text(.modbusDevicePath).isEmpty ? nil : text(.modbusDevicePath)
  }

  /// The parts of a text with commas.
  public func list(_ key: TextKey) -> [String] {
    text(key).split(separator: ",").map(SettingType.trimmed).filter { !$0.isEmpty }
  }
}
