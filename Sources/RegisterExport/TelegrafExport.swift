import RegisterMap
import TextFormats

/// A configuration of Telegraf's inputs.modbus in its style "request": a request has one unit id, one
/// byte order and one set of tags.
enum TelegrafExport {
  static func document(_ map: ExportMap) -> String {
    var text = """
      # The registers of a gateway for Telegraf 1.26 or later, by "metergate registers --format telegraf".
      # Numbers are in the unit that the field's name ends with; readout_time is in Unix seconds (0: never).
      [[inputs.modbus]]
        name = \(JSONText.quoted(map.name))
        controller = \(JSONText.quoted("tcp://\(authority(map)):\(map.port)"))\(hostComment(map))
        timeout = "5s"
        configuration_type = "request"

      """
    for meter in meters(map.points) {
      let names = PointNames.fieldNames(meter, limit: 100)
      for group in groups(Array(zip(meter, names))) { text += request(group, map.layout) }
    }
    return text
  }

  private typealias NamedPoint = (point: ExportPoint, name: String)

  /// The points meter by meter, in the order in which meters come first.
  private static func meters(_ points: [ExportPoint]) -> [[ExportPoint]] {
    var places: [MeterKey: Int] = [:]
    var meters: [[ExportPoint]] = []
    for point in points {
      let key = MeterKey(unit: point.unit, meter: point.row.meter)
      let place = places[key] ?? meters.count
      if place == meters.count { meters.append([]) }
      meters[place].append(point)
      places[key] = place
    }
    return meters
  }

  private struct MeterKey: Hashable {
    var unit: UInt8
    var meter: String
  }

  /// The byte order holds for a request, so there is one for each.
  private static func groups(_ points: [NamedPoint]) -> [[NamedPoint]] {
    let groups = Dictionary(grouping: points) { $0.point.field.order.name }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func request(_ points: [NamedPoint], _ layout: RegisterLayout) -> String {
    guard let first = points.first?.point else { return "" }
    let fields = points.map { point, name in
      "      { address = \(point.register), name = \(JSONText.quoted(name)), "
        + "type = \"\(point.field.type.rawValue.uppercased())\" },"
    }
    return """

        [[inputs.modbus.request]]
          slave_id = \(first.unit)
          byte_order = "\(first.field.order.name)"
          register = "holding"
          measurement = "meter"
          optimization = "max_insert"
          optimization_max_register_fill = \(layout.entryWidth)
          fields = [
      \(fields.joined(separator: "\n"))
          ]
          [inputs.modbus.request.tags]
            meter = \(JSONText.quoted(first.row.meter))

      """
  }

  /// An IPv6 address stands in brackets in front of a port.
  private static func authority(_ map: ExportMap) -> String {
    let host = map.reachableHost
    return host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
  }

  private static func hostComment(_ map: ExportMap) -> String {
    map.host == nil ? "  # stands for the gateway's address" : ""
  }
}
