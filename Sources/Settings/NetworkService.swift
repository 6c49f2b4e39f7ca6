/// Something that listens at a port of the network, by chip.ini: no two may want the same one.
struct NetworkService: Sendable {
  /// How people call it.
  let name: String
  /// The row of its port; nil: it is always at `usualPort`.
  let portRow: String?
  /// Its port where no setting says another.
  let usualPort: Int
  /// UDP instead of TCP.
  let isUDP: Bool
  /// Whether it is wanted.
  let isOn: @Sendable (Settings) -> Bool

  init(
    _ name: String, port row: String? = nil, usual port: Int = 0, isUDP: Bool = false,
    isOn: @escaping @Sendable (Settings) -> Bool
  ) {
    self.name = name
    portRow = row
    usualPort = port
    self.isUDP = isUDP
    self.isOn = isOn
  }

  /// All of them. A port of 0 is none.
  static let all =
    [
      NetworkService("Modbus TCP", port: "MODBUS_NWPORT") {
        $0.flag(.modbusEnable) && $0.modbusModes.contains(.tcp)
      },
      NetworkService("Modbus UDP", port: "MODBUS_NWPORT", isUDP: true) {
        $0.flag(.modbusEnable) && $0.modbusModes.contains(.udp)
      },
      NetworkService("Modbus/TCP Security", port: "MODBUS_TLSPORT") {
        $0.flag(.modbusEnable) && $0.flag(.modbusTLSEnable)
      },
      NetworkService("BACnet", port: "BACNET_PORT", isUDP: true) { $0.isOn("BACNET_ENABLE") },
      NetworkService("the web page (HTTP)", port: "WEB.HTTP_PORT") { $0.isOn("WEB.HTTP_ENABLE") },
      NetworkService("the web page (HTTPS)", port: "WEB.HTTPS_PORT") {
        $0.isOn("WEB.HTTPS_ENABLE")
      },
      NetworkService("FTP", usual: 21) { $0.isOn("FTP.ENABLE") },
      NetworkService("SSH", usual: 22) { $0.isOn("SSH.ENABLE") },
    ] + ["MBUS", "WMBUS", "WMBUS2", "DLDERS"].flatMap(transparent)
    + ["MBUSSLVMETER", "MBUSSLV2METER"].flatMap(slave)

  /// An M-Bus slave in the network, in both its kinds.
  private static func slave(_ line: String) -> [NetworkService] {
    [("TCP", false), ("UDP", true)].map { word, isUDP in
      NetworkService("\(line)_MODE", port: "\(line)_PORT", isUDP: isUDP) {
        $0.word("\(line)_MODE") == word
      }
    }
  }

  /// The transparent mode of a line, in both its kinds.
  private static func transparent(_ line: String) -> [NetworkService] {
    let mode = "\(line)_TRANSPARENT"
    let port = line == "DLDERS" ? "\(mode)_PORT" : "\(mode)PORT"
    return [("TCP", false), ("UDP", true)].map { word, isUDP in
      NetworkService(mode, port: port, isUDP: isUDP) {
        $0.word(mode) == word || !isUDP && $0.word(mode) == "SHARED"
      }
    }
  }

  /// The port that it wants; nil: it is off, or the system chooses one.
  func port(_ settings: Settings) -> Int? {
    guard isOn(settings) else { return nil }
    guard let portRow, let row = SettingsTable.row(id: portRow) else { return usualPort }
    guard case .integer(let port) = settings[row], port > 0 else { return nil }
    return port
  }

  /// Whether this version serves it.
  var isServed: Bool {
    portRow.flatMap(SettingsTable.row(id:)).map { $0.status == .effective } ?? false
  }

  /// Whether the file says where it is.
  func isGiven(_ settings: Settings) -> Bool {
    portRow.flatMap(SettingsTable.row(id:)).map(settings.isGiven) ?? false
  }
}

extension Settings {
  /// A switch that nothing uses yet.
  fileprivate func isOn(_ id: String) -> Bool {
    SettingsTable.row(id: id).map { self[$0] == .flag(true) } ?? false
  }

  /// A word that nothing uses yet.
  func word(_ id: String) -> String {
    SettingsTable.row(id: id).map { self[$0].description } ?? ""
  }
}

extension SettingsReader {
  /// Two services at one port, of which the file names at least one: defaults do not clash.
  mutating func lookAtPorts(_ settings: Settings) {
    let wanted = NetworkService.all.compactMap { service in
      service.port(settings).map { (service, $0) }
    }
    for (index, (later, port)) in wanted.enumerated() {
      let earlier = wanted[..<index].first { $0.1 == port && $0.0.isUDP == later.isUDP }?.0
      guard let earlier, let row = (later.isGiven(settings) ? later : earlier).portRow,
        later.isGiven(settings) || earlier.isGiven(settings)
      else { continue }
      let areBothServed = later.isServed && earlier.isServed
      let end = areBothServed ? "only one can have it" : "only one will be able to have it"
      warn(
        row, "\(row) = \(port) is the port of \(earlier.name) and of \(later.name); \(end)",
        areBothServed ? .error : .warning)
    }
  }

  /// Reports that have nowhere to go.
  mutating func lookAtReports(_ settings: Settings) {
    for number in SettingGroup.reports {
      let group = "REPORT_\(number)"
      let mode = settings.word("\(group).MODE")
      let needed = mode == "SMTP" ? ["HOST", "TOADDRESS"] : ["HOST"]
      guard !["", "DISABLED", "FILE", "USER"].contains(mode) else { continue }
      for key in needed where settings.word("\(group).\(key)").isEmpty {
        warn("\(group).MODE", "[\(group)] \(key) is not set; MODE = \(mode) needs it")
      }
    }
  }
}
