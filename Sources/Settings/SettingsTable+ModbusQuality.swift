extension SettingsTable {
  /// What the Modbus server tells of the quality of values.
  static let modbusQualityRows: [Setting] = [
    Setting(
      .main, "MODBUS_QUALITY", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Tell how good each entry is: function 4 then reads state, age and readout counters at the "
          + "address at which function 3 reads the entry; 0: function 4 is refused.",
        de:
          "Sagen, wie gut jeder Eintrag ist: Funktion 4 liest dann Zustand, Alter und Auslesezähler an "
          + "der Adresse, an der Funktion 3 den Eintrag liest; 0: Funktion 4 wird abgelehnt."),
      effect: .live, source: .metergate),
    Setting(
      .main, "MODBUS_STALEPOLICY", type: .both(.words(["HOLD", "NAN", "EXCEPTION"])),
      default: .both(.text("HOLD")), choices: stalePolicies,
      summary: LocalizedText(
        "What the registers of a value show that is stale; a meter can have its own <stalepolicy> in "
          + "the meter list.",
        de:
          "Was die Register eines veralteten Werts zeigen; ein Zähler kann in der Zählerliste eine "
          + "eigene <stalepolicy> haben."),
      effect: .live, source: .metergate),
    Setting(
      .main, "MODBUS_STALEAFTER", type: .both(.integer(1...255)), default: .both(.integer(1)),
      summary: LocalizedText(
        "How many readouts in a row without a good reading make a value stale; one that has had none "
          + "since the start is stale at once. A meter can have its own <staleafter> in the meter list.",
        de:
          "Nach wie vielen Auslesungen in Folge ohne guten Wert ein Wert veraltet ist; einer, der seit "
          + "dem Start keinen hatte, ist es sofort. Ein Zähler kann in der Zählerliste ein eigenes "
          + "<staleafter> haben."),
      effect: .live, source: .metergate),
  ]

  private static let stalePolicies = [
    SettingChoice("HOLD", "the last good reading", de: "den letzten guten Wert"),
    SettingChoice(
      "NAN", "the float NaN (0x7FC00000) and the integer -2^63",
      de: "den Float NaN (0x7FC00000) und den Integer -2^63"),
    SettingChoice(
      "EXCEPTION",
      "nothing: a request that touches one of them is refused as a whole with exception 0x0B",
      de:
        "nichts: eine Anfrage, die eines davon berührt, wird als Ganze mit Exception 0x0B abgelehnt"
    ),
  ]
}
