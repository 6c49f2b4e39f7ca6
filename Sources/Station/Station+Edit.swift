import Metering
import RegisterMap
import Time

/// What people change in the list by hand.
extension Station {
  /// The most meters to which somebody can add one: no line has so many, and the list is searched on the loop.
  public static let longestList = 2_000

  /// Changes the list, or refuses that and changes nothing.
  /// - Returns: what has become of it, the meters that show something else now, and what of the register map has lost
  ///   its place with its value.
  mutating func edit(_ edits: [MeterEdit], _ now: Moment) throws(ListRefusal) -> ListEditing {
    var next = self
    var editing = ListEditing()
    // Two entries can change places when both have left theirs.
    try next.leavePlaces(edits)
    for edit in edits { try next.apply(edit, &editing) }
    next.addresses.noteRoom()
    next.notePlaces()
    next.planReadouts(now)
    for id in editing.toRead { next.schedule.ask(for: id) }
    if case .reading(let id) = task, editing.toRead.contains(id) {
      next.isReadingPredecessor = true
    }
    self = next
    return editing
  }

  private mutating func apply(
    _ edit: MeterEdit, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    switch edit {
    case .change(let id, let change): try self.change(id, change, &editing)
    case .add(let configuration): try add(configuration, &editing)
    case .delete(let id):
      let index = try place(of: id)
      editing.news.append("\(meters[index].label) is deleted")
      editing.ways?.remove(meters[index])
      meters.remove(at: index)
      notePlaces()
    case .addValue(let id, let value): try addValue(id, value, &editing)
    case .deleteValue(let id, let number, let codes):
      try deleteValue(id, number, codes, &editing)
    }
  }

  private func place(of id: MeterID) throws(ListRefusal) -> Int {
    guard let index = index(of: id) else {
      throw .edit("there is no meter with the key \(id) in the list any more")
    }
    return index
  }

  /// Where the value of a number is, if it is the one that is meant.
  private func place(
    of number: Int, _ codes: ValueCodes?, in meter: Meter
  ) throws(ListRefusal) -> Int {
    guard let place = meter.values.index(ofNumber: number) else {
      throw .noSuchValue(meter.label, number: number, count: meter.values.count)
    }
    let value = meter.values[place]
    guard codes?.fit(value) ?? true else {
      throw .anotherValue(meter.label, number: number, isNow: value.label)
    }
    return place
  }

  // MARK: - Meters

  private mutating func change(
    _ id: MeterID, _ change: MeterChange, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    let index = try place(of: id)
    let name = meters[index].label
    try check(change.label, of: name)
    if change.isOfAddress { try readdress(index, change, &editing) }
    meters[index].take(change)
    for value in change.values { try self.change(value, of: index) }
    for (entry, register) in change.places(of: id) { try place(entry, register, &editing) }
    meters[index].putListedFirst()
    if change.encryptionKey != nil { editing.toRead.append(id) }
    editing.touched.insert(id)
    let now = meters[index].label
    editing.news.append(
      now == name ? "\(name) is changed" : "\(name) is changed, and is now \(now)")
  }

  private mutating func change(_ change: ValueChange, of index: Int) throws(ListRefusal) {
    let meter = meters[index].label
    let place = try self.place(of: change.number, change.codes, in: meters[index])
    try check(change.label, of: "\(meter), value \(change.number)")
    meters[index].list(place)
    meters[index].values[place].take(change)
    if change.isActive == true { meters[index].configuration.isActive = true }
  }

  /// The meter is reached otherwise, or is another one.
  private mutating func readdress(
    _ index: Int, _ change: MeterChange, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    var configuration = meters[index].configurationToSave
    configuration.take(addressOf: change)
    try checkReach(configuration, of: meters[index].label, besides: meters[index].id, &editing)
    configuration.isUnreadable = false
    editing.ways?.remove(meters[index])
    meters[index] = meters[index].reconfigured(configuration)
    editing.ways?.add(meters[index])
    editing.toRead.append(meters[index].id)
  }

