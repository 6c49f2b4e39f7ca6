import Time

/// Pauses between attempts: short at first, doubling up to a limit.
public struct Backoff: Hashable, Sendable {
  /// The pause after the first failure.
  public let first: Span
  /// The longest pause.
  public let limit: Span
  private var current: Span

  /// - Parameters:
  ///   - first: the pause after the first failure.
  ///   - limit: the longest pause.
  public init(first: Span = .milliseconds(250), limit: Span = .seconds(4)) {
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
