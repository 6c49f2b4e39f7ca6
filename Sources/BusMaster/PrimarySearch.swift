import MBus
import Metering

/// Asks link layer addresses one after another.
///
/// Where the reset mode has SND_NKE to the meter, it asks whether anybody is there: silence costs no more
/// than the longest reaction of a slave. Any answer to it, or a mode without it, is followed by REQ_UD2,
/// whose answer says who it is.
struct PrimarySearch: ScanSearch {
  private enum Phase: Hashable {
    case greeting
    case requesting
  }

  private(set) var countBits: FrameCountBits
  private(set) var problems: [ScanProblem] = []

  private let range: ClosedRange<UInt8>
  private let plan: ScanPlan
  private let greets: Bool
  /// The address whose turn it is; nil: all have been asked.
  private var address: UInt8?
  private var phase: Phase
  /// Failures of the current question at this address.
  private var attempts = 0
  /// What was wrong with what came.
  private var complaint: String?
  /// What was known of the address before, for the case that nobody is there.
  private var remembered = FrameCountBits.Entry.afterReset

  init(_ range: ClosedRange<UInt8>, plan: ScanPlan, countBits: FrameCountBits) {
    self.range = range
    self.plan = plan
    self.countBits = countBits
    greets = plan.reset.primary.contains(.linkResetToMeter)
    phase = greets ? .greeting : .requesting
    address = range.lowerBound
    remembered = countBits[range.lowerBound]
  }

  var thousandths: Int {
    guard let address else { return 1000 }
    return (Int(address) - Int(range.lowerBound)) * 1000 / range.count
  }

  mutating func cancel() { address = nil }

  mutating func nextRequest() -> ScanRequest? {
    guard let address else { return nil }
    if phase == .greeting { return ScanRequest(.sndNKE(address: address), .presence) }
    let bit = countBits[address].next
    // Until its answer tells otherwise the slave is somewhere within a chain of telegrams.
    countBits[address] = FrameCountBits.Entry(next: bit, isChainOpen: true)
    return ScanRequest(
      .reqUD2(address: address, fcb: bit),
      .loneResponse(ResponseFilter(address: address), isSomebodyThere: greets)
    )
  }

  mutating func take(_ reply: ScanReply) -> [ScanHit] {
    guard case .exchange(let outcome) = reply else { return [] }
    return take(outcome).map { [$0] } ?? []
  }

  private mutating func take(_ outcome: Exchange.Outcome) -> ScanHit? {
    guard let address else { return nil }
    switch (phase, outcome) {
    case (.greeting, .silence):
      attempts += 1
      if attempts > plan.silentRetries { proceed() }
    case (.greeting, _):
      countBits[address] = .afterReset
      phase = .requesting
      attempts = 0
    case (.requesting, .response(let frame)):
      countBits[address] = FrameCountBits.Entry(
        next: !countBits[address].next, isChainOpen: frame.mayBeContinued)
      proceed()
      let identity = frame.identity ?? MeterIdentity(serial: .any)
      return ScanHit(address: .primary(address), identity: identity, frame: frame)
    case (.requesting, .garbage(let why)): failed(at: address, why)
    case (.requesting, _): failed(at: address, nil)
    }
    return nil
  }

  private mutating func failed(at address: UInt8, _ why: String?) {
    complaint = why ?? complaint
    attempts += 1
    let isSomebodyThere = greets || complaint != nil
    guard attempts > (isSomebodyThere ? plan.retries : plan.silentRetries) else { return }
    if let complaint {
      problems.append(.sharedAddress(address, complaint))
    } else if greets {
      problems.append(.silentAddress(address))
    } else {
      countBits[address] = remembered
    }
    proceed()
  }

  /// On to the next address.
  private mutating func proceed() {
    address = address.flatMap { $0 < range.upperBound ? $0 + 1 : nil }
    phase = greets ? .greeting : .requesting
    attempts = 0
    complaint = nil
    if let address { remembered = countBits[address] }
  }
}
