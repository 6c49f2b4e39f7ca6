extension SettingsTable {
  /// Secrets, and how they stand in the file.
  static let secretRows: [Setting] = [
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
        "How passwords stand in this file when metergate has saved it. Either form is read whatever this "
          + "says.",
        de: "Wie Passwörter in dieser Datei stehen, wenn metergate sie gespeichert hat. Gelesen wird "
          + "beides, was immer hier steht."),
      effect: .live, source: .solvimus),
    Setting(
      .main, "WAN_PASSWORD", type: .both(.text(maximum: 255)), default: .both(.text("")),
      field: WebField(.wan, "APN password", de: "APN-Passwort"),
      summary: LocalizedText(
        "Password of the mobile network.", de: "Passwort für das Mobilfunknetz."), isSecret: true,
      status: .hardwareAbsent, source: .solvimus),
  ]
}
