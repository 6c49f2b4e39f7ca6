import Bytes
import Metering

/// The value of a record, in words.
enum RecordWords {
  /// The name of a unit; empty for what has none.
  static func unit(_ meaning: ValueMeaning) -> String {
    meaning.unit == .none && meaning.ownUnit == nil ? "" : meaning.unitName
  }

  /// What is measured, and by which power of ten of which unit.
  static func scaled(_ meaning: ValueMeaning, _ exponent: Int) -> String {
    let factor = exponent == 0 ? "" : "10^\(exponent)"
    let scale = [factor, unit(meaning)].filter { !$0.isEmpty }.joined(separator: " ")
    return [meaning.description, scale].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  static func value(_ record: DataRecord) -> String {
    if let digits = record.identificationDigits { return digits }
    switch record.value.reading {
    case .integer, .large, .real:
      let number = record.value.scaledText ?? ""
      return [number, unit(record.meaning)].filter { !$0.isEmpty }.joined(separator: " ")
    case .text(let text): return "\"\(text)\""
    case .binary: return "bytes"
    case .time(let time):
      return ([time.iso8601] + (record.dateMarks?.words ?? [])).joined(separator: ", ")
    case .invalid(let why, _): return "no value: \(why)"
    }
  }

  /// What it is the value of.
  static func what(_ record: DataRecord) -> String {
    let places = [
      ("storage", "\(record.storage)"), ("tariff", "\(record.tariff)"),
      ("subunit", "\(record.subunit)"),
    ].filter { $0.1 != "0" }.map { "\($0.0) \($0.1)" }
    return ([record.meaning.description] + record.qualifiers + places).joined(separator: ", ")
  }

  /// Which record of its format a value without DIF and VIF belongs to.
  static func which(_ record: DataRecord) -> String {
    let function = record.function == .instantaneous ? "" : ", \(record.function.name)"
    let head = Hex.encode(record.dif + record.vif, separator: " ")
    return "record \(head): \(what(record))\(function)"
  }
}

extension DataRecord {
  /// The digits of an identification number, with the zeros that it begins with; nil for all other records, and for
  /// what is no decimal number.
  public var identificationDigits: String? {
    guard let code = keyVIF.first.map({ $0 & 0x7F }),
      [PrimaryVIF.fabrication, PrimaryVIF.identification].contains(code),
      [.bcd2, .bcd4, .bcd6, .bcd8, .bcd12].contains(type), let length = type.length,
      case .integer(let number) = reading, number >= 0
    else { return nil }
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 2 * length - digits.count)) + digits
  }
}
