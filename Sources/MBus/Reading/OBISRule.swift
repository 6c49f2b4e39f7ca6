import Metering

/// One row of the table that proposes OBIS codes: which values it is about, and their code.
public struct OBISRule: Sendable {
  /// How sure it is that the code means the value.
  public enum Certainty: String, CaseIterable, Sendable {
    /// Published lists for such meters agree on it.
    case documented
    /// Gateways and meters in the field use it.
    case usual
    /// It follows from the rules by which the codes are made.
    case inferred
  }

  /// A group of a code.
  public enum Group: Hashable, Sendable, ExpressibleByIntegerLiteral {
    case number(UInt8)
    /// The group A of the meter's medium.
    case medium
    /// The tariff of the value.
    case tariff

    /// A number.
    public init(integerLiteral value: UInt8) { self = .number(value) }
  }

  /// The codes of a table that mean the quantity.
  public struct Codes: Hashable, Sendable {
    let table: VIFTable
    let codes: ClosedRange<UInt8>

    init(_ table: VIFTable, _ codes: ClosedRange<UInt8>) {
      self.table = table
      self.codes = codes
    }
  }

  /// What the value is, for people.
  public let quantity: String
  /// Which meters; empty: all.
  public let media: Set<Medium>
  let codes: [Codes]
  /// The VIFEs, all of them but those that only move the scale; those behind FC with bit 7 set.
  let vifes: [UInt8]
  let storage: UInt64
  let tariffs: ClosedRange<UInt32>
  let function: ValueKey.Function
  /// Holds only where the meter sends values of both directions.
  let needsExport: Bool
  /// The code.
  public let groups: [Group]
  /// How sure it is.
  public let certainty: Certainty
  /// The code where it is the same for all meters and tariffs: thousands of values share its memory.
  private let common: OBISCode?

  /// A VIFE of the table behind FC.
  static func fc(_ code: UInt8) -> UInt8 { code | 0x80 }

  init(
    _ quantity: String, _ media: Set<Medium>, _ codes: [Codes], vifes: [UInt8] = [],
    storage: UInt64 = 0, tariffs: ClosedRange<UInt32> = 0...0,
    function: ValueKey.Function = .instantaneous, needsExport: Bool = false, _ groups: [Group],
    _ certainty: Certainty
  ) {
    self.quantity = quantity
    self.media = media
    self.codes = codes
    self.vifes = vifes
    self.storage = storage
    self.tariffs = tariffs
    self.function = function
    self.needsExport = needsExport
    self.groups = groups
    self.certainty = certainty
    common = OBISCode(groups: groups.compactMap { if case .number(let n) = $0 { n } else { nil } })
  }

  /// The code of a value; nil: the rule is not about it.
  func code(_ key: ValueKey, _ parts: OBISParts, medium: Medium?, hasExport: Bool) -> OBISCode? {
    guard media.isEmpty || medium.map(media.contains) ?? false,
      codes.contains(where: { $0.table == parts.table && $0.codes.contains(parts.code) }),
      vifes == parts.vifes, storage == key.storage, tariffs.contains(key.tariff),
      function == key.function, !needsExport || hasExport
    else { return nil }
    if let common { return common }
    let numbers = groups.map { group -> UInt8? in
      switch group {
      case .number(let number): number
      case .medium: medium.flatMap { OBISTable.group(of: $0) }
      case .tariff: UInt8(exactly: key.tariff)
      }
    }
    return OBISCode(groups: numbers.compactMap { $0 })
  }
}

/// What the codes of a value say, as far as OBIS codes depend on it.
struct OBISParts: Hashable, Sendable {
  let table: VIFTable
  let code: UInt8
  /// Without those that move the scale; those behind FC with bit 7 set.
  let vifes: [UInt8]

  private static let extensionMark: UInt8 = 0x80

  /// nil: the codes say nothing that a table of OBIS codes knows.
  init?(vif: [UInt8]) {
    var found: (VIFTable, UInt8)?
    var vifes: [UInt8] = []
    for part in VIFPart.parts(of: vif) {
      switch part.role {
      case .tablePrefix, .extensionPrefix: break
      case .code(let table): found = (table, part.code)
      case .combinable: if !Self.isScale(part.code) { vifes.append(part.code) }
      case .behindExtension: vifes.append(part.code | Self.extensionMark)
      case .textCode, .textLength, .text, .manufacturer: return nil
      }
    }
    guard let (table, code) = found else { return nil }
    (self.table, self.code, self.vifes) = (table, code, vifes)
  }

  private static func isScale(_ code: UInt8) -> Bool {
    (0x70...0x7B).contains(code) || code == 0x7D
  }
}
