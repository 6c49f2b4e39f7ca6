import RegisterMap

/// The register map, and what a program on the other side needs besides to read it.
public struct ExportMap: Sendable {
  /// The entries, in the order of their addresses.
  public var rows: [RegisterRow]
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

  /// - Parameters:
  ///   - rows: the entries, in the order of their addresses.
  ///   - layout: how they lie.
  ///   - host: where the gateway is reached; nil: not known.
  ///   - port: its Modbus TCP port.
  ///   - name: what it is called in the document.
  ///   - dialect: the dialect of the configuration.
  ///   - hasIntegers: whether documents for programs also have the 64-bit integers.
  public init(
    rows: [RegisterRow], layout: RegisterLayout, host: String? = nil, port: Int = 502,
    name: String = "metergate", dialect: String? = nil, hasIntegers: Bool = false
  ) {
    self.rows = rows
    self.layout = layout
    self.host = host
    self.port = port
    self.name = name
    self.dialect = dialect
    self.hasIntegers = hasIntegers
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
    return rows.flatMap { row in
      let fields = row.kind == .value ? value : row.kind == .meter ? meter : []
      return fields.map { ExportPoint(row: row, field: $0) }
    }
    .sorted { ($0.unit, $0.register) < ($1.unit, $1.register) }
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

  /// The unit id to ask.
  var unit: UInt8 { ExportMap.unitToAsk(row.address) }
  /// Its first register.
  var register: Int { row.address.register + field.offset }
  /// Whether it is the value in its unit.
  var isValue: Bool { field.type == .float32 }
}
