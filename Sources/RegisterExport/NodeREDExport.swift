import RegisterMap
import TextFormats

/// A flow for Node-RED: a modbus-read for each request, and behind it a buffer-parser for each byte order,
/// whose message has the numbers by their names.
enum NodeREDExport {
  static func document(_ map: ExportMap) -> String {
    var flow = Flow(map)
    let points = map.points
    let labels = PointNames.labels(points, cleaned: withoutArrow)
    for request in ReadRequest.all(points) { flow.add(request, points, labels) }
    return "[\n" + flow.nodes.map { "  " + $0.text }.joined(separator: ",\n") + "\n]\n"
  }

  /// In a name an arrow would make an object within the object.
  private static func withoutArrow(_ label: String) -> String {
    label.split(separator: "=>", omittingEmptySubsequences: false).joined(separator: "->")
  }
}

/// The nodes so far.
private struct Flow {
  private let map: ExportMap
  private let tab: JSONText
  private let client: JSONText
  private var row: Int64 = 1
  private(set) var nodes: [JSONText]
  private let seed: String

  init(_ map: ExportMap) {
    self.map = map
    seed = "\(map.name) \(map.reachableHost) \(map.port)"
    let hint =
      map.host == nil ? "\nSet the address of the gateway in the node \"\(map.name)\"." : ""
    tab = Self.id(seed, "tab")
    client = Self.id(seed, "client")
    nodes = [
      .object([
        ("id", tab), ("type", .string("tab")), ("label", .string(map.name)),
        ("disabled", .bool(false)),
        (
          "info",
          .string("Needs node-red-contrib-modbus and node-red-contrib-buffer-parser.\(hint)")
        ),
      ]),
      .object([
        ("id", client), ("type", .string("modbus-client")), ("name", .string(map.name)),
        ("clienttype", .string("tcp")), ("bufferCommands", .bool(true)),
        ("stateLogEnabled", .bool(false)), ("queueLogEnabled", .bool(false)),
        ("failureLogEnabled", .bool(true)), ("tcpHost", .string(map.reachableHost)),
        ("tcpPort", .string("\(map.port)")), ("tcpType", .string("DEFAULT")),
        ("unit_id", .string("255")), ("commandDelay", .string("1")),
        ("clientTimeout", .string("1000")), ("reconnectOnTimeout", .bool(true)),
        ("reconnectTimeout", .string("2000")), ("parallelUnitIdsAllowed", .bool(false)),
      ]),
    ]
  }

  mutating func add(_ request: ReadRequest, _ points: [ExportPoint], _ labels: [String]) {
    let place = "unit \(request.unit), register \(request.first)"
    let groups = Dictionary(grouping: request.points) { points[$0].field.order.name }
      .sorted { $0.key < $1.key }
    let parsers = groups.map { Self.id(seed, "\(place) \($0.key)") }
    nodes.append(
      .object([
        ("id", Self.id(seed, place)), ("type", .string("modbus-read")), ("z", tab),
        ("name", .string(place)), ("topic", .string("")), ("showStatusActivities", .bool(false)),
        ("logIOActivities", .bool(false)), ("showErrors", .bool(false)),
        ("showWarnings", .bool(true)), ("unitid", .string("\(request.unit)")),
        ("dataType", .string("HoldingRegister")), ("adr", .string("\(request.first)")),
        ("quantity", .string("\(request.count)")), ("rate", .string("30")),
        ("rateUnit", .string("s")), ("delayOnStart", .bool(false)),
        ("startDelayTime", .string("")), ("server", client), ("useIOFile", .bool(false)),
        ("ioFile", .string("")), ("useIOForPayload", .bool(false)),
        ("emptyMsgOnFail", .bool(false)), ("x", .integer(200)), ("y", .integer(row * 60)),
        ("wires", .array([.array(parsers), .array([])])),
      ]))
    for ((order, members), id) in zip(groups, parsers) {
      guard let first = members.first else { continue }
      let items = members.map { item(points[$0], labels[$0], from: request.first) }
      nodes.append(parser(id, order, swap: Self.swapsPairs(points[first].field.order), items))
      row += 1
    }
  }

  private func parser(_ id: JSONText, _ name: String, swap: Bool, _ items: [JSONText]) -> JSONText {
    let specification = JSONText.object([
      (
        "options",
        .object([
          ("byteSwap", swap ? .array([.string("swap16")]) : .bool(false)),
          ("resultType", .string("keyvalue")), ("singleResult", .bool(true)),
          ("msgProperty", .string("payload")),
        ])
      ),
      ("items", .array(items)),
    ])
    return .object([
      ("id", id), ("type", .string("buffer-parser")), ("z", tab), ("name", .string(name)),
      ("data", .string("payload")), ("dataType", .string("msg")),
      ("specification", .string(specification.text)), ("specificationType", .string("json")),
      ("x", .integer(460)), ("y", .integer(row * 60)), ("wires", .array([.array([])])),
    ])
  }

  /// A number, by its place in bytes.
  private func item(_ point: ExportPoint, _ label: String, from first: Int) -> JSONText {
    let name =
      switch point.field.type {
      case .float32: "float"
      case .uint16, .int16, .uint32, .int32: point.field.type.rawValue
      case .uint64: "biguint64"
      case .int64: "bigint64"
      }
    return .object([
      ("name", .string(label)),
      ("type", .string(name + (point.field.order.swapsWords ? "le" : "be"))),
      ("offset", .whole((point.register - first) * 2)), ("length", .integer(1)),
    ])
  }

  /// The parser knows two orders, first and last byte first; swapping the bytes of each register before
  /// makes two more of them.
  private static func swapsPairs(_ order: RegisterOrder) -> Bool {
    order.swapsWords != order.swapsBytes
  }

  /// The same for the same place of the same gateway, so that a flow that is imported once more takes
  /// the place of the first (FNV-1a, 64 bits).
  private static func id(_ seed: String, _ part: String) -> JSONText {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(seed) \(part)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return .string(String(repeating: "0", count: 16 - digits.count) + digits)
  }
}
