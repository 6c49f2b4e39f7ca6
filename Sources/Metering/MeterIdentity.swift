/// What a meter says of itself, and what makes it one of a kind in the world (EN 13757-3, long
/// header; MUC500 manual 1.1, ch. 5.3.2, secondary address).
public struct MeterIdentity: Hashable, Sendable {
  /// The number on the meter.
  public var serial: MeterSerial
  /// Who made it; nil when it is not known or, in a filter, when any will do.
  public var manufacturer: ManufacturerCode?
  /// The maker's version of the meter; nil as for the manufacturer.
  public var version: UInt8?
  /// What is measured; nil as for the manufacturer.
  public var medium: Medium?

  /// An identity; what is left out is unknown.
  public init(
    serial: MeterSerial, manufacturer: ManufacturerCode? = nil, version: UInt8? = nil,
    medium: Medium? = nil
  ) {
    self.serial = serial
    self.manufacturer = manufacturer
    self.version = version
    self.medium = medium
  }
}

extension MeterIdentity {
  /// True when nothing that is known of both differs.
  public func agrees(with other: MeterIdentity) -> Bool {
    func same<Part: Equatable>(_ mine: Part?, _ others: Part?) -> Bool {
      guard let mine, let others else { return true }
      return mine == others
    }
    return (serial.matches(other.serial) || other.serial == .any)
      && same(manufacturer, other.manufacturer) && same(version, other.version)
      && same(medium, other.medium)
  }
}

/// Eight digits, as the meter shows and sends them: usually decimal, on some meters with hex digits.
public struct MeterSerial: Hashable, Sendable, CustomStringConvertible {
  /// The eight digits, four bits each, first digit on top: serial 66600106 is 0x66600106.
  public let digits: UInt32

  /// - Parameter digits: four bits a digit, first digit on top.
  public init(digits: UInt32) { self.digits = digits }

  /// The serial that stands for any meter in a slave select.
  public static let any = MeterSerial(digits: 0xFFFF_FFFF)

  /// True when all digits agree; F in this serial stands for any digit (EN 13757-3, slave select).
  public func matches(_ other: MeterSerial) -> Bool {
    (0..<8).allSatisfy { position in
      let mine = digits >> UInt32(position * 4) & 0xF
      return mine == 0xF || mine == other.digits >> UInt32(position * 4) & 0xF
    }
  }

  /// The serial as a decimal number; nil when it has hex digits.
  public var decimal: UInt32? { UInt32(description) }

  /// What a register pair shows: the decimal number, or the raw 32 bits when there are hex digits.
  public var registerValue: UInt32 { decimal ?? digits }

  /// Eight digits with leading zeros.
  public var description: String {
    let text = String(digits, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - text.count) + text
  }
}

/// Three letters in 15 bits: bits 10–14 the first, 5–9 the second, 0–4 the third, A = 1
/// (EN 13757-3, manufacturer identification).
public struct ManufacturerCode: Hashable, Sendable, CustomStringConvertible {
  /// The code as sent and as shown in register 2 of a meter entry.
  public let rawValue: UInt16

  /// - Parameter rawValue: the code as sent.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// From three letters; nil unless there are exactly three of A–Z, in either case.
  public init?(letters: some StringProtocol) {
    let codes = letters.uppercased().utf8.map { UInt16($0) }
    guard codes.count == 3, codes.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
    self.init(rawValue: codes.reduce(0) { $0 << 5 | ($1 - 0x40) })
  }

  /// Three letters; codes outside A–Z show as the neighbouring characters, `@` for 0.
  public var description: String {
    String(
      [10, 5, 0].map { shift in
        Character(Unicode.Scalar(UInt8(rawValue >> shift & 0x1F) + 0x40))
      })
  }
}