  /// Nothing of it is known but what a person says; it gets registers as one that a scan finds.
  private mutating func add(
    _ configuration: MeterConfiguration, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    guard meters.count < Self.longestList else {
      throw .edit(
        "\(configuration.label): the list has \(meters.count) meters; at most \(Self.longestList) can be made by hand"
      )
    }
    try check(configuration.userLabel, of: configuration.label)
    try checkReach(configuration, of: configuration.label, besides: nil, &editing)
    var configuration = configuration
    let register = configuration.register
    configuration.register = 0
    configuration.hasNoRegisters = !self.configuration.scan.allocates
    var meter = Meter(id: MeterID(nextNumber), configuration: configuration)
    meter.isAddedByHand = true
    nextNumber += 1
    meters.append(meter)
    noteLastPlace()
    editing.ways?.add(meter)
    editing.touched.insert(meter.id)
    editing.toRead.append(meter.id)
    editing.news.append("\(meter.label) is added")
    if register > 0 { try place(.meter(meter.id), register, &editing) }
  }

  /// Takes away the registers of entries that are to get others.
  private mutating func leavePlaces(_ edits: [MeterEdit]) throws(ListRefusal) {
    var shifted = Set<MeterID>()
    for edit in edits {
      if case .deleteValue(let id, _, _) = edit { shifted.insert(id) }
      guard case .change(let id, let change) = edit, let index = index(of: id) else { continue }
      guard change.values.isEmpty || !shifted.contains(id) else {
        throw .edit(
          "\(meters[index].label): a value is deleted before others are changed, which have other numbers then: change "
            + "them first")
      }
      for (entry, _) in change.places(of: id) { meters[index].withdraw(entry) }
    }
  }

  private mutating func place(
    _ entry: EntryID, _ register: Int, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    let outcome = try assign(entry, register)
    editing.problems += outcome.problems
    editing.notes += outcome.notes
  }

  private func check(_ label: String?, of name: String) throws(ListRefusal) {
    guard let label, !LabelRule.allows(label) else { return }
    throw .edit("\(name): the user label is not allowed; allowed: \(LabelRule.allowed)")
  }

  /// A meter has to be reachable, and no two in the same way.
  private func checkReach(
    _ configuration: MeterConfiguration, of name: String, besides id: MeterID?,
    _ editing: inout ListEditing
  ) throws(ListRefusal) {
    guard configuration.usesPrimaryAddress || configuration.identity.serial != .any else {
      throw .edit(
        "\(name): a meter that is read by its secondary address needs a serial; one without it is read by its primary "
          + "address")
    }
    let ways = editing.ways ?? WaysToMeters(meters)
    editing.ways = ways
    guard let twin = ways.meter(configuration, besides: id).flatMap(meter) else { return }
    guard !configuration.usesPrimaryAddress else {
      throw .edit(
        "\(name): \(twin.label) is read by the primary address \(configuration.primaryAddress) already"
      )
    }
    guard twin.configuration.identity == configuration.identity else {
      throw .edit(
        "\(name): \(twin.fullName) of the list would answer to this secondary address, too; manufacturer, version and "
          + "medium of both tell them apart")
    }
    throw .edit("\(name): \(twin.label) is read by this secondary address already")
  }

  // MARK: - Values

  private mutating func addValue(
    _ id: MeterID, _ value: ValueConfiguration, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    let index = try place(of: id)
    let name = meters[index].label
    try check(value.userLabel, of: "\(name), new value")
    guard !meters[index].values.contains(where: { $0.hasCodes(of: value) }) else {
      throw .edit("\(name): the list has a value with these bytes of DIF and VIF already")
    }
    guard meters[index].values.count < Meter.longestList else {
      throw .edit("\(name): a meter has at most \(Meter.longestList) values")
    }
    meters[index].append(byHand: value)
    let added = meters[index].values.lastIndex { $0.isAddedByHand } ?? 0
    if meters[index].register != nil {
      let entry = EntryID.value(id, index: added)
      editing.problems += addresses.give([entry], &meters)
      if let register = meters[index].values[added].register {
        meters[index].values[added].listed.register = register
      }
    }
    editing.touched.insert(id)
    editing.toRead.append(id)
    editing.news.append("value \(added + 1) is added to \(name)")
  }

