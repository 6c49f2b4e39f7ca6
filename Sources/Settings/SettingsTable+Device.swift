extension SettingsTable {
  /// The group `[DEVICE]`.
  static let deviceRows: [Setting] = [
    Setting(
      .device, "NAME", type: .each(anybus: .text(maximum: 25), solvimus: .text(maximum: 50)),
      default: .both(.text("metergate")),
      field: WebField(.general, "Device name", de: "Gerätename"),
      summary: LocalizedText(
        "Name under which the device shows itself in the network: the Modbus device identification "
          + "tells it (ProductName).",
        de:
          "Name, unter dem sich das Gerät im Netzwerk zeigt: Die Modbus-Geräteidentifikation nennt "
          + "ihn (ProductName)."), effect: .live, source: .both),
    Setting(
      .device, "TIMEZONE", type: .both(.text(maximum: 255)), default: .both(.text("Universal")),
      field: WebField(.general, "Time zone", de: "Zeitzone"),
      summary: LocalizedText(
        "Time zone of the device, by its name in the zone database (Europe/Berlin). The clocks of meters are "
          + "taken to run by it: registers show their times in UTC. A meter can have its own <timezone> in "
          + "the meter list.",
        de:
          "Zeitzone des Geräts, mit ihrem Namen in der Zonendatenbank (Europe/Berlin). Die Uhren der Zähler "
          + "gelten als nach ihr gestellt: Register zeigen ihre Zeiten in UTC. Ein Zähler kann in der "
          + "Zählerliste seine eigene <timezone> haben."),
      effect: .live, source: .solvimus),
  ]

  /// The application itself.
  static let applicationRows: [Setting] = [
    Setting(
      .main, "MUC_CONFIG_VER",
      type: .each(anybus: .integer(1...2), solvimus: .integer(0...65535)),
      default: .each(anybus: .integer(2), solvimus: .integer(0)),
      summary: LocalizedText(
        "Version of this file: of its format ([CONFIG]), or of the firmware that saved it, 0 if none "
          + "has ([SOLVIMUS]). Kept as found.",
        de: "Version dieser Datei: ihres Formats ([CONFIG]) oder der Firmware, die sie gespeichert "
          + "hat, 0 wenn keine ([SOLVIMUS]). Bleibt wie vorgefunden."),
      effect: .live, status: .acceptedWithoutEffect, source: .both),
    Setting(
      .main, "MUC_CONFIG_AUTOAPPLY", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Apply files of the configuration folder when they have changed and nobody has written for 10 s, if "
          + "there is no error and no likely mistake in them; otherwise they wait for SIGHUP or \"metergate "
          + "apply\".",
        de:
          "Dateien des Konfigurationsordners anwenden, wenn sie geändert sind, 10 s lang niemand geschrieben "
          + "hat und sie weder Fehler noch wahrscheinliche Versehen enthalten; sonst warten sie auf SIGHUP oder "
          + "„metergate apply“."),
      effect: .live, source: .metergate),
    Setting(
      .main, "MUC_LOG", type: .both(.words(["DEFAULT", "NONE", "ERRORONLY", "ALL"])),
      default: .both(.text("DEFAULT")),
      // The MUC500 manual 1.1, table 8, has errors and warnings only for its standard mode; here it
      // tells of normal operation in short, too: a readout that did well is what people look for.
      choices: [
        SettingChoice(
          "DEFAULT", "errors, warnings and normal operation in short",
          de: "Fehler, Warnungen und in Kürze der normale Betrieb"),
        SettingChoice("NONE", "nothing", de: "nichts"),
        SettingChoice("ERRORONLY", "errors", de: "Fehler"),
        SettingChoice("ALL", "everything", de: "alles"),
      ],
      field: WebField(.general, "Log mode", de: "Protokollstufe"),
      summary: LocalizedText(
        "How much the gateway writes to the system log.",
        de: "Wie viel das Gateway in das Systemprotokoll schreibt."),
      effect: .live, source: .both),
    Setting(
      .main, "MUC_SHOWTIMESTAMPENTRIES", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "List the times that a meter sends for its values as values of their own, too.",
        de: "Auch die Zeiten, die ein Zähler zu seinen Werten sendet, als eigene Werte aufführen."),
      effect: .live, source: .both),
  ]
}
