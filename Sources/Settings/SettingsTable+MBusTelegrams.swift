extension SettingsTable {
  static let mbus = RowSubject(prefix: "MBUS", en: "the M-Bus", de: "des M-Bus")
  private static let port = RowSubject(
    prefix: "MBUS", en: "the M-Bus", de: "des M-Bus", status: .effective)

  /// How the M-Bus line is driven, beyond what `mbusRows` has, and what is done with telegrams.
  static let mbusTelegramRows: [Setting] =
    mbusDecryptionRows + mbusLineRows + mbusToleranceRows + mbusFreezeRows + mbusProfileRows
    + mbusManufacturerRows

  private static let mbusDecryptionRows: [Setting] = [
    .kept(
      "MBUS_ALLOWINSECURE", .flag, .flag(false),
      LocalizedText(
        "Take the values of encrypted telegrams whose authentication fails, too.",
        de: "Auch Werte verschlüsselter Telegramme nehmen, deren Authentifizierung fehlschlägt."),
      effect: .live),
    // Ch. 5.4.3 has another spelling than the table.
    Setting(
      .main, "MBUS_DISABLE_DECRYPTION", otherSpellings: ["MBUS_DISABLEDENCRYPTION"],
      type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Take telegrams as they are, though their header says that they are encrypted. Those that are encrypted "
          + "then give wrong values, of all meters.",
        de:
          "Telegramme nehmen, wie sie sind, auch wenn ihr Kopf sie verschlüsselt nennt. Verschlüsselte ergeben "
          + "dann falsche Werte, bei allen Zählern."),
      effect: .live, source: .solvimus),
  ]

  private static let mbusLineRows: [Setting] = [
    .kept(
      "MBUS_DEBUGOUT", .flag, .flag(false),
      LocalizedText(
        "Write the bytes of the M-Bus to the log.",
        de: "Die Bytes des M-Bus ins Protokoll schreiben."
      ), effect: .live, status: .effective, source: .anybus),
    .kept(
      "MBUS_FIRST_FCBBIT_NEG", .flag, .flag(false),
      LocalizedText(
        "Begin the readout of a meter with the frame count bit cleared.",
        de: "Das Auslesen eines Zählers mit gelöschtem Frame-Count-Bit beginnen."), effect: .live,
      status: .effective),
    flowControlRow(port),
    .kept(
      "MBUS_RAWLOGENABLE", .flag, .flag(false), field: rawLog,
      LocalizedText(
        "Record the telegrams of the M-Bus in the data folder.",
        de: "Die Telegramme des M-Bus im Datenordner aufzeichnen."), effect: .live,
      status: .effective, source: .both),
    Setting(
      .main, "MBUS_RAWLOGSIZE", type: .both(.integer(1...1000)), default: .both(.integer(10)),
      summary: LocalizedText(
        "How much MBUS_RAWLOGENABLE keeps at most, in MB; the oldest goes first.",
        de: "Wie viel MBUS_RAWLOGENABLE höchstens behält, in MB; das Älteste fällt weg."),
      effect: .live, source: .metergate),
    .kept(
      "MBUS_REQUESTMODE", .words(requestModes.map(\.value)), .text("ONLY"),
      anybus: .text("DEFAULT"), choices: requestModes,
      field: WebField(.configuration, "M-Bus request mode", de: "M-Bus-Abfrageart"),
      LocalizedText(
        "What is sent to a meter before its values are requested (REQ_UD2): nothing, a request for all "
          + "data, or a freeze command.",
        de:
          "Was einem Zähler gesendet wird, bevor seine Werte angefordert werden (REQ_UD2): nichts, eine "
          + "Anforderung aller Daten oder ein Freeze-Befehl."), effect: .live, status: .effective,
      source: .both),
    .kept(
      "MBUS_RESETDISABLE", .flag, .flag(false),
      LocalizedText(
        "Send no reset commands, whatever MBUS_RESETMODE says.",
        de: "Keine Rücksetzbefehle senden, was auch immer MBUS_RESETMODE sagt."), effect: .live,
      status: .effective, source: .anybus),
    rs485Row(port),
    .kept(
      "MBUS_WAKEUPENABLE", .flag, .flag(false),
      LocalizedText(
        "Wake battery meters up before they are read.",
        de: "Batteriezähler vor dem Auslesen aufwecken."), effect: .live, status: .effective,
      source: .both),
  ]

  /// The names of the web pages are Standard, Extended 1 and Extended 2 (MUC500 manual 1.1, ch. 5.3.5);
  /// FREEZE has none.
  private static let requestModes = [
    SettingChoice("DEFAULT", "as ONLY", de: "wie ONLY"),
    SettingChoice(
      "ALL", "Extended 1: a request of all data (7F 7E), then REQ_UD2",
      de: "Erweitert 1: eine Anforderung aller Daten (7F 7E), dann REQ_UD2"),
    SettingChoice(
      "EXT", "Extended 2: a request of all data (7F), then REQ_UD2",
      de: "Erweitert 2: eine Anforderung aller Daten (7F), dann REQ_UD2"),
    SettingChoice("ONLY", "Standard: REQ_UD2 alone", de: "Standard: nur REQ_UD2"),
    SettingChoice(
      "FREEZE", "a freeze command, then REQ_UD2", de: "ein Freeze-Befehl, dann REQ_UD2"),
  ]

  private static let mbusToleranceRows: [Setting] = [
    .kept(
      "MBUS_FIXEDLAYOUT", .flag, .flag(false),
      LocalizedText(
        "Keep the values of the list in their order, whatever a meter sends.",
        de: "Die Werte der Liste in ihrer Reihenfolge lassen, was auch immer ein Zähler sendet."),
      effect: .live),
    .kept(
      "MBUS_FORCE", .integer(0...2), .integer(0), choices: forcedAcknowledges,
      LocalizedText(
        "For faulty meters: go on as if they had acknowledged; 0: do not.",
        de: "Für fehlerhafte Zähler: weitermachen, als hätten sie bestätigt; 0: nicht."),
      effect: .live, status: .effective),
    .kept(
      "MBUS_IGNORECRCFIELD", .flag, .flag(false),
      LocalizedText(
        "For faulty meters: take telegrams with a wrong checksum.",
        de: "Für fehlerhafte Zähler: Telegramme mit falscher Prüfsumme nehmen."), effect: .live,
      status: .effective),
    .kept(
      "MBUS_IGNORELENGTHFIELD", .flag, .flag(false),
      LocalizedText(
        "For faulty meters: take telegrams whose length field is wrong.",
        de: "Für fehlerhafte Zähler: Telegramme nehmen, deren Längenfeld falsch ist."),
      effect: .live, status: .effective),
    .kept(
      "MBUS_NOADDRESS_VERIFY", .flag, .flag(false),
      LocalizedText(
        "Take the answer to a primary address whatever address stands in it.",
        de: "Die Antwort auf eine Primäradresse nehmen, welche Adresse auch immer darin steht."),
      effect: .live, status: .effective),
  ]

  /// The manual says only "emulates a correct ACK" (MUC500 manual 1.1, table 25).
  private static let forcedAcknowledges = [
    SettingChoice("0", "E5 alone acknowledges", de: "nur E5 bestätigt"),
    SettingChoice(
      "1", "any bytes in its place acknowledge, too", de: "auch andere Bytes an seiner Stelle"),
    SettingChoice("2", "silence acknowledges, too", de: "auch Stille"),
  ]

  private static let mbusFreezeRows: [Setting] = [
    // Both manuals misspell "storage number", each in its own way.
    .kept(
      "MBUS_FREEZESTORAGEUM", solvimusKey: "MBUS_FREEZE_STORAGEENUM",
      otherSpellings: ["MBUS_FREEZESTORAGENUM"], .count, .integer(0),
      LocalizedText(
        "Storage number under which meters keep the values that a freeze command fixes.",
        de: "Speichernummer, unter der Zähler die mit einem Freeze-Befehl festgehaltenen Werte "
          + "ablegen."), effect: .live, status: .effective, source: .both)
  ]

  private static let mbusProfileRows: [Setting] = [
    .kept(
      "MBUS_LOADPROFILE_MANUFACTURER", .code(0...65535), .integer(5544),
      choices: [SettingChoice("5544", "EMH (0x15A8)", de: "EMH (0x15A8)")],
      LocalizedText(
        "Manufacturer code of the meters whose load profile is read.",
        de: "Herstellerkennung der Zähler, deren Lastgang ausgelesen wird.")),
    .kept(
      "MBUS_LOADPROFILE_MAXCOUNT", .integer(1...65535), .integer(65535),
      LocalizedText(
        "How many entries of a load profile are asked for the first time.",
        de: "Wie viele Einträge eines Lastgangs beim ersten Mal angefordert werden.")),
    .kept(
      "MBUS_LOADPROFILE_MODE", .words(["DISABLED", "DIZH", "DIZG"]), .text("DISABLED"),
      LocalizedText(
        "For which kind of electricity meter load profiles are read over M-Bus.",
        de: "Für welche Art von Stromzählern Lastgänge über M-Bus ausgelesen werden.")),
  ]

  private static let mbusManufacturerRows: [Setting] = [
    .kept(
      "MBUS_SMLENABLE", otherSpellings: ["MBUS_SMLEENABLE"], .flag, .flag(false),
      LocalizedText("Understand SML on the M-Bus.", de: "SML auf dem M-Bus verstehen.")),
    .kept(
      "MBUS_SOCPAGESELECTENABLE", .flag, .flag(false),
      LocalizedText(
        "Select the pages of Socomec meters by the command of their maker.",
        de: "Die Seiten von Socomec-Zählern mit dem Befehl ihres Herstellers auswählen.")),
    .kept(
      "MBUS_SOCMANUFACTURER", .code(0...65535), .integer(19939),
      choices: [SettingChoice("19939", "SOC (0x4DE3)", de: "SOC (0x4DE3)")],
      LocalizedText(
        "Manufacturer code of the meters whose pages are selected that way.",
        de: "Herstellerkennung der Zähler, deren Seiten so ausgewählt werden.")),
    .kept(
      "MBUS_SPXMETERCONVERT", .flag, .flag(false),
      LocalizedText(
        "Decode what meters of the manufacturer SPX send in their own format.",
        de: "Dekodieren, was Zähler des Herstellers SPX in eigenem Format senden.")),
  ]
}
