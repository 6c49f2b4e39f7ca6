extension SettingsTable {
  /// What the manuals give for a serial line.
  struct SerialDefaults {
    var baud: Int
    var dataBits = 8
    var parity = 0
    var isRS485 = false
    /// The labels on the web page, where it shows them.
    var fields: SerialFields?
  }

  /// The fields of the web page for a serial line.
  struct SerialFields {
    let baud: WebField
    let dataBits: WebField
    let stopBits: WebField
    let parity: WebField
  }

  /// The rows of a serial line, in the manual's order.
  static func serialRows(_ line: RowSubject, _ normal: SerialDefaults) -> [Setting] {
    [
      .kept(
        "\(line.prefix)_BAUDRATE", .numbers(baudRates), .integer(normal.baud), unit: .baud,
        field: normal.fields?.baud, line.text("Baud rate", de: "Baudrate"), status: line.status),
      .kept(
        "\(line.prefix)_DATABITS", .numbers([7, 8]), .integer(normal.dataBits),
        field: normal.fields?.dataBits, line.text("Data bits", de: "Datenbits"),
        status: line.status),
      .kept(
        "\(line.prefix)_DEVPATH", .anyPath, .unset,
        line.text("Path of the serial port", de: "Pfad der seriellen Schnittstelle"),
        status: line.status),
      flowControlRow(line),
      .kept(
        "\(line.prefix)_PARITY", .integer(0...4), .integer(normal.parity), choices: parities,
        field: normal.fields?.parity, line.text("Parity bit", de: "Paritätsbit"),
        status: line.status),
      rs485Row(line, isOn: normal.isRS485),
      .kept(
        "\(line.prefix)_STOPBITS", .numbers([1, 2]), .integer(1), field: normal.fields?.stopBits,
        line.text("Stop bits", de: "Stoppbits"), status: line.status),
    ]
  }

  static func flowControlRow(_ line: RowSubject) -> Setting {
    .kept(
      "\(line.prefix)_FLOWCONTROL", .numbers([0, 1, 2, 8, 9]), .integer(0), choices: flowControls,
      line.text("Flow control", de: "Flusskontrolle"), status: line.status)
  }

  static func rs485Row(_ line: RowSubject, isOn: Bool = false) -> Setting {
    .kept(
      "\(line.prefix)_RS485ENABLE", .flag, .flag(isOn),
      LocalizedText(
        "Let the driver of the serial port switch the RS-485 transmitter of \(line.en).",
        de: "Den Treiber der Schnittstelle den RS-485-Sender \(line.de) umschalten lassen."),
      status: line.status)
  }

  /// What numbers of flow controls mean.
  static let flowControls = [
    SettingChoice("0", "none", de: "keine"),
    SettingChoice("1", "XON/XOFF when sending", de: "XON/XOFF beim Senden"),
    SettingChoice("2", "RTS/CTS", de: "RTS/CTS"),
    SettingChoice("8", "XON/XOFF when receiving", de: "XON/XOFF beim Empfangen"),
    SettingChoice("9", "XON/XOFF both ways", de: "XON/XOFF in beiden Richtungen"),
  ]

  /// A wait of a serial line, in milliseconds.
  static func timeoutRow(
    _ line: RowSubject, _ key: String, _ normal: Int, field: WebField? = nil, _ english: String,
    de german: String
  ) -> Setting {
    .kept(
      "\(line.prefix)_\(key)", .word, .integer(normal), unit: .milliseconds, field: field,
      LocalizedText(english, de: german), status: line.status)
  }

  /// The line itself on a network port: which way, and which port (MUC500 manual 1.1, ch. 5.3.1).
  static func transparentRows(
    _ line: RowSubject, portKey: String, modes: [SettingChoice], field: WebField,
    portField: WebField?
  ) -> [Setting] {
    [
      .kept(
        "\(line.prefix)_TRANSPARENT", .words(modes.map(\.value)), .text("NONE"), choices: modes,
        field: field,
        LocalizedText(
          "Hand the bytes of \(line.en) through to other programs (transparent mode).",
          de: "Die Bytes \(line.de) an andere Programme durchreichen (Transparentmodus)."),
        status: line.status),
      .kept(
        "\(line.prefix)_\(portKey)", .word, .integer(0), field: portField,
        line.text(
          "Network port of the transparent mode", de: "Netzwerk-Port des Transparentmodus"),
        status: line.status),
    ]
      + tlsRows(
        RowSubject(
          prefix: "\(line.prefix)_TRANSPARENT", en: "the transparent mode of \(line.en)",
          de: "des Transparentmodus \(line.de)", status: line.status))
  }

  /// The ways of a transparent mode.
  static let transparentModes = [
    SettingChoice("NONE", "off", de: "aus"), SettingChoice("TCP", "a TCP port", de: "ein TCP-Port"),
    SettingChoice("UDP", "a UDP port", de: "ein UDP-Port"),
  ]

  /// TLS of a service on a network port. The MUC500 manual 1.1 names the keys at the end of table 25 and
  /// says nothing of them; ch. 9.6 does for reports.
  static func tlsRows(_ service: RowSubject, effect: SettingEffect = .serviceRestart) -> [Setting] {
    [
      .kept(
        "\(service.prefix)_TLSENABLE", .flag, .flag(false),
        LocalizedText(
          "Secure the network port of \(service.en) by TLS.",
          de: "Den Netzwerk-Port \(service.de) durch TLS sichern."), effect: effect,
        status: service.status),
      tlsFileRow(
        service, effect, "CA_FILE", "the certificates of those who issue client certificates",
        de: "den Zertifikaten der Aussteller von Client-Zertifikaten"),
      tlsFileRow(
        service, effect, "CERT_FILE", "the gateway's own certificate", de: "dem eigenen Zertifikat"),
      tlsFileRow(
        service, effect, "KEY_FILE", "the key of the gateway's certificate",
        de: "dem Schlüssel des eigenen Zertifikats"),
      .kept(
        "\(service.prefix)_INSECURE", .flag, .flag(false),
        LocalizedText(
          "Serve clients of \(service.en) that have no valid certificate, too.",
          de: "Auch Clients \(service.de) ohne gültiges Zertifikat bedienen."),
        effect: effect, status: service.status),
    ]
  }

  private static func tlsFileRow(
    _ service: RowSubject, _ effect: SettingEffect, _ key: String, _ english: String,
    de german: String
  ) -> Setting {
    .kept(
      "\(service.prefix)_\(key)", .anyPath, .unset,
      choices: [SettingChoice("0", "not set", de: "nicht gesetzt")],
      LocalizedText(
        "PEM file with \(english), for TLS of \(service.en); app/ is the folder of this file.",
        de: "PEM-Datei mit \(german), für TLS \(service.de); app/ ist der Ordner dieser Datei."),
      effect: effect, status: service.status)
  }
}
