import Metering

extension SettingsTable {
  /// The search for meters on the wired M-Bus.
  static let scanRows: [Setting] =
    scanRangeRows + scanMaskRows + scanSpeedRows + scanStrategyRows

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
      ScanMode.mixed.rawValue,
      "each link layer address, then the digits of the serial number (metergate, beyond the manuals)",
      de:
        "jede Primäradresse, dann die Ziffern der Seriennummer (metergate, über die Handbücher hinaus)"
    ),
    SettingChoice(
      ScanMode.mixedAllocating.rawValue, "the same; what is found gets registers",
      de: "ebenso; Gefundenes erhält Register"),
    SettingChoice(
      ScanMode.secondaryReverse.rawValue, "the digits of the serial number, from the last",
      de: "die Ziffern der Seriennummer, von der letzten an"),
    SettingChoice(
      ScanMode.secondaryReverseAllocating.rawValue, "the same; what is found gets registers",
      de: "ebenso; Gefundenes erhält Register"),
  ]

  private static let scanStrategyRows: [Setting] = [
    Setting(
      .main, "MBUS_SCANSTRATEGY", type: .both(.words(["ADAPTIVE", "CLASSIC"])),
      default: .both(.text("ADAPTIVE")), choices: scanStrategies,
      summary: LocalizedText(
        "How a scan by secondary addresses chooses what it asks.",
        de: "Wie ein Suchlauf nach Sekundäradressen wählt, was er fragt."),
      effect: .live, source: .metergate),
    Setting(
      .main, "MBUS_SCANHEX", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Look for serial numbers with the digits A-E as well (ADAPTIVE only); takes about a third longer.",
        de:
          "Auch Seriennummern mit den Ziffern A-E suchen (nur ADAPTIVE); dauert etwa ein Drittel länger."
      ),
      effect: .live, source: .metergate),
  ]

  private static let scanSpeedRows: [Setting] = [
    Setting(
      .main, "MBUS_SCANBAUDRATES", type: .both(.numberList(MeterSpeed.all)),
      default: .both(.text("")),
      summary: LocalizedText(
        "The speeds at which a scan looks for meters, one after the other, with commas between them; empty: "
          + "MBUS_BAUDRATE only. That of the line comes first. Each takes a whole search. A meter keeps the speed at "
          + "which it was found first, unless that is the line's.",
        de:
          "Die Geschwindigkeiten, mit denen ein Suchlauf Zähler sucht, eine nach der anderen, durch Kommas getrennt; "
          + "leer: nur MBUS_BAUDRATE. Die der Leitung kommt zuerst. Jede braucht einen ganzen Suchlauf. Ein Zähler "
          + "behält die, mit der er zuerst gefunden wurde, wenn es nicht die der Leitung ist."),
      effect: .live, source: .metergate)
  ]

  private static let scanStrategies = [
    SettingChoice(
      "ADAPTIVE",
      "by what is known: what answers that disturb each other have in common, serials that follow each "
        + "other; waits as long as the standard allows, or for MBUS_TIMEOUT if that is set; repeats "
        + "silence once, whatever MBUS_MAXRETRY is",
      de:
        "nach dem, was bekannt ist: was gestörte Antworten gemeinsam haben, fortlaufende Nummern; wartet "
        + "so lange, wie die Norm erlaubt, oder MBUS_TIMEOUT, wenn gesetzt; wiederholt Stille einmal, "
        + "gleich wie MBUS_MAXRETRY steht"),
    SettingChoice(
      "CLASSIC", "digit by digit, in the order that MBUS_SCANMODE gives",
      de: "Ziffer für Ziffer, in der Reihenfolge von MBUS_SCANMODE"),
  ]
}