  private mutating func deleteValue(
    _ id: MeterID, _ number: Int, _ codes: ValueCodes?, _ editing: inout ListEditing
  ) throws(ListRefusal) {
    let index = try place(of: id)
    let name = meters[index].label
    let place = try self.place(of: number, codes, in: meters[index])
    let value = meters[index].values[place]
    guard value.isAddedByHand || value.live.isNotSent else {
      throw .edit(
        "\(name), value \(number) (\(value.label)): the meter sends it; only values that were added, or are not sent any "
          + "more, can be deleted")
    }
    editing.removed.append(
      EntryChange(
        meters[index].label(of: .value(id, index: place)),
        before: meters[index].address(of: value, in: configuration.layout), now: nil))
    meters[index].values.remove(at: place)
    meters[index].configuration.values = meters[index].values.compactMap(\.configuration)
    editing.renumbered.insert(id)
    editing.touched.insert(id)
    editing.news.append("value \(number) of \(name) (\(value.label)) is deleted")
  }
}

/// What edits have done so far.
struct ListEditing {
  var news: [String] = []
  var problems: [String] = []
  var notes: [String] = []
  /// The meters that show something else.
  var touched = Set<MeterID>()
  /// Those to be read at once.
  var toRead: [MeterID] = []
  /// Entries that went with their values.
  var removed: [EntryChange] = []
  /// Meters whose values have other numbers now.
  var renumbered = Set<MeterID>()
  /// How meters are reached by now; nil: nobody has asked yet.
  var ways: WaysToMeters?
}

extension MeterChange {
  /// The registers that entries are to get.
  fileprivate func places(of id: MeterID) -> [(entry: EntryID, register: Int)] {
    let own = register.map { [(entry: EntryID.meter(id), register: $0)] } ?? []
    return own
      + values.compactMap { value in
        guard value.number >= 1 else { return nil }
        return value.register.map { (entry: .value(id, index: value.number - 1), register: $0) }
      }
  }

  /// Whether the meter is reached otherwise, or is another one.
  fileprivate var isOfAddress: Bool {
    primaryAddress != nil || usesPrimaryAddress != nil || serial != nil || manufacturer != nil
      || version != nil || medium != nil
  }
}

extension MeterConfiguration {
  fileprivate mutating func take(addressOf change: MeterChange) {
    primaryAddress = change.primaryAddress ?? primaryAddress
    usesPrimaryAddress = change.usesPrimaryAddress ?? usesPrimaryAddress
    identity.serial = change.serial ?? identity.serial
    identity.manufacturer = change.manufacturer ?? identity.manufacturer
    identity.version = change.version ?? identity.version
    identity.medium = change.medium ?? identity.medium
  }
}

extension Meter {
  fileprivate mutating func take(_ change: MeterChange) {
    configuration.userLabel = change.label ?? configuration.userLabel
    if let cycle = change.cycle {
      configuration.readoutCycle = cycle
      configuration.calendarCycle = nil
    }
    configuration.isBattery = change.isBattery ?? configuration.isBattery
    if let baud = change.baud { configuration.baud = baud == 0 ? nil : baud }
    configuration.maxValueCount = change.maxValueCount ?? configuration.maxValueCount
    configuration.encryptionKey = change.encryptionKey ?? configuration.encryptionKey
    guard let isActive = change.isActive else { return }
    configuration.isActive = isActive
    for index in values.indices { values[index].listed.isActive = isActive }
  }

  /// A value that the list leaves out has a place in it from now on.
  fileprivate mutating func list(_ index: Int) {
    if !configuration.values.isEmpty { values[index].isConfigured = true }
  }

  /// What has been learned so far is in the list, and the new value behind it.
  fileprivate mutating func append(byHand value: ValueConfiguration) {
    if hasBeenReadWhole, configuration.values.isEmpty {
      for index in values.indices { values[index].isConfigured = true }
    }
    var point = MeterPoint(configuration: value)
    point.isAddedByHand = true
    values.append(point)
    configuration.values = values.compactMap(\.configuration)
    putListedFirst()
  }
}

extension MeterPoint {
  fileprivate mutating func take(_ change: ValueChange) {
    listed.userLabel = change.label ?? listed.userLabel
    listed.isActive = change.isActive ?? listed.isActive
    listed.userScale = change.userScale ?? listed.userScale
    listed.confdata = change.obis ?? listed.confdata
  }

  fileprivate func hasCodes(of value: ValueConfiguration) -> Bool {
    (key?.dif ?? listed.dif) == value.dif && (key?.vif ?? listed.vif) == value.vif
  }
}
