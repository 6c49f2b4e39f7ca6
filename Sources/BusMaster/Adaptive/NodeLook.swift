import MBus
import Metering
import Time

/// Looks at one range: a select, and REQ_UD2 where somebody acknowledges it.
struct NodeLook: SearchStep {
  /// What differs from look to look.
  struct Options: Hashable, Sendable {
    /// How often silence is asked; nil: as often as the search does.
    var asks: Int?
    /// Ask, whatever is known.
    var isForced = false
    /// It is the whole range.
    var isRoot = false
    /// Several are there in all likelihood: do not ask for their data.
    var skipsRequest = false
    /// A telegram with hardly a 1 in it is believed.
    var takesPoor = false
    /// Ask for a good answer again, however unlikely it is that another meter stands behind it.
    var confirms = false
    /// Who is there as far as it is known, so that its next answer is the one that confirms it.
    var expected: MeterIdentity?
    /// The place of the digit that tells it from its siblings.
    var place: Int?
  }

  private enum Phase: Hashable {
    case beginning
    case selecting(Int)
    /// REQ_UD2, after so many without an answer.
    case requesting(Int)
    case reselecting
    /// A burst that may be one meter on a noisy line: once more, and once more.
    case repeating(Int)
    case exactSelecting
    case exactRequesting(Int)
    /// Back to the range, after one meter of it was selected.
    case returning(then: Return)
    case confirming(tries: Int, good: Int)
    case done(LookResult)
  }

  private enum Return: Hashable {
    case collision
    case acceptance
  }

  let node: SlaveSelect
  private let options: Options
  /// What was seen of the range around it.
  private let parent: Observation?
  private var phase = Phase.beginning
  private var asks = 0
  private var seen = Observation()
  /// The first answer.
  private var answer: Probe.Outcome = .silence
  private var frame: Frame?
  private var identity: MeterIdentity?

