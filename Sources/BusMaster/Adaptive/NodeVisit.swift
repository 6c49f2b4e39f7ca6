import MBus
import Metering

/// Looks through a range in which there are several meters, one digit after another.
struct NodeVisit: SearchStep {
  private enum Phase: Hashable {
    case opening
    /// The range is selected anew, so that it can be asked.
    case selecting
    /// REQ_UD2 for a second burst, after so many without an answer.
    case doubling(Int)
    /// REQ_UD2 for a third one, where answers have been lost.
    case tripling
    case digits
    case looking(UInt8)
    /// Several have a digit: they are to be told apart, in a round of checking or before.
    case entering(UInt8, round: Int?)
    case inside(UInt8, round: Int?)
    case checking(round: Int)
    /// One meter was found where there seemed to be several: was it noise?
    case askingAgain(Int)
    case searchingAgain(round: Int, UInt8)
    case lookingAgain(round: Int, UInt8)
    case done
  }

  private var node: SlaveSelect
  private var seen: Observation
  private let parent: Observation?
  private var phase = Phase.opening
  /// The digit that is being tried.
  private var place = 0
  private var digits: [UInt8] = []
  /// How many of its values have been tried.
  private var tried = 0
  private var isNarrow = false
  private var isReplanned = false
  private var child = Observation()
  private var siblings = Siblings()

  /// How many meters the digits have that have been tried.
  private struct Siblings: Hashable {
    var count = 0
    var least = Int.max
    var most = 0
    var sum = 0

    mutating func add(_ meters: Int) {
      count += 1
      least = min(least, meters)
      most = max(most, meters)
      sum += meters
    }

    /// The others will have several, too.
    var areFull: Bool { count >= 2 && least >= 3 && sum >= 5 * count }
    /// The others will have one, too.
    var areSingle: Bool { count >= 2 && most <= 1 }
  }

  /// - Parameters:
  ///   - node: the range.
  ///   - seen: what has been seen of it.
  ///   - parent: what was seen of the range around it.
  init(_ node: SlaveSelect, _ seen: Observation, parent: Observation? = nil) {
    self.node = node
    self.seen = seen
    self.parent = parent
  }

  var share: Int {
    digits.isEmpty ? 0 : max(0, tried - (isUnderWay ? 1 : 0)) * 1_000_000 / digits.count
  }
  var unit: Int { digits.isEmpty ? 1_000_000 : 1_000_000 / digits.count }

  /// The digit that was tried last is not done yet.
  private var isUnderWay: Bool {
    switch phase {
    case .looking, .entering, .inside: true
    default: false
    }
  }

