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

  /// What "metergate run" would do with it: `reads over sim:demo, serves Modbus TCP on port 1502`.
  public var outlook: String {
    let reads =
      switch settings.mbusPath {
      case _ where !settings.flag(.mbusEnable): "reads no meter, since MBUS_ENABLE is 0"
      case nil: "reads no meter, since MBUS_DEVPATH is not set"
      case _ where meters.isEmpty: "reads no meter, since there is none in the list"
      default: "reads over \(settings.text(.mbusDevicePath))"
      }
    let serves =
      settings.flag(.modbusEnable)
      ? "serves Modbus TCP on port \(settings.integer(.modbusPort))"
      : "serves nothing, since MODBUS_ENABLE is 0"
    return "\(reads); \(serves)"
  }

  private static func count(_ number: Int, _ name: String) -> String {
    switch number {
    case 0: "no \(name)s"
    case 1: "1 \(name)"
    default: "\(number) \(name)s"
    }
  }
}
