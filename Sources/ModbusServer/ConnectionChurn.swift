import NIOCore

/// Newcomers that take the places of others: one is nothing to speak of, many are a limit that is too low.
/// Tells which of them are worth a line, and when a warning is due.
struct ConnectionChurn {
  /// What there is to say of one that was displaced.
  enum Verdict: Equatable {
    /// A line of its own.
    case single
    /// A line of its own, and the warning.
    case frequent(DisplacementReport)
    /// Nothing: it is counted in the next warning.
    case counted
  }

  /// So many within `window` are many.
  static let many = 3
  static let window = TimeAmount.minutes(1)
  /// The least time from one warning to the next.
  static let pause = TimeAmount.minutes(10)

  /// Those that have not been in a warning yet.
  private var count = 0
  private var firstTime = NIODeadline.now()
  /// When the last ones were, at most `many`.
  private var times: [NIODeadline] = []
  private var lastWarning: NIODeadline?
  private var newcomers = ClientTally()
  private var displaced = ClientTally()

  /// Notes that one client has taken the place of another.
  mutating func note(_ gone: String, for newcomer: String, at now: NIODeadline) -> Verdict {
    let isPausing = isPausing(at: now)
    if !isPausing, let last = times.last, now - last > Self.window { forget() }
    if count == 0 { firstTime = now }
    count += 1
    times = times.suffix(Self.many - 1) + [now]
    newcomers.add(newcomer)
    displaced.add(gone)
    if isPausing { return .counted }
    guard isFrequent else { return .single }
    return .frequent(warn(at: now))
  }

  /// The warning of those that were only counted, once the pause is over; nil: there were none, or few.
  mutating func overdueWarning(at now: NIODeadline) -> DisplacementReport? {
    guard lastWarning != nil, !isPausing(at: now) else { return nil }
    lastWarning = nil
    guard count >= Self.many else {
      forget()
      return nil
    }
    return warn(at: now)
  }

  private var isFrequent: Bool {
    guard times.count >= Self.many, let first = times.first, let last = times.last else {
      return false
    }
    return last - first <= Self.window
  }

  private func isPausing(at now: NIODeadline) -> Bool {
    lastWarning.map { now - $0 < Self.pause } ?? false
  }

  private mutating func warn(at now: NIODeadline) -> DisplacementReport {
    defer {
      forget()
      lastWarning = now
    }
    return DisplacementReport(
      count: count, within: now - firstTime, newcomers: "\(newcomers)", displaced: "\(displaced)")
  }

  private mutating func forget() {
    count = 0
    times = []
    newcomers = ClientTally()
    displaced = ClientTally()
  }
}

/// How often newcomers have taken the places of others.
public struct DisplacementReport: Equatable, Sendable {
  /// How often.
  public let count: Int
  /// From the first to now.
  public let within: TimeAmount
  /// The addresses of those who came, the most frequent first.
  public let newcomers: String
  /// The addresses of those who had to go.
  public let displaced: String
}

/// How often each address was seen; of many addresses those beyond a number are counted together.
struct ClientTally: CustomStringConvertible {
  /// How many addresses are told apart.
  static let maximumAddresses = 8

  private var counts: [String: Int] = [:]
  private var others = 0

  mutating func add(_ host: String) {
    if counts[host] != nil || counts.count < Self.maximumAddresses {
      counts[host, default: 0] += 1
    } else {
      others += 1
    }
  }

  /// `192.0.2.7 (3 times), 192.0.2.8 (once), others (9 times)`
  var description: String {
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let rest = others > 0 ? [("others", others)] : []
    return (sorted.map { ($0.key, $0.value) } + rest)
      .map { "\($0.0) (\($0.1 == 1 ? "once" : "\($0.1) times"))" }.joined(separator: ", ")
  }
}
