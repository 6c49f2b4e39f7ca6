import RegisterMap

/// The register map, and what a program on the other side needs besides to read it.
public struct ExportMap: Sendable {
  /// The entries, in the order of their addresses.
  public var rows: [RegisterRow]
  /// The entries of the meter list that are not in the map.
  public var unplaced: [UnplacedRow]
  /// How entries lie, and in which order their numbers.
  public var layout: RegisterLayout
  /// Where the gateway is reached; nil: not known.
  public var host: String?
  /// Its Modbus TCP port.
  public var port: Int
  /// What the gateway is called in the document.
  public var name: String
  /// The dialect of the configuration, as people know it; nil: not known.
  public var dialect: String?
  /// Whether documents for programs also have the 64-bit integers, which are without their scale.
  public var hasIntegers: Bool
  /// Whether a request is refused for a stale value in it (policy EXCEPTION, of one meter at least): then
  /// no request may run over several meters, nor over what tells their state and their values.
  public var refusesStaleValues: Bool

  /// - Parameters:
  ///   - rows: the entries, in the order of their addresses.
  ///   - unplaced: the entries of the meter list that are not in the map.
  ///   - layout: how they lie.
  ///   - host: where the gateway is reached; nil: not known.
  ///   - port: its Modbus TCP port.
  ///   - name: what it is called in the document.
  ///   - dialect: the dialect of the configuration.
  ///   - hasIntegers: whether documents for programs also have the 64-bit integers.
  ///   - refusesStaleValues: whether a request is refused for a stale value in it.
  public init(
    rows: [RegisterRow], unplaced: [UnplacedRow] = [], layout: RegisterLayout, host: String? = nil,
    port: Int = 502,
    name: String = "metergate", dialect: String? = nil, hasIntegers: Bool = false,
    refusesStaleValues: Bool = false
  ) {
    self.rows = rows
    self.unplaced = unplaced
    self.layout = layout
    self.host = host
    self.port = port
    self.name = name
    self.dialect = dialect
    self.hasIntegers = hasIntegers
    self.refusesStaleValues = refusesStaleValues
  }

  /// What stands for the gateway where its address is not known: of RFC 5737, so that nobody has it.
  public static let placeholder = "192.0.2.1"

  /// The address to write down.
  var reachableHost: String { host ?? Self.placeholder }

  /// The unit id to ask for an entry. Without multi slave every unit id would do unless MODBUS_ADDRESS
  /// is set; 255 always does (MUC500 manual 1.1, ch. 11.2).
  static func unitToAsk(_ address: RegisterAddress) -> UInt8 { address.unit ?? 255 }

  /// What programs read: of a value the float, of a meter when it was read and its flags, as far as the
  /// layout has them. In the order of unit ids and registers.
  var points: [ExportPoint] {
    let value = layout.fields(of: .value).filter { $0.type == .float32 || hasIntegers && $0.isMain }
    let meter = layout.fields(of: .meter).filter(\.tellsState)
    let points = rows.flatMap { row in
      let fields = row.kind == .value ? value : row.kind == .meter ? meter : []
      return fields.map { ExportPoint(row: row, field: $0) }
    }
    .sorted { ($0.unit, $0.register) < ($1.unit, $1.register) }
    return refusesStaleValues ? Self.inSections(points) : points
  }

  /// A section for the entry of each meter, and one for the values of each.
  private static func inSections(_ points: [ExportPoint]) -> [ExportPoint] {
    struct Key: Hashable {
      var unit: UInt8
      var meter: String
      var kind: EntryKind
      var value: String
    }
    var sections: [Key: Int] = [:]
    return points.map { point in
      // Two meters can have the same name; without entries of meters nothing else tells them apart, so
      // there each value is a section.
      let hasOwn = point.field.offset == 0 && point.isValue
      let key = Key(
        unit: point.unit, meter: point.row.meter, kind: point.row.kind,
        value: hasOwn ? "\(point.register)" : "")
      let section = sections[key] ?? sections.count + 1
      sections[key] = section
      var point = point
      point.section = section
      return point
    }
  }
}

extension FieldDescription {
  /// The value itself, as it was sent.
  fileprivate var isMain: Bool { name == "integer" }
  /// What tells how far the values of a meter can be trusted.
  fileprivate var tellsState: Bool { name == "readout time" || name == "flags" }
}

/// A number that a program reads.
struct ExportPoint {
  /// The entry that it belongs to.
  let row: RegisterRow
  /// Which of its fields it is.
  let field: FieldDescription
  /// What may be read at once: only points of the same section.
  var section = 0

  /// The unit id to ask.
  var unit: UInt8 { ExportMap.unitToAsk(row.address) }
  /// Its first register.
  var register: Int { row.address.register + field.offset }
  /// Whether it is the value in its unit.
  var isValue: Bool { field.type == .float32 }
}
