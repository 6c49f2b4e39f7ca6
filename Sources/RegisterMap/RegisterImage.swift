/// The registers of one address space as bytes, most significant first.
struct RegisterImage {
  /// Registers that must not be read now; nil: all can be, so that the check costs nothing.
  private(set) var refused: RegisterSet?
  private var bytes: [UInt8] = []

  /// How many registers there are.
  var span: Int { bytes.count / 2 }

  /// Adds registers of 0 at the end until there are as many; never takes any away.
  mutating func grow(toSpan span: Int) {
    let missing = min(span, RegisterLayout.addressCount) - self.span
    guard missing > 0 else { return }
    bytes.append(contentsOf: repeatElement(0, count: missing * 2))
  }

  /// Writes the fields of an entry; fields that are not within the span are left out.
  mutating func store<Entry>(
    _ entry: Entry, _ fields: [RegisterField<Entry>], at register: Int, _ order: RegisterOrder
  ) {
    for field in fields {
      let bits = field.bits(entry)
      let arranged = order.concerns(field) ? order.arranged(bits, width: field.width) : bits
      store(arranged, width: field.width, at: register + field.offset)
    }
  }

  /// Says whether an entry can be read.
  mutating func refuse(_ isRefused: Bool, _ registers: Range<Int>) {
    guard isRefused || refused != nil else { return }
    var all = refused ?? RegisterSet()
    refused = nil
    all.set(isRefused, registers)
    refused = all.isEmpty ? nil : all
  }

  /// Most significant byte first.
  private mutating func store(_ bits: UInt64, width: Int, at register: Int) {
    guard register >= 0, width >= 0, register + width <= span else { return }
    let first = register * 2
    for index in 0..<(width * 2) {
      bytes[first + index] = UInt8(truncatingIfNeeded: bits >> UInt64((width * 2 - 1 - index) * 8))
    }
  }

  /// - Parameter range: registers within the span.
  func withBytes(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { all in
      let wanted = (range.lowerBound * 2)..<(range.upperBound * 2)
      body(UnsafeRawBufferPointer(rebasing: all[wanted]))
    }
  }
}
