import Metering
import RegisterMap

/// Holding registers for the ioBroker.modbus adapter: what its dialog "Edit as TSV" takes. The dialog
/// wants exactly its own columns; with several unit ids there is one more.
enum IoBrokerExport {
  /// The columns of the adapter's version 8; earlier ones end before `sanitize` and do not mind.
  private static func columns(_ map: ExportMap) -> [String] {
    ["_address"] + (map.layout.isMultiSlave ? ["deviceId"] : [])
      + [
        "name", "description", "unit", "type", "len", "factor", "offset", "formula", "role", "room",
        "poll", "wp", "cw", "isScale", "sanitize", "sanitizeAction", "minValidValue",
        "maxValidValue",
      ]
  }

  static func document(_ map: ExportMap) -> String {
    let points = map.points.filter { type($0.field) != nil }
    let rows = zip(points, PointNames.labels(points, cleaned: plain)).map { row($0, $1, map) }
    return ([columns(map)] + rows).map { $0.map(plain).joined(separator: "\t") + "\n" }.joined()
  }

  static func notes(_ map: ExportMap) -> [String] {
    let unit =
      map.layout.isMultiSlave
      ? "\"Multi device IDs\" on" : "\"Device ID\" \(ExportMap.unitToAsk(RegisterAddress(0)))"
    let server =
      "ioBroker.modbus, tab \"General\": TCP, master, partner \(map.reachableHost), port \(map.port), "
      + "\(unit), \"Use aliases as address\" off, \"Round Real to\" as many digits as are wanted; "
      + "then \"Holding registers\", \"Edit as TSV\""
    let host =
      map.host == nil ? ["\(ExportMap.placeholder) stands for the gateway's address; --host"] : []
    let integers =
      map.hasIntegers ? ["the adapter has no signed 64-bit integers: they are left out"] : []
    // It puts registers into blocks by itself, and ends its round at the first block that is refused
    // (pollFloatBlock in its lib/master.js): no length of a block keeps the others from that.
    let stale =
      map.refusesStaleValues
      ? [
        "MODBUS_STALEPOLICY or a <stalepolicy> is EXCEPTION, which does not go with ioBroker.modbus: one stale "
          + "value ends its round before the registers behind it, for all meters of that unit id, and it connects "
          + "anew again and again; set HOLD or NAN"
      ] : []
    return [server] + host + integers + stale
  }

  private static func row(_ point: ExportPoint, _ label: String, _ map: ExportMap) -> [String] {
    let unit = map.layout.isMultiSlave ? ["\(point.unit)"] : []
    return ["\(point.register)"] + unit
      + [
        label, point.row.keyText, point.isValue ? spelled(point.row.unit) : "",
        type(point.field) ?? "", "\(point.field.width)", "1", "0", "", role(point), "", "true",
        "false", "false", "false", "false", "keepLastValid", "", "",
      ]
  }

  /// The name of a type: be, le, sw (words swapped) or sb (bytes swapped); nil: there is none.
  private static func type(_ field: FieldDescription) -> String? {
    let order =
      switch (field.order.swapsWords, field.order.swapsBytes) {
      case (false, false): "be"
      case (false, true): "sb"
      case (true, false): "sw"
      case (true, true): "le"
      }
    switch field.type {
    case .float32: return "float" + order
    case .uint16, .int16, .uint32, .int32: return field.type.rawValue + order
    case .uint64, .int64: return nil
    }
  }

  private static func role(_ point: ExportPoint) -> String {
    guard point.isValue else { return "value" }
    return switch MeterUnit(name: point.row.unit) {
    case .degreeCelsius, .degreeFahrenheit: "value.temperature"
    case .bar: "value.pressure"
    case .wattHour: "value.power.consumption"
    default: "value"
    }
  }

  /// Units as its charts know them.
  private static func spelled(_ unit: String) -> String {
    switch MeterUnit(name: unit) {
    case .cubicMetre: "m³"
    case .cubicMetrePerHour: "m³/h"
    case .degreeCelsius: "°C"
    case .degreeFahrenheit: "°F"
    case .bar: "bar"
    default: unit
    }
  }

  /// A cell without what its reader could take for the end of a cell or the beginning of a quotation.
  private static func plain(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "'"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): " "
      default: String(scalar)
      }
    }.joined()
  }
}
