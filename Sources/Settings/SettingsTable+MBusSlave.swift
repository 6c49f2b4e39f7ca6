extension SettingsTable {
  private static let slaveLine = RowSubject(
    prefix: "MBUSSLV", en: "the M-Bus slave", de: "des M-Bus-Slaves")

  /// The device as a meter to another M-Bus master. It is reached over a serial port or the network, so these
  /// wait for the program, not for hardware.
  static let mbusSlaveRows: [Setting] =
    serialRows(slaveLine, SerialDefaults(baud: 2400, parity: 2)) + [
      .kept(
        "MBUSSLV_DEBUGOUT", .flag, .flag(false),
        LocalizedText(
          "Write the bytes of the M-Bus slave to the log.",
          de: "Die Bytes des M-Bus-Slaves ins Protokoll schreiben."), effect: .live),
      timeoutRow(
        slaveLine, "FULLTIMEOUT", 10000, "The longest that one request may take.",
        de: "Wie lange eine Anfrage höchstens dauern darf."),
      timeoutRow(
        slaveLine, "IDLETIMEOUT", 100, "Silence after which a request counts as ended.",
        de: "Stille, nach der eine Anfrage als beendet gilt."),
    ]
    + slaveRows(
      RowSubject(prefix: "MBUSSLVMETER", en: "the M-Bus slave", de: "des M-Bus-Slaves"),
      modes: [
        SettingChoice("DEFAULT", "as the device has it", de: "wie das Gerät es mitbringt")
      ] + slaveModes + [
        SettingChoice("MBUS", "the M-Bus slave interface", de: "die M-Bus-Slave-Schnittstelle")
      ], port: 5040,
      field: WebField(.configuration, "M-Bus slave mode", de: "M-Bus-Slave-Betriebsart"),
      portField: WebField(.configuration, "M-Bus slave port", de: "M-Bus-Slave-Port"))
    + slaveRows(
      RowSubject(
        prefix: "MBUSSLV2METER", en: "the second M-Bus slave", de: "des zweiten M-Bus-Slaves"),
      modes: slaveModes, port: 5050,
      field: WebField(.configuration, "M-Bus slave mode (2nd)", de: "M-Bus-Slave-Betriebsart (2.)"),
      portField: WebField(.configuration, "M-Bus slave port (2nd)", de: "M-Bus-Slave-Port (2.)"))

  private static let slaveModes = [
    SettingChoice("NONE", "off", de: "aus"), SettingChoice("TCP", "a TCP port", de: "ein TCP-Port"),
    SettingChoice("UDP", "a UDP port", de: "ein UDP-Port"),
  ]

  private static func slaveRows(
    _ slave: RowSubject, modes: [SettingChoice], port: Int, field: WebField, portField: WebField
  ) -> [Setting] {
    [
      .kept(
        "\(slave.prefix)_MODE", .words(modes.map(\.value)), .text(modes.first?.value ?? "NONE"),
        choices: modes, field: field,
        LocalizedText(
          "Where another M-Bus master reaches \(slave.en), which answers for the meters.",
          de: "Wo ein anderer M-Bus-Master die Zähler mittels \(slave.de) erreicht.")),
      .kept(
        "\(slave.prefix)_PORT", .word, .integer(port), field: portField,
        slave.text("Network port", de: "Netzwerk-Port")),
      .kept(
        "\(slave.prefix)_WMBUSALLOW_ENCRYPTED", .flag, .flag(false),
        LocalizedText(
          "Pass wM-Bus telegrams on by \(slave.en) that could not be decrypted.",
          de: "wM-Bus-Telegramme mittels \(slave.de) weitergeben, die nicht zu entschlüsseln waren."
        )),
      .kept(
        "\(slave.prefix)_WMBUSALLOW_EXTENDEDHEADER", .flag, .flag(false),
        LocalizedText(
          "Pass the extended headers of wM-Bus (AFL, ELL) on by \(slave.en).",
          de: "Die erweiterten Köpfe von wM-Bus (AFL, ELL) mittels \(slave.de) weitergeben.")),
      .kept(
        "\(slave.prefix)_WMBUSALLOWOTHER", .flag, .flag(false),
        LocalizedText(
          "Pass wM-Bus telegrams with unknown headers on by \(slave.en).",
          de: "wM-Bus-Telegramme mit unbekannten Köpfen mittels \(slave.de) weitergeben.")),
    ] + tlsRows(slave)
  }
}
