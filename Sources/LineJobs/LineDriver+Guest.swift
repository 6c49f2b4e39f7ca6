import BusMaster
import Metering
import Station
import Time

/// The line in the hands of others: an outside master (MUC500 manual 1.1, ch. 5.3.4), or nobody of ours.
extension LineDriver {
  mutating func lend(_ use: LineUse?) -> [Action] {
    self.use = use
    // It may take an hour; what it has found is kept.
    return use == nil ? [] : cancelScans()
  }

  /// Whoever has the line alone talks as it likes; what is said between our own jobs waits for its turn.
  mutating func guestSends(_ bytes: [UInt8], _ now: Moment) -> [Action] {
    guard downReason == nil, !bytes.isEmpty else { return [] }
    guard toldUse != nil else {
      guest.ask(bytes, now: now.instant)
      return []
    }
    countBits.noteForeignMaster()
    return traced(bytes, .guest, now) + [.send(bytes)]
  }

  /// Packets for the outside master; with each the raw log has a piece.
  mutating func deliver(_ packets: [[UInt8]]) -> [Action] {
    guard !packets.isEmpty else { return [] }
    return trace.flush().map { .raw($0) } + packets.map { .guest($0) }
  }

  mutating func guestLeft() -> [Action] {
    guest.leave()
    return []
  }

  /// Hands the line over, or takes it back; jobs that have not begun are refused.
  mutating func handOver(_ now: Moment) -> [Action] {
    guard use != toldUse else { return [] }
    toldUse = use
    guard let use else { return [.event(.state(line, .up))] }
    defer { jobs = [] }
    return jobs.map { refuse($0, .lineLent(use.words), now) } + [.event(.state(line, .lent(use)))]
  }

  /// What the master says may change what slaves send next.
  mutating func noteForeign(_ request: [UInt8]) {
    if let address = GuestExchange.address(of: request) {
      countBits.noteForeign(address)
    } else {
      countBits.noteForeignMaster()
    }
  }
}
