/// How entries lie in the register map, and how their numbers are put into registers
/// (MODBUSMETER_PROTOCOLVERSION and MODBUS_SWAP; MUC500 manual 1.1, ch. 11.4.3 to 11.4.5).
public struct RegisterLayout: Hashable, Sendable {
  /// Two registers an entry, without any device entry, instead of ten.
  public var isFloatOnly: Bool
  /// Every meter has a map of its own under a unit id of its own.
  public var isMultiSlave: Bool
  /// The order of words and bytes.
  public var order: RegisterOrder
  /// Whether there are registers that tell how good each entry is (MODBUS_QUALITY): function 4 reads them
  /// at the addresses at which function 3 reads the entry.
  public var hasQuality: Bool

  /// - Parameters:
  ///   - isFloatOnly: two registers an entry instead of ten.
  ///   - isMultiSlave: every meter has a map of its own.
  ///   - order: the order of words and bytes.
  ///   - hasQuality: whether there are registers that tell how good each entry is.
  public init(
    isFloatOnly: Bool = false, isMultiSlave: Bool = false, order: RegisterOrder = .abcd,
    hasQuality: Bool = false
  ) {
    self.isFloatOnly = isFloatOnly
    self.isMultiSlave = isMultiSlave
    self.order = order
    self.hasQuality = hasQuality
  }

  /// Ten registers an entry, one map, most significant word first.
  public static let standard = RegisterLayout()

  /// Register addresses are 16 bits wide: 0–65,535 (Modbus application protocol V1.1b3, ch. 4.3).
  public static let addressCount = 65_536
  /// The unit ids that a meter can have (MUC500 manual 1.1, ch. 11.4.5).
  public static let unitIDs: ClosedRange<Int> = 1...247

  /// Which field lies where in an entry.
  public var fields: EntryFields { isFloatOnly ? .floatOnly : .standard }
  /// Which field lies where in the registers that tell how good an entry is.
  public var qualityFields: QualityFields { isFloatOnly ? .floatOnly : .standard }
  /// How many registers every entry takes, and the step of automatic addresses.
  public var entryWidth: Int { fields.width }
  /// The last register at which an entry can begin.
  var lastAddress: Int { Self.addressCount - entryWidth }

  /// Whether entries lie at the same addresses in both, whatever the order of their bytes.
  public func hasSameAddresses(as other: RegisterLayout) -> Bool {
    isFloatOnly == other.isFloatOnly && isMultiSlave == other.isMultiSlave
  }

  /// Where a meter's entry begins.
  /// - Parameter register: what Device_Handle.cfg has as its `register`: with multi slave a unit id.
  /// - Returns: nil when there is no such unit id.
  public func address(ofMeter register: Int) -> RegisterAddress? {
    guard isMultiSlave else { return RegisterAddress(register) }
    guard Self.unitIDs.contains(register) else { return nil }
    return RegisterAddress(0, unit: UInt8(register))
  }

  /// Where a value's entry begins.
  /// - Parameters:
  ///   - register: what Device_Handle.cfg has as its `register`.
  ///   - meter: the `register` of its meter; nil: none.
  /// - Returns: nil when with multi slave the meter has no unit id.
  public func address(ofValue register: Int, of meter: Int?) -> RegisterAddress? {
    guard isMultiSlave else { return RegisterAddress(register) }
    guard let unit = meter.flatMap({ address(ofMeter: $0)?.unit }) else { return nil }
    return RegisterAddress(register, unit: unit)
  }
}

/// Where an entry begins in the map.
public struct RegisterAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The unit id whose map it is; nil: the one map of all units, or of the device itself.
  public let unit: UInt8?
  /// The first register, counted from 0.
  public let register: Int

  /// The last register of a map is 65,535; entries beyond it are not shown.
  public init(_ register: Int, unit: UInt8? = nil) {
    self.unit = unit
    self.register = register
  }

  /// The register number, with multi slave behind that of the unit: `unit 3, register 10`.
  public var description: String {
    unit.map { "unit \($0), register \(register)" } ?? "\(register)"
  }

  /// Which of two lies further to the front, unit by unit.
  public static func < (a: Self, b: Self) -> Bool {
    a.unit == b.unit ? a.register < b.register : (a.unit ?? 0) < (b.unit ?? 0)
  }
}
