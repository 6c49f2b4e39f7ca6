import Time

/// Tells whether a serial port hangs: when what was handed to it has not left long after it should have.
struct OutputWatch: Hashable, Sendable {
  /// How much later than computed the last byte may leave: adapters tell late.
  static let patience = Span.seconds(1)

  private let parameters: SerialParameters
  /// When all that has been handed over should have left.
  private var emptyBy: MonotonicInstant

  init(_ parameters: SerialParameters, now: MonotonicInstant) {
    self.parameters = parameters
    emptyBy = now
  }

  /// Bytes are handed over; they leave after those before.
  mutating func sent(_ count: Int, at now: MonotonicInstant) {
    let bits = Int64(clamping: count) * Int64(parameters.bitsPerCharacter)
    emptyBy = max(emptyBy, now) + .bits(bits, baud: Int64(parameters.baud))
  }

  /// - Parameter pending: how many bytes have not left yet.
  func hangs(pending: Int, at now: MonotonicInstant) -> Bool {
    pending > 0 && now > emptyBy + Self.patience
  }
}
