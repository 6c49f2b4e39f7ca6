extension SettingsTable {
  /// The two lights of the manuals' devices, on a machine that has some.
  static let indicatorRows: [Setting] = [
    light(
      .ledStateGreen, "ST", "green", de: "grüne",
      "on while the gateway runs and nothing is wrong; with the red one while it starts",
      "an, solange das Gateway läuft und nichts fehlt; zusammen mit der roten, während es startet"),
    light(
      .ledStateRed, "ST", "red", de: "rote",
      "on when something is wrong: a file with errors, a line that is down, a port that cannot be had",
      "an, wenn etwas nicht stimmt: eine Datei mit Fehlern, eine Leitung, die nicht da ist, ein Port, der "
        + "nicht zu haben ist"),
    light(
      .ledActiveGreen, "ACT", "green", de: "grüne",
      "flashes while meters are read ([SOLVIMUS]; with [CONFIG] it is on)",
      "blinkt, während Zähler gelesen werden ([SOLVIMUS]; bei [CONFIG] leuchtet sie)"),
    light(
      .ledActiveRed, "ACT", "red", de: "rote",
      "flashes with the green one during a scan ([SOLVIMUS]; with [CONFIG] ST flashes)",
      "blinkt zusammen mit der grünen bei einer Suche ([SOLVIMUS]; bei [CONFIG] blinkt ST)"),
  ]

  private static func light(
    _ key: TextKey, _ name: String, _ colour: String, de german: String, _ meaning: String,
    _ germanMeaning: String
  ) -> Setting {
    Setting(
      .main, key.rawValue, type: .both(.anyPath), default: .both(.unset),
      summary: LocalizedText(
        "The \(colour) light of \(name), a name in /sys/class/leds or a folder with the file brightness: "
          + "\(meaning). Not set: there is none.",
        de:
          "Die \(german) Leuchte von \(name), ein Name in /sys/class/leds oder ein Ordner mit der Datei "
          + "brightness: \(germanMeaning). Nicht gesetzt: keine."),
      effect: .live, source: .metergate)
  }
}
