extension SettingsReader {
  /// The ways by which Modbus is served, against each other and the rest.
  mutating func lookAtModbus(_ settings: Settings) {
    guard settings.flag(.modbusEnable) else { return }
    if settings.modbusModes.contains(.serial) { lookAtLine(settings) }
    if settings.flag(.modbusTLSEnable) { lookAtSecurity(settings) }
  }

  private mutating func lookAtLine(_ settings: Settings) {
    let key = TextKey.modbusDevicePath.rawValue
    if let path = settings.modbusPath {
      if settings.flag(.mbusEnable), case .serial(path)? = settings.mbusPath {
        warn(
          key,
          "\(key) = \(path) is the port of the M-Bus, too (MBUS_DEVPATH); only one can have it",
          .error)
      }
    } else {
      warn(key, "\(key) is not set; MODBUS_MODE = SERIAL needs it, and serves nothing", .error)
    }
    if settings.integer(.modbusAddress) == 0, !settings.modbusSwitch(.multiSlave) {
      let key = IntegerKey.modbusAddress.rawValue
      warn(
        key,
        "\(key) = 0 answers every unit id on the serial line; where other slaves share it, give the "
          + "gateway one of 1 to 247")
    }
    if settings.integer(.modbusDataBits) == 7 {
      let key = IntegerKey.modbusDataBits.rawValue
      warn(key, "\(key) = 7 cannot carry Modbus RTU; 8 data bits are used")
    }
    let flow = settings.integer(.modbusFlowControl)
    if [1, 8, 9].contains(flow) {
      let key = IntegerKey.modbusFlowControl.rawValue
      warn(
        key,
        "\(key) = \(flow) takes the bytes 11 and 13 out of frames; Modbus RTU fails with it (0 or 2 do)"
      )
    }
  }

  private mutating func lookAtSecurity(_ settings: Settings) {
    for key in [TextKey.modbusCAFile, .modbusCertFile, .modbusKeyFile]
    where settings.tlsFile(key) == nil {
      warn(
        key.rawValue, "\(key.rawValue) is not set; MODBUS_TLSENABLE needs it, and serves nothing",
        .error)
    }
    if settings.list(.modbusTLSRoles).isEmpty {
      let key = TextKey.modbusTLSRoles.rawValue
      warn(key, "\(key) names no role; every client of Modbus/TCP Security is refused", .error)
    }
    if settings.list(.modbusMode).contains(ModbusMode.tcp.rawValue), !settings.flag(.modbusTLSPlain)
    {
      let key = FlagKey.modbusTLSEnable.rawValue
      warn(key, "\(key) = 1 closes Modbus TCP without TLS, unless MODBUS_TLSPLAIN is 1", .note)
    }
    if settings.list(.modbusMode).contains(ModbusMode.udp.rawValue), !settings.flag(.modbusTLSPlain)
    {
      let key = TextKey.modbusMode.rawValue
      warn(key, "\(key) lists UDP, which has no TLS and stays closed unless MODBUS_TLSPLAIN is 1")
    }
  }
}
