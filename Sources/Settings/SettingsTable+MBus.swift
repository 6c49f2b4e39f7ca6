extension SettingsTable {
  /// Speeds of serial lines.
  static let baudRates = [
    300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800,
  ]
  private static let milliseconds = PerDialect.both(SettingType.integer(0...65535))

  /// The wired M-Bus.
  static let mbusRows: [Setting] =
    mbusLineRows + mbusCharacterRows + mbusTimeoutRows + mbusRequestRows

  private static let mbusLineRows: [Setting] = [
    Setting(
      .main, "MBUS_ENABLE", type: .both(.flag), default: .both(.flag(true)),
      summary: LocalizedText("Read meters over M-Bus.", de: "Zähler über M-Bus auslesen."),
      source: .both),
    Setting(
      .main, "MBUS_DEVPATH", type: .both(.busPath(maximum: 255)), default: .both(.text("")),
      summary: LocalizedText(
        "Where the M-Bus is: serial port /dev/… (or any path that begins with / or ./), level "
          + "converter tcp://host:port or udp://host:port, simulated bus sim:demo or sim:FILE.",
        de: "Wo der M-Bus ist: serielle Schnittstelle /dev/… (oder ein Pfad, der mit / oder ./ "
          + "beginnt), Pegelwandler tcp://host:port oder udp://host:port, simulierter Bus sim:demo "
          + "oder sim:DATEI."),
      source: .solvimus),
    Setting(
      .main, "MBUS_BAUDRATE", type: .both(.numbers(baudRates)), default: .both(.integer(2400)),
      unit: .baud, field: WebField(.configuration, "M-Bus baud rate", de: "M-Bus-Baudrate"),
      summary: LocalizedText("Baud rate of the M-Bus.", de: "Baudrate des M-Bus."), source: .both),
  ]

  /// What numbers of parities mean.
  static let parities = [
    SettingChoice("0", "none", de: "keine"), SettingChoice("1", "odd", de: "ungerade"),
    SettingChoice("2", "even", de: "gerade"), SettingChoice("3", "mark", de: "immer 1"),
    SettingChoice("4", "space", de: "immer 0"),
  ]

  /// The character format of the serial port.
  private static let mbusCharacterRows: [Setting] = [
    Setting(
      .main, "MBUS_DATABITS", type: .both(.numbers([7, 8])), default: .both(.integer(8)),
      summary: LocalizedText("Data bits of the M-Bus.", de: "Datenbits des M-Bus."), source: .both),
    Setting(
      .main, "MBUS_PARITY", type: .both(.integer(0...4)), default: .both(.integer(2)),
      choices: parities,
      summary: LocalizedText("Parity bit of the M-Bus.", de: "Paritätsbit des M-Bus."),
      source: .both),
    Setting(
      .main, "MBUS_STOPBITS", type: .both(.numbers([1, 2])), default: .both(.integer(1)),
      summary: LocalizedText("Stop bits of the M-Bus.", de: "Stoppbits des M-Bus."), source: .both),
  ]

  private static let mbusTimeoutRows: [Setting] = [
    Setting(
      .main, "MBUS_TIMEOUT", type: milliseconds, default: .both(.integer(2000)),
      unit: .milliseconds,
      field: WebField(.configuration, "M-Bus timeout (ms)", de: "M-Bus-Wartezeit (ms)"),
      summary: LocalizedText(
        "How long to wait for the first byte of an answer.",
        de: "Wie lange auf das erste Byte einer Antwort gewartet wird."), effect: .live,
      source: .both),
    Setting(
      .main, "MBUS_IDLETIMEOUT", type: milliseconds, default: .both(.integer(100)),
      unit: .milliseconds,
      field: WebField(.configuration, "M-Bus idle timeout (ms)", de: "M-Bus-Ruhezeit (ms)"),
      summary: LocalizedText(
        "Silence after which an answer counts as ended.",
        de: "Stille, nach der eine Antwort als beendet gilt."), effect: .live, source: .both),
    Setting(
      .main, "MBUS_FULLTIMEOUT", type: milliseconds, default: .both(.integer(10000)),
      unit: .milliseconds,
      field: WebField(.configuration, "M-Bus full timeout (ms)", de: "M-Bus-Gesamtzeit (ms)"),
      summary: LocalizedText(
        "The longest that one answer may take.", de: "Wie lange eine Antwort höchstens dauern darf."
      ), effect: .live, source: .both),
  ]

  private static let mbusRequestRows: [Setting] = [
    Setting(
      .main, "MBUS_MAXRETRY", type: .both(.integer(0...255)), default: .both(.integer(3)),
      summary: LocalizedText(
        "How often a request is repeated when no valid answer comes.",
        de: "Wie oft eine Anfrage wiederholt wird, wenn keine gültige Antwort kommt."),
      effect: .live, source: .both),
    Setting(
      .main, "MBUS_MAXMULTIPAGE", type: .both(.integer(0...255)),
      default: .each(anybus: .integer(10), solvimus: .integer(3)),
      field: WebField(
        .configuration, "M-Bus max. multipage", de: "M-Bus-Folgetelegramme höchstens"),
      summary: LocalizedText(
        "Most telegrams to read from a meter that has more to say than fits into one; 0: all.",
        de:
          "Wie viele Telegramme höchstens von einem Zähler gelesen werden, dem eines nicht reicht; "
          + "0: alle."), effect: .live, source: .both),
    Setting(
      .main, "MBUS_RESETMODE",
      // The table of the Anybus gateway manual ends at 2, but its web page offers all four modes.
      type: .both(.integer(0...4)), default: .both(.integer(0)), choices: resetModes,
      field: WebField(.configuration, "M-Bus reset mode", de: "M-Bus-Rücksetzart"),
      summary: LocalizedText(
        "How meters are reset before they are read (SND_NKE).",
        de: "Wie Zähler vor dem Auslesen zurückgesetzt werden (SND_NKE)."), effect: .live,
      source: .both),
    Setting(
      .main, "MBUS_SELECTMASK", type: .both(.integer(0...15)),
      default: .each(anybus: .integer(0), solvimus: .integer(14)),
      summary: LocalizedText(
        "Parts of the secondary address that are sent as wildcards, as a sum: 1 serial number, "
          + "2 manufacturer, 4 version, 8 medium.",
        de: "Teile der Sekundäradresse, die als Platzhalter gesendet werden, als Summe: "
          + "1 Seriennummer, 2 Hersteller, 4 Version, 8 Medium."), effect: .live, source: .both),
  ]

  /// Nothing is sent between select and request, since SND_NKE deselects (MUC500 manual 1.1,
  /// ch. 5.3.6, which rules over its table 25); so 0 and 1 are the same.
  private static let resetModes = [
    SettingChoice(
      "0", "Standard: SND_NKE before the select, to 0xFF and to the meter's primary address",
      de: "Standard: SND_NKE vor der Auswahl, an 0xFF und an die Primäradresse des Zählers"),
    SettingChoice("1", "as 0", de: "wie 0"),
    SettingChoice("2", "None: no reset", de: "Keine: kein Rücksetzen"),
    SettingChoice(
      "3", "Extended 1: SND_NKE to 0xFD, then as 0",
      de: "Erweitert 1: SND_NKE an 0xFD, dann wie 0"),
    SettingChoice(
      "4", "Extended 2: SND_NKE to 0xFD, application reset to 0xFF, then as 0",
      de: "Erweitert 2: SND_NKE an 0xFD, Applikations-Reset an 0xFF, dann wie 0"),
  ]
}
