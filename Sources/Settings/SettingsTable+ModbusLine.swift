extension SettingsTable {
  /// The serial line of the Modbus slave (RTU).
  static let modbusLineRows: [Setting] = [
    Setting(
      .main, "MODBUS_DEVPATH", type: .both(.text(maximum: 255)), default: .both(.text("")),
      summary: LocalizedText(
        "Serial port on which Modbus RTU is answered when MODBUS_MODE lists SERIAL.",
        de:
          "Serielle Schnittstelle, auf der Modbus RTU beantwortet wird, wenn MODBUS_MODE SERIAL nennt."
      ), source: .solvimus),
    Setting(
      .main, "MODBUS_BAUDRATE", type: .both(.numbers(baudRates)), default: .both(.integer(19200)),
      unit: .baud,
      summary: LocalizedText("Baud rate of Modbus RTU.", de: "Baudrate von Modbus RTU."),
      source: .solvimus),
    Setting(
      .main, "MODBUS_DATABITS", type: .both(.numbers([7, 8])), default: .both(.integer(8)),
      choices: [
        SettingChoice(
          "7", "cannot carry Modbus RTU; 8 are used",
          de: "kann Modbus RTU nicht tragen; es gelten 8")
      ], summary: LocalizedText("Data bits of Modbus RTU.", de: "Datenbits von Modbus RTU."),
      source: .solvimus),
    Setting(
      .main, "MODBUS_PARITY", type: .both(.integer(0...4)), default: .both(.integer(0)),
      choices: parities,
      summary: LocalizedText("Parity bit of Modbus RTU.", de: "Paritätsbit von Modbus RTU."),
      source: .solvimus),
    Setting(
      .main, "MODBUS_STOPBITS", type: .both(.numbers([1, 2])), default: .both(.integer(1)),
      summary: LocalizedText("Stop bits of Modbus RTU.", de: "Stoppbits von Modbus RTU."),
      source: .solvimus),
    Setting(
      .main, "MODBUS_FLOWCONTROL", type: .both(.numbers([0, 1, 2, 8, 9])),
      default: .both(.integer(0)), choices: flowControls,
      summary: LocalizedText(
        "Flow control of Modbus RTU. XON/XOFF takes the bytes 11 and 13 out of frames, which RTU does "
          + "not bear.",
        de:
          "Flusskontrolle von Modbus RTU. XON/XOFF nimmt die Bytes 11 und 13 aus den Telegrammen, was "
          + "RTU nicht verträgt."), source: .solvimus),
    Setting(
      .main, "MODBUS_RS485ENABLE", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Let the serial port's driver switch an RS-485 transmitter; not for adapters that do so by "
          + "themselves.",
        de:
          "Den Treiber der Schnittstelle einen RS-485-Sender umschalten lassen; nicht für Adapter, die "
          + "das selbst tun."), source: .solvimus),
  ]
}