  // MARK: - What is next

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    if phase == .opening, !open(&memory) { return twins(&memory) }
    switch phase {
    case .selecting: return .select(node)
    case .doubling, .tripling: return .request()
    case .askingAgain(0): return .select(node)
    case .askingAgain: return .request()
    case .digits: return nextDigit(&memory)
    case .checking(let round): return check(round, &memory)
    case .searchingAgain(let round, let digit): return nextAgain(round, digit, &memory)
    case .entering(let digit, let round):
      phase = .inside(digit, round: round)
      return .push(NodeVisit(node.with(digit, at: place), child, parent: seen))
    case .opening, .looking, .inside, .lookingAgain, .done: return .done(.skipped)
    }
  }

  private mutating func twins(_ memory: inout SearchMemory) -> SearchMove {
    phase = .done
    return .push(TwinSearch(node, seen))
  }

  /// - Returns: false when there is no digit left by which they could be told apart.
  private mutating func open(_ memory: inout SearchMemory) -> Bool {
    if let parent, parent.isDoubled, !seen.isDoubled, let common = seen.digits,
      parent.digits == common
    {
      seen.isDoubled = true
    }
    if seen.isDoubled, let common = seen.digits {
      // Where only one digit is possible all of them have it.
      for place in node.places {
        let possible = memory.candidates(common.dropFirst(place).first ?? 0)
        if possible.count == 1, let digit = possible.first { node = node.with(digit, at: place) }
      }
    }
    guard let choice = Self.choice(node, seen, memory) else { return false }
    isReplanned = choice.isPlanned
    begin(choice, memory)
    return true
  }

  /// Begins with a digit.
  private mutating func begin(
    _ choice: Choice, isSelected: Bool = true, _ memory: SearchMemory
  ) {
    place = choice.place
    if let order = choice.order { seen.order = order }
    let isToBeDoubled = (seen.digits?.dropFirst(place).first ?? 0) != 0 && !seen.isDoubled
    if isToBeDoubled {
      phase = isSelected ? .doubling(0) : .selecting
    } else {
      beginDigits(memory)
    }
  }

  private mutating func beginDigits(_ memory: SearchMemory) {
    let bits = seen.isDoubled ? seen.digits?.dropFirst(place).first ?? 0 : 0
    isNarrow = bits != 0
    digits = memory.candidates(bits)
    tried = 0
    siblings = Siblings()
    phase = .digits
  }

  private mutating func nextDigit(_ memory: inout SearchMemory) -> SearchMove {
    guard let digit = digits.dropFirst(tried).first else {
      phase = .checking(round: 0)
      return check(0, &memory)
    }
    tried += 1
    phase = .looking(digit)
    var options = NodeLook.Options()
    options.skipsRequest = !isNarrow && siblings.areFull
    options.takesPoor = siblings.areSingle && seen.order.isEmpty
    options.place = place
    return .push(NodeLook(node.with(digit, at: place), seen, options))
  }

  // MARK: - What came of it

  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    switch phase {
    case .selecting: phase = .doubling(0)
    case .doubling(let silences):
      if case .silence = outcome {
        memory.lossSeen = true
        if silences < 2 { phase = .doubling(silences + 1) } else { beginDigits(memory) }
        return
      }
      absorb(outcome, &memory)
      seen.isDoubled = seen.common != nil
      if memory.lossSeen { phase = .tripling } else { chooseAgain(memory) }
    case .tripling:
      absorb(outcome, &memory)
      chooseAgain(memory)
    case .askingAgain(let number): askedAgain(outcome, number, &memory)
    default: break
    }
  }

  private mutating func absorb(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    if case .clean(let frame) = outcome, let identity = frame.identity {
      memory.found(identity, frame)
    }
    let before = seen.digits
    var alone = Observation()
    alone.absorb(outcome)
    if let before, let now = alone.digits, now != before { memory.lossSeen = true }
    seen.absorb(outcome)
  }

  private mutating func chooseAgain(_ memory: SearchMemory) {
    if let choice = Self.choice(node, seen, memory) {
      place = choice.place
      if let order = choice.order { seen.order = order }
    }
    beginDigits(memory)
  }

  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {
    switch phase {
    case .looking(let digit):
      phase = .digits
      looked(result, digit, round: nil)
    case .lookingAgain(let round, let digit):
      phase = .searchingAgain(round: round, digit + 1)
      looked(result, digit, round: round)
    case .inside(let digit, nil): lookedThrough(digit, &memory)
    case .inside(let digit, let round?): phase = .searchingAgain(round: round, digit + 1)
    default: break
    }
  }

  private mutating func looked(_ result: LookResult, _ digit: UInt8, round: Int?) {
    switch result {
    case .empty: siblings.add(0)
    case .single: siblings.add(1)
    case .skipped: break
    case .collision(let child):
      self.child = child
      if child.order.isEmpty { self.child.order = seen.order }
      if !child.isMade { self.child.inherited = seen.digits ?? seen.inherited }
      phase = .entering(digit, round: round)
    }
  }

  private mutating func lookedThrough(_ digit: UInt8, _ memory: inout SearchMemory) {
    let select = node.with(digit, at: place)
    memory.close(select, .resolved)
    siblings.add(memory.found(in: select).count)
    phase = .digits
    guard !isReplanned else { return }
    isReplanned = true
    guard let plan = SeriesPlan(node, found: memory.found(in: node)),
      let first = plan.order.first, first != place
    else { return }
    begin(Choice(place: first, isPlanned: true, order: plan.order), isSelected: false, memory)
  }

  // MARK: - Whether everybody has been found

  private mutating func check(_ round: Int, _ memory: inout SearchMemory) -> SearchMove {
    let found = memory.found(in: node)
    let isMissing = found.count < 2 || !explains(found)
    guard isMissing, round < 2, !memory.isUnexplained(in: node) else {
      if found.isEmpty, !memory.isUnexplained(in: node) {
        memory.giveUp(node, .noDigit(node.serial))
      }
      phase = .done
      return .done(.skipped)
    }
    if found.count == 1, round == 0 {
      if seen.isWeak {
        phase = .done
        return .done(.skipped)
      }
      phase = .askingAgain(0)
      return .select(node)
    }
    phase = .searchingAgain(round: round, 0)
    return nextAgain(round, 0, &memory)
  }

  /// Whether those that were found have nothing more in common than the burst showed.
  private func explains(_ found: [MeterIdentity]) -> Bool {
    guard let common = seen.digits else { return true }
    let theirs = found.reduce(Burst.Common.all) { $0.and(Burst.Common($1)) }
    return zip(theirs.digits, common).allSatisfy { $0 & ~$1 == 0 }
  }

  private mutating func askedAgain(
    _ outcome: Probe.Outcome, _ number: Int, _ memory: inout SearchMemory
  ) {
    let found = memory.found(in: node)
    let isSame =
      switch outcome {
      case .acknowledged(let bytes, _, _): number == 0 && bytes == 1
      case .clean(let frame): number > 0 && frame.identity == found.first
      case .silence, .burst: false
      }
    if isSame, number == 2 {
      phase = .done
    } else if isSame {
      phase = .askingAgain(number + 1)
    } else {
      phase = .searchingAgain(round: 0, 0)
    }
  }

  private mutating func nextAgain(
    _ round: Int, _ first: UInt8, _ memory: inout SearchMemory
  ) -> SearchMove {
    for digit in first..<max(first, memory.radix) {
      let select = node.with(digit, at: place)
      guard memory.found(in: select).count < 2 else { continue }
      phase = .lookingAgain(round: round, digit)
      var options = NodeLook.Options()
      (options.isForced, options.confirms, options.place) = (true, true, place)
      return .push(NodeLook(select, seen, options))
    }
    return check(round + 1, &memory)
  }
}
