extension SettingsTable {
  /// The M-Bus on a network port (MUC500 manual 1.1, ch. 5.3.1 and 5.3.4). It becomes transparent by the field
  /// that has the scan mode, too.
  static let mbusTransparentRows: [Setting] =
    transparentRows
    + tlsRows(
      RowSubject(
        prefix: "MBUS_TRANSPARENT", en: "the transparent mode of \(mbus.en)",
        de: "des Transparentmodus \(mbus.de)", status: .effective), effect: .live)

  private static let transparentRows: [Setting] = [
    .kept(
      "MBUS_TRANSPARENT", .words(mbusTransparentModes.map(\.value)), .text("NONE"),
      choices: mbusTransparentModes,
      field: WebField(
        .configuration, "M-Bus mode (transparent)", de: "M-Bus-Modus (transparent)"),
      LocalizedText(
        "Hand the bytes of the M-Bus through to an outside master (transparent mode).",
        de: "Die Bytes des M-Bus an einen fremden Master durchreichen (Transparentmodus)."),
      effect: .live, status: .effective),
    .kept(
      "MBUS_TRANSPARENTPORT", .word, .integer(0),
      field: WebField(.configuration, "M-Bus transparent port", de: "M-Bus-Transparent-Port"),
      LocalizedText(
        "Network port of the transparent mode of the M-Bus; 0: none.",
        de: "Netzwerk-Port des Transparentmodus des M-Bus; 0: keiner."),
      effect: .live, status: .effective),
    Setting(
      .main, "MBUS_TRANSPARENTIP", type: .both(.ipAddress), default: .both(.text("")),
      summary: LocalizedText(
        "The address at which the transparent mode of the M-Bus listens; empty: at all.",
        de: "Die Adresse, an der der Transparentmodus des M-Bus lauscht; leer: an allen."),
      effect: .live, source: .metergate),
    Setting(
      .main, "MBUS_TRANSPARENTTIMEOUT", type: .both(.integer(0...65_535)),
      default: .both(.integer(300)), unit: .seconds,
      summary: LocalizedText(
        "An outside master that has sent nothing for so long gives way to another one; 0: never.",
        de:
          "Ein fremder Master, der so lange nichts gesendet hat, macht einem anderen Platz; 0: nie."
      ),
      effect: .live, source: .metergate),
  ]

  private static let mbusTransparentModes =
    transparentModes + [
      SettingChoice(
        "SHARED", "a TCP port; the gateway goes on reading",
        de: "ein TCP-Port; das Gateway liest weiter aus"),
      SettingChoice("MBUS", "the M-Bus slave interface", de: "die M-Bus-Slave-Schnittstelle"),
    ]
}
