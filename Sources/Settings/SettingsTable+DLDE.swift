extension SettingsTable {
  private static let dlde = RowSubject(
    prefix: "DLDERS", en: "the serial DLDE interface", de: "der seriellen DLDE-Schnittstelle")

  /// Meters with a serial or optical interface (MUC500 manual 1.1, ch. 8). Any serial port will do, so these
  /// wait for the program, not for hardware.
  static let dldeRows: [Setting] =
    dldeModeRows
    + serialRows(
      dlde,
      SerialDefaults(
        baud: 9600, dataBits: 7, parity: 2, isRS485: true,
        fields: SerialFields(
          baud: WebField(.configuration, "Serial baud rate", de: "Serielle Baudrate"),
          dataBits: WebField(.configuration, "Serial data bits", de: "Serielle Datenbits"),
          stopBits: WebField(.configuration, "Serial stop bits", de: "Serielle Stoppbits"),
          parity: WebField(.configuration, "Serial parity", de: "Serielle Parität"))))
    + dldeTimeoutRows + dldeDataRows
    + transparentRows(
      dlde, portKey: "TRANSPARENT_PORT", modes: transparentModes, field: serialTransparentMode,
      portField: WebField(
        .configuration, "Serial transparent port", de: "Serieller Transparent-Port"))

  /// The manual has one field for both keys.
  private static let serialMode = WebField(
    .configuration, "Serial mode", de: "Serielle Betriebsart")
  private static let serialTransparentMode = WebField(
    .configuration, "Serial mode (transparent)", de: "Serielle Betriebsart (transparent)")

  private static let dldeModeRows: [Setting] = [
    // The manual's table has one E more in this key than in all others.
    .kept(
      "DLDERS_ADDRESS_DISABLE", otherSpellings: ["DLDEERS_ADDRESS_DISABLE"], .flag, .flag(false),
      LocalizedText(
        "Ask without a serial number, so that any meter answers; only one may be connected.",
        de: "Ohne Seriennummer anfragen, so dass jeder Zähler antwortet; nur einer darf "
          + "angeschlossen sein.")),
    .kept(
      "DLDERS_ENABLE", .flag, .flag(false), field: serialMode,
      LocalizedText(
        "Read meters over the serial DLDE interface.",
        de: "Zähler über die serielle DLDE-Schnittstelle auslesen.")),
    .kept(
      "DLDERS_MODE", .words(["REQUEST", "REQUEST_ECHO", "PUSH"]), .text("REQUEST_ECHO"),
      choices: [
        SettingChoice(
          "REQUEST", "the meter is asked, and answers with its data (IEC 62056-21, mode A or B)",
          de: "der Zähler wird gefragt und antwortet mit seinen Daten (IEC 62056-21, Mode A oder B)"
        ),
        SettingChoice(
          "REQUEST_ECHO", "the same with an exchange about the baud rate before (mode C)",
          de: "ebenso, vorher mit Austausch über die Baudrate (Mode C)"),
        SettingChoice(
          "PUSH", "the meter sends by itself", de: "der Zähler sendet von sich aus"),
      ], field: WebField(.configuration, "DLDE mode", de: "DLDE-Betriebsart"),
      LocalizedText(
        "How meters at the serial interface are read.",
        de: "Wie Zähler an der seriellen Schnittstelle ausgelesen werden.")),
  ]

  private static let dldeTimeoutRows: [Setting] = [
    timeoutRow(
      dlde, "FIRSTTIMEOUT", 3000,
      field: WebField(
        .configuration, "Serial first timeout", de: "Serielle Wartezeit auf das erste Byte"),
      "How long to wait for the first byte of an answer, or how long a meter that pushes is silent.",
      de:
        "Wie lange auf das erste Byte einer Antwort gewartet wird, oder wie lange ein sendender Zähler schweigt."
    ),
    timeoutRow(
      dlde, "FULLTIMEOUT", 30000,
      field: WebField(.configuration, "Serial full timeout", de: "Serielle Gesamtzeit"),
      "The longest that one answer may take.", de: "Wie lange eine Antwort höchstens dauern darf."),
    timeoutRow(
      dlde, "IDLETIMEOUT", 100,
      field: WebField(.configuration, "Serial idle timeout", de: "Serielle Ruhezeit"),
      "Silence after which an answer counts as ended.",
      de: "Stille, nach der eine Antwort als beendet gilt."),
  ]

  private static let dldeDataRows: [Setting] = [
    .kept(
      "DLDERS_FIXEDLAYOUT", .flag, .flag(false),
      LocalizedText(
        "Keep the values of the list in their order, whatever a meter sends.",
        de: "Die Werte der Liste in ihrer Reihenfolge lassen, was auch immer ein Zähler sendet.")),
    .kept(
      "DLDERS_LOADPROFILE_MAXRDAYS", .word, .integer(366),
      LocalizedText(
        "Most days back for which a load profile is read.",
        de: "Für wie viele Tage rückwärts ein Lastgang höchstens ausgelesen wird.")),
    .kept(
      "DLDERS_LOADPROFILE_SKIPINVALIDENTRY", .flag, .flag(false),
      LocalizedText(
        "Leave invalid entries of a load profile out.",
        de: "Ungültige Einträge eines Lastgangs auslassen.")),
    .kept(
      "DLDERS_RAWLOG_ENABLE", .flag, .flag(false), field: rawLog,
      LocalizedText(
        "Record the bytes of the serial DLDE interface in the data folder.",
        de: "Die Bytes der seriellen DLDE-Schnittstelle im Datenordner aufzeichnen."),
      effect: .live),
    .kept(
      "DLDERS_SMLENABLE", .flag, .flag(false),
      LocalizedText(
        "Understand SML at the serial DLDE interface.",
        de: "SML an der seriellen DLDE-Schnittstelle verstehen.")),
  ]

  /// One field of the page for the raw logs of all interfaces.
  static let rawLog = WebField(.configuration, "Raw log active", de: "Rohdatenprotokoll aktiv")
}
