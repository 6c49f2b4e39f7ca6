extension SettingsTable {
  private static let count = PerDialect.both(SettingType.integer(0...65535))

  /// The meter list and its readout.
  static let meterRows: [Setting] = [
    Setting(
      .main, "METER_TIME",
      type: .each(anybus: .integer(10...4_294_967_295), solvimus: .integer(1...4_294_967_295)),
      default: .both(.integer(900)), unit: .seconds,
      field: WebField(.configuration, "Readout cycle", de: "Auslesezyklus"),
      summary: LocalizedText(
        "Time from one readout of the meters to the next; a meter may have a cycle of its own.",
        de:
          "Zeit von einer Auslesung der Zähler zur nächsten; ein Zähler kann einen eigenen Zyklus "
          + "haben."), effect: .live, source: .both),
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
      effect: .live, status: .acceptedWithoutEffect, source: .both),
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
      type: .each(anybus: .text(maximum: 40), solvimus: .text(maximum: 255)),
      default: .each(
        anybus: .text("/app/Device_Handle.cfg"), solvimus: .text("app/device_handle.cfg")),
      summary: LocalizedText(
        "Path of the meter list; app/ and /app/ stand for the folder of this file.",
        de: "Pfad der Zählerliste; app/ und /app/ stehen für den Ordner dieser Datei."),
      source: .both),
  ]
}
