import NIOCore

/// How many new connections are let in as time goes by, of each address and of all together. Pure.
///
/// A handshake of TLS costs a few milliseconds of the loop that has the M-Bus, too: whoever connects again and again
/// must not take more than a few per cent of it.
struct ConnectionRate {
  /// Fills with time, up to a limit; each connection takes one out of it.
  struct Bucket: Equatable {
    private var level: Double
    private var last: NIODeadline

    /// It is full.
    init(_ pace: HTTPLimits.Pace, at now: NIODeadline) {
      level = Double(pace.atOnce)
      last = now
    }

    /// Lets time go by.
    mutating func fill(_ pace: HTTPLimits.Pace, at now: NIODeadline) {
      let seconds = Double(max(0, (now - last).nanoseconds)) / 1e9
      level = min(level + seconds * Double(pace.perSecond), Double(pace.atOnce))
      last = max(last, now)
    }

    /// Whether there is something in it.
    var hasOne: Bool { level >= 1 }
    /// Takes one out.
    mutating func take() { level -= 1 }

    /// When there is something in it again.
    func next(_ pace: HTTPLimits.Pace) -> NIODeadline {
      let seconds = max(0, 1 - level) / Double(max(1, pace.perSecond))
      return last + .nanoseconds(Int64(exactly: (seconds * 1e9).rounded(.up)) ?? 0)
    }

    /// When somebody came last.
    var since: NIODeadline { last }
  }

  /// The most addresses that are remembered; whoever has not come for the longest time is forgotten.
  static let mostAddresses = 256

  private let limits: HTTPLimits
  private var all: Bucket
  private var addresses: [String: Bucket] = [:]

  init(_ limits: HTTPLimits, at now: NIODeadline) {
    self.limits = limits
    all = Bucket(limits.pace, at: now)
  }

  /// How many addresses are remembered.
  var addressCount: Int { addresses.count }

  /// Lets a connection in.
  /// - Returns: why it cannot come; nil: it can.
  mutating func admit(_ peer: String, at now: NIODeadline) -> String? {
    var own = addresses[peer] ?? Bucket(limits.paceOfOne, at: now)
    own.fill(limits.paceOfOne, at: now)
    all.fill(limits.pace, at: now)
    defer {
      addresses[peer] = own
      forgetOne()
    }
    guard own.hasOne else {
      return
        "it makes more than \(limits.paceOfOne.perSecond) new connections a second, which is the most of an address"
    }
    guard all.hasOne else {
      return
        "there are more than \(limits.pace.perSecond) new connections a second, which is the most"
    }
    own.take()
    all.take()
    return nil
  }

  private mutating func forgetOne() {
    guard addresses.count > Self.mostAddresses,
      let oldest = addresses.min(by: { $0.value.since < $1.value.since })
    else { return }
    addresses[oldest.key] = nil
  }
}
