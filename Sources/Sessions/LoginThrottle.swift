import Settings
import Time

/// Slows attempts to log in: after some failures of an address each further one makes it wait for twice as long. Besides,
/// all addresses together that have not logged in as a user before have few attempts with that user, and get new ones
/// slowly: many addresses learn little more than one. Whoever has logged in from an address before does not wait for
/// those, so that nobody locks a user out there.
public struct LoginThrottle: Sendable {
  /// So many failures cost nothing: people mistype.
  public static let free = 2
  /// The longest wait of an address for itself.
  public static let longest = Span.seconds(60)
  /// After so long without a failure an address starts anew.
  public static let memory = Span.seconds(900)
  /// So many failures strangers have with a user at once.
  public static let strangers: Int64 = 20
  /// They get another one so often, in seconds: 8,640 a day.
  public static let interval: Int64 = 10
  /// The most addresses that are remembered, and those from which users have logged in; the one that was there longest ago
  /// goes.
  public static let limit = 1024

  private struct Failures {
    var count = 0
    var last: MonotonicInstant
  }

  /// An address from which somebody has logged in.
  private struct Place: Hashable {
    let user: String
    let network: String
  }

  private var peers: [String: Failures] = [:]
  /// When all failures of strangers are paid for, by user. Names that nobody has share one, so that a flood of them takes
  /// no memory, and they are slowed as others are.
  private var paid: [String: MonotonicInstant] = [:]
  private var known: [Place: MonotonicInstant] = [:]

  /// Nobody has failed.
  public init() {}

  /// How long an address has to wait before it may try a user's password; nil: it need not.
  /// - Parameter user: nil: there is no user of that name.
  public func wait(_ peer: String, _ user: String?, at now: MonotonicInstant) -> Span? {
    let network = IPAddress.client(of: peer)
    var until = now
    if let own = current(peers[network], now) {
      until = max(until, own.last + Self.delay(own.count))
    }
    if let paid = paid[user ?? ""], !isKnown(user, network) {
      until = max(until, paid + .seconds(-Self.interval * (Self.strangers - 1)))
    }
    return until > now ? until - now : nil
  }

  /// A password was wrong.
  /// - Parameter user: nil: there is no user of that name.
  /// - Returns: how long the address has to wait now.
  public mutating func failed(_ peer: String, _ user: String?, at now: MonotonicInstant) -> Span? {
    let network = IPAddress.client(of: peer)
    Self.count(network, in: &peers, now)
    paid = paid.filter { $0.value > now }
    if !isKnown(user, network) {
      paid[user ?? ""] = max(paid[user ?? ""] ?? now, now) + .seconds(Self.interval)
    }
    return wait(peer, user, at: now)
  }

  /// A password was right. Failures are not forgotten, since whoever has a password could try those of others in between.
  public mutating func succeeded(_ peer: String, _ user: String, at now: MonotonicInstant) {
    known[Place(user: user, network: IPAddress.client(of: peer))] = now
    guard known.count > Self.limit, let oldest = known.min(by: { $0.value < $1.value }) else {
      return
    }
    known[oldest.key] = nil
  }

  /// 1, 2, 4 … 60 s behind those that are free.
  static func delay(_ failures: Int) -> Span {
    guard failures > free else { return .zero }
    let doublings = Int64(min(failures - free - 1, 6))
    return min(.seconds(1 << doublings), longest)
  }

  private func isKnown(_ user: String?, _ network: String) -> Bool {
    user.map { known[Place(user: $0, network: network)] != nil } ?? false
  }

  private func current(_ failures: Failures?, _ now: MonotonicInstant) -> Failures? {
    failures.flatMap { now - $0.last < Self.memory ? $0 : nil }
  }

  private static func count(
    _ key: String, in table: inout [String: Failures], _ now: MonotonicInstant
  ) {
    var entry = table[key] ?? Failures(last: now)
    if now - entry.last >= memory { entry.count = 0 }
    entry.count = min(entry.count + 1, 1000)
    entry.last = now
    table[key] = entry
    guard table.count > limit, let oldest = table.min(by: { $0.value.last < $1.value.last })
    else { return }
    table[oldest.key] = nil
  }
}
