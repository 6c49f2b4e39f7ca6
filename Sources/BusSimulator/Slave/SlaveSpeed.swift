import Time

/// At which speed a slave listens and answers (EN 13757-2, ch. 5.4).
struct SlaveSpeed: Sendable {
  /// A slave that has changed its speed and hears nothing at the new one goes back to the old one: after
  /// 2 to 10 minutes.
  static let patience = Span.seconds(180)

  /// Bits a second; nil: it follows the master.
  private var baud: Int64?
  /// The speed before, and when it was changed, until the master has been heard at the new one.
  private var former: (baud: Int64, since: MonotonicInstant)?

  init(_ speed: SimulatedSlave.Speed, line: Int64) {
    switch speed {
    case .line: baud = line
    case .fixed(let own): baud = own
    case .any: baud = nil
    }
  }

  /// Whether a frame at this speed is one for the slave.
  mutating func hears(_ heard: Int64, at now: MonotonicInstant) -> Bool {
    guard let baud else { return true }
    if let former, now - former.since >= Self.patience {
      self.baud = former.baud
      self.former = nil
      return heard == former.baud
    }
    guard heard == baud else { return false }
    former = nil
    return true
  }

  /// A master has told it to.
  mutating func change(to new: Int64, at now: MonotonicInstant) {
    guard let baud, baud != new else { return }
    former = (baud, now)
    self.baud = new
  }
}
