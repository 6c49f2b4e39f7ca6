import Time

/// How long a slave takes from the end of a request to its answer.
public enum AnswerDelay: Hashable, Sendable {
  /// Drawn once for each slave from what the standard allows: 11 to 330 bit times + 50 ms
  /// (EN 13757-2, ch. 5.5.4).
  case drawn
  /// The same for every answer; may be longer than the standard allows.
  case fixed(Span)

  /// The shortest and the longest that the standard allows.
  static func allowed(baud: Int64) -> ClosedRange<Span> {
    .bits(11, baud: baud)...(.bits(330, baud: baud) + .milliseconds(50))
  }

  func span(baud: Int64, random: inout SplitMix64) -> Span {
    let allowed = Self.allowed(baud: baud)
    let width = (allowed.upperBound - allowed.lowerBound).nanoseconds
    // Drawn in any case: the delay of one slave must not depend on another's setting.
    let drawn = Span(nanoseconds: allowed.lowerBound.nanoseconds + random.below(width + 1))
    return switch self {
    case .drawn: drawn
    case .fixed(let span): max(span, .zero)
    }
  }
}
