extension SettingsTable {
  /// The search for meters on the wired M-Bus.
  static let scanRows: [Setting] = scanRangeRows + scanMaskRows

  private static let addresses = PerDialect.both(SettingType.integer(0...250))

  private static let scanRangeRows: [Setting] = [
    Setting(
      .main, "MBUS_SCANMODE", type: .both(.words(ScanMode.allCases.map(\.rawValue))),
      default: .both(.text(ScanMode.secondary.rawValue)), choices: scanModes,
      field: WebField(.configuration, "M-Bus mode", de: "M-Bus-Modus"),
      summary: LocalizedText("How meters are looked for.", de: "Wie Zähler gesucht werden."),
      effect: .live, source: .both),
    Setting(
      .main, "MBUS_MINPRIMARYADDRESS", solvimusKey: "MBUS_MINPRIMARY_ADDRESS",
      type: addresses, default: .both(.integer(0)),
      field: WebField(.configuration, "Primary start address", de: "Erste Primäradresse"),
      summary: LocalizedText(
        "First link layer address of a primary scan.", de: "Erste Primäradresse eines Suchlaufs."),
      effect: .live, source: .both),
    Setting(
      .main, "MBUS_MAXPRIMARYADDRESS", solvimusKey: "MBUS_MAXPRIMARY_ADDRESS",
      type: addresses, default: .both(.integer(250)),
      field: WebField(.configuration, "Primary final address", de: "Letzte Primäradresse"),
      summary: LocalizedText(
        "Last link layer address of a primary scan.", de: "Letzte Primäradresse eines Suchlaufs."),
      effect: .live, source: .both),
  ]

  private static let scanMaskRows: [Setting] = [
    mask(
      .serial,
      LocalizedText(
        "Serial numbers that a secondary scan looks for; F stands for any digit.",
        de: "Seriennummern, die ein Suchlauf nach Sekundäradressen sucht; F steht für jede Ziffer."),
      field: WebField(.configuration, "Secondary address mask", de: "Maske der Sekundäradresse")),
    mask(
      .manufacturer,
      LocalizedText(
        "Manufacturer code that a secondary scan looks for; FFFF: any.",
        de: "Herstellerkennung, die ein Suchlauf nach Sekundäradressen sucht; FFFF: jede.")),
    mask(
      .medium,
      LocalizedText(
        "Medium that a secondary scan looks for; FF: any.",
        de: "Medium, das ein Suchlauf nach Sekundäradressen sucht; FF: jedes.")),
    mask(
      .version,
      LocalizedText(
        "Version number that a secondary scan looks for; FF: any.",
        de: "Versionsnummer, die ein Suchlauf nach Sekundäradressen sucht; FF: jede.")),
  ]

  private static func mask(
    _ key: MaskKey, _ summary: LocalizedText, field: WebField? = nil
  ) -> Setting {
    let any = HexMask(digits: key.digits).any
    return Setting(
      .main, key.rawValue, type: .both(.hexMask(digits: key.digits)), default: .both(.text(any)),
      field: field, summary: summary, effect: .live, source: .both)
  }

  private static let scanModes = [
    SettingChoice(
      ScanMode.primary.rawValue, "each link layer address", de: "jede Primäradresse"),
    SettingChoice(
      ScanMode.secondary.rawValue, "the digits of the serial number, from the first",
      de: "die Ziffern der Seriennummer, von der ersten an"),
    SettingChoice(
      ScanMode.secondaryAllocating.rawValue,
      "the same; what is found gets registers (in the solvimus dialect it always does)",
      de: "ebenso; Gefundenes erhält Register (im solvimus-Dialekt immer)"),
    SettingChoice(
      ScanMode.secondaryReverse.rawValue, "the digits of the serial number, from the last",
      de: "die Ziffern der Seriennummer, von der letzten an"),
    SettingChoice(
      ScanMode.secondaryReverseAllocating.rawValue, "the same; what is found gets registers",
      de: "ebenso; Gefundenes erhält Register"),
  ]
}
