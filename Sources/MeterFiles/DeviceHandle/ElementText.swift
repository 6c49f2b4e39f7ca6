import Bytes
import Metering
import Settings
import Time

/// How the texts of Device_Handle.cfg are read.
enum ElementText {
  /// `0x1F` or `31`.
  static func number<Number: FixedWidthInteger>(_ text: String, _ type: Number.Type) -> Number? {
    if let digits = hexDigits(text) { return Number(digits, radix: 16) }
    return isDigits(text) ? Number(text) : nil
  }

  /// `0` or `1`.
  static func flag(_ text: String) -> Bool? {
    switch number(text, Int.self) {
    case 0: false
    case 1: true
    default: nil
    }
  }

  /// A local date, or one with a time of day; seconds are told only where they are given.
  static func localTime(_ text: String) -> CivilTime? {
    guard
      case .local(let year, let month, let day, let hour, let minute, let second) = PointInTime(
        text)
    else { return nil }
    guard text.contains(":") else { return CivilTime(year: year, month: month, day: day) }
    let hasSeconds = text.count { $0 == ":" } > 1
    return CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute,
      second: hasSeconds ? second : nil)
  }

  /// A kind of interface, as the manuals and devices spell it.
  static func interface(_ text: String) -> InterfaceKind? {
    func plain(_ text: String) -> String { text.lowercased().filter { $0 != "-" && $0 != " " } }
    let wanted = plain(text)
    if wanted == "dlde" { return .dlde }
    return InterfaceKind.allCases.first { plain($0.rawValue) == wanted }
  }

  /// A text of a user or a meter; nil when it is too long.
  static func label(_ text: String) -> String? {
    text.utf8.count <= DeviceHandleLimit.textLength ? text : nil
  }

  /// What `label` allows.
  static let textAllowed = "text of at most \(DeviceHandleLimit.textLength) bytes"

  /// Letters and digits, not too many.
  @Sendable static func isWord(_ text: String) -> Bool {
    text.utf8.count <= DeviceHandleLimit.wordLength
      && text.utf8.allSatisfy { isHexDigit($0) || isLetter($0) || $0 == 0x5F }
  }

  /// -255 to 255.
  @Sendable static func isSignalStrength(_ text: String) -> Bool {
    number(text.hasPrefix("-") ? String(text.dropFirst()) : text, UInt8.self) != nil
  }

  /// Up to eight digits, with or without `0x` in front; hex digits are kept as they are.
  static func serial(_ text: String) -> MeterSerial? {
    MeterSerial(text: hexDigits(text) ?? text[...], .pattern)
  }

  /// Three letters or the code; `.some(nil)` for the wildcard 0xFFFF.
  static func manufacturer(_ text: String) -> ManufacturerCode?? {
    if let code = ManufacturerCode(letters: text) { return .some(code) }
    guard let code = number(text, UInt16.self) else { return nil }
    return .some(code == 0xFFFF ? nil : ManufacturerCode(rawValue: code))
  }

  /// 0–255; `.some(nil)` for the wildcard 0xFF.
  static func version(_ text: String) -> UInt8?? {
    guard let version = number(text, UInt8.self) else { return nil }
    return .some(version == 0xFF ? nil : version)
  }

  /// A name of table 27 or its number; `.some(nil)` for the wildcard 0xFF.
  static func medium(_ text: String) -> Medium?? {
    if let medium = Medium(name: text) { return .some(medium) }
    guard let number = number(text, UInt8.self) else { return nil }
    return .some(number == 0xFF ? nil : Medium(rawValue: number))
  }

  /// Bytes: `0x82 0xB0`, `82 B0` or `82B0`.
  static func bytes(_ text: String, maximum: Int) -> [UInt8]? {
    let parts = text.split(whereSeparator: \.isWhitespace).map { hexDigits($0) ?? $0 }
    guard let bytes = try? Hex.decode(parts.joined(separator: " ")), bytes.count <= maximum
    else { return nil }
    return bytes
  }

  /// The exponent of `1e-3`, `0.001` or `1000`; nil for what is no power of ten.
  static func exponent(_ text: String) -> Int? {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard let mantissa = parts.first, parts.count <= 2 else { return nil }
    var exponent = 0
    if parts.count == 2 {
      guard parts[1].count <= 4, let given = Int(parts[1]) else { return nil }
      exponent = given
    }
    let sides = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    guard sides.count <= 2, mantissa.count <= 2 * DeviceHandleLimit.exponent else { return nil }
    let fraction = sides.count == 2 ? sides[1] : ""
    let digits = Array((sides[0] + fraction).utf8)
    guard let one = digits.firstIndex(of: 0x31),
      digits.enumerated().allSatisfy({ index, digit in
        digit == 0x30 || index == one
      })
    else { return nil }
    exponent += sides[0].utf8.count - 1 - one
    return exponent.magnitude <= DeviceHandleLimit.exponent ? exponent : nil
  }

  /// A factor: a power of ten as for `exponent`, or any other number but 0.
  static func userScale(_ text: String) -> UserScale? {
    if let exponent = exponent(text) { return .powerOfTen(exponent) }
    // Double reads more than people write: hexadecimal numbers, infinities.
    let allowed = Set("0123456789.eE+-".utf8)
    guard text.utf8.allSatisfy(allowed.contains), let number = Double(text) else { return nil }
    return UserScale(number)
  }

  /// A factor as the file has it.
  static func text(_ scale: UserScale) -> String {
    switch scale {
    case .powerOfTen(let exponent): "1e\(exponent)"
    case .factor(let factor): "\(factor)"
    }
  }

  /// How a value was taken (MUC500 manual 1.1, table 26, valuetype).
  static let functions: [(name: String, function: ValueKey.Function)] = [
    ("instantaneous", .instantaneous), ("maximum", .maximum), ("minimum", .minimum),
    ("errorstate", .error),
  ]

  /// `0x` and two upper-case digits a byte.
  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { "0x" + Hex.byte($0) }.joined(separator: " ")
  }

  private static func hexDigits<Text: StringProtocol>(_ text: Text) -> Text.SubSequence?
  where Text.SubSequence == Substring {
    guard text.hasPrefix("0x") || text.hasPrefix("0X") else { return nil }
    let digits = text.dropFirst(2)
    return !digits.isEmpty && digits.utf8.allSatisfy(isHexDigit) ? digits : nil
  }

  private static func isDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}

