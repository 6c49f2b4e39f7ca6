extension SettingsTable {
  private static let first = RowSubject(prefix: "WMBUS", en: "the wM-Bus", de: "des wM-Bus")
  private static let second = RowSubject(
    prefix: "WMBUS2", en: "the second wM-Bus", de: "des zweiten wM-Bus")

  /// Meters by radio (MUC500 manual 1.1, ch. 6). A receiver at a serial port will do, so these wait for the
  /// program, not for hardware.
  static let wmbusRows: [Setting] =
    wmbusReceptionRows
    + serialRows(first, SerialDefaults(baud: 19200))
    + [
      timeoutRow(
        first, "IDLETIMEOUT", 0, "Silence after which a telegram counts as ended.",
        de: "Stille, nach der ein Telegramm als beendet gilt.")
    ] + wmbusDataRows + radioTransparentRows(first, channel: "wM-Bus")
    + serialRows(second, SerialDefaults(baud: 19200))
    + [
      .kept(
        "WMBUS2_MODE", .words(["DISABLED"] + radioModes.map(\.value)), .text("DISABLED"),
        choices: [SettingChoice("DISABLED", "off", de: "aus")] + radioModes,
        field: WebField(.configuration, "wM-Bus2 mode", de: "wM-Bus2-Betriebsart"),
        second.text("Radio mode", de: "Funkmodus"))
    ] + radioTransparentRows(second, channel: "wM-Bus2")

  private static let radioModes = [
    SettingChoice("R2_OTHER_REQ", "mode R2", de: "Modus R2"),
    SettingChoice("S2_REQ", "mode S", de: "Modus S"),
    SettingChoice("T1_OTHER_REQ", "mode T, receiving", de: "Modus T, empfangend"),
    SettingChoice("T2_OTHER_REQ", "mode T, both ways", de: "Modus T, in beiden Richtungen"),
    SettingChoice("C/T", "modes C and T", de: "Modi C und T"),
    SettingChoice("C", "mode C", de: "Modus C"),
  ]

  private static let wmbusReceptionRows: [Setting] = [
    .kept(
      "FASTRESCAN_TIME", .positive, .integer(60), unit: .seconds,
      LocalizedText(
        "How often meters that were received and are not in the list yet are brought up to date.",
        de: "Wie oft empfangene Zähler, die noch nicht in der Liste sind, aufgefrischt werden."),
      effect: .live),
    .kept(
      "WMBUS_ALLOWINSECURE", .flag, .flag(false),
      LocalizedText(
        "Take the values of wM-Bus telegrams whose authentication fails, too.",
        de: "Auch Werte von wM-Bus-Telegrammen nehmen, deren Authentifizierung fehlschlägt."),
      effect: .live),
    .kept(
      "WMBUS_CACHESIZE", .integer(1...500), .integer(500),
      LocalizedText(
        "Of how many meters the last telegram is kept until they are read.",
        de: "Von wie vielen Zählern das letzte Telegramm bis zum Auslesen behalten wird.")),
    .kept(
      "WMBUS_CACHETIMEOUT", .count, .integer(0), unit: .seconds,
      LocalizedText(
        "How long a telegram is kept; 0: without end.",
        de: "Wie lange ein Telegramm behalten wird; 0: ohne Ende."), effect: .live),
    .kept(
      "WMBUS_DECRYPTUSELINKLAYERID", .flag, .flag(false),
      LocalizedText(
        "Decrypt with the address of the link layer.",
        de: "Mit der Adresse der Verbindungsschicht entschlüsseln."), effect: .live),
    .kept(
      "WMBUS_ENABLE", .flag, .flag(true),
      LocalizedText("Receive meters by wM-Bus.", de: "Zähler über wM-Bus empfangen.")),
    .kept(
      "WMBUS_MODE", .words(radioModes.map(\.value)), .text("T1_OTHER_REQ"), choices: radioModes,
      field: WebField(.configuration, "wM-Bus mode", de: "wM-Bus-Betriebsart"),
      first.text("Radio mode", de: "Funkmodus")),
  ]

  private static let wmbusDataRows: [Setting] = [
    .kept(
      "WMBUS_FIXEDLAYOUT", .flag, .flag(false),
      LocalizedText(
        "Keep the values of the list in their order, whatever a meter sends.",
        de: "Die Werte der Liste in ihrer Reihenfolge lassen, was auch immer ein Zähler sendet."),
      effect: .live),
    .kept(
      "WMBUS_RAWDATAINCLUDERSSI", .flag, .flag(false),
      LocalizedText(
        "Record the strength of reception with the telegrams.",
        de: "Die Empfangsstärke mit den Telegrammen aufzeichnen."), effect: .live),
    .kept(
      "WMBUS_RAWLOGENABLE", .flag, .flag(false), field: rawLog,
      LocalizedText(
        "Record the telegrams of the wM-Bus in the data folder.",
        de: "Die Telegramme des wM-Bus im Datenordner aufzeichnen."), effect: .live),
    .kept(
      "WMBUS_SMLENABLE", otherSpellings: ["WMBUS_SMLEENABLE"], .flag, .flag(false),
      LocalizedText("Understand SML on the wM-Bus.", de: "SML auf dem wM-Bus verstehen.")),
    .kept(
      "WMBUS_USELINKLAYERID", .flag, .flag(false),
      LocalizedText(
        "For faulty meters: know them by the address of the link layer, not of the extended one.",
        de: "Für fehlerhafte Zähler: sie an der Adresse der Verbindungsschicht erkennen, nicht der "
          + "erweiterten."), effect: .live),
  ]

  /// A channel's telegrams on a network port.
  private static func radioTransparentRows(_ line: RowSubject, channel: String) -> [Setting] {
    transparentRows(
      line, portKey: "TRANSPARENTPORT", modes: transparentModes,
      field: WebField(
        .configuration, "\(channel) transparent mode", de: "\(channel)-Transparentmodus"),
      portField: WebField(
        .configuration, "\(channel) transparent port", de: "\(channel)-Transparent-Port")) + [
        .kept(
          "\(line.prefix)_TRANSPARENTRSSI", .flag, .flag(false),
          LocalizedText(
            "Add the strength of reception to the telegrams in the transparent mode of \(line.en).",
            de: "Im Transparentmodus \(line.de) die Empfangsstärke zu den Telegrammen hinzufügen.")),
        .kept(
          "\(line.prefix)_TRANSPARENTSTARTSTOP", .flag, .flag(false),
          LocalizedText(
            "Put a start and a stop byte around the telegrams in the transparent mode of \(line.en).",
            de: "Im Transparentmodus \(line.de) die Telegramme in Start- und Stoppbyte einfassen.")),
      ]
  }
}
