extension SettingsTable {
  /// The groups `[REPORT_1]` to `[REPORT_10]`: data sent to other systems (MUC500 manual 1.1, ch. 9). The
  /// rows are those of the first, and valid for all.
  static let reportRows: [Setting] =
    reportServerRows + reportMailRows + reportFileRows + reportTrustRows + reportCycleRows

  /// The words are made from the names on the web page (MUC500 manual 1.1, ch. 4.8); the manual does not
  /// give those of the file, except DISABLED.
  private static let reportModes = [
    SettingChoice("DISABLED", "off", de: "aus"),
    SettingChoice("TCP", "to a TCP port, or by HTTP", de: "an einen TCP-Port oder über HTTP"),
    SettingChoice(
      "TLS", "to a TCP port secured by TLS, or by HTTPS",
      de: "an einen mit TLS gesicherten TCP-Port oder über HTTPS"),
    SettingChoice("SMTP", "by e-mail", de: "per E-Mail"),
    SettingChoice(
      "FTPACTIVE", "a file by FTP; the server opens the data connection",
      de: "eine Datei über FTP; der Server baut die Datenverbindung auf"),
    SettingChoice(
      "FTPPASSIVE", "a file by FTP or SFTP; the gateway opens the data connection",
      de: "eine Datei über FTP oder SFTP; das Gateway baut die Datenverbindung auf"),
    SettingChoice("MQTT", "to an MQTT broker", de: "an einen MQTT-Broker"),
    SettingChoice("FILE", "a file in the data folder", de: "eine Datei im Datenordner"),
    SettingChoice("USER", "by a script of your own", de: "durch ein eigenes Skript"),
  ]

  /// The versions that MUC500 manual 1.1, ch. 9.4, describes.
  private static let reportFormats =
    ["XML-3", "XML-6", "XML-7", "XML-8", "XML-9"]
    + ["CSV-0", "CSV-1", "CSV-3", "CSV-4", "CSV-5", "CSV-6", "CSV-9"] + ["JSON", "USER"]

  private static let reportServerRows: [Setting] = [
    report(
      "MODE", .words(reportModes.map(\.value)), .text("DISABLED"), choices: reportModes,
      field: "Report mode", de: "Art des Berichts",
      LocalizedText("How the report is sent.", de: "Wie der Bericht gesendet wird.")),
    report(
      "FORMAT", .words(reportFormats), .unset,
      choices: [
        SettingChoice(
          "USER", "made by a stylesheet of your own, app/report/report_1.xsl",
          de: "durch ein eigenes Stylesheet erzeugt, app/report/report_1.xsl")
      ], field: "Report format", de: "Format des Berichts",
      LocalizedText("Format of the data.", de: "Format der Daten.")),
    report(
      "HOST", .server(maximum: 255), .unset, field: "Report address", de: "Adresse",
      LocalizedText(
        "Where the report goes: server, mail server or broker.",
        de: "Wohin der Bericht geht: Server, Mailserver oder Broker.")),
    report(
      "PORT", .word, .integer(0), field: "Report port", de: "Port",
      LocalizedText(
        "Network port there; 0: the usual one.", de: "Netzwerk-Port dort; 0: der übliche.")),
    report(
      "PATH", .anyText, .unset, field: "Report directory", de: "Verzeichnis",
      LocalizedText(
        "Folder, path or topic there. For TCP and TLS: not set sends the bare data, a path sends HTTP.",
        de:
          "Ordner, Pfad oder Topic dort. Für TCP und TLS: nicht gesetzt sendet die bloßen Daten, ein "
          + "Pfad sendet HTTP.")),
    report(
      "USER", .anyText, .unset, field: "Report username", de: "Benutzername",
      LocalizedText("User name there.", de: "Benutzername dort.")),
    report(
      "PASSWORD", .anyText, .unset, field: "Report password", de: "Passwort",
      LocalizedText("Password there.", de: "Passwort dort."), isSecret: true),
  ]

  private static let reportMailRows: [Setting] = [
    report(
      "TOADDRESS", .mailAddresses(maximum: 255), .unset, field: "Report destination address",
      de: "Empfängeradresse",
      LocalizedText("Who gets the e-mail.", de: "Wer die E-Mail erhält.")),
    report(
      "FROMADDRESS", .mailAddresses(maximum: 255), .unset, field: "Report source address",
      de: "Absenderadresse",
      LocalizedText("Whom the e-mail comes from.", de: "Von wem die E-Mail kommt.")),
  ]

