import Time

/// How fast a line is, and how long is waited for answers (MUC500 manual 1.1, ch. 5.3.3 and 5.3.4).
public struct LineTiming: Hashable, Sendable {
  /// Bits a second.
  public var baud: Int64
  /// Until the first byte of an answer, counted from the end of the request on the wire
  /// (MBUS_TIMEOUT).
  public var timeout: Span
  /// Silence that ends what has no length (MBUS_IDLETIMEOUT).
  public var idleTimeout: Span
  /// What an answer may take in all, counted from its first byte (MBUS_FULLTIMEOUT).
  public var fullTimeout: Span
  /// Bits of a character on the wire: start, data, parity, stop.
  public var bitsPerByte: Int64
  /// What the link to the wire adds to the time between the last bit sent and the first byte of an answer.
  public var latency: Span
  /// Somebody has set `timeout`: then it is how long scans wait, too.
  public var isTimeoutGiven: Bool

  /// Timing; what is left out has the default of both manuals.
  public init(
    baud: Int64 = 2400, timeout: Span = .milliseconds(2000),
    idleTimeout: Span = .milliseconds(100), fullTimeout: Span = .milliseconds(10_000),
    bitsPerByte: Int64 = Self.standardBitsPerByte, latency: Span = .zero,
    isTimeoutGiven: Bool = false
  ) {
    self.baud = baud
    self.timeout = timeout
    self.idleTimeout = idleTimeout
    self.fullTimeout = fullTimeout
    self.bitsPerByte = bitsPerByte
    self.latency = latency
    self.isTimeoutGiven = isTimeoutGiven
  }

  /// A character of M-Bus: start, 8 data bits, parity, stop (EN 13757-2).
  public static let standardBitsPerByte: Int64 = 11

  /// What `count` bytes take on the wire.
  public func wireTime(bytes count: Int) -> Span {
    .bits(Int64(clamping: count) * bitsPerByte, baud: baud)
  }

  /// The longest that a slave may take to begin an answer: 330 bit times and 50 ms (EN 13757-2).
  public var longestReaction: Span { .bits(330, baud: baud) + .milliseconds(50) }

  /// How long a question of the adaptive search waits for whoever answers, counted from the last bit sent.
  public var answerWindow: Span { isTimeoutGiven ? timeout : longestReaction + latency }

  /// The same for the one question that looks for slaves which are slower than the standard allows.
  public var longWindow: Span { timeout + latency }

  /// The pause after a frame that nobody answers, before the next one: 33 bit times of idle line
  /// (IEC 60870-5-1, format class FT 1.2).
  public var pauseAfterBroadcast: Span { .bits(33, baud: baud) }
}
