/// A point on a clock that only ever goes forward, in nanoseconds since an origin of its own.
/// Pure targets get it as an argument; virtual time in tests starts at zero.
public struct MonotonicInstant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the origin.
  public let nanoseconds: Int64

  /// - Parameter nanoseconds: since the origin of the clock.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The origin.
  public static let zero = MonotonicInstant(nanoseconds: 0)

  /// Which of two came first.
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The instant after a span. Stays at the ends of the range instead of running over.
  public static func + (instant: Self, span: Span) -> Self {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
    guard overflow else { return Self(nanoseconds: sum) }
    return Self(nanoseconds: span.nanoseconds < 0 ? .min : .max)
  }

  /// The span between two instants.
  public static func - (a: Self, b: Self) -> Span {
    let (difference, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
    guard overflow else { return Span(nanoseconds: difference) }
    return Span(nanoseconds: b.nanoseconds < 0 ? .max : .min)
  }
}

/// A length of time, in nanoseconds.
public struct Span: Hashable, Comparable, Sendable {
  /// Nanoseconds; negative spans go backwards.
  public let nanoseconds: Int64

  /// - Parameter nanoseconds: the length.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// No time at all.
  public static let zero = Span(nanoseconds: 0)

  /// Whole seconds; ends at the range of the type (292 years).
  public static func seconds(_ seconds: Int64) -> Span { zero.scaled(seconds, by: 1_000_000_000) }

  /// Whole milliseconds.
  public static func milliseconds(_ milliseconds: Int64) -> Span {
    zero.scaled(milliseconds, by: 1_000_000)
  }

  /// The time that bits take on a serial line.
  /// - Parameter baud: bits a second; less than 1 counts as 1.
  public static func bits(_ count: Int64, baud: Int64) -> Span {
    let perSecond = zero.scaled(count, by: 1_000_000_000)
    return Span(nanoseconds: perSecond.nanoseconds / max(baud, 1))
  }

  /// Milliseconds, rounded down.
  public var milliseconds: Int64 { nanoseconds / 1_000_000 }

  /// Seconds with their fraction.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Which of two is shorter.
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Both one after the other; ends at the range of the type.
  public static func + (a: Self, b: Self) -> Span {
    MonotonicInstant(nanoseconds: a.nanoseconds) + b - .zero
  }

  /// The difference; ends at the range of the type.
  public static func - (a: Self, b: Self) -> Span {
    MonotonicInstant(nanoseconds: a.nanoseconds) - MonotonicInstant(nanoseconds: b.nanoseconds)
  }

  /// `count` times this span; ends at the range of the type.
  public static func * (span: Self, count: Int64) -> Span {
    zero.scaled(span.nanoseconds, by: count)
  }

  private func scaled(_ value: Int64, by factor: Int64) -> Span {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    guard overflow else { return Span(nanoseconds: product) }
    return Span(nanoseconds: (value < 0) == (factor < 0) ? .max : .min)
  }
}
