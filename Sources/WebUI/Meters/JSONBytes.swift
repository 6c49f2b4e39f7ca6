/// JSON that is written byte by byte, in the order in which it is said: thousands of values in a moment.
struct JSONBytes {
  /// What has been written.
  private(set) var bytes: [UInt8] = []
  /// Whether something stands before the next member.
  private var needsComma = false

  init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

  // MARK: Structure

  /// Writes an object.
  mutating func object(_ members: (inout JSONBytes) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Writes a list.
  mutating func array<Items: Sequence>(
    _ items: Items, _ write: (inout JSONBytes, Items.Element) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
    for item in items { write(&self, item) }
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// The name of the member that follows.
  mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // MARK: Members; what is nil is left out

  mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  mutating func member(_ name: StaticString, _ number: (some BinaryInteger)?) {
    guard let number else { return }
    self.name(name)
    digits("\(number)")
  }

  mutating func member(_ name: StaticString, _ isTrue: Bool?) {
    guard let isTrue else { return }
    self.name(name)
    digits(isTrue ? "true" : "false")
  }

  /// A number as its digits.
  mutating func member(_ name: StaticString, digits: String?) {
    guard let digits else { return }
    self.name(name)
    self.digits(digits)
  }

  // MARK: Values

  mutating func digits(_ digits: String) {
    separate()
    bytes.append(contentsOf: digits.utf8)
    needsComma = true
  }

  /// A text in quotes.
  mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20, 0x7F:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.digit(byte >> 4))
        bytes.append(Self.digit(byte & 0x0F))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }
}
