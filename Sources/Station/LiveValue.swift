import Metering
import Time

/// A value as the gateway knows it now: the last good one, and how good it still is.
public struct LiveValue: Hashable, Sendable {
  /// How far a value can be trusted.
  public enum Quality: Hashable, Sendable {
    /// No reading that was valid has come since the start.
    case neverRead
    /// Read and valid at the last readout.
    case good
    /// The last readout brought no such value, or the meter did not answer.
    case stale
    /// The meter sent the value marked as invalid: why.
    case invalid(String, code: InvalidReadingCode = .other)
  }

  /// The last value that was valid; until there is one, the last that came marked as invalid.
  public private(set) var brought: MeterValue?
  /// How good it still is.
  public private(set) var quality: Quality = .neverRead
  /// When the last good value was read.
  public private(set) var readAt: Moment?
  /// Readouts since then that did not bring a valid one.
  public private(set) var misses = 0
  /// Readouts in a row, up to now, that brought a valid one; ends at 255.
  public private(set) var hits: UInt8 = 0
  /// True from a reading that came marked as invalid until the next valid one.
  public private(set) var isMarked = false

  /// True when the meter answers with all its telegrams, and this value is not among theirs: it stays in
  /// the list with its registers.
  public private(set) var isNotSent = false

  /// The last value that was valid.
  public var lastGood: MeterValue? { readAt == nil ? nil : brought }

  /// True when what the last readout brought is all that can be expected: a valid reading, or from the first
  /// readout on none where meters have none, such as the date of a storage that has not been filled yet.
  public var isUpToDate: Bool {
    switch quality {
    case .good: true
    case .invalid(_, let code): lastGood == nil && code.saysNone
    case .neverRead, .stale: false
    }
  }

  /// A value that has never been read.
  public init() {}

  /// Takes what a readout brought. An invalid reading keeps the last good value and is counted as a
  /// miss.
  public mutating func update(_ value: MeterValue, at time: Moment) {
    isNotSent = false
    if case .invalid(let why, let code) = value.reading {
      quality = .invalid(why, code: code)
      misses += 1
      hits = 0
      isMarked = true
      if lastGood == nil { brought = value }
      return
    }
    brought = value
    isMarked = false
    hits = hits == .max ? .max : hits + 1
    readAt = time
    quality = .good
    misses = 0
  }

  /// Counts a readout that did not bring this value.
  /// - Parameter isWhole: all telegrams of the meter have come. Where none or not all have, nothing is
  ///   known of what it sends, and what was known stays.
  public mutating func miss(isWhole: Bool = false) {
    misses += 1
    hits = 0
    isNotSent = isNotSent || isWhole
    quality = lastGood == nil ? .neverRead : .stale
  }
}
