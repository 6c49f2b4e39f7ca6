import MBus
import Metering

/// What a search has left for its end: ranges that were closed by one good answer, since it was unlikely that
/// another meter stood behind it, are made sure of, many at a time where that is possible. After answers have
/// been lost, ranges that were silent twice are asked once more.
struct ClosingChecks: SearchStep {
  private enum Phase: Hashable {
    case beginning
    case near
    case complement
    case confirming
    case catchingUp
    case mute
    case done
  }

  private var phase = Phase.beginning
  private var queue: [(node: SlaveSelect, options: NodeLook.Options)] = []
  private var current: SlaveSelect?
  /// Somebody who acknowledges and sends no data.
  private var mute: MuteDescent?
  /// A range in which several are.
  private var entering: (node: SlaveSelect, seen: Observation)?
  /// The chance of the likeliest meter that may be hidden; what the complement leaves of it.
  private var chance = 0.0
  private var left = 0.0
  private var usedPlaces: Set<Int> = []

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    while true {
      if let (node, seen) = entering {
        entering = nil
        return .push(NodeVisit(node, seen))
      }
      if let mute {
        self.mute = nil
        return .push(mute)
      }
      if !queue.isEmpty {
        let (node, options) = queue.removeFirst()
        if phase == .near, memory.isSilent(node) { continue }
        current = node
        return .push(NodeLook(node, nil, options))
      }
      guard phase != .done else { return .done(.skipped) }
      refill(&memory)
    }
  }

  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {}

  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {
    guard let node = current else { return }
    current = nil
    if case .collision(let seen) = result { entering = (node, seen) }
  }

  // MARK: - What is to be asked

  private mutating func refill(_ memory: inout SearchMemory) {
    switch phase {
    case .beginning:
      phase = .near
      queue = memory.pending.flatMap { Self.neighbours(of: $0, memory) }.map {
        ($0, Self.once)
      }
    case .near:
      phase = .complement
      chance = memory.pending.map(\.chance).max() ?? 0
      left = chance
    case .complement:
      guard !exclude(memory) else { return }
      phase = .confirming
      confirm(memory)
    case .confirming:
      phase = .catchingUp
      if memory.lossSeen { catchUp(memory) }
    case .catchingUp: phase = .mute
    case .mute:
      guard let node = memory.takeMute() else { return phase = .done }
      mute = MuteDescent(node)
    case .done: break
    }
  }

  private static let once: NodeLook.Options = {
    var options = NodeLook.Options()
    (options.asks, options.isForced) = (1, true)
    return options
  }()

  /// So close together meters are likely to be out of one box.
  private static let nearDistance: Int64 = 300
  /// The digits in which such meters differ.
  private static let lastPlaces = 0...1

  /// Ranges in which a meter would be that hides behind this one and is out of the same box as others.
  private static func neighbours(
    of pending: SearchMemory.Pending, _ memory: SearchMemory
  ) -> [SlaveSelect] {
    let mine = SlaveSelect(pending.identity)
    guard let number = pending.identity.serial.decimal else { return [] }
    let near = memory.found.filter { other in
      guard other != pending.identity, let theirs = other.serial.decimal else { return false }
      return abs(Int64(theirs) - Int64(number)) <= nearDistance
    }.map { SlaveSelect($0) }
    func fits(_ digit: UInt8, _ place: Int) -> Bool {
      let bits = pending.digits?.dropFirst(place).first ?? 0
      return digit & bits == bits
    }
    let isInBox = near.contains { other in
      pending.select.places.contains { place in
        other.digit(place) != mine.digit(place)
          && (lastPlaces.contains(place) || fits(other.digit(place), place))
      }
    }
    guard isInBox else { return [] }
    return pending.select.places.flatMap { place in
      (0..<UInt8(10)).filter { digit in
        guard digit != mine.digit(place), fits(digit, place) else { return false }
        return near.contains { other in
          let theirs = other.digit(place)
          return theirs == digit
            || lastPlaces.contains(place)
              && ((theirs + 1) % 10 == digit || (theirs + 9) % 10 == digit)
        }
      }.map { digit in
        let select = pending.select.with(digit, at: place)
        guard let parent = pending.place else { return select }
        let wide = select.with(UInt8(SlaveSelect.Wildcard.digit), at: parent)
        return memory.isSilent(wide) || memory.found(in: wide).isEmpty ? wide : select
      }
    }
  }

  /// So many different digits at one place are worth while.
  private static let mostDigits = 4
  /// What asking a digit once, and confirming a meter, takes in seconds at 2400 baud.
  private static let askCost = 0.27
  private static let confirmCost = 0.67

  /// Digits that no meter has at one place: who answers to them is new. Silence excludes everybody with other
  /// digits in front at once.
  private mutating func exclude(_ memory: SearchMemory) -> Bool {
    guard left > SearchMemory.unlikely else { return false }
    let used = memory.start.places.filter { !usedPlaces.contains($0) }.map { place in
      (place, Set(memory.found.map { SlaveSelect($0).digit(place) }))
    }
    guard let (place, digits) = used.min(by: { $0.1.count < $1.1.count }),
      digits.count <= Self.mostDigits,
      Double(10 - digits.count) * Self.askCost
        <= Double(memory.pending.count) * Self.confirmCost
    else { return false }
    usedPlaces.insert(place)
    var options = Self.once
    options.isForced = false
    queue = (0..<memory.radix).filter { !digits.contains($0) }.map {
      (memory.start.with($0, at: place), options)
    }
    left *= Double(digits.count) / 10
    return true
  }

  private mutating func confirm(_ memory: SearchMemory) {
    guard left > SearchMemory.unlikely, chance > 0 else { return }
    queue = memory.pending.filter { $0.chance * left / chance > SearchMemory.unlikely }.map {
      var options = NodeLook.Options()
      (options.isForced, options.confirms) = (true, true)
      (options.expected, options.place) = ($0.identity, $0.place)
      return ($0.select, options)
    }
  }

  /// The widest ranges that were silent, and asked only twice.
  private mutating func catchUp(_ memory: SearchMemory) {
    let silent = memory.closed.compactMap { entry -> (SlaveSelect, Int)? in
      if case .silent(let asks) = entry.reason { (entry.select, asks) } else { nil }
    }
    let thrice = silent.filter { $0.1 > 2 }.map(\.0)
    var wide: [SlaveSelect] = []
    for (select, asks) in silent where asks <= 2 {
      guard !(wide + thrice).contains(where: { select.isWithin($0) }) else { continue }
      wide.removeAll { $0.isWithin(select) }
      wide.append(select)
    }
    queue = wide.map { ($0, Self.once) }
  }
}
