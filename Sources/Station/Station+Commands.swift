import Metering
import RegisterMap
import Time

/// What people want done with the list. Registers of entries that a command is not about never move.
extension Station {
  /// Carries a command out, or refuses it and changes nothing. The last effect is the answer.
  mutating func perform(_ command: ListCommand, _ now: Moment) -> [StationEffect] {
    let before = occupied
    let saved = listToSave
    var outcome: ListOutcome
    var effects: [StationEffect] = []
    do throws(ListRefusal) {
      switch command {
      case .allocate(let selection, let anew): outcome = allocate(selection, anew: anew)
      case .deallocate(let selection): outcome = deallocate(selection)
      case .assign(let entry, let register): outcome = try assign(entry, register)
      case .swap(let meter, let identity, let force):
        let events: [GatewayEvent]
        (outcome, events) = try swap(meter, for: identity, force: force, now)
        effects += events.map(StationEffect.report)
      case .edit(let edits):
        let editing = try edit(edits, now)
        return edited(editing, since: before, saved, now)
      }
    } catch {
      return [.answer(.failure(error))]
    }
    outcome.changes = changes(since: before)
    for index in meters.indices { meters[index].putListedFirst() }
    effects += published(outcome.changes, command)
    if listToSave != saved { effects.append(.saveList) }
    return effects + next(now) + [.answer(.success(outcome))]
  }

  /// What follows from edits: meters that show something else are published, though they lie where they did.
  private mutating func edited(
    _ editing: ListEditing, since before: [Occupied], _ saved: [ListEntry], _ now: Moment
  ) -> [StationEffect] {
    var outcome = ListOutcome()
    outcome.news = editing.news
    outcome.problems = editing.problems
    outcome.notes = editing.notes
    outcome.changes =
      changes(since: before, besides: editing.renumbered)
      + editing.removed.filter { $0.before != nil }
    let isMoved = !outcome.changes.isEmpty
    let given = outcome.changes.count { $0.now != nil }
    var effects: [StationEffect] = []
    if isMoved {
      effects = [
        .report(.addressesChanged(given: given, taken: outcome.changes.count - given)),
        .clearRegisters,
      ]
    }
    effects += meters.filter { isMoved || editing.touched.contains($0.id) }.map { .publish($0.id) }
    if listToSave != saved { effects.append(.saveList) }
    return effects + next(now) + [.answer(.success(outcome))]
  }

  /// What follows for the registers: where some were taken away, all are published anew, so that an address
  /// that belongs to nobody reads 0.
  private func published(_ changes: [EntryChange], _ command: ListCommand) -> [StationEffect] {
    let given = changes.count { $0.now != nil }
    let taken = changes.count - given
    let isSwap = if case .swap = command { true } else { false }
    guard !changes.isEmpty || isSwap else { return [] }
    let news: [StationEffect] =
      changes.isEmpty ? [] : [.report(.addressesChanged(given: given, taken: taken))]
    let clear: [StationEffect] = changes.contains { $0.before != nil } ? [.clearRegisters] : []
    return news + clear + meters.filter(\.hasRegisters).map { .publish($0.id) }
  }

  // MARK: - Commands

  private mutating func allocate(_ selection: EntrySelection, anew: Bool) -> ListOutcome {
    var outcome = ListOutcome()
    let whole = wholeMeters(of: selection)
    let chosen = entriesByMeter(of: selection)
    var wanted = Set<EntryID>()
    for index in meters.indices {
      guard var mine = chosen[meters[index].id] else { continue }
      // One that waits for its turn has it now; with multi slave a value needs the unit id of its meter.
      if meters[index].awaitsAllocation { mine.formUnion(meters[index].entries) }
      if anew { for entry in mine { meters[index].withdraw(entry) } }
      if whole.contains(meters[index].id), meters[index].isUntold {
        meters[index].awaitAllocation()
        outcome.news.append("\(meters[index].label): gets its registers when it is read first")
        continue
      }
      if configuration.layout.isMultiSlave { mine.insert(.meter(meters[index].id)) }
      wanted.formUnion(mine)
    }
    outcome.problems = addresses.give(wanted, &meters)
    settle(wanted)
    outcome.notes += [passedOver(whole)].compactMap { $0 }
    return outcome
  }

