extension SettingsTable {
  /// What of the meters' data is listed, and how the application treats it.
  static let displayRows: [Setting] =
    descriptionRows + protectionRows + scriptRows + settingRows + listedRows + recordRows

  private static let descriptionRows: [Setting] = [
    .kept(
      "MUC_LOGCYCLEDIVIDER", .count, .integer(1),
      LocalizedText(
        "Only one of so many readouts is recorded; the manual does not say more.",
        de: "Nur eine von so vielen Auslesungen wird aufgezeichnet; mehr sagt das Handbuch nicht."),
      effect: .live),
    // Both manuals give the range 0 to 16 for four bits.
    Setting(
      .main, "MUC_METERDESCRIPTION_ENABLEFLAGS", type: .both(.integer(0...15)),
      default: .both(.integer(1)), choices: descriptionModes,
      field: WebField(.configuration, "Description mode", de: "Art der Beschreibung"),
      summary: LocalizedText(
        "What lists of values show as the description of a value, as a sum: 1 description, 2 storage "
          + "number, tariff and kind of value, 4 bytes of DIF and VIF, 8 all bytes of the record. "
          + "Lists made from files have no data: \"metergate read\" shows it.",
        de:
          "Was Listen von Werten als Beschreibung eines Werts zeigen, als Summe: 1 Beschreibung, "
          + "2 Speichernummer, Tarif und Art des Werts, 4 Bytes von DIF und VIF, 8 alle Bytes des "
          + "Datensatzes. Listen aus Dateien haben keine Daten: \"metergate read\" zeigt sie."),
      effect: .live, source: .both),
  ]

  private static let descriptionModes = [
    SettingChoice("0", "None", de: "Keine"), SettingChoice("1", "Standard", de: "Standard"),
    SettingChoice("3", "Extended", de: "Erweitert"),
    SettingChoice("7", "Extended with DIF/VIF", de: "Erweitert mit DIF/VIF"),
    SettingChoice("11", "Extended with raw data", de: "Erweitert mit Rohdaten"),
    SettingChoice("4", "DIF/VIF", de: "DIF/VIF"), SettingChoice("8", "Raw data", de: "Rohdaten"),
  ]

  private static let protectionRows: [Setting] = [
    Setting(
      .main, "MUC_PASSMUC_ENCMODE", type: .both(.integer(0...2)), default: .both(.integer(0)),
      choices: [
        SettingChoice("0", "as they are", de: "wie sie sind"),
        SettingChoice(
          "1", "encrypted with the key of this device, keys/config.key",
          de: "verschlüsselt mit dem Schlüssel dieses Geräts, keys/config.key"),
        SettingChoice(
          "2", "encrypted, so that the files alone are of no use on another machine",
          de: "verschlüsselt, so dass die Dateien allein auf einer anderen Maschine nichts nützen"),
      ],
      summary: LocalizedText(
        "How passwords stand in this file when metergate has saved it; read they are in either form.",
        de:
          "Wie Passwörter in dieser Datei stehen, wenn metergate sie gespeichert hat; gelesen werden "
          + "sie in jeder Form."),
      effect: .live, source: .solvimus),
    // 30, the manual's default, is outside the manual's range; the page prints 3 (MUC500 manual 1.1,
    // ch. 4.13).
    .kept(
      "MUC_PROTOCOL_VER", .numbers([0, 1, 2, 3, 30]), .integer(3),
      choices: [SettingChoice("30", "as 3", de: "wie 3")],
      LocalizedText(
        "Version of the CSV and XML formats of recorded data.",
        de: "Version der Formate CSV und XML aufgezeichneter Daten."), effect: .live,
      source: .anybus),
  ]

  private static let scriptRows: [Setting] = [
    .kept(
      "MUC_REPORTFATALREBOOTTIMEOUT", .count, .integer(0),
      LocalizedText(
        "Time without a successful report after which the device starts anew; 0: never.",
        de: "Zeit ohne erfolgreichen Bericht, nach der das Gerät neu startet; 0: nie.")),
    .kept(
      "MUC_REPORTSCRIPTABORTTIMEOUT", .count, .integer(30),
      LocalizedText(
        "Time after which the script of a report is stopped.",
        de: "Zeit, nach der das Skript eines Berichts abgebrochen wird.")),
    .kept(
      "MUC_SCALEVALUES", .flag, .flag(false),
      LocalizedText(
        "Multiply values in recorded CSV and XML data by their scale.",
        de: "Werte in aufgezeichneten CSV- und XML-Daten mit ihrer Skalierung multiplizieren."),
      effect: .live),
  ]

