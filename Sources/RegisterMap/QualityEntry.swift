import Time

/// How far an entry can be trusted, from the best to the worst.
public enum QualityState: UInt8, CaseIterable, Comparable, Sendable {
  /// The last readout brought it.
  case good = 0
  /// The last readout did not bring it; an earlier one did.
  case stale = 1
  /// The meter sent it marked as an error, or as what is no value.
  case error = 2
  /// No readout has brought it since the start.
  case neverRead = 3

  /// Which of two is better.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// How good the readouts of all meters are, since the start.
public struct DeviceQuality: Hashable, Sendable {
  /// When the gateway started.
  public var start: MonotonicInstant
  /// Readouts that brought values.
  public var goodReadouts: UInt32
  /// Readouts that brought nothing.
  public var failedReadouts: UInt32
  /// Meters whose last readout was good.
  public var goodMeters: UInt16
  /// Meters of the list.
  public var meters: UInt16

  /// All fields.
  public init(
    start: MonotonicInstant, goodReadouts: UInt32 = 0, failedReadouts: UInt32 = 0,
    goodMeters: UInt16 = 0, meters: UInt16 = 0
  ) {
    self.start = start
    self.goodReadouts = goodReadouts
    self.failedReadouts = failedReadouts
    self.goodMeters = goodMeters
    self.meters = meters
  }
}

/// How good the readouts of a meter are, since the start.
public struct MeterQuality: Hashable, Sendable {
  /// The worst of its values, or its own.
  public var state: QualityState
  /// The last good readout; nil: none yet.
  public var lastGood: MonotonicInstant?
  /// Readouts that brought values.
  public var goodReadouts: UInt32
  /// Readouts that brought nothing.
  public var failedReadouts: UInt32
  /// Failed readouts since the last good one.
  public var misses: UInt16
  /// How many of its values are not good.
  public var valuesNotGood: UInt16

  /// All fields.
  public init(
    state: QualityState, lastGood: MonotonicInstant?, goodReadouts: UInt32,
    failedReadouts: UInt32, misses: UInt16, valuesNotGood: UInt16
  ) {
    self.state = state
    self.lastGood = lastGood
    self.goodReadouts = goodReadouts
    self.failedReadouts = failedReadouts
    self.misses = misses
    self.valuesNotGood = valuesNotGood
  }
}

/// How good a value is.
public struct ValueQuality: Hashable, Sendable {
  /// How far it can be trusted.
  public var state: QualityState
  /// Why it is in error, or that its meter does not send it: `InvalidReadingCode`; otherwise 0.
  public var errorCode: UInt8
  /// When the reading came that its registers hold; nil: none yet.
  public var readAt: MonotonicInstant?
  /// Readouts since then that did not bring a good one.
  public var misses: UInt16
  /// The float is another value than number × 10^exponent.
  public var isFloatOnly: Bool

  /// All fields.
  public init(
    state: QualityState, errorCode: UInt8, readAt: MonotonicInstant?, misses: UInt16,
    isFloatOnly: Bool = false
  ) {
    self.state = state
    self.errorCode = errorCode
    self.readAt = readAt
    self.misses = misses
    self.isFloatOnly = isFloatOnly
  }
}
