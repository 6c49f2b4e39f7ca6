extension SettingsTable {
  private static let modem = RowSubject(
    prefix: "WAN", en: "the modem", de: "des Modems", status: .hardwareAbsent)

  /// The cellular modem (MUC500 manual 1.1, ch. 4.7), built into some of the manual's devices. A PC has none.
  static let wanRows: [Setting] =
    wanAccessRows + serialRows(modem, SerialDefaults(baud: 115_200)) + wanModemRows
    + wanTimeoutRows

  private static let wanAccessRows: [Setting] = [
    absent(
      "APN", .anyText, .unset, field: WebField(.wan, "APN", de: "APN"),
      LocalizedText(
        "Access point of the cellular network.", de: "Zugangspunkt des Mobilfunknetzes.")),
    absent(
      "AUTH", .words(["NONE", "PAP", "CHAP"]), .text("CHAP"),
      field: WebField(.wan, "APN auth mode", de: "APN-Anmeldeverfahren"),
      LocalizedText(
        "How the device proves itself to the access point.",
        de: "Wie sich das Gerät gegenüber dem Zugangspunkt ausweist.")),
    absent(
      "ENABLE", .flag, .flag(false), field: WebField(.wan, "WAN active", de: "WAN aktiv"),
      LocalizedText(
        "Connect to the cellular network.", de: "Mit dem Mobilfunknetz verbinden.")),
    absent(
      "PASSWORD", .anyText, .unset, field: WebField(.wan, "APN password", de: "APN-Passwort"),
      LocalizedText("Password for the access point.", de: "Passwort für den Zugangspunkt."),
      isSecret: true),
    absent(
      "PIN", .anyText, .unset, field: WebField(.wan, "SIM PIN", de: "SIM-PIN"),
      LocalizedText("PIN of the SIM card.", de: "PIN der SIM-Karte."), isSecret: true),
    absent(
      "PROVIDER", .anyText, .unset,
      LocalizedText("Cellular network to use.", de: "Zu nutzendes Mobilfunknetz.")),
    absent(
      "PUK", .anyText, .unset, LocalizedText("PUK of the SIM card.", de: "PUK der SIM-Karte."),
      isSecret: true),
    absent(
      "USER", .anyText, .unset, field: WebField(.wan, "APN username", de: "APN-Benutzername"),
      LocalizedText("User name for the access point.", de: "Benutzername für den Zugangspunkt.")),
  ]

  private static let wanModemRows: [Setting] = [
    absent(
      "DEBUGOUT", .flag, .flag(false),
      LocalizedText(
        "Write the bytes of the modem to the log.",
        de: "Die Bytes des Modems ins Protokoll schreiben."
      )),
    absent(
      "OLDBAUDRATE", .numbers([0] + baudRates), .integer(0), unit: .baud,
      LocalizedText(
        "Baud rate of the modem in older devices; 0: none.",
        de: "Baudrate des Modems in älteren Geräten; 0: keine.")),
    absent(
      "RADIOACCESSTECHNOLOGY", .integer(0...9), .integer(0), choices: technologies,
      LocalizedText(
        "Which generations of cellular networks are used.",
        de: "Welche Generationen von Mobilfunknetzen genutzt werden.")),
    absent(
      "RSSITEST", .count, .integer(0),
      LocalizedText(
        "Known from files of the MUC500, whose manual says nothing of it.",
        de: "Aus Dateien des MUC500 bekannt, dessen Handbuch nichts dazu sagt.")),
  ]

  private static let technologies = [
    SettingChoice("0", "as the modem decides", de: "wie das Modem entscheidet"),
    SettingChoice("1", "GSM only", de: "nur GSM"),
    SettingChoice("2", "UMTS only", de: "nur UMTS"),
    SettingChoice("3", "GSM before others", de: "GSM vor anderen"),
    SettingChoice("4", "UMTS before others", de: "UMTS vor anderen"),
    SettingChoice("5", "LTE only", de: "nur LTE"),
    SettingChoice("6", "UMTS, then LTE", de: "UMTS, dann LTE"),
    SettingChoice("7", "LTE, then UMTS", de: "LTE, dann UMTS"),
    SettingChoice("8", "GSM, then LTE", de: "GSM, dann LTE"),
    SettingChoice("9", "LTE, then GSM", de: "LTE, dann GSM"),
  ]

  private static let wanTimeoutRows: [Setting] = [
    timeoutRow(
      modem, "FULLTIMEOUT", 0, "The longest that an answer of the modem may take.",
      de: "Wie lange eine Antwort des Modems höchstens dauern darf."),
    timeoutRow(
      modem, "IDLETIMEOUT", 0, "Silence after which an answer of the modem counts as ended.",
      de: "Stille, nach der eine Antwort des Modems als beendet gilt."
    ),
    absent(
      "MAXRETRY", .integer(0...255), .integer(0),
      LocalizedText(
        "How often the modem tries to connect; 0: without end.",
        de: "Wie oft das Modem zu verbinden versucht; 0: ohne Ende.")),
    absent(
      "RECONNECTMAXTIMEOUT", .integer(1800...4_294_967_295), .integer(604_800), unit: .seconds,
      field: WebField(.wan, "Reconnect (days)", de: "Neu verbinden (Tage)"),
      LocalizedText(
        "Time without any data after which the connection is made anew; the web page shows days.",
        de: "Zeit ohne Daten, nach der neu verbunden wird; die Webseite zeigt Tage.")),
  ]

  private static func absent(
    _ key: String, _ type: SettingType, _ normal: SettingValue, unit: SettingUnit? = nil,
    choices: [SettingChoice] = [], field: WebField? = nil, _ summary: LocalizedText,
    isSecret: Bool = false
  ) -> Setting {
    .kept(
      "WAN_\(key)", type, normal, unit: unit, choices: choices, field: field, summary,
      isSecret: isSecret, status: .hardwareAbsent)
  }
}
