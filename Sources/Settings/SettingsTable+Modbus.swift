extension SettingsTable {
  /// The Modbus server.
  static let modbusRows: [Setting] = [
    Setting(
      .main, "MODBUS_ENABLE", type: .both(.flag), default: .both(.flag(false)),
      field: WebField(.server, "Modbus server active", de: "Modbus-Server aktiv"),
      summary: LocalizedText(
        "Offer meters and values as Modbus registers.",
        de: "Zähler und Werte als Modbus-Register anbieten."), source: .both),
    Setting(
      .main, "MODBUS_MODE", type: .both(.wordList(ModbusMode.allCases.map(\.rawValue))),
      default: .both(.text("TCP")),
      choices: [
        SettingChoice("TCP", "Modbus TCP", de: "Modbus TCP"),
        SettingChoice("UDP", "Modbus UDP", de: "Modbus UDP"),
        SettingChoice(
          "SERIAL", "Modbus RTU on a serial line", de: "Modbus RTU über eine serielle Schnittstelle"
        ),
      ],
      // A field of its own beside the one that switches Modbus (MUC500 manual 1.1, ch. 4.5).
      field: WebField(.server, "Modbus mode", de: "Modbus-Betriebsart"),
      summary: LocalizedText(
        "Over what Modbus is served, besides TLS: TCP, UDP, a serial line (RTU), or several of them.",
        de:
          "Worüber Modbus außer TLS angeboten wird: TCP, UDP, eine serielle Schnittstelle (RTU) oder "
          + "mehrere davon."), source: .solvimus),
    Setting(
      .main, "MODBUS_NWPORT", type: .both(.integer(0...65535)), default: .both(.integer(502)),
      field: WebField(.server, "Modbus port", de: "Modbus-Port"),
      summary: LocalizedText(
        "Network port of the Modbus server, for TCP and UDP.",
        de: "Netzwerk-Port des Modbus-Servers, für TCP und UDP."),
      source: .both),
    Setting(
      .main, "MODBUS_IP", type: .both(.ipAddress), default: .both(.text("")),
      summary: LocalizedText(
        "IP address of this machine on which the Modbus server listens; empty: on all of them.",
        de: "IP-Adresse dieses Geräts, auf der der Modbus-Server horcht; leer: auf allen."),
      source: .solvimus),
    Setting(
      .main, "MODBUS_MAXCONNECTIONS", type: .both(.integer(0...250)), default: .both(.integer(5)),
      summary: LocalizedText(
        "Most Modbus TCP connections at a time; one more closes the one that was made first. The manuals "
          + "end at 80; clients that open one for each unit id need more. 0: as many as the system bears.",
        de:
          "Wie viele Modbus-TCP-Verbindungen höchstens zugleich bestehen; eine weitere schließt die, "
          + "die zuerst aufgebaut wurde. Die Handbücher enden bei 80; Clients, die je Unit-ID eine öffnen, "
          + "brauchen mehr. 0: so viele, wie das System trägt."), source: .both),
    Setting(
      .main, "MODBUS_CONNECTIONTIMEOUT", solvimusKey: "MODBUS_CONNECTION_TIMEOUT",
      type: .both(.integer(0...65535)), default: .both(.integer(60)), unit: .seconds,
      summary: LocalizedText(
        "Time within which a new Modbus TCP connection has to send its first request, else it is closed; "
          + "0: never.",
        de:
          "Zeit, in der eine neue Modbus-TCP-Verbindung ihre erste Anfrage senden muss, sonst wird sie "
          + "geschlossen; 0: nie."), source: .both),
    Setting(
      .main, "MODBUS_DISCONNECTTIMEOUT", solvimusKey: "MODBUS_DISCONNECT_TIMEOUT",
      type: .each(anybus: .integer(1...1000), solvimus: .integer(0...1000)),
      default: .both(.integer(60)), unit: .seconds,
      summary: LocalizedText(
        "Time without a further request after which a Modbus TCP connection is closed; 0: never.",
        de:
          "Zeit ohne weitere Anfrage, nach der eine Modbus-TCP-Verbindung geschlossen wird; 0: nie."
      ),
      source: .both),
    Setting(
      .main, "MODBUS_ADDRESS", type: .both(.integer(0...255)), default: .both(.integer(0)),
      summary: LocalizedText(
        "Unit id to which the gateway answers, in the network besides 0 and 255; 0: to every one. With "
          + "multi slave the meters' own unit ids count instead.",
        de:
          "Unit-ID, auf die das Gateway antwortet, im Netzwerk neben 0 und 255; 0: auf jede. Mit Multi "
          + "Slave zählen statt dessen die Unit-IDs der Zähler."), effect: .live, source: .both),
    Setting(
      .main, "MODBUSMETER_PROTOCOLVERSION", type: .both(.integer(0...15)),
      default: .both(.integer(0)), bits: modbusSwitches,
      summary: LocalizedText(
        "How meters and values lie in the registers: the sum of the switches that are on.",
        de: "Wie Zähler und Werte in den Registern liegen: die Summe der gesetzten Schalter."),
      effect: .live, source: .both),
    Setting(
      .main, "MODBUS_SWAP", type: .both(.flag), default: .both(.flag(false)),
      choices: [
        SettingChoice("0", "most significant byte first", de: "höchstwertiges Byte zuerst"),
        SettingChoice("1", "least significant byte first", de: "niederwertigstes Byte zuerst"),
      ],
      summary: LocalizedText(
        "Order of the bytes in long fields: see docs/modbus.md, also for what the switch for swapping "
          + "adds.",
        de:
          "Reihenfolge der Bytes in langen Feldern: siehe docs/modbus.md, auch dafür, was der Schalter "
          + "zum Tauschen hinzutut."), effect: .live, source: .anybus),
    .kept(
      "MODBUS_DEBUGOUT", .flag, .flag(false),
      LocalizedText(
        "Write the bytes of the Modbus server to the log.",
        de: "Die Bytes des Modbus-Servers ins Protokoll schreiben."), effect: .live, source: .both),
    .kept(
      "MODBUS_SPAN", .count, .integer(1),
      LocalizedText(
        "Known from files of the MUC500, whose manual says nothing of it.",
        de: "Aus Dateien des MUC500 bekannt, dessen Handbuch nichts dazu sagt.")),
    .kept(
      "MODBUS_WRITEACCESS", .anyText, .text("READONLY"),
      LocalizedText(
        "Whether registers may be written; READONLY is the only word that the manual has.",
        de: "Ob Register geschrieben werden dürfen; READONLY ist das einzige Wort des Handbuchs.")),
  ]

  private static let modbusSwitches = ModbusSwitch.allCases.map { bit in
    switch bit {
    case .floatOnly:
      SettingBit(
        bit.rawValue, WebField(.server, "Modbus float only", de: "Modbus nur Gleitkommawerte"),
        LocalizedText(
          "two registers an entry instead of ten: serial numbers and floating point values",
          de: "zwei Register je Eintrag statt zehn: Seriennummern und Gleitkommawerte"))
    case .multiSlave:
      SettingBit(
        bit.rawValue, WebField(.server, "Modbus multi slave", de: "Modbus Multi Slave"),
        LocalizedText(
          "each meter has a unit id and a map of its own; its register is the unit id, 1 to 247",
          de:
            "jeder Zähler hat eine Unit-ID und ein Registerabbild für sich; sein Register ist die "
            + "Unit-ID, 1 bis 247"))
    case .swap:
      SettingBit(
        bit.rawValue, WebField(.server, "Modbus swap", de: "Modbus Wortfolge tauschen"),
        LocalizedText(
          "the least significant word first", de: "das niederwertigste Wort zuerst"))
    case .test:
      SettingBit(
        bit.rawValue, WebField(.server, "Modbus test", de: "Modbus Testdaten"),
        LocalizedText(
          "the manual's test data instead of the meters",
          de: "die Testdaten des Handbuchs statt der Zähler"))
    }
  }

  /// Bytes of a text that fit into an answer of the Modbus device identification (Modbus application
  /// protocol V1.1b3, ch. 6.21).
  package static let modbusIdentificationBytes = 244

  /// What the Modbus device identification tells besides the device's name (MUC500 manual 1.1,
  /// table 31). Its defaults name this software: those of the manuals name their makers.
  static let modbusIdentificationRows: [Setting] = [
    identificationRow(
      "MODBUS_VENDOR", default: "metergate",
      LocalizedText(
        "Manufacturer (VendorName) in the Modbus device identification.",
        de: "Hersteller (VendorName) in der Modbus-Geräteidentifikation.")),
    identificationRow(
      "MODBUS_VENDORURL", default: "",
      LocalizedText(
        "Web address of the manufacturer (VendorUrl) in the Modbus device identification.",
        de: "Web-Adresse des Herstellers (VendorUrl) in der Modbus-Geräteidentifikation.")),
    Setting(
      .main, "MODBUS_PRODUCT_CODE", type: .both(.integer(-1...65535)),
      default: .both(.integer(-1)),
      choices: [
        SettingChoice(
          "-1", "not set: 1, the product code of this software",
          de: "nicht gesetzt: 1, der Produktcode dieser Software")
      ],
      summary: LocalizedText(
        "Product code (ProductCode) in the Modbus device identification.",
        de: "Produktcode (ProductCode) in der Modbus-Geräteidentifikation."), effect: .live,
      source: .solvimus),
    identificationRow(
      "MODBUS_VERSION", default: "",
      LocalizedText(
        "Version (MajorMinorRevision) in the Modbus device identification; empty: that of the "
          + "software.",
        de: "Version (MajorMinorRevision) in der Modbus-Geräteidentifikation; leer: die der "
          + "Software.")),
    identificationRow(
      "MODBUS_MODEL", default: "Standard",
      LocalizedText(
        "Model (ModelName) in the Modbus device identification.",
        de: "Modell (ModelName) in der Modbus-Geräteidentifikation.")),
    identificationRow(
      "MODBUS_APPLICATION", default: "M-Bus to Modbus TCP gateway",
      LocalizedText(
        "Application (UserApplicationName) in the Modbus device identification.",
        de: "Anwendung (UserApplicationName) in der Modbus-Geräteidentifikation.")),
  ]

  private static func identificationRow(
    _ key: String, default text: String, _ summary: LocalizedText
  ) -> Setting {
    Setting(
      .main, key, type: .both(.text(maximum: 255)), default: .both(.text(text)),
      sentBytes: modbusIdentificationBytes, summary: summary, effect: .live, source: .solvimus)
  }
}