  private static let settingRows: [Setting] = [
    .kept(
      "MUC_SETDEVICES", .words(["S0", "INTERNAL", "INTERNALORDIGTALOUT", "ALL", "NONE"]),
      .text("INTERNAL"), anybus: .text("S0"),
      choices: [
        SettingChoice("S0", "pulse inputs", de: "Impulseingänge"),
        SettingChoice(
          "INTERNAL", "pulse inputs and the device's own digital outputs",
          de: "Impulseingänge und die digitalen Ausgänge des Geräts"),
        SettingChoice(
          "INTERNALORDIGTALOUT", "pulse inputs and all digital outputs",
          de: "Impulseingänge und alle digitalen Ausgänge"),
        SettingChoice("ALL", "whatever a meter lets set", de: "was ein Zähler setzen lässt"),
        SettingChoice("NONE", "nothing", de: "nichts"),
      ],
      LocalizedText(
        "Which digital outputs of meters may be switched by the tab Output; the device itself has none.",
        de:
          "Welche digitalen Ausgänge von Zählern auf der Seite Ausgänge geschaltet werden dürfen; das Gerät selbst hat "
          + "keine."), effect: .live, status: .effective, source: .both),
    .kept(
      "MUC_SETDEVICETIME", .count, .integer(0),
      LocalizedText(
        "Setting the clocks of meters; the manual does not say more.",
        de: "Stellen der Uhren von Zählern; mehr sagt das Handbuch nicht.")),
  ]

  private static let listedRows: [Setting] = [
    shown(
      "DATAFRAME", "the bytes of each telegram of a meter",
      de: "die Bytes jedes Telegramms eines Zählers"),
    shown(
      "METERSTATUSBYTE", "the status byte of a meter", de: "das Statusbyte eines Zählers"),
    shown(
      "VENDORRAWDATA", "the manufacturer's own data of a meter",
      de: "die herstellereigenen Daten eines Zählers"),
    .kept(
      "MUC_SHOWVENDORRAWDATAWEB", .flag, .flag(false),
      LocalizedText(
        "Show binary data on the web page: the manufacturer's own, and data containers.",
        de: "Binäre Daten auf der Webseite zeigen: herstellereigene und Datencontainer."),
      effect: .live),
    // Received by radio, which this version does not do.
    .kept(
      "MUC_SHOWWMBUSRSSIVALUE", .flag, .flag(false),
      LocalizedText(
        "List the strength at which a wM-Bus meter was received as a value of its own, too.",
        de:
          "Auch die Stärke, mit der ein wM-Bus-Zähler empfangen wurde, als eigenen Wert aufführen."),
      effect: .live),
  ]

  private static func shown(_ key: String, _ english: String, de german: String) -> Setting {
    Setting(
      .main, "MUC_SHOW\(key)", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "List \(english) as a value of its own, too, behind the others.",
        de: "Auch \(german) als eigenen Wert aufführen, hinter den anderen."),
      effect: .live, source: .solvimus)
  }

  private static let recordRows: [Setting] = [
    Setting(
      .main, "MUC_TRIMVALUES", type: .both(.count), default: .both(.integer(0)),
      summary: LocalizedText(
        "Values that are texts lose blanks and NUL characters at both ends; 0: they stay as sent. The manual of "
          + "the MUC500 names the key and does not say what it does.",
        de:
          "Werte, die Texte sind, verlieren Leer- und NUL-Zeichen an beiden Enden; 0: Sie bleiben wie gesendet. "
          + "Das Handbuch des MUC500 nennt den Schlüssel und sagt nicht, was er tut."),
      effect: .live, source: .solvimus),
    .kept(
      "MUC_USE_FREEZE", .flag, .flag(false),
      LocalizedText(
        "Send a freeze command to meters before they are read.",
        de: "Zählern vor dem Auslesen einen Freeze-Befehl senden."), effect: .live,
      status: .effective, source: .both),
    .kept(
      "SHOW_KEYS", .flag, .flag(true),
      field: WebField(.configuration, "Show encryption keys", de: "Schlüssel anzeigen"),
      LocalizedText(
        "Show the keys of meters on the web page after they have been saved.",
        de: "Die Schlüssel von Zählern auf der Webseite zeigen, nachdem sie gespeichert sind."),
      effect: .live),
    // A bus within the manual's device, which a PC does not have.
    .kept(
      "I2C_DEBUGOUT", .flag, .flag(false),
      LocalizedText(
        "Write the bytes of the device's internal I2C bus to the log.",
        de: "Die Bytes des internen I2C-Busses ins Protokoll schreiben."), effect: .live,
      status: .hardwareAbsent),
  ]
}
