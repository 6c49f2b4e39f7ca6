import Metering
import RegisterMap
import TextFormats

/// Sensors for Home Assistant's modbus integration.
enum HomeAssistantExport {
  static func document(_ map: ExportMap) -> String {
    let points = map.points
    var text = """
      # The registers of a gateway for Home Assistant, by "metergate registers --format homeassistant":
      # part of configuration.yaml, or a file of its own: without "modbus:" for "modbus: !include FILE".
      modbus:
        - name: \(JSONText.quoted(map.name))
          type: tcp
          host: \(JSONText.quoted(map.reachableHost))\(hostComment(map))
          port: \(map.port)
          timeout: 5

      """
    if !points.isEmpty { text += "    sensors:\n" }
    for (point, label) in zip(points, PointNames.labels(points)) {
      text += sensor(point, label, map)
    }
    return text
  }

  private static func sensor(_ point: ExportPoint, _ label: String, _ map: ExportMap) -> String {
    let place = "u\(point.unit)_r\(point.register)"
    var lines = [
      "name: \(JSONText.quoted(label))",
      "unique_id: \(JSONText.quoted("\(map.name)_\(place)"))",
      "slave: \(point.unit)",
      "address: \(point.register)",
      "input_type: holding",
      "data_type: \(point.field.type.rawValue)",
    ]
    if let swap = swap(point.field.order) { lines.append("swap: \(swap)") }
    if point.isValue { lines += meaning(point.row) }
    lines.append("scan_interval: 30")
    return "      - " + lines.joined(separator: "\n        ") + "\n"
  }

  /// nil: none is wanted; the word "none" is no longer taken.
  private static func swap(_ order: RegisterOrder) -> String? {
    switch (order.swapsWords, order.swapsBytes) {
    case (false, false): nil
    case (false, true): "byte"
    case (true, false): "word"
    case (true, true): "word_byte"
    }
  }

  private static func meaning(_ row: RegisterRow) -> [String] {
    // Two decimals, which it would give otherwise, are too few for litres in cubic metres; float has 7
    // digits.
    var lines = ["precision: \(min(max(3, -(row.scale ?? 0)), 9))"]
    guard !row.unit.isEmpty else { return lines }
    let known = MeterUnit(name: row.unit).flatMap { units[$0] }
    lines.append("unit_of_measurement: \(JSONText.quoted(known?.unit ?? row.unit))")
    if let deviceClass = known?.deviceClass { lines.append("device_class: \(deviceClass)") }
    if row.isCurrent, let stateClass = known?.stateClass {
      lines.append("state_class: \(stateClass)")
    }
    return lines
  }

  private struct Unit {
    let unit: String
    var deviceClass: String?
    var stateClass: String? = "measurement"
  }

  /// Units as Home Assistant spells them, with the class of device that it knows for them. Kelvin has
  /// none: it is the unit of differences, which would be shown as if they were temperatures.
  private static let units: [MeterUnit: Unit] = [
    .wattHour: Unit(unit: "Wh", deviceClass: "energy", stateClass: "total_increasing"),
    .joule: Unit(unit: "J", stateClass: "total_increasing"),
    .kilovarHour: Unit(unit: "kvarh", stateClass: "total_increasing"),
    .cubicMetre: Unit(unit: "m³", deviceClass: "volume", stateClass: "total_increasing"),
    .cubicFoot: Unit(unit: "ft³", deviceClass: "volume", stateClass: "total_increasing"),
    .kilogram: Unit(unit: "kg", deviceClass: "weight"),
    .watt: Unit(unit: "W", deviceClass: "power"),
    .kilovar: Unit(unit: "kvar"),
    .volt: Unit(unit: "V", deviceClass: "voltage"),
    .ampere: Unit(unit: "A", deviceClass: "current"),
    .hertz: Unit(unit: "Hz", deviceClass: "frequency"),
    .cubicMetrePerHour: Unit(unit: "m³/h", deviceClass: "volume_flow_rate"),
    .cubicMetrePerMinute: Unit(unit: "m³/min"),
    .cubicMetrePerSecond: Unit(unit: "m³/s"),
    .degreeCelsius: Unit(unit: "°C", deviceClass: "temperature"),
    .degreeFahrenheit: Unit(unit: "°F", deviceClass: "temperature"),
    .kelvin: Unit(unit: "K"),
    .bar: Unit(unit: "bar", deviceClass: "pressure"),
    .percent: Unit(unit: "%"),
    .dBm: Unit(unit: "dBm", deviceClass: "signal_strength"),
    .second: Unit(unit: "s", deviceClass: "duration"),
    .minute: Unit(unit: "min", deviceClass: "duration"),
    .hour: Unit(unit: "h", deviceClass: "duration"),
    .day: Unit(unit: "d", deviceClass: "duration"),
    // A date in Unix seconds: as a number it has no unit.
    .utc: Unit(unit: "s", stateClass: nil),
  ]

  private static func hostComment(_ map: ExportMap) -> String {
    map.host == nil ? "  # stands for the gateway's address" : ""
  }
}

extension RegisterRow {
  /// Whether it is a reading of now, and no stored one, maximum or value during an error.
  fileprivate var isCurrent: Bool {
    guard let key else { return false }
    return key.storage == 0 && key.function == .instantaneous
  }
}