  private static let reportFileRows: [Setting] =
    (1...3).map { number in
      report(
        "PARAM\(number)", .anyText, .unset, field: "Report user parameter \(number)",
        de: "Eigener Parameter \(number)",
        LocalizedText(
          "Text of your own for scripts and formats of your own.",
          de: "Eigener Text für eigene Skripte und Formate."))
    } + [
      report(
        "BASENAME", .anyText, .unset,
        LocalizedText(
          "How the names of files begin that are sent.",
          de: "Womit die Namen gesendeter Dateien beginnen.")),
      report(
        "CONTENTTYPE", .anyText, .unset,
        LocalizedText(
          "MIME type of the data (Content-Type); not set: that of the format.",
          de: "MIME-Typ der Daten (Content-Type); nicht gesetzt: der des Formats.")),
      report(
        "CONVERTARG", .anyText, .unset,
        LocalizedText(
          "Arguments for the conversion of the data; the manual does not say more.",
          de: "Argumente für die Umwandlung der Daten; mehr sagt das Handbuch nicht.")),
      report(
        "EXTENSION", .anyText, .unset,
        LocalizedText(
          "How the names of files end that are sent; not set: as is usual for the format.",
          de: "Womit die Namen gesendeter Dateien enden; nicht gesetzt: wie beim Format üblich.")),
    ]

  private static let reportTrustRows: [Setting] = [
    report(
      "INSECURE", .flag, .flag(false), field: "Insecure", de: "Unsicher",
      LocalizedText(
        "Send to servers whose certificate or name cannot be verified, too.",
        de: "Auch an Server senden, deren Zertifikat oder Name nicht zu prüfen ist.")),
    reportFile(
      "CA_FILE", "the certificates of those who issue server certificates; not set: app/cacert.pem",
      de: "den Zertifikaten der Aussteller von Server-Zertifikaten; nicht gesetzt: app/cacert.pem"),
    reportFile(
      "CERT_FILE", "the gateway's certificate; not set: app/clicert.pem",
      de: "dem Zertifikat des Gateways; nicht gesetzt: app/clicert.pem"),
    reportFile(
      "KEY_FILE", "the key of the gateway's certificate; not set: app/clikey.pem",
      de: "dem Schlüssel zum Zertifikat des Gateways; nicht gesetzt: app/clikey.pem"),
  ]

  private static let reportCycleRows: [Setting] = [
    report(
      "CYCLEMODE", .words(cycleModes.map(\.value)), .text("MINUTE"), choices: cycleModes,
      field: "Report cycle mode", de: "Art des Berichtszyklus",
      LocalizedText(
        "Unit of CYCLE, or the calendar by which the report is sent.",
        de: "Einheit von CYCLE oder der Kalender, nach dem der Bericht gesendet wird.")),
    report(
      "CYCLE", .positive, .integer(15), field: "Report cycle", de: "Berichtszyklus",
      LocalizedText(
        "Time from one report to the next, in the unit of CYCLEMODE.",
        de: "Zeit von einem Bericht zum nächsten, in der Einheit von CYCLEMODE.")),
    report(
      "CYCLEDELAY", .count, .integer(0), unit: .seconds,
      LocalizedText(
        "How long after the beginning of a cycle the report is sent.",
        de: "Wie lange nach dem Beginn eines Zyklus der Bericht gesendet wird.")),
    report(
      "CYCLETIMESTAMP", .pointInTime, .unset, field: "Report cycle date and time (local)",
      de: "Datum und Uhrzeit des Berichtszyklus (lokal)",
      LocalizedText(
        "First report of a cycle by the calendar.",
        de: "Erster Bericht eines Zyklus nach dem Kalender.")),
    report(
      "RANDOMDELAY", .count, .integer(0), unit: .seconds,
      LocalizedText(
        "Up to how much later the report is sent, by chance, so that not all devices send at once.",
        de: "Um bis zu wie viel der Bericht zufällig später gesendet wird, damit nicht alle Geräte "
          + "zugleich senden.")),
  ]

  private static func report(
    _ key: String, _ type: SettingType, _ normal: SettingValue, unit: SettingUnit? = nil,
    choices: [SettingChoice] = [], field: String? = nil, de label: String = "",
    _ summary: LocalizedText, isSecret: Bool = false
  ) -> Setting {
    .kept(
      key, in: .report(1), type, normal, unit: unit, choices: choices,
      field: field.map { WebField(.server, $0, de: label) }, summary, isSecret: isSecret)
  }

  private static func reportFile(_ key: String, _ english: String, de german: String) -> Setting {
    report(
      key, .anyPath, .unset,
      LocalizedText(
        "PEM file with \(english). app/ is the folder of this file.",
        de: "PEM-Datei mit \(german). app/ ist der Ordner dieser Datei."))
  }
}
