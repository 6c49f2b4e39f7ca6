import BusMaster
import MBus
import Time

/// An outside master on a line that is shared with it, or lent to it: what it asks, and what it hears.
struct GuestSession: Hashable, Sendable {
  /// How long it may keep the line from our own jobs at a stretch.
  static let longestTurn = Span.seconds(10)

  private var requests = GuestRequests()
  private var packet = GuestPacket()
  private var exchange: GuestExchange?
  /// Until when the line stays with it after an exchange.
  private var holdEnd: MonotonicInstant?
  /// Since when it has had the line; nil: our own jobs have had it since.
  private var turnBegan: MonotonicInstant?

  /// Requests that could not be put on the line in time.
  var dropped: Int { requests.dropped }

  /// When something is to be done for it if nothing happens.
  func deadline(_ timing: LineTiming) -> MonotonicInstant? {
    [requests.deadline(timing), packet.deadline(timing), exchange?.end, holdEnd]
      .compactMap { $0 }.min()
  }

  /// Whether it waits for an answer.
  var isListening: Bool { exchange != nil }

  // MARK: - What it hears

  /// Bytes came from the line; the packets that are whole.
  mutating func hear(_ bytes: [UInt8], _ timing: LineTiming, now: MonotonicInstant) -> [[UInt8]] {
    exchange?.receive(bytes, now: now)
    return packet.append(bytes, now: now)
  }

  /// The packet that silence has ended.
  mutating func duePacket(_ timing: LineTiming, now: MonotonicInstant) -> [[UInt8]] {
    packet.due(timing, now: now)
  }

  // MARK: - What it asks

  /// Bytes that it sends while it shares the line.
  mutating func ask(_ bytes: [UInt8], now: MonotonicInstant) { requests.append(bytes, now: now) }

  /// Whether an exchange of its own is under way; one that is over is forgotten.
  mutating func isBusy(_ timing: LineTiming, now: MonotonicInstant) -> Bool {
    guard let exchange else { return false }
    guard now >= exchange.end || exchange.isAnswered && requests.hasOne(timing, now: now) else {
      return true
    }
    self.exchange = nil
    holdEnd =
      exchange.isToBeContinued
      ? exchange.end + timing.idleTimeout + GuestExchange.thinkingTime : nil
    return false
  }

  /// Puts its next request on the line, if it is its turn.
  mutating func begin(
    hasOwnJobs: Bool, _ timing: LineTiming, now: MonotonicInstant
  ) -> [UInt8]? {
    if let end = holdEnd, now >= end { holdEnd = nil }
    guard mayGo(hasOwnJobs: hasOwnJobs, now: now), let request = requests.next(timing, now: now)
    else { return nil }
    turnBegan = turnBegan ?? now
    holdEnd = nil
    exchange = GuestExchange(request, timing: timing, now: now)
    return request
  }

  /// Whether our own jobs have to wait for what it will ask.
  func holdsLine(now: MonotonicInstant) -> Bool {
    guard let holdEnd, let turnBegan else { return false }
    return now < holdEnd && now - turnBegan < Self.longestTurn
  }

  /// By turns with our own jobs, but for what belongs together.
  private func mayGo(hasOwnJobs: Bool, now: MonotonicInstant) -> Bool {
    turnBegan == nil || !hasOwnJobs || holdsLine(now: now)
  }

  /// One of our own jobs begins.
  mutating func noteOwnJob() {
    turnBegan = nil
    holdEnd = nil
  }

  /// It has gone; what it has asked is carried to its end, so that the answer disturbs nobody.
  mutating func leave() {
    requests.clear()
    holdEnd = nil
  }

  /// The line has gone.
  mutating func clear() {
    requests.clear()
    packet = GuestPacket()
    (exchange, holdEnd, turnBegan) = (nil, nil, nil)
  }
}
