/// The value of a setting.
public enum SettingValue: Hashable, Sendable, CustomStringConvertible {
  /// `0` or `1`
  case flag(Bool)
  /// A whole number.
  case integer(Int)
  /// Text, a word from a list in the table's spelling, or a path.
  case text(String)

  /// As chip.ini spells it.
  public var description: String {
    switch self {
    case .flag(let isOn): isOn ? "1" : "0"
    case .integer(let number): String(number)
    case .text(let text): text
    }
  }
}

/// What a setting allows.
public enum SettingType: Equatable, Sendable {
  /// `0` (no) or `1` (yes)
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// One of these numbers.
  case numbers([Int])
  /// One of these words, in any case.
  case words([String])
  /// Some of these words with commas between them, in any case; at least one.
  case wordList([String])
  /// Text with at most so many characters.
  case text(maximum: Int)
  /// Where a bus is: see `BusPath`.
  case busPath(maximum: Int)
  /// An IPv4 or IPv6 address: see `IPAddress`.
  case ipAddress
  /// Hexadecimal digits of a mask, F for any: with or without 0x, missing ones are zeros in front.
  case hexMask(digits: Int)

  /// Why a value was refused.
  public struct Refusal: Error, Equatable, Sendable {
    /// What is allowed, to follow "is not allowed: ".
    public let allowed: String
  }

  /// The value that a text stands for.
  /// - Throws: `Refusal`, with what is allowed instead.
  public func parse(_ text: String, unit: SettingUnit? = nil) throws(Refusal) -> SettingValue {
    switch self {
    case .flag:
      if text == "0" || text == "1" { return .flag(text == "1") }
    case .integer(let range):
      if let number = Self.number(text), range.contains(number) { return .integer(number) }
    case .numbers(let numbers):
      if let number = Self.number(text), numbers.contains(number) { return .integer(number) }
    case .words(let words):
      let wanted = SettingName.normalized(text)
      if let word = words.first(where: { SettingName.normalized($0) == wanted }) {
        return .text(word)
      }
    case .wordList(let words):
      if let found = Self.wordList(text, words) { return .text(found) }
    case .text(let maximum), .busPath(let maximum):
      return try parseText(text, maximum: maximum)
    case .ipAddress:
      if IPAddress.isValid(text) { return .text(text) }
    case .hexMask(let digits):
      if let mask = HexMask(digits: digits).normalized(text) { return .text(mask) }
    }
    throw Refusal(allowed: allowed(unit: unit))
  }

  private func parseText(_ text: String, maximum: Int) throws(Refusal) -> SettingValue {
    guard text.count <= maximum else {
      throw Refusal(allowed: "at most \(maximum) characters, this has \(text.count)")
    }
    if case .busPath = self, BusPath(text) == nil { throw Refusal(allowed: allowed(unit: nil)) }
    return .text(text)
  }

  /// What is allowed, for people: `0 to 65535 ms`.
  public func allowed(unit: SettingUnit? = nil) -> String {
    let suffix = unit.map { " \($0.rawValue)" } ?? ""
    return switch self {
    case .flag: "0 (no) or 1 (yes)"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)\(suffix)"
    case .numbers(let numbers):
      "one of \(numbers.map(String.init).joined(separator: ", "))\(suffix)"
    case .words(let words): "one of \(words.joined(separator: ", "))"
    case .wordList(let words):
      "one or more of \(words.joined(separator: ", ")), with commas between them"
    case .text(let maximum): "text with at most \(maximum) characters"
    case .busPath: BusPath.allowed
    case .ipAddress: IPAddress.allowed
    case .hexMask(let digits): HexMask(digits: digits).allowed
    }
  }

  /// The words in the table's spelling, each once.
  private static func wordList(_ text: String, _ words: [String]) -> String? {
    var found: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let wanted = SettingName.normalized(trimmed(part))
      guard let word = words.first(where: { SettingName.normalized($0) == wanted }) else {
        return nil
      }
      if !found.contains(word) { found.append(word) }
    }
    return found.joined(separator: ",")
  }

  /// Without spaces at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  /// Digits, and a minus before them: no plus, no spaces, no thousands separators.
  private static func number(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}

/// The unit of a setting's number.
public enum SettingUnit: String, Sendable {
  /// Thousandths of a second.
  case milliseconds = "ms"
  /// Seconds.
  case seconds = "s"
  /// Bits per second on the line.
  case baud = "Bd"
}
