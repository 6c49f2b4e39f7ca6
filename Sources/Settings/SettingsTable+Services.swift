extension SettingsTable {
  /// The groups `[WEB]`, `[FTP]`, `[SSH]` and `[UDPCFG]`: the services of the device itself.
  static let serviceRows: [Setting] =
    webServiceRows
    + certificateRows(
      .web, "the web server, when it makes one for itself",
      de: "des Webservers, wenn er sich eines macht",
      company: .unset, source: .solvimus, effect: .live, status: .effective)
    + ftpRows
    + certificateRows(
      .ftp, "the FTP server", de: "des FTP-Servers", company: .text("metergate"), source: .both)
    + sshRows + discoveryRows

  private static let webServiceRows: [Setting] = [
    .kept(
      "HTTP_ENABLE", in: .web, .flag, .flag(true),
      field: WebField(.security, "HTTP server active", de: "HTTP-Server aktiv"),
      LocalizedText("Serve the web page by HTTP.", de: "Die Webseite über HTTP anbieten."),
      effect: .live, status: .effective),
    .kept(
      "HTTPS_ENABLE", in: .web, .flag, .flag(true),
      field: WebField(.security, "HTTPS server active", de: "HTTPS-Server aktiv"),
      LocalizedText("Serve the web page by HTTPS.", de: "Die Webseite über HTTPS anbieten."),
      effect: .live, status: .effective),
    .kept(
      "HTTP_PORT", in: .web, .word, .integer(80),
      field: WebField(.security, "HTTP port", de: "HTTP-Port", least: 1),
      LocalizedText(
        "Network port of HTTP; 0, in the file only: the system chooses one.",
        de: "Netzwerk-Port von HTTP; 0, nur in der Datei: das System wählt einen."),
      effect: .live, status: .effective),
    .kept(
      "HTTPS_PORT", in: .web, .word, .integer(443),
      field: WebField(.security, "HTTPS port", de: "HTTPS-Port", least: 1),
      LocalizedText(
        "Network port of HTTPS; 0, in the file only: the system chooses one.",
        de: "Netzwerk-Port von HTTPS; 0, nur in der Datei: das System wählt einen."),
      effect: .live, status: .effective),
    Setting(
      .web, "IP", type: .both(.ipAddress), default: .both(.text("")),
      field: WebField(.security, "Web server address", de: "Adresse des Webservers"),
      summary: LocalizedText(
        "The address at which the web page is served; empty: at all.",
        de: "Die Adresse, an der die Webseite angeboten wird; leer: an allen."),
      effect: .live, source: .metergate),
  ]

  /// What a server's own certificate says of its owner. The defaults of the Anybus gateway are its maker's
  /// address, which would be wrong in anybody else's certificate.
  private static func certificateRows(
    _ group: SettingGroup, _ en: String, de: String, company: SettingValue, source: SettingSource,
    effect: SettingEffect = .serviceRestart, status: SettingStatus = .acceptedWithoutEffect
  ) -> [Setting] {
    let server = RowSubject(prefix: "CERT", en: en, de: de)
    func row(
      _ key: String, _ english: String, de german: String, type: SettingType = .anyText,
      anybus: SettingValue? = nil
    ) -> Setting {
      .kept(
        "CERT_\(key)", in: group, type, .unset, anybus: anybus,
        LocalizedText(
          "\(english) in the certificate of \(server.en).",
          de: "\(german) im Zertifikat \(server.de)."), effect: effect, status: status,
        source: source)
    }
    return [
      row("COMMON_NAME", "Name of the machine (common name)", de: "Name des Geräts (Common Name)"),
      row(
        "COUNTRY", "Country, by its two letters,", de: "Land, mit zwei Buchstaben,",
        type: .countryCode),
      row("LOCATION", "City", de: "Ort"),
      row("ORGANISATION", "Organisation", de: "Organisation", anybus: company),
      row("ORGANISATION_UNIT", "Unit of the organisation", de: "Abteilung der Organisation"),
      row("STATE", "State or region", de: "Bundesland oder Region"),
    ]
  }

  private static let ftpRows: [Setting] = [
    .kept(
      "ENABLE", in: .ftp, .flag, .flag(true),
      field: WebField(.security, "FTP server active", de: "FTP-Server aktiv"),
      LocalizedText("Offer files by FTP.", de: "Dateien über FTP anbieten."))
  ]

  private static let sshRows: [Setting] = [
    .kept(
      "ENABLE", in: .ssh, .flag, .flag(true),
      field: WebField(.security, "SSH server active", de: "SSH-Server aktiv"),
      LocalizedText(
        "Offer command line and SFTP by SSH.", de: "Kommandozeile und SFTP über SSH anbieten."))
  ]

  /// The password has no default, though the Anybus gateway has one: a password that is in every manual
  /// protects nothing.
  private static let discoveryRows: [Setting] = [
    .kept(
      "ENABLE", in: .udpConfiguration, .flag, .flag(true),
      field: WebField(.security, "Network discovery active", de: "Netzwerksuche aktiv"),
      LocalizedText(
        "Let programs find the device in the local network, and set its IP address.",
        de: "Programme das Gerät im lokalen Netz finden und seine IP-Adresse setzen lassen.")),
    .kept(
      "IPCFG_PASSWORD", in: .udpConfiguration, .anyText, .unset,
      field: WebField(.security, "Network discovery password", de: "Passwort der Netzwerksuche"),
      LocalizedText(
        "Password for setting the IP address over the local network.",
        de: "Passwort für das Setzen der IP-Adresse über das lokale Netz."), isSecret: true,
      source: .both),
  ]
}
