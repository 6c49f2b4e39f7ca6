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
  /// The same, also in hexadecimal digits with 0x.
  case code(ClosedRange<Int>)
  /// One of these numbers.
  case numbers([Int])
  /// One of these words, in any case.
  case words([String])
  /// Some of these words with commas between them, in any case; at least one.
  case wordList([String])
  /// Some of these numbers with commas between them, or nothing.
  case numberList([Int])
  /// Text with at most so many characters.
  case text(maximum: Int)
  /// Where a bus is: see `BusPath`.
  case busPath(maximum: Int)
  /// The path of a file or device.
  case path(maximum: Int)
  /// An IPv4 or IPv6 address: see `IPAddress`.
  case ipAddress
  /// An IPv4 address; 0.0.0.0: none.
  case ipv4Address
  /// The mask of an IPv4 network: ones, then zeros; 0.0.0.0: none.
  case netmask
  /// The address or the name of a machine: see `NetworkName`.
  case host(maximum: Int)
  /// A machine, and by which protocol it is reached: see `NetworkName`.
  case server(maximum: Int)
  /// E-mail addresses with commas between them: see `MailAddress`.
  case mailAddresses(maximum: Int)
  /// Two letters (ISO 3166-1), as certificates have them.
  case countryCode
  /// A local date and time of day, or a time in seconds since 1970: see `PointInTime`.
  case pointInTime
  /// Hexadecimal digits of a mask, F for any: with or without 0x, missing ones are zeros in front.
  case hexMask(digits: Int)

  /// Why a value was refused.
  public struct Refusal: Error, Equatable, Sendable {
    /// What is allowed, to follow "allowed: ".
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
    case .code(let range):
      if let number = Self.code(text), range.contains(number) { return .integer(number) }
    case .numbers(let numbers):
      if let number = Self.number(text), numbers.contains(number) { return .integer(number) }
    case .words(let words):
      let wanted = SettingName.normalized(text)
      if let word = words.first(where: { SettingName.normalized($0) == wanted }) {
        return .text(word)
      }
    case .wordList(let words):
      if let found = Self.wordList(text, words) { return .text(found) }
    case .numberList(let numbers):
      if text.isEmpty { return .text("") }
      if let found = Self.wordList(text, numbers.map(String.init)) { return .text(found) }
    case .hexMask(let digits):
      if let mask = HexMask(digits: digits).normalized(text) { return .text(mask) }
    default: return try parseText(text)
    }
    throw Refusal(allowed: allowed(unit: unit))
  }

  private func parseText(_ text: String) throws(Refusal) -> SettingValue {
    if let maximum, text.count > maximum {
      throw Refusal(allowed: "at most \(maximum) characters, this has \(text.count)")
    }
    guard !text.unicodeScalars.contains(where: Self.isControl) else {
      throw Refusal(allowed: "\(allowed(unit: nil)), without control characters")
    }
    guard isText(text) else { throw Refusal(allowed: allowed(unit: nil)) }
    return .text(text)
  }

  /// What terminals and logs take for commands. Tabs do no harm, and ends of lines are the file's own matter.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && !(0x09...0x0D).contains(scalar.value) || scalar.value == 0x7F
  }

  /// The most characters of a text.
  private var maximum: Int? {
    switch self {
    case .text(let maximum), .busPath(let maximum), .path(let maximum), .host(let maximum),
      .server(let maximum), .mailAddresses(let maximum):
      maximum
    default: nil
    }
  }

  /// True for a text that has the form of this type.
  private func isText(_ text: String) -> Bool {
    switch self {
    case .text: true
    case .busPath: BusPath(text) != nil
    case .path: !text.hasSuffix("/")
    case .ipAddress: IPAddress.isValid(text)
    case .ipv4Address: IPAddress.isVersion4(text)
    case .netmask: IPAddress.isNetmask(text)
    case .host: NetworkName.isHost(text)
    case .server: NetworkName.isServer(text)
    case .mailAddresses: MailAddress.isList(text)
    case .countryCode: text.utf8.count == 2 && text.utf8.allSatisfy(\.isLetter)
    case .pointInTime: PointInTime.isValid(text)
    case .flag, .integer, .code, .numbers, .words, .wordList, .numberList, .hexMask: false
    }
  }

  /// What is allowed, for people: `0 to 65535 ms`.
  public func allowed(unit: SettingUnit? = nil) -> String {
    let suffix = unit.map { " \($0.rawValue)" } ?? ""
    return switch self {
    case .flag: "0 (no) or 1 (yes)"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)\(suffix)"
    case .code(let range):
      "\(range.lowerBound) to \(range.upperBound), or in hexadecimal digits with 0x"
    case .numbers(let numbers):
      "one of \(numbers.map(String.init).joined(separator: ", "))\(suffix)"
    case .words(let words): "one of \(words.joined(separator: ", "))"
    case .wordList(let words):
      "one or more of \(words.joined(separator: ", ")), with commas between them"
    case .numberList(let numbers):
      "some of \(numbers.map(String.init).joined(separator: ", ")), with commas between them, or nothing"
    case .text(let maximum): "text with at most \(maximum) characters"
    case .busPath: BusPath.allowed
    case .path(let maximum): "a path with at most \(maximum) characters that does not end with /"
    case .ipAddress: IPAddress.allowed
    case .ipv4Address: IPAddress.allowedVersion4
    case .netmask: IPAddress.allowedNetmask
    case .host: NetworkName.allowedHost
    case .server: NetworkName.allowedServer
    case .mailAddresses: MailAddress.allowed
    case .countryCode: "two letters, such as DE"
    case .pointInTime: PointInTime.allowed
    case .hexMask(let digits): HexMask(digits: digits).allowed
    }
  }

  /// The same without numbers below one; nil: all of them.
  func from(_ least: Int?) -> SettingType {
    guard let least, case .integer(let range) = self, range.contains(least) else { return self }
    return .integer(least...range.upperBound)
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

  /// Digits as below, or hexadecimal ones after 0x.
  private static func code(_ text: String) -> Int? {
    guard text.hasPrefix("0x") || text.hasPrefix("0X") else { return number(text) }
    let digits = text.dropFirst(2)
    return digits.utf8.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
  }

  /// Digits, and a minus before them: no plus, no spaces, no thousands separators.
  private static func number(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard digits.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int(text)
  }
}
