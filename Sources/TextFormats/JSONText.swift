/// JSON text whose fields keep the order in which they were written: what others parse and people
/// compare line by line.
public indirect enum JSONText: Sendable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number, with all its digits. Beyond 2^53 a reader that holds numbers as Double rounds it.
  case integer(Int64)
  /// Any number; NaN and the infinities become null.
  case number(Double)
  /// A number as its digits, which are taken as they are; nil becomes null.
  case digits(String?)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONText])
  /// Fields in their order.
  case object([(String, JSONText)])

  /// Up to this a whole number is exact as a Double (2^53).
  private static let largestExact: Int64 = 1 << 53

  /// A count or code.
  public static func whole(_ value: some BinaryInteger) -> JSONText {
    Int64(exactly: value).map { .integer($0) } ?? .string("\(value)")
  }

  /// A text, or null.
  public static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

  /// The text, on one line.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .digits(let digits): digits ?? "null"
    case .number(let value): Self.text(value)
    case .string(let value): Self.quoted(value)
    case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
    case .object(let fields):
      "{" + fields.map { Self.quoted($0.0) + ":" + $0.1.text }.joined(separator: ",") + "}"
    }
  }

  /// The shortest digits that read back as the same number; whole numbers without a fraction.
  private static func text(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if let whole = Int64(exactly: number), whole.magnitude <= largestExact.magnitude {
      return "\(whole)"
    }
    return "\(number)"
  }

  /// A text in quotes. It is a double-quoted text of YAML and a basic string of TOML, too.
  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where mustBeEscaped(scalar):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Control characters, and what JavaScript and YAML take for the end of a line or of nothing.
  private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }
}
