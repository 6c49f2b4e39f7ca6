/// How meters are looked for (MBUS_SCANMODE).
public enum ScanMode: String, CaseIterable, Sendable {
  /// At each link layer address.
  case primary = "PRIMARYSCAN"
  /// By the digits of the serial, from the first.
  case secondary = "SECONDARYSCAN"
  /// The same; what is found gets registers.
  case secondaryAllocating = "SECONDARYSCANALLOC"
  /// At each link layer address, then by the digits of the serial.
  case mixed = "PRIMARYSECONDARYSCAN"
  /// The same; what is found gets registers.
  case mixedAllocating = "PRIMARYSECONDARYSCANALLOC"
  /// By the digits of the serial, from the last.
  case secondaryReverse = "SECONDARYSCANREVERSE"
  /// The same; what is found gets registers.
  case secondaryReverseAllocating = "SECONDARYSCANALLOCREVERSE"

  /// True when the digits of the serial are tried from the last.
  public var isReverse: Bool { self == .secondaryReverse || self == .secondaryReverseAllocating }

  /// True when what is found gets registers by this mode; the solvimus dialect gives them in any.
  public var allocates: Bool {
    self == .secondaryAllocating || self == .secondaryReverseAllocating
      || self == .mixedAllocating
  }

  /// True when link layer addresses are asked.
  public var isPrimary: Bool { self == .primary || isMixed }

  /// True when they are asked before a search by the digits of the serial.
  public var isMixed: Bool { self == .mixed || self == .mixedAllocating }
}

/// The parts of a secondary address to which a scan can be limited. The raw value is `Setting.id`.
public enum MaskKey: String, CaseIterable, Sendable {
  case serial = "MBUS_SECMASKSERIAL"
  case manufacturer = "MBUS_SECMASKMANUFACTURER"
  case medium = "MBUS_SECMASKMEDIUM"
  case version = "MBUS_SECMASKVERSION"

  /// How many hexadecimal digits it has.
  var digits: Int {
    switch self {
    case .serial: 8
    case .manufacturer: 4
    case .medium, .version: 2
    }
  }
}

/// Hexadecimal digits as chip.ini writes masks: with or without 0x, in either case. Missing digits are
/// zeros in front (MUC500 manual 1.1, ch. 4.4); F alone, as often as it may be, is any.
struct HexMask {
  /// How many there are.
  let digits: Int

  /// All F.
  var any: String { "0x" + String(repeating: "F", count: digits) }

  /// The mask with all its digits; nil for other text.
  func normalized(_ text: String) -> String? {
    let isPrefixed = text.hasPrefix("0x") || text.hasPrefix("0X")
    let given = text.dropFirst(isPrefixed ? 2 : 0).uppercased()
    guard !given.isEmpty, given.utf8.allSatisfy(\.isHexDigit) else { return nil }
    // The manuals write 0xFFFF where they mean any, also for parts that have two digits.
    let longest = 8
    if given.count >= digits, given.count <= longest, given.allSatisfy({ $0 == "F" }) { return any }
    guard given.count <= digits else { return nil }
    return "0x" + String(repeating: "0", count: digits - given.count) + given
  }

  /// What is allowed, for people.
  var allowed: String {
    let any = String(repeating: "F", count: digits)
    return "up to \(digits) digits 0-9, A-F, with or without 0x; \(any) is any"
  }
}
