/// A number or a text, as people and programs write one and the same thing: `7` and `"7"`.
public enum NumberOrText: Codable, Hashable, Sendable {
  case number(Double)
  case text(String)

  /// Reads either.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes it as it was read.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    }
  }

  /// As the files of the folder spell it.
  public var text: String {
    switch self {
    case .number(let number): Int(exactly: number).map { String($0) } ?? "\(number)"
    case .text(let text): text
    }
  }

  /// The whole number that it is; nil: none.
  public var integer: Int? {
    switch self {
    case .number(let number): Int(exactly: number)
    case .text(let text): Int(text)
    }
  }
}
