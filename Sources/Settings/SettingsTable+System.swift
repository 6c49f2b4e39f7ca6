extension SettingsTable {
  private static let timeServer = WebField(.general, "SNTP server", de: "SNTP-Server")

  /// The clock of the device, from the network.
  static let timeRows: [Setting] = [
    .kept(
      "SNTP_ENABLE", .flag, .flag(true),
      LocalizedText(
        "Set the clock by a time server.", de: "Die Uhr nach einem Zeitserver stellen."),
      source: .both),
    .kept(
      "SNTP_MAXTIMEOUT", .positive, .integer(93600), unit: .seconds,
      LocalizedText(
        "Longest time until the time server is asked again.",
        de: "Längste Zeit, bis der Zeitserver wieder gefragt wird."), source: .anybus),
    .kept(
      "SNTP_MINTIMEOUT", .positive, .integer(79200), unit: .seconds,
      LocalizedText(
        "Shortest time until the time server is asked again.",
        de: "Kürzeste Zeit, bis der Zeitserver wieder gefragt wird."), source: .anybus),
    .kept(
      "SNTP_REQTIMEOUT", .integer(1...65535), .integer(15000), anybus: .integer(30000),
      unit: .milliseconds,
      LocalizedText(
        "How long to wait for the answer of the time server.",
        de: "Wie lange auf die Antwort des Zeitservers gewartet wird."), source: .both),
    .kept(
      "SNTP_RETRY", .integer(0...255), .integer(2),
      LocalizedText(
        "How often a request to the time server is repeated.",
        de: "Wie oft eine Anfrage an den Zeitserver wiederholt wird.")),
    .kept(
      "SNTP_TIMEOUT", .positive, .integer(86400), unit: .seconds,
      LocalizedText(
        "Time from one request to the time server to the next.",
        de: "Zeit von einer Anfrage an den Zeitserver zur nächsten.")),
    // Both defaults are public servers, of the German time service and of the NTP pool. The length is that of
    // the MUC500; the Anybus gateway takes 40 characters.
    Setting(
      .main, "SNTPIP", solvimusKey: "SNTP_IP",
      type: .each(anybus: .host(maximum: 40), solvimus: .anyHost),
      default: .each(anybus: .text("ptbtime1.ptb.de"), solvimus: .text("pool.ntp.org")),
      field: timeServer,
      summary: LocalizedText("Address of the time server.", de: "Adresse des Zeitservers."),
      status: .acceptedWithoutEffect, source: .both),
  ]

  /// Pulse inputs: terminals of the manuals' devices, which a PC does not have.
  static let pulseRows: [Setting] = [
    .kept(
      "SNNULL_ENABLE", otherSpellings: ["SNULL_ENABLE"], .flag, .flag(false),
      LocalizedText("Count pulses at the S0 inputs.", de: "Impulse an den S0-Eingängen zählen."),
      status: .hardwareAbsent),
    .kept(
      "SNNULL_MODE", otherSpellings: ["SNULL_MODE"], .words(["RELATIVE", "ABSOLUTE"]),
      .text("RELATIVE"),
      choices: [
        SettingChoice(
          "RELATIVE", "pulses since the last readout", de: "Impulse seit der Auslesung"),
        SettingChoice("ABSOLUTE", "all pulses", de: "alle Impulse"),
      ], field: WebField(.configuration, "S0 mode", de: "S0-Betriebsart"),
      LocalizedText("How pulses are counted.", de: "Wie Impulse gezählt werden."),
      status: .hardwareAbsent),
  ]

  /// Watchdogs: how long each state of the gateway may last before it is started anew.
  static let watchdogRows: [Setting] = [
    watchdog(
      "IDLE", .integer(120), "nothing is to be done", de: "nichts zu tun ist", source: .both),
    watchdog("PROCESS", .integer(900), "it is at work", de: "es arbeitet", source: .both),
    .kept(
      "WATCHDOG_READOUT", .positive, .unset, unit: .seconds,
      LocalizedText(
        "Longest time of a readout before the gateway is started anew; not set: four readout cycles, and "
          + "WATCHDOG_PROCESS at least.",
        de:
          "Längste Zeit einer Auslesung, bevor das Gateway neu gestartet wird; nicht gesetzt: vier "
          + "Auslesezyklen und mindestens WATCHDOG_PROCESS."), source: .both),
    // The MUC500's default is 500 days in the unit that its manual gives.
    watchdog(
      "SCAN", .integer(43_200_000), anybus: .integer(1800), "it scans", de: "es sucht",
      source: .both),
  ]

  private static func watchdog(
    _ key: String, _ normal: SettingValue, anybus: SettingValue? = nil, _ english: String,
    de german: String, source: SettingSource
  ) -> Setting {
    .kept(
      "WATCHDOG_\(key)", .positive, normal, anybus: anybus, unit: .seconds,
      LocalizedText(
        "After how long without a sign of life the gateway is started anew while \(english).",
        de: "Nach wie langer Zeit ohne Lebenszeichen das Gateway neu gestartet wird, während "
          + "\(german)."), source: source)
  }

  /// Sessions of the web page.
  static let webRows: [Setting] = [
    .kept(
      "WEBCOM_PASSWORDPATTERN", .anyText, .unset,
      field: WebField(.security, "Password pattern", de: "Passwortmuster"),
      LocalizedText(
        "Pattern that new passwords of users have to match: an extended regular expression (POSIX), such as "
          + "^.{12,}$; not set: any.",
        de:
          "Muster, dem neue Passwörter von Benutzern entsprechen müssen: ein erweiterter regulärer Ausdruck "
          + "(POSIX), etwa ^.{12,}$; nicht gesetzt: beliebig."), effect: .live, status: .effective),
    .kept(
      "WEBCOM_ADMINLOGIN_SWITCHREQ", .flag, .flag(true),
      LocalizedText(
        "Whether the login of the administrator needs a switch at the device; the manual does not say "
          + "more.",
        de: "Ob die Anmeldung des Administrators einen Schalter am Gerät verlangt; mehr sagt das "
          + "Handbuch nicht."), effect: .live),
    .kept(
      "WEBCOM_USESWITCH", .anyText, .unset,
      LocalizedText(
        "Known from files of the MUC500, whose manual says nothing of it.",
        de: "Aus Dateien des MUC500 bekannt, dessen Handbuch nichts dazu sagt."), effect: .live),
    .kept(
      "WEBCOM_TIMEOUT", .positive, .integer(60000), anybus: .integer(30000), unit: .milliseconds,
      field: WebField(.security, "Session time-out", de: "Sitzungsdauer ohne Anfrage"),
      LocalizedText(
        "Time without a request after which a user of the web page is logged out; less than 10 s counts as "
          + "10 s.",
        de:
          "Zeit ohne Anfrage, nach der ein Benutzer der Webseite abgemeldet wird; weniger als 10 s gilt als "
          + "10 s."),
      effect: .live, status: .effective, source: .both),
  ]
}