  init(_ node: SlaveSelect, _ parent: Observation? = nil, _ options: Options = Options()) {
    self.node = node
    self.parent = parent
    self.options = options
  }

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    if phase == .beginning {
      if !options.isForced, let known = memory.known(of: node) {
        phase = .done(known)
      } else {
        asks = options.asks ?? memory.silentAsks
        phase = .selecting(1)
      }
    }
    switch phase {
    case .selecting, .reselecting, .returning, .beginning: return .select(node)
    case .exactSelecting: return .select(exact)
    // Who has acknowledged is there: it may only be slow.
    case .requesting(let silences) where silences > 0 && !memory.timing.isTimeoutGiven:
      return .request(LongListen())
    case .requesting, .repeating, .exactRequesting, .confirming: return .request()
    case .done(let result): return .done(result)
    }
  }

  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    switch phase {
    case .selecting(let attempt): selected(outcome, attempt, &memory)
    case .requesting(let silences): answered(outcome, silences, &memory)
    case .reselecting: phase = .requesting(Self.requestsBeforeSelect)
    case .repeating(let attempt): repeated(outcome, attempt, &memory)
    case .exactSelecting: phase = .exactRequesting(0)
    case .exactRequesting(let silences): exact(outcome, silences, &memory)
    case .returning(.collision): phase = .done(.collision(seen))
    case .returning(.acceptance): accept(&memory)
    case .confirming(let tries, let good): confirmed(outcome, tries, good, &memory)
    case .beginning, .done: break
    }
  }

  // MARK: - The select

  private mutating func selected(
    _ outcome: Probe.Outcome, _ attempt: Int, _ memory: inout SearchMemory
  ) {
    guard case .acknowledged(let bytes, let first, let last) = outcome else {
      guard attempt >= asks else { return phase = .selecting(attempt + 1) }
      memory.close(node, .silent(asks: asks))
      return phase = .done(.empty)
    }
    if attempt > 1 { memory.lossSeen = true }
    memory.noteAcknowledgements(bytes, first: first, last: last, isRoot: options.isRoot)
    // Their delays differ, so their answers would tell nothing. A garbled byte alone is no proof.
    let areSeveral = bytes > 1
    phase = areSeveral || options.skipsRequest ? .done(.collision(seen)) : .requesting(0)
  }

  // MARK: - Its answer

  /// So many without an answer, then a select, and so many again.
  private static let requestsBeforeSelect = 2

  private mutating func answered(
    _ outcome: Probe.Outcome, _ silences: Int, _ memory: inout SearchMemory
  ) {
    switch outcome {
    case .silence, .acknowledged:
      memory.lossSeen = true
      let silences = silences + 1
      phase =
        silences == Self.requestsBeforeSelect ? .reselecting : .requesting(silences)
      guard silences >= 2 * Self.requestsBeforeSelect else { return }
      memory.isMute(node)
      phase = .done(.empty)
    case .burst(let burst) where burst.isNearlyClean:
      answer = outcome
      phase = .repeating(1)
    case .burst, .clean: judge(outcome, &memory)
    }
  }

  private mutating func repeated(
    _ outcome: Probe.Outcome, _ attempt: Int, _ memory: inout SearchMemory
  ) {
    if case .clean = outcome { return judge(outcome, &memory) }
    if attempt == 1, case .burst(let burst) = outcome, burst.isNearlyClean, !burst.isRegular,
      case .burst(let before) = answer, !before.isRegular
    {
      return phase = .repeating(2)
    }
    judge(answer, &memory)
  }

  private mutating func judge(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    answer = outcome
    guard let frame = outcome.frame else { return collide() }
    guard let told = frame.identity ?? (node.places.isEmpty ? node.identity : nil) else {
      // Its digits will tell what its telegram does not.
      return phase = .done(.collision(seen))
    }
    (self.frame, identity) = (frame, told)
    guard node.matches(told) else {
      // It is selected by another serial than it tells, and found by that.
      memory.found(told, frame)
      if node.places.isEmpty { memory.close(node, .single(told)) }
      return phase = .done(node.places.isEmpty ? .single : .collision(seen))
    }
    guard frame.isPoor, !options.takesPoor else { return accept(&memory) }
    phase = .exactSelecting
  }

  private mutating func collide() {
    seen.absorb(answer)
    phase = .done(.collision(seen))
  }

  // MARK: - A telegram that may be several

  /// The meter that the telegram tells. Version and medium are left out: some meters tell others in their
  /// telegrams than they are selected by (Anybus gateway manual 2.4, ch. 8.3).
  private var exact: SlaveSelect {
    SlaveSelect(identity ?? node.identity, mask: [.version, .medium])
  }

  /// Answers of many in step are nearly all zeros, and now and then a frame with a good checksum: of a meter
  /// that is not there, or of one behind which others are hidden.
  private mutating func exact(
    _ outcome: Probe.Outcome, _ silences: Int, _ memory: inout SearchMemory
  ) {
    if case .silence = outcome, silences < 2 { return phase = .exactRequesting(silences + 1) }
    let isSame = outcome.frame.map { frame?.saysTheSame(as: $0) == true } ?? false
    seen.absorb(answer)
    guard isSame, let identity, let frame else {
      if let frame = outcome.frame, let told = frame.identity { memory.found(told, frame) }
      return phase = .returning(then: .collision)
    }
    // A digit hides another one that has its bits and more: that shows at the last two digits, in which
    // meters of one make differ.
    let hiding = [0, 1].filter { node.places.contains($0) }
    guard !hiding.isEmpty else {
      seen = Observation()
      if options.isRoot, !memory.confirmsLone {
        accept(&memory)
      } else {
        phase = .returning(then: .acceptance)
      }
      return
    }
    memory.found(identity, frame)
    (seen.isDoubled, seen.isWeak, seen.order) = (true, true, [0, 1])
    phase = .done(.collision(seen))
  }

  // MARK: - One meter

  private mutating func accept(_ memory: inout SearchMemory) {
    guard let identity, let frame else { return phase = .done(.collision(seen)) }
    memory.found(identity, frame)
    if options.expected == identity {
      return confirmed(answer, 0, 0, &memory)
    }
    if options.isRoot, !memory.confirmsLone { return alone(identity, &memory) }
    guard !options.confirms, !options.isRoot else { return phase = .confirming(tries: 0, good: 0) }
    let digits = parent?.digits ?? parent?.inherited
    let chance = memory.chance(of: node, behind: digits)
    guard chance <= SearchMemory.unlikely || memory.isInSeries(identity) else {
      return phase = .confirming(tries: 0, good: 0)
    }
    memory.pending.append(
      SearchMemory.Pending(
        identity: identity, select: node, chance: chance, digits: digits, place: options.place))
    alone(identity, &memory)
  }

  private mutating func alone(_ identity: MeterIdentity, _ memory: inout SearchMemory) {
    memory.close(node, .single(identity))
    phase = .done(.single)
  }

  private static let mostConfirmations = 4

  private mutating func confirmed(
    _ outcome: Probe.Outcome, _ tries: Int, _ good: Int, _ memory: inout SearchMemory
  ) {
    guard let identity else { return collide() }
    var good = good
    switch outcome {
    case .silence, .acknowledged: memory.lossSeen = true
    case .clean(let frame) where frame.identity == identity || frame.identity == nil: good += 1
    case .clean, .burst:
      // The other one was lost before: both are what is seen of this range.
      memory.lossSeen = true
      if let frame = outcome.frame, let other = frame.identity { memory.found(other, frame) }
      seen = Observation()
      seen.absorb(answer)
      seen.absorb(outcome)
      if seen.common != nil { seen.isDoubled = true }
      return phase = .done(.collision(seen))
    }
    if good >= memory.confirmations || tries + 1 >= Self.mostConfirmations {
      return alone(identity, &memory)
    }
    phase = .confirming(tries: tries + 1, good: good)
  }
}

