import Settings

extension AppFolder {
  /// One line on what has been read: `2 meters with 3 values; 1 error, no warnings, 2 notes`.
  public var summary: String {
    let values = meters.reduce(0) { $0 + $1.values.count }
    let found = [(Diagnostic.Severity.error, "error"), (.warning, "warning"), (.note, "note")]
      .map { severity, name in
        Self.count(diagnostics.count { $0.severity == severity }, name)
      }
    return "\(Self.count(meters.count, "meter")) with \(Self.count(values, "value")); "
      + found.joined(separator: ", ")
  }

  /// What "metergate run" would do with it: `reads over sim:demo; serves Modbus TCP on port 1502; web page on port 80`.
  public var outlook: String {
    let reads =
      switch settings.mbusPath {
      case _ where !settings.flag(.mbusEnable): "reads no meter, since MBUS_ENABLE is 0"
      case nil: "reads no meter, since MBUS_DEVPATH is not set"
      case _ where meters.isEmpty: "reads no meter, since there is none in the list"
      default: "reads over \(settings.text(.mbusDevicePath))"
      }
    return "\(reads); \(serves); \(page)"
  }

  private var page: String {
    let (http, https) = (settings.integer(.httpPort), settings.integer(.httpsPort))
    return switch (settings.flag(.httpEnable), settings.flag(.httpsEnable)) {
    case (true, true): "web page on port \(http) and, by HTTPS, \(https)"
    case (true, false): "web page on port \(http)"
    case (false, true): "web page by HTTPS on port \(https)"
    case (false, false): "no web page"
    }
  }

  private var serves: String {
    guard settings.flag(.modbusEnable) else { return "serves no Modbus, since MODBUS_ENABLE is 0" }
    let modes = settings.modbusModes
    let port = settings.integer(.modbusPort)
    let ways = [
      modes.contains(.tcp) ? "Modbus TCP on port \(port)" : nil,
      modes.contains(.udp) ? "Modbus UDP on port \(port)" : nil,
      modes.contains(.serial) ? settings.modbusPath.map { "Modbus RTU on \($0)" } : nil,
      settings.flag(.modbusTLSEnable) && !lacksSecurity
        ? "Modbus/TCP Security on port \(settings.integer(.modbusTLSPort))" : nil,
    ].compactMap { $0 }
    let served = "serves " + (ways.isEmpty ? "nothing" : ways.joined(separator: ", "))
    guard settings.flag(.modbusTLSEnable), lacksSecurity else { return served }
    return served + "; Modbus/TCP Security is of no use before its errors are mended"
  }

  /// Whether an error keeps clients of Modbus/TCP Security out.
  private var lacksSecurity: Bool {
    let keys = [TextKey.modbusCAFile, .modbusCertFile, .modbusKeyFile, .modbusTLSRoles]
    return diagnostics.contains { diagnostic in
      diagnostic.severity == .error && keys.contains { $0.rawValue == diagnostic.key }
    }
  }

  private static func count(_ number: Int, _ name: String) -> String {
    switch number {
    case 0: "no \(name)s"
    case 1: "1 \(name)"
    default: "\(number) \(name)s"
    }
  }
}
