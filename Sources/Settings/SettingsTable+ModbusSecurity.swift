extension SettingsTable {
  /// Modbus/TCP Security. The MUC500 manual 1.1 names the first four keys in table 25 and says nothing of
  /// them.
  static let modbusSecurityRows: [Setting] = [
    Setting(
      .main, "MODBUS_TLSENABLE", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Serve Modbus/TCP Security: TLS 1.2 or later, clients with a certificate that names their role "
          + "(extension 1.3.6.1.4.1.50316.802.1).",
        de:
          "Modbus/TCP Security anbieten: TLS ab 1.2, Clients mit einem Zertifikat, das ihre Rolle nennt "
          + "(Erweiterung 1.3.6.1.4.1.50316.802.1)."), source: .solvimus),
    fileRow(
      "MODBUS_CA_FILE",
      LocalizedText(
        "PEM file with the certificates of those who issue client certificates; app/ stands for the "
          + "folder of chip.ini.",
        de:
          "PEM-Datei mit den Zertifikaten der Aussteller von Client-Zertifikaten; app/ steht für den "
          + "Ordner von chip.ini.")),
    fileRow(
      "MODBUS_CERT_FILE",
      LocalizedText(
        "PEM file with the gateway's certificate, and those that lead from it to its issuer; app/ as "
          + "above. Renewed files are taken over by SIGHUP.",
        de:
          "PEM-Datei mit dem Zertifikat des Gateways und denen, die von ihm zu seinem Aussteller "
          + "führen; app/ wie oben. Erneuerte Dateien werden mit SIGHUP übernommen.")),
    fileRow(
      "MODBUS_KEY_FILE",
      LocalizedText(
        "PEM file with the key of the gateway's certificate, without a password; app/ as above.",
        de:
          "PEM-Datei mit dem Schlüssel zum Zertifikat des Gateways, ohne Passwort; app/ wie oben.")),
    Setting(
      .main, "MODBUS_INSECURE", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "Known from files of the MUC500. Clients always have to show a valid certificate.",
        de:
          "Aus Dateien des MUC500 bekannt. Clients müssen immer ein gültiges Zertifikat vorweisen."),
      status: .acceptedWithoutEffect, source: .solvimus),
    Setting(
      .main, "MODBUS_TLSPORT", type: .both(.integer(0...65535)), default: .both(.integer(802)),
      summary: LocalizedText(
        "Network port of Modbus/TCP Security.", de: "Netzwerk-Port von Modbus/TCP Security."),
      source: .metergate),
    Setting(
      .main, "MODBUS_TLSROLES", type: .both(.text(maximum: 255)),
      default: .both(.text("Viewer,Operator,Engineer")),
      summary: LocalizedText(
        "Roles that may read, with commas between them; case matters.",
        de: "Rollen, die lesen dürfen, durch Kommas getrennt; Groß- und Kleinschreibung zählt."),
      source: .metergate),
    Setting(
      .main, "MODBUS_TLSPLAIN", type: .both(.flag), default: .both(.flag(false)),
      summary: LocalizedText(
        "With MODBUS_TLSENABLE: whether the ports without TLS that MODBUS_MODE lists are open, too.",
        de:
          "Mit MODBUS_TLSENABLE: ob auch die Ports ohne TLS offen sind, die MODBUS_MODE nennt."),
      source: .metergate),
  ]

  private static func fileRow(_ key: String, _ summary: LocalizedText) -> Setting {
    Setting(
      .main, key, type: .both(.text(maximum: 255)), default: .both(.text("")),
      choices: [SettingChoice("0", "not set", de: "nicht gesetzt")], summary: summary,
      source: .solvimus)
  }
}