  /// What is said of values that these meters send and their user has left out of the list: somebody who wants
  /// three of thirty does not want the others with the next "all".
  private func passedOver(_ chosen: Set<MeterID>) -> String? {
    let names = meters.filter { chosen.contains($0.id) }.compactMap { meter -> (String, String)? in
      let left = meter.leftOut
      guard let first = left.first, let last = left.last else { return nil }
      let name = self.name(of: meter)?.description ?? meter.label
      return ("\(name)/\(first + 1)", last > first ? " to /\(last + 1)" : "")
    }
    guard let example = names.first?.0 else { return nil }
    let told = names.prefix(3).map { $0.0 + $0.1 }
    let rest = names.count > told.count ? " and of \(names.count - told.count) more meters" : ""
    return "values that are sent but not in the meter list are passed over: "
      + told.joined(separator: ", ") + rest
      + "; name them to give them registers, as in \"metergate allocate \(example)\""
  }

  private mutating func deallocate(_ selection: EntrySelection) -> ListOutcome {
    var outcome = ListOutcome()
    let chosen = entriesByMeter(of: selection)
    let whole = wholeMeters(of: selection)
    var rest = Set<EntryID>()
    var touched = Set<EntryID>()
    for index in meters.indices {
      guard var mine = chosen[meters[index].id] else { continue }
      let own = EntryID.meter(meters[index].id)
      let all = Set(meters[index].entries)
      // With multi slave the values lie under the unit id of their meter, and are gone with it.
      if configuration.layout.isMultiSlave, mine.contains(own) { mine = all }
      if whole.contains(meters[index].id) { mine = all }
      if meters[index].awaitsAllocation {
        rest.formUnion(all.subtracting(mine))
        if mine == all {
          outcome.news.append("\(meters[index].label): no registers are given to it any more")
        }
      }
      for entry in mine {
        meters[index].withdraw(entry)
        if case .value(_, let value) = entry { meters[index].values[value].takesRegister = false }
      }
      if mine.contains(own) { meters[index].configuration.hasNoRegisters = true }
      touched.formUnion(mine)
    }
    addresses.noteRoom()
    outcome.problems = addresses.give(rest, &meters)
    // Without any register left it would count as one that may get some by itself.
    for id in Set(touched.map(\.meter)) {
      guard let index = index(of: id), !meters[index].hasRegisters, !meters[index].hasWishes else {
        continue
      }
      meters[index].configuration.hasNoRegisters = true
    }
    settle(touched.union(rest))
    for meter in meters where touched.contains(where: { $0.isValue && $0.meter == meter.id }) {
      // A meter that is to have no registers at all does not need its values in the file for that.
      guard !meter.configuration.hasNoRegisters, meter.configuration.values.isEmpty,
        !meter.hasBeenReadWhole
      else { continue }
      outcome.notes.append(meter.noteOfMissingValues)
    }
    return outcome
  }

  mutating func assign(
    _ entry: EntryID, _ register: Int
  ) throws(ListRefusal) -> ListOutcome {
    guard let index = index(of: entry.meter) else {
      throw .register("the meter is not in the list any more")
    }
    guard register > 0 else {
      throw .register("register 0 means none: \"metergate deallocate\" takes registers away")
    }
    let isWaiting = meters[index].awaitsAllocation
    try addresses.assign(entry, register, &meters)
    var outcome = ListOutcome()
    let rest = isWaiting ? Set(meters[index].entries) : []
    outcome.problems = addresses.give(rest, &meters)
    settle(rest.union([entry]))
    if case .value(_, let value) = entry, !meters[index].values[value].isConfigured,
      !meters[index].hasBeenReadWhole
    {
      outcome.notes.append(meters[index].noteOfMissingValues)
    }
    return outcome
  }

  /// What has been given or taken by a command is what the file says from now on.
  private mutating func settle(_ entries: Set<EntryID>) {
    for id in Set(entries.map(\.meter)) {
      guard let index = index(of: id) else { continue }
      meters[index].settle()
    }
  }