/// Limits of Device_Handle.cfg.
public enum DeviceHandleLimit {
  /// The largest file that is read: 500 meters with 25 values take some 5 MB.
  public static let fileSize = 16 * 1024 * 1024
  /// The most meters of a list: more than any line, and the register map, can have.
  static let meters = 10_000
  /// The most things that are said of one file.
  static let diagnostics = 200
  /// The largest exponent of ten of a scale, either sign.
  static let exponent = 99
  /// DIF and ten DIFEs (EN 13757-3).
  static let difLength = 11
  /// VIF, a text with its length of up to 255 characters, and ten VIFEs (EN 13757-3).
  static let vifLength = 267
  /// A record: DIF, DIFEs, VIF, VIFEs, and 255 bytes of data with their length.
  static let rawDataLength = difLength + vifLength + 256
  /// Generic data of a value; the OBIS code has six bytes.
  static let confdataLength = 64
  /// A label or name, in UTF-8: a text VIF has up to 255 characters, and up to ten VIFEs add words to
  /// it: what a meter calls its value can always be written.
  static let textLength = 2000
  /// A word of another device.
  static let wordLength = 32
  /// The largest number of a BACnet object: 22 bits, of which the last number means none
  /// (ASHRAE 135, clause 20.2.14).
  static let bacnetObject: UInt32 = 4_194_302
  /// An AES-128 key.
  static let keyLength = 16
}