extension SearchMemory {
  /// Less than this is unlikely.
  static let unlikely = 0.01

  /// The chance that a meter that has the digits of a range fits what was common to those around it.
  func chance(of select: SlaveSelect, behind digits: [UInt8]?) -> Double {
    guard let digits else { return 1 }
    return select.places.reduce(1) { chance, place in
      let bits = digits.dropFirst(place).first ?? 0
      return chance * Double(candidates(bits).count) / Double(radix)
    }
  }

  /// Among its neighbours a meter is not likely to have one with other digits in front.
  func isInSeries(_ identity: MeterIdentity) -> Bool {
    guard let number = identity.serial.decimal else { return false }
    let near = found.lazy.filter { other in
      guard other != identity, let theirs = other.serial.decimal else { return false }
      return abs(Int64(theirs) - Int64(number)) <= 100
    }
    return near.prefix(2).count == 2
  }

  /// When slaves acknowledge: whether all of them do at one time.
  mutating func noteAcknowledgements(
    _ bytes: Int, first: Span, last: Span, isRoot: Bool
  ) {
    if isRoot { latest = max(latest ?? last, last) }
    if bytes > 1 { isSpread = true }
    guard let latest else { return }
    let spread = timing.wireTime(bytes: 1)
    if first > latest + spread || latest > first + spread { isSpread = true }
  }
}

extension Frame {
  /// A telegram with hardly a 1 in its values may be those of many meters at once.
  fileprivate var isPoor: Bool {
    if case .data(let telegram)? = try? ResponseDecoder.decode(self), telegram.isReadable {
      return telegram.records.reduce(0) { $0 + $1.data.bits } < 16
    }
    return data.dropFirst(Self.headerLength).bits < 64
  }

  /// The long header (EN 13757-3, ch. 5.4).
  private static var headerLength: Int { 12 }

  /// But for access number and signature.
  fileprivate func saysTheSame(as other: Frame) -> Bool {
    ci == other.ci && address == other.address && content == other.content
  }

  private var content: [UInt8] { Array(data.prefix(8) + data.dropFirst(Self.headerLength)) }
}

extension Sequence<UInt8> {
  /// How many bits are 1.
  fileprivate var bits: Int { reduce(0) { $0 + $1.nonzeroBitCount } }
}
