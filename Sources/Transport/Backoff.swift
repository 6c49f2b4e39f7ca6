import Time

/// Pauses between attempts: short at first, doubling up to a limit.
public struct Backoff: Hashable, Sendable {
  /// The pause after the first failure.
  public let first: Span
  /// The longest pause.
  public let limit: Span
  private var current: Span

  /// The longest pause of a line. What is back is to be in use within 5 s. At worst an attempt has begun
  /// just before and still takes its whole `TCPLine.connectTimeout` of 3 s, then comes the pause; half
  /// a second is left for the attempt that succeeds.
  public static let lineLimit = Span.milliseconds(1500)

  /// - Parameters:
  ///   - first: the pause after the first failure.
  ///   - limit: the longest pause.
  public init(first: Span = .milliseconds(250), limit: Span = Self.lineLimit) {
    self.first = first
    self.limit = limit
    current = first
  }

  /// The pause before the next attempt.
  public mutating func next() -> Span {
    defer { current = min(current * 2, limit) }
    return current
  }

  /// Begins with the shortest pause again, after a success.
  public mutating func reset() { current = first }
}