  private func entriesByMeter(of selection: EntrySelection) -> [MeterID: Set<EntryID>] {
    Dictionary(grouping: entries(of: selection), by: \.meter).mapValues(Set.init)
  }

  // MARK: - What has changed

  private struct Occupied {
    let entry: EntryID
    let label: String
    let address: RegisterAddress
  }

  /// Who lies where.
  private var occupied: [Occupied] {
    let layout = configuration.layout
    return meters.flatMap { meter in
      meter.entries.compactMap { entry in
        meter.address(of: entry, in: layout).map {
          Occupied(entry: entry, label: meter.label(of: entry), address: $0)
        }
      }
    }
  }

  /// - Parameter renumbered: meters whose values have other numbers now.
  private func changes(
    since before: [Occupied], besides renumbered: Set<MeterID> = []
  ) -> [EntryChange] {
    let layout = configuration.layout
    let then = Dictionary(
      before.map { ($0.entry, $0.address) }, uniquingKeysWith: { first, _ in first })
    let gone = before.filter { index(of: $0.entry.meter) == nil }.map {
      EntryChange($0.label, before: $0.address, now: nil)
    }
    return meters.filter { !renumbered.contains($0.id) }.flatMap { meter in
      meter.entries.compactMap { entry in
        let now = meter.address(of: entry, in: layout)
        guard now != then[entry] else { return nil }
        return EntryChange(meter.label(of: entry), before: then[entry], now: now)
      }
    } + gone
  }
}

extension EntryID {
  /// The meter that it is, or belongs to.
  public var meter: MeterID {
    switch self {
    case .meter(let meter), .value(let meter, _): meter
    }
  }

  fileprivate var isValue: Bool { if case .value = self { true } else { false } }
}

extension Meter {
  /// Where one of its entries lies; nil: nowhere.
  func address(of entry: EntryID, in layout: RegisterLayout) -> RegisterAddress? {
    switch entry {
    case .meter: address(in: layout)
    case .value(_, let index):
      values.indices.contains(index) ? address(of: values[index], in: layout) : nil
    }
  }

  /// True while it is not known which values it has, and nobody has asked it yet.
  var isUntold: Bool {
    values.isEmpty && configuration.isToBeRead && register == nil && lastRead == nil
      && hasNotBeenReported
  }

  /// It gets its addresses by itself, when it has been read for the first time.
  mutating func awaitAllocation() {
    configuration.hasNoRegisters = false
    configuration.register = 0
    awaitsAllocation = true
    allocatesLearnedValues = true
  }

  /// Takes a register away, also from what the file says.
  mutating func withdraw(_ entry: EntryID) {
    switch entry {
    case .meter:
      register = nil
      configuration.register = 0
    case .value(_, let index):
      guard values.indices.contains(index) else { return }
      values[index].register = nil
      values[index].listed.register = 0
    }
  }

  /// After a command: the file says what has been given, and nothing is given by itself that it says there is
  /// none of, as it will be after a restart.
  mutating func settle() {
    if let register {
      configuration.register = register
      configuration.hasNoRegisters = false
    }
    for index in values.indices {
      guard let register = values[index].register else { continue }
      // One that the file did not list has its place there now.
      if !configuration.values.isEmpty { values[index].isConfigured = true }
      values[index].listed.register = register
      values[index].takesRegister = true
    }
    awaitsAllocation = false
    allocatesLearnedValues =
      configuration.isToBeRead && !configuration.hasNoRegisters && configuration.values.isEmpty
  }

  /// The values that it sends and its list does not have, by their places.
  fileprivate var leftOut: [Int] {
    guard !configuration.values.isEmpty else { return [] }
    return values.indices.filter {
      !values[$0].isConfigured && values[$0].register == nil
    }
  }

  /// Half a list of values is not written down.
  fileprivate var noteOfMissingValues: String {
    "\(label) has not been read completely yet; until then the file has none of its values"
  }

  /// Whether the file asks for a register that could not be given.
  fileprivate var hasWishes: Bool {
    configuration.register > 0 || values.contains { $0.listed.register > 0 }
  }
}
