/// How much of a value stands in its description: the sum of these numbers
/// (MUC_METERDESCRIPTION_ENABLEFLAGS; Anybus gateway manual 2.4, ch. 4.4; MUC500 manual 1.1, ch. 4.6).
public struct DescriptionMode: OptionSet, Hashable, Sendable {
  /// The sum.
  public let rawValue: Int

  /// - Parameter rawValue: the sum.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// What the value means.
  public static let meaning = DescriptionMode(rawValue: 1)
  /// Storage number, tariff, and whether it is a highest or lowest value or one of an error.
  public static let number = DescriptionMode(rawValue: 2)
  /// The bytes of DIF, DIFEs, VIF and VIFEs.
  public static let codes = DescriptionMode(rawValue: 4)
  /// All bytes of the record.
  public static let record = DescriptionMode(rawValue: 8)

  /// The manuals' names of the modes.
  public static let none: DescriptionMode = []
  /// The manuals' mode "Standard".
  public static let standard: DescriptionMode = [.meaning]
  /// The manuals' mode "Extended".
  public static let extended: DescriptionMode = [.meaning, .number]
}

/// A way to write the description of a value.
public struct DescriptionStyle: Hashable, Sendable {
  /// What stands around the tariff.
  public enum TariffBrackets: Hashable, Sendable {
    /// `<1>`, as the Anybus gateway manual 2.4, ch. 4.4 has it.
    case angle
    /// `(1)`, as the MUC500 manual 1.1, ch. 4.6 has it.
    case round
  }

  /// How much is said.
  public var mode: DescriptionMode
  /// What stands around the tariff.
  public var brackets: TariffBrackets

  /// - Parameters:
  ///   - mode: how much is said.
  ///   - brackets: what stands around the tariff.
  public init(_ mode: DescriptionMode = .standard, brackets: TariffBrackets = .round) {
    self.mode = mode
    self.brackets = brackets
  }

  /// What a value means, and no more.
  public static let standard = DescriptionStyle()

  /// The description of a value, for example `Energy [2] (1) {max} # 8C 11 04`. What is 0, or the ordinary
  /// case, is left out.
  /// - Parameters:
  ///   - meaning: what it means.
  ///   - key: which value of its meter it is.
  ///   - data: its bytes behind those of the key; nil: they are not known, and a record is shown without.
  public func text(_ meaning: ValueMeaning, _ key: ValueKey, data: [UInt8]? = nil) -> String {
    var parts: [String] = []
    if mode.contains(.meaning) { parts.append(meaning.description) }
    if mode.contains(.number) { parts += number(key) }
    var bytes: [UInt8] = []
    if !mode.isDisjoint(with: [.codes, .record]) { bytes = key.dif + key.vif }
    if mode.contains(.record) { bytes += data ?? [] }
    if !bytes.isEmpty {
      // Bytes alone need no sign that they begin.
      if !parts.isEmpty { parts.append("#") }
      parts += bytes.map(Self.hex)
    }
    return parts.joined(separator: " ")
  }

  private func number(_ key: ValueKey) -> [String] {
    var parts: [String] = []
    if key.storage != 0 { parts.append("[\(key.storage)]") }
    if key.tariff != 0 {
      parts.append(brackets == .angle ? "<\(key.tariff)>" : "(\(key.tariff))")
    }
    switch key.function {
    case .instantaneous: break
    case .maximum: parts.append("{max}")
    case .minimum: parts.append("{min}")
    case .error: parts.append("{error}")
    }
    return parts
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
