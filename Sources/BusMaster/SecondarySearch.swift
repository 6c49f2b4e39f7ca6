import MBus
import Metering

/// Looks for meters by slave selects with wildcards: a tree with ten branches at each digit that is F in
/// the start (MUC500 manual 1.1, ch. 5.3.2).
///
/// A select that nobody acknowledges closes its branch, a single good answer to REQ_UD2 behind it finds
/// a meter and closes it, and answers that disturb each other lead one digit deeper. So does a good answer
/// where several have acknowledged the select: the one that is heard may drown out the others.
///
/// What the plain form does not see:
/// - a meter that another one in its branch drowns out in both answers, by a stronger current or because
///   it was silent for once: the answer of the other came well, and the branch is closed;
/// - serials with hex digits, except where another part of the mask or digits behind F make them the only
///   ones to answer;
/// - meters with the same serial: they are reported, not told apart by their makers.
struct SecondarySearch: ScanSearch {
  private enum Phase: Hashable {
    case selecting
    case requesting
    /// SND_NKE to FD, so that nobody stays selected.
    case deselecting
    case done
  }

  /// A branch that is being looked at: its digit, and whether anybody in one of the branches of its parent
  /// has acknowledged.
  private struct Branch: Hashable {
    var digit: UInt32 = 0
    var hasAnybody = false
  }

  let countBits: FrameCountBits
  private(set) var problems: [ScanProblem] = []

  private let start: SlaveSelect
  private let plan: ScanPlan
  /// How far each free digit is shifted in the serial, in the order in which they are tried.
  private let shifts: [UInt32]
  /// The digits chosen so far, of the first of `shifts`.
  private var path: [Branch]
  private var phase = Phase.selecting
  private var silences = 0
  /// How often REQ_UD2 failed in this branch.
  private var attempts = 0
  /// Several meters have acknowledged a select of this branch.
  private var hasSeveral = false
  private var seen: Set<MeterIdentity> = []
  /// How many serials have been looked at, of `total`.
  private var covered = 0

  init(_ start: SlaveSelect, isReversed: Bool, plan: ScanPlan, countBits: FrameCountBits) {
    self.start = start
    self.plan = plan
    self.countBits = countBits
    let fromLast = (0..<8).map { UInt32($0) * 4 }.filter {
      start.serial.digits >> $0 & SlaveSelect.Wildcard.digit == SlaveSelect.Wildcard.digit
    }
    shifts = isReversed ? fromLast : fromLast.reversed()
    path = shifts.isEmpty ? [] : [Branch()]
  }

  var thousandths: Int { covered * 1000 / total }

  /// How many serials a branch with so many digits chosen has.
  private func size(atDepth depth: Int) -> Int {
    (depth..<max(depth, shifts.count)).reduce(1) { size, _ in size * 10 }
  }

  private var total: Int { size(atDepth: 0) }
  private var isAtFullDepth: Bool { path.count == shifts.count }

  /// The select of the current branch.
  private var select: SlaveSelect {
    var select = start
    let digits = zip(shifts, path).reduce(start.serial.digits) { digits, choice in
      digits & ~(SlaveSelect.Wildcard.digit << choice.0) | choice.1.digit << choice.0
    }
    select.serial = MeterSerial(digits: digits)
    return select
  }

  mutating func cancel() { if phase != .done { phase = .deselecting } }

  mutating func nextRequest() -> ScanRequest? {
    let address = LinkAddress.networkLayer
    switch phase {
    case .selecting: return ScanRequest(select.frame(), .presence)
    case .requesting:
      // The select has reset the frame count bit. A meter whose serial does not fit has been selected all
      // the same, and is found under the serial that it tells.
      return ScanRequest(
        .reqUD2(address: address, fcb: FrameCountBits.Entry.afterReset.next),
        .loneResponse(ResponseFilter(), isSomebodyThere: true)
      )
    case .deselecting: return ScanRequest(.sndNKE(address: address), .acknowledgeIfAny)
    case .done: return nil
    }
  }

  mutating func take(_ reply: ScanReply) -> [ScanHit] {
    guard case .exchange(let outcome) = reply else { return [] }
    return take(outcome).map { [$0] } ?? []
  }

  private mutating func take(_ outcome: Exchange.Outcome) -> ScanHit? {
    switch (phase, outcome) {
    case (.selecting, .silence):
      silences += 1
      if silences > plan.silentRetries { closeBranch() }
    case (.selecting, let outcome):
      if outcome == .acknowledgedBySeveral { hasSeveral = true }
      if let last = path.indices.last { path[last].hasAnybody = true }
      phase = .requesting
    case (.requesting, .response(let frame)): return answered(frame)
    case (.requesting, .garbage(let why)): disturbed(why)
    case (.requesting, _): unanswered()
    case (.deselecting, _), (.done, _): phase = .done
    }
    return nil
  }

  // MARK: - Answers to REQ_UD2

  private mutating func answered(_ frame: Frame) -> ScanHit? {
    guard let identity = frame.identity ?? (isAtFullDepth ? select.identity : nil) else {
      // Its digits will tell what its telegram does not.
      descend()
      return nil
    }
    if !hasSeveral {
      closeBranch()
    } else if isAtFullDepth {
      problems.append(.drownedOut(select.serial))
      closeBranch()
    } else {
      descend()
    }
    guard seen.insert(identity).inserted else { return nil }
    return ScanHit(address: .secondary(identity), identity: identity, frame: frame)
  }

  private mutating func disturbed(_ why: String) {
    guard isAtFullDepth else { return descend() }
    attempts += 1
    phase = .selecting
    guard attempts > plan.retries else { return }
    problems.append(.sharedSerial(select.serial, why))
    closeBranch()
  }

  private mutating func unanswered() {
    attempts += 1
    phase = .selecting
    guard attempts > (isAtFullDepth ? plan.retries : plan.silentRetries) else { return }
    guard isAtFullDepth else { return descend() }
    problems.append(.silentMeter(select.serial))
    closeBranch()
  }

  // MARK: - The tree

  private mutating func descend() {
    path.append(Branch())
    beginBranch()
  }

  private mutating func beginBranch() {
    phase = .selecting
    silences = 0
    attempts = 0
    hasSeveral = false
  }

  /// The branch is done: on to its neighbour, or to the neighbour of its parent.
  private mutating func closeBranch() {
    covered += size(atDepth: path.count)
    beginBranch()
    while let last = path.popLast() {
      if last.digit < 9 {
        path.append(Branch(digit: last.digit + 1, hasAnybody: last.hasAnybody))
        return
      }
      if !last.hasAnybody, !path.isEmpty {
        problems.append(.noDigit(select.serial))
      }
    }
    phase = .deselecting
  }
}
