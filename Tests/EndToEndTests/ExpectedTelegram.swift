import Foundation

/// A telegram of the corpus with what a reference decoder says of it.
struct ExpectedTelegram {
  let name: String
  let hex: String
  let isDecodable: Bool
  let identity: Identity?
  let records: [ExpectedRecord]
  /// True when the telegram could be read to its end.
  let isWhole: Bool

  /// What makes a meter one of a kind; parts that a telegram does not have are nil.
  struct Identity: Hashable {
    let serial: UInt32
    let manufacturer: UInt16
    let version: Int
    let medium: Int

    static let unknown = Identity(serial: 0, manufacturer: 0, version: 0, medium: 0)
  }

  /// Reads the file; it has the literal NaN, which JSON does not know.
  static func load(_ path: String) throws -> [ExpectedTelegram] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let text = line.replacing(/:\s*NaN/, with: ": null")
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
      return ExpectedTelegram(object as? [String: Any] ?? [:])
    }
  }

  private init(_ object: [String: Any]) {
    let expected = object["expected"] as? [String: Any] ?? [:]
    name = object["name"] as? String ?? ""
    hex = object["hex"] as? String ?? ""
    isDecodable = expected["decodes"] as? Bool ?? false
    isWhole = expected["decode_error"] == nil
    records = (expected["records"] as? [[String: Any]] ?? []).compactMap { ExpectedRecord($0) }
    identity = Self.identity(expected)
  }

  /// The reference decoder gives the medium as sent, registers the number of MUC500 manual 1.1, table
  /// 27. They differ for these codes of the fixed data structure: gas, heat, hot water, water, heat
  /// cost allocator.
  private static let fixedMedia = [10: 3, 11: 4, 12: 6, 13: 7, 14: 8]

  private static func identity(_ expected: [String: Any]) -> Identity? {
    guard let id = expected["id"] as? String, let medium = expected["medium"] as? Int else {
      return nil
    }
    // The fixed data structure has neither.
    let letters = expected["manufacturer"] as? String ?? ""
    let version = expected["version"] as? Int ?? 0
    // What registers show: decimal serials as numbers, those with hex digits as their bits.
    let serial = UInt32(id) ?? UInt32(id, radix: 16) ?? 0
    let manufacturer = letters.utf8.reduce(UInt16(0)) { $0 << 5 | UInt16($1 & 0x1F) }
    return Identity(
      serial: serial, manufacturer: manufacturer, version: version,
      medium: letters.isEmpty ? fixedMedia[medium] ?? medium : medium)
  }
}

/// A value as the reference decoder reads it.
struct ExpectedRecord {
  let description: String
  let type: String
  let raw: Any?
  /// Of the unit that registers show.
  let exponent: Int?
  let scaled: Any?
  /// The meter says that the value is not valid.
  let isError: Bool
  /// Something is added to what was sent.
  let isCorrected: Bool

  /// Nil for what is no value: manufacturer data, the mark that more follows.
  init?(_ object: [String: Any]) {
    // The counters of the fixed data structure have neither DIF nor VIF.
    let isFixed = object["dif_hex"] == nil && object["raw_value"] != nil
    guard isFixed || object["vif_hex"] != nil else { return nil }
    let dif = object["dif_hex"] as? String ?? ""
    let vif = object["vif_hex"] as? String ?? ""
    // Passwords and access codes are not listed, so that nobody can read them over Modbus.
    guard !Self.secretVIFs.contains(vif) else { return nil }
    description = "\(dif) \(vif) \(object["data_hex"] as? String ?? "")"
    type = object["dtype"] as? String ?? ""
    raw = object["raw_value"]
    isError = object["record_error"] != nil
    isCorrected = vif.hasSuffix("79") && vif.count == 4
    let exponent = object["exponent"] as? Int
    let scaled = object["scaled_value"]
    switch object["unit"] as? String {
    case "varh", "var":
      // The tables of units have kVARh (34) and kVAR (35) only.
      self.exponent = exponent.map { $0 - 3 }
      self.scaled = (scaled as? Double).map { $0 / 1000 }
    default:
      // VIFE 78–7B, an additive correction, is in integer and exponent where that is exact.
      self.exponent = self.isCorrected ? nil : exponent
      self.scaled = scaled
    }
  }

  private static let secretVIFs: Set = ["FD12", "FD13", "FD14", "FD15", "FD16", "FD19"]

  /// Whether it is a date, or date and time.
  var isDate: Bool { type.hasPrefix("date") }

  /// What the registers of this value must show; nil when they agree.
  func disagreement(with entry: Entry) -> String? {
    if isDate {
      let seconds = (scaled as? String).flatMap(Self.unixSeconds) ?? 0
      return entry.integer == seconds ? nil : "\(description): \(seconds), not \(entry.integer)"
    }
    if type.isEmpty, let number = raw as? Int64 {
      return entry.integer == number ? nil : "\(description): \(number), not \(entry.integer)"
    }
    // What could not be used shows that there is no number.
    if isError || Self.numberTypes.contains(where: type.hasPrefix) && scaled as? Double == nil {
      let isNone = entry.integer == .min && entry.float.isNaN
      return isNone ? nil : "\(description): no number, not \(entry.integer)"
    }
    guard let scaled = scaled as? Double else {
      let isEmpty = entry.integer == 0 && entry.float == 0
      return isEmpty ? nil : "\(description): 0, not \(entry.integer)"
    }
    if isCorrected {
      let shown = Double(entry.integer) * pow(10, Double(entry.scale))
      return abs(shown - scaled) < 1e-9 ? nil : "\(description): \(scaled), not \(shown)"
    }
    if type == "real32" {
      if entry.integer != 0 { return "\(description): integer 0 beside a float" }
    } else if let number = raw as? Int64, entry.integer != number {
      return "\(description): \(number), not \(entry.integer)"
    }
    guard let exponent else { return nil }
    if Int(entry.scale) != exponent {
      return "\(description): exponent \(exponent), not \(entry.scale)"
    }
    let tolerance = abs(Float(scaled)) * 1e-6
    return abs(entry.float - Float(scaled)) <= tolerance
      ? nil : "\(description): \(scaled), not \(entry.float)"
  }

  private static let numberTypes = ["int", "uint", "bcd", "real"]

  private static func unixSeconds(_ text: String) -> Int64? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    for format in ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"] {
      formatter.dateFormat = format
      if let date = formatter.date(from: text) { return Int64(date.timeIntervalSince1970) }
    }
    return nil
  }
}
