import Time

/// Slows attempts to log in: after some failures of an address each further one makes it wait for twice as long. Failures
/// with one user, from whatever address, count for those addresses that have failed themselves, so that many
/// addresses together learn no more than one, and still nobody can lock a user out from an address of his own.
public struct LoginThrottle: Sendable {
  /// So many failures cost nothing: people mistype.
  public static let free = 2
  /// The longest wait.
  public static let longest = Span.seconds(60)
  /// After so long without a failure an address or user starts anew.
  public static let memory = Span.seconds(900)
  /// The most addresses, and users, that are remembered; the one whose last failure is longest ago goes.
  public static let limit = 1024

  private struct Failures {
    var count = 0
    var last: MonotonicInstant
  }

  private var peers: [String: Failures] = [:]
  private var users: [String: Failures] = [:]

  /// Nobody has failed.
  public init() {}

  /// How long an address has to wait before it may try a user's password; nil: it need not.
  public func wait(_ peer: String, _ user: String, at now: MonotonicInstant) -> Span? {
    guard let own = current(peers[Self.network(peer)], now) else { return nil }
    let others = current(users[user], now)?.count ?? 0
    let until = own.last + Self.delay(max(own.count, others))
    return until > now ? until - now : nil
  }

  /// A password was wrong.
  /// - Returns: how long the address has to wait now.
  public mutating func failed(_ peer: String, _ user: String, at now: MonotonicInstant) -> Span? {
    Self.count(Self.network(peer), in: &peers, now)
    Self.count(user, in: &users, now)
    return wait(peer, user, at: now)
  }

  /// A password was right: the user's failures are forgotten, those of the address are not, since whoever has a
  /// password could try those of others in between.
  public mutating func succeeded(_ user: String) { users[user] = nil }

  /// 1, 2, 4 … 60 s behind those that are free.
  static func delay(_ failures: Int) -> Span {
    guard failures > free else { return .zero }
    let doublings = Int64(min(failures - free - 1, 6))
    return min(.seconds(1 << doublings), longest)
  }

  /// Whoever has an IPv6 network has all its addresses (RFC 6177): its first half stands for it.
  static func network(_ peer: String) -> String {
    guard peer.contains(":"), !peer.hasPrefix("::ffff:") else { return peer }
    let groups = peer.split(separator: ":", omittingEmptySubsequences: false)
    // Behind "::" there is no telling by the text; such addresses of the first half are short ones.
    let head = groups.prefix(4).prefix { !$0.isEmpty }
    return head.joined(separator: ":") + "::/64"
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
