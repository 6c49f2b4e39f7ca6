extension SettingsTable {
  /// The meter list and its readout.
  static let meterRows: [Setting] =
    meterListRows + meterCycleRows + meterPauseRows + systemMeterRows

  private static let count = PerDialect.both(SettingType.integer(0...65535))

  private static let meterListRows: [Setting] = [
    Setting(
      .main, "METER_TIME",
      type: .each(anybus: .integer(10...4_294_967_295), solvimus: .integer(1...4_294_967_295)),
      default: .both(.integer(900)), unit: .seconds,
      field: WebField(.configuration, "Readout cycle", de: "Auslesezyklus"),
      summary: LocalizedText(
        "Time from one readout of the meters to the next, in the unit that METER_CYCLEMODE names; a meter may "
          + "have a cycle of its own.",
        de:
          "Zeit von einer Auslesung der Zähler zur nächsten, in der Einheit, die METER_CYCLEMODE nennt; ein "
          + "Zähler kann einen eigenen Zyklus haben."), effect: .live, source: .both),
    Setting(
      .main, "METER_MAXVALUECOUNT", type: count,
      default: .each(anybus: .integer(0), solvimus: .integer(25)),
      field: WebField(.configuration, "Maximum value count", de: "Werte je Zähler höchstens"),
      summary: LocalizedText(
        "Most values to list of a meter that is new; 0: all.",
        de: "Wie viele Werte eines neuen Zählers höchstens aufgenommen werden; 0: alle."),
      effect: .live, source: .both),
    Setting(
      .main, "METER_MAXALLVALUECOUNT", type: count, default: .both(.integer(0)),
      summary: LocalizedText(
        "Most values to list of all meters together; 0: no limit.",
        de: "Wie viele Werte aller Zähler zusammen höchstens aufgenommen werden; 0: ohne Grenze."),
      effect: .live, source: .both),
    Setting(
      .main, "METER_MAXDEVICECOUNT", type: count,
      default: .each(anybus: .integer(0), solvimus: .integer(500)),
      field: WebField(.configuration, "Maximum device count", de: "Zähler höchstens"),
      summary: LocalizedText(
        "Most meters that a scan adds to the list ([CONFIG]), or to which it fills the list "
          + "([SOLVIMUS]); 0: no limit.",
        de:
          "Wie viele Zähler ein Suchlauf höchstens in die Liste aufnimmt ([CONFIG]), oder bis zu wie "
          + "vielen er sie füllt ([SOLVIMUS]); 0: ohne Grenze."),
      effect: .live, source: .both),
    Setting(
      .main, "METER_STAT_CONFIG",
      type: .each(anybus: .path(maximum: 40), solvimus: .path(maximum: 255)),
      default: .each(
        anybus: .text("/app/Device_Handle.cfg"), solvimus: .text("app/device_handle.cfg")),
      summary: LocalizedText(
        "Path of the meter list; app/ and /app/ stand for the folder of this file.",
        de: "Pfad der Zählerliste; app/ und /app/ stehen für den Ordner dieser Datei."),
      source: .both),
  ]

  /// Keywords of cycles. The manual's table has SECOND and MINUTE; the others are the words of the field
  /// (MUC500 manual 1.1, ch. 4.6).
  static let cycleModes = [
    SettingChoice("SECOND", "so many seconds", de: "so viele Sekunden"),
    SettingChoice("MINUTE", "so many minutes", de: "so viele Minuten"),
    SettingChoice("HOUR", "so many hours", de: "so viele Stunden"),
    SettingChoice("DAILY", "each day", de: "jeden Tag"),
    SettingChoice("WEEKLY", "each week", de: "jede Woche"),
    SettingChoice("MONTHLY", "each month", de: "jeden Monat"),
    SettingChoice("QUARTERLY", "each quarter", de: "jedes Quartal"),
    SettingChoice("YEARLY", "each year", de: "jedes Jahr"),
  ]

  /// Ours, for the intervals that the IZAR manual has beside these.
  private static let readoutModes =
    cycleModes + [
      SettingChoice("HALFMONTHLY", "twice a month", de: "zweimal im Monat"),
      SettingChoice("NEVER", "only when somebody wants it", de: "nur auf Wunsch"),
    ]

  private static let meterCycleRows: [Setting] = [
    .kept(
      "METER_ADJUSTTIMESTAMPS", .count, .integer(0),
      LocalizedText(
        "Shift the times of readings to the raster of the cycle; the manual does not say more.",
        de:
          "Die Zeiten der Ablesungen auf das Raster des Zyklus rücken; mehr sagt das Handbuch nicht."
      ), effect: .live),
    Setting(
      .main, "METER_CYCLEMODE", type: .both(.words(readoutModes.map(\.value))),
      default: .both(.text("SECOND")), choices: readoutModes,
      field: WebField(.configuration, "Readout cycle mode", de: "Art des Auslesezyklus"),
      summary: LocalizedText(
        "Unit of METER_TIME, or the calendar by which meters are read, in local time (TIMEZONE). HALFMONTHLY "
          + "and NEVER are metergate's own: on a day up to the 14th and 14 days later, and not at all by itself.",
        de:
          "Einheit von METER_TIME oder der Kalender, nach dem Zähler ausgelesen werden, in Ortszeit (TIMEZONE). "
          + "HALFMONTHLY und NEVER hat nur metergate: an einem Tag bis zum 14. und 14 Tage später, und nie von "
          + "selbst."), effect: .live, source: .solvimus),
    .kept(
      "METER_CYCLETIMESTAMP", .pointInTime, .unset,
      field: WebField(
        .configuration, "Readout cycle date and time (local)",
        de: "Datum und Uhrzeit des Auslesezyklus (lokal)"),
      LocalizedText(
        "One turn of the cycle, local time, from which the others follow: of a month day and time of day count. "
          + "Not set, or 0: Monday, the 1st, January, 00:00. Cycles in seconds, minutes and hours go by it, too.",
        de:
          "Eine Auslesung des Zyklus, Ortszeit, aus der die anderen folgen: für einen Monat zählen Tag und "
          + "Uhrzeit. Leer oder 0: Montag, der 1., Januar, 00:00. Auch Zyklen in Sekunden, Minuten und Stunden "
          + "richten sich danach."), effect: .live, status: .effective),
    .kept(
      "METER_DELAY", .count, .integer(0), unit: .seconds,
      LocalizedText(
        "How long after each beginning of a cycle meters are read.",
        de: "Wie lange nach jedem Beginn eines Zyklus Zähler ausgelesen werden."), effect: .live,
      status: .effective),
    .kept(
      "METER_PRESENTVALUESONLY", .flag, .flag(false),
      LocalizedText(
        "Take only present values, without those that a meter has stored.",
        de: "Nur gegenwärtige Werte nehmen, ohne die vom Zähler gespeicherten."), effect: .live),
    .kept(
      "METER_RETRYDIVIDER", .word, .integer(0),
      LocalizedText(
        "Only one of so many readouts goes into reports; registers and web page show all.",
        de:
          "Nur eine von so vielen Auslesungen geht in Berichte; Register und Webseite zeigen alle."
      ), effect: .live),
    Setting(
      .main, "METER_VIFSTRINGMODE", type: .both(.integer(0...1)), default: .both(.integer(1)),
      choices: [
        SettingChoice("0", "behind the last VIFE", de: "hinter dem letzten VIFE"),
        SettingChoice("1", "directly behind the VIF", de: "unmittelbar hinter dem VIF"),
      ],
      summary: LocalizedText(
        "Where a meter's own text for a unit stands in a record.",
        de: "Wo der eigene Text eines Zählers für eine Einheit im Datensatz steht."),
      effect: .live, source: .solvimus),
  ]

  private static let meterPauseRows: [Setting] = [
    Setting(
      .main, "METER_BACKOFF", type: .both(.integer(0...255)), default: .both(.integer(3)),
      summary: LocalizedText(
        "After so many failed readouts in a row a meter leaves out 1, 3, 7 … turns and is asked once a time, until "
          + "it answers; 0: it is read at each turn.",
        de:
          "Nach so vielen misslungenen Auslesungen in Folge lässt ein Zähler 1, 3, 7 … Auslesungen aus und wird "
          + "je einmal gefragt, bis er antwortet; 0: er wird jedes Mal ausgelesen."),
      effect: .live, source: .metergate),
    Setting(
      .main, "METER_BACKOFFMAX", type: .both(.integer(1...604_800)), default: .both(.integer(3600)),
      unit: .seconds,
      summary: LocalizedText(
        "Longest time from one attempt to the next that METER_BACKOFF may bring about; a longer cycle stays.",
        de:
          "Längste Zeit von einem Versuch zum nächsten, die METER_BACKOFF bewirken darf; ein längerer Zyklus "
          + "bleibt."), effect: .live, source: .metergate),
    Setting(
      .main, "METER_CONTINUOUS", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Read meters without a battery one after another while none is due.",
        de: "Zähler ohne Batterie nacheinander auslesen, solange keiner an der Reihe ist."),
      effect: .live, source: .metergate),
  ]

  private static let systemMeterRows: [Setting] = [
    .kept(
      "METERSYSTEM_ENABLE", .flag, .flag(true),
      LocalizedText(
        "Let the device's own state be read as a meter of the interface System.",
        de: "Den Zustand des Geräts selbst als Zähler der Schnittstelle System auslesen lassen.")),
    .kept(
      "METERSYSTEM_SCRIPT_TIMEOUT", .word, .integer(0), unit: .seconds,
      LocalizedText(
        "Time after which a script for a value of the device is stopped; 0: never.",
        de: "Zeit, nach der ein Skript für einen Wert des Geräts abgebrochen wird; 0: nie."),
      effect: .live),
  ]
}
