/// Serials and secondary addresses as people write them.
extension MeterSerial {
  /// Which digits a text may have.
  public enum Digits: Sendable {
    /// 0–9: what can be given to a meter as its number.
    case decimal
    /// 0–9 and A–E: one meter, since F stands for any digit on the bus.
    case hex
    /// 0–9 and A–F, of which F stands for any digit.
    case pattern

    /// What is allowed, for people.
    public var allowed: String {
      let digits =
        switch self {
        case .decimal: "0 to 9"
        case .hex: "0 to 9 and A to E"
        case .pattern: "0 to 9 and A to F, of which F stands for any"
        }
      return "1 to 8 digits \(digits); missing ones are zeros in front"
    }

    fileprivate func contains(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39: true
      case 0x41...0x45, 0x61...0x65: self != .decimal
      case 0x46, 0x66: self == .pattern
      default: false
      }
    }
  }

  /// Reads a text of one to eight digits; missing ones are zeros in front, as in the masks: "33" is 00000033.
  /// - Parameter digits: which ones it may have. nil for any other text.
  public init?(text: some StringProtocol, _ digits: Digits) {
    guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy(digits.contains),
      let number = UInt32(text, radix: 16)
    else { return nil }
    self.init(digits: number)
  }

  /// Some of its digits are F, which stands for any (EN 13757-3, slave select).
  public var isPattern: Bool { (0..<8).contains { digits >> UInt32($0 * 4) & 0xF == 0xF } }
}

extension MeterIdentity {
  /// True when all parts are known, so that only this meter feels meant by a slave select.
  public var isWhole: Bool {
    !serial.isPattern && manufacturer != nil && version != nil && medium != nil
  }

  /// Reads `66600106,LUG,2,4`: a serial, then if wanted manufacturer, version and medium. A part that is left out,
  /// or empty, is any. nil for text of another form.
  public init?(addressText text: some StringProtocol) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count),
      let serial = parts.first.flatMap({ MeterSerial(text: $0, .pattern) })
    else { return nil }
    self.init(serial: serial)
    if let letters = parts.dropFirst(1).first, !letters.isEmpty {
      guard let code = ManufacturerCode(letters: letters) else { return nil }
      manufacturer = code
    }
    if let number = parts.dropFirst(2).first, !number.isEmpty {
      guard let code = UInt8(number) else { return nil }
      version = code
    }
    if let number = parts.dropFirst(3).first, !number.isEmpty {
      guard let code = UInt8(number) else { return nil }
      medium = Medium(rawValue: code)
    }
  }

  /// What such a text is.
  public static let addressForm =
    "expected is a serial (\(MeterSerial.Digits.pattern.allowed)), then if you like a manufacturer of three "
    + "letters, version and medium (0 to 255), with commas between them"

  /// The same as such a text, without the parts at its end that are not known.
  public var addressText: String {
    let version = version.map { String($0) }
    let medium = medium.map { String($0.rawValue) }
    let parts: [String?] = [serial.description, manufacturer?.description, version, medium]
    let last = parts.lastIndex { $0 != nil } ?? 0
    return parts.prefix(last + 1).map { $0 ?? "" }.joined(separator: ",")
  }
}
