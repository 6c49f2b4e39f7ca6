import Metering
import RegisterMap
import Time

extension Meter {
  /// Takes what a readout brought; what people should know of it.
  /// - Parameter room: how many further values the list has a place for.
  mutating func take(
    _ report: MeterReport, at time: Moment, _ configuration: Station.Configuration,
    room: Int = .max
  ) -> [GatewayEvent] {
    var events: [GatewayEvent] = []
    if lastRead != nil, misses > 0 { events.append(.meterBack(label, misses: misses)) }
    if !identity.agrees(with: report.identity) {
      events.append(.meterChanged(label, now: report.identity))
      succeed(by: report.identity)
    }
    let isFirst = lastRead == nil
    identity = identity.updated(by: report.identity)
    isPartlyRead = !report.isComplete
    hasBeenReadWhole = hasBeenReadWhole || report.isComplete
    lastRead = time
    misses = 0
    goodReadouts &+= 1
    lastFailure = nil

    let sent = SentValues(report, configuration)
    let own =
      self.configuration.maxValueCount > 0
      ? self.configuration.maxValueCount : configuration.maxValueCount
    let all = values.count + min(room, Self.longestList)
    let limit = min(own == 0 ? Self.longestList : own, all)
    let kept = assign(sent, at: time, limit: limit)
    if kept != nil || report.isComplete { limitedFrom = kept.map { _ in sent.listed } }
    if let kept, isFirst { events.append(.valuesLimited(label, kept: kept, sent: sent.listed)) }
    events += nameValuesNotSent()
    isToMatchAnew = isToMatchAnew && !report.isComplete
    putListedFirst()
    let name = label
    events += values.indices.compactMap { values[$0].noteValidity(name, number: $0 + 1) }
    learnIdentity(from: report.identity)
    events += note(MeterStatus(rawValue: report.status))
    if report.problems != problems {
      problems = report.problems
      events += problems.map { .decodingProblem(label, $0) }
    }
    return events
  }

  /// Takes the status that the meter reports; errors are told of when they begin, change, and end.
  private mutating func note(_ now: MeterStatus) -> [GatewayEvent] {
    defer { status = now }
    return now.errors == status.errors ? [] : [.meterStatus(label, now)]
  }

  /// Names those that the meter does not send and that nobody has been told of.
  private mutating func nameValuesNotSent() -> [GatewayEvent] {
    values.indices.compactMap { index in
      guard values[index].live.isNotSent, !values[index].isKnownAsNotSent else { return nil }
      values[index].isKnownAsNotSent = true
      return .valueMissing(label, value: values[index].label)
    }
  }

  /// Gives every value to its place in the list; new ones are appended while the limit allows it.
  /// - Returns: how many are kept, when the limit cut the list short.
  private mutating func assign(_ sent: SentValues, at time: Moment, limit: Int) -> Int? {
    let matches = ValueMatcher.match(values, with: sent, isOtherDevice: isToMatchAnew)
    var isNew = [Bool](repeating: true, count: sent.values.count)
    for (index, match) in matches.enumerated() {
      guard let match else {
        values[index].live.miss(isWhole: !isPartlyRead)
        continue
      }
      isNew[match] = false
      if isToMatchAnew { values[index].becomes(sent.values[match]) }
      values[index].take(sent.values[match], at: time)
    }
    for (index, value) in sent.values.prefix(sent.listed).enumerated() where isNew[index] {
      guard values.count < min(limit, Self.longestList) else { return values.count }
      var point = MeterPoint(learned: value)
      point.live.update(value, at: time)
      if isToMatchAnew, knowsWhatIsLeftOut, !configuration.values.isEmpty {
        // A place in the list, so that it can be seen and gets a register with all others.
        point.isConfigured = true
        point.takesRegister = false
      }
      values.append(point)
    }
    return nil
  }

  /// Values that are in the list come before the others that the meter sends, in the same order: so the file
  /// and the gateway count them alike.
  mutating func putListedFirst() {
    guard !configuration.values.isEmpty,
      let firstLearned = values.firstIndex(where: { !$0.isConfigured }),
      values[firstLearned...].contains(where: \.isConfigured)
    else { return }
    values = values.filter(\.isConfigured) + values.filter { !$0.isConfigured }
  }

  /// The most values of a meter, whatever the settings say: a meter whose storage numbers run on would
  /// fill the list, and the register map, for ever.
  static let longestList = 2000

  /// How the meter is reached.
  var busAddress: MeterAddress {
    .mbus(
      configuration.usesPrimaryAddress
        ? .primary(configuration.primaryAddress) : .secondary(configuration.identity))
  }

  /// What the line is asked for. What the list has is asked for though the settings no longer do, as with
  /// times: it would be missing otherwise.
  func readJob(_ settings: Station.Configuration) -> ReadJob {
    var job = ReadJob(
      meter: id, address: busAddress, identity: identity,
      encryptionKey: configuration.encryptionKey,
      listings: settings.listings.union(values.compactMap(\.listing)))
    job.baud = configuration.baud
    return job
  }
}

extension MeterPoint {
  /// What it is beside the values; nil for values.
  fileprivate var listing: MeterValue.Listing? {
    switch meaning.type {
    case .meterStatusByte: .statusByte
    case .dataFrame: .dataFrame
    // The block behind the records has no VIF, a value of the maker's own has.
    case .vendorSpecificData: (key?.vif ?? listed.vif ?? []).isEmpty ? .vendorData : nil
    default: nil
    }
  }
}

extension MeterIdentity {
  /// What a telegram says, and where it says nothing (a short header, the fixed data structure) what was
  /// known before.
  func updated(by other: MeterIdentity) -> MeterIdentity {
    MeterIdentity(
      serial: other.serial == .any ? serial : other.serial,
      manufacturer: other.manufacturer ?? manufacturer, version: other.version ?? version,
      medium: other.medium ?? medium)
  }
}

extension Meter {
  /// What is said when a meter has been read for the first time: how many values it has and where they
  /// lie, and for those who want to know, each of them.
  func introduction(_ layout: RegisterLayout) -> [GatewayEvent] {
    let addresses = ([address(in: layout)] + values.map { address(of: $0, in: layout) })
      .compactMap { $0 }
    let registers = addresses.map(\.register)
    let range = registers.min().flatMap { first in
      registers.max().map { last in first...(last + layout.entryWidth - 1) }
    }
    let listed = values.map { value in
      GatewayEvent.valueListed(
        label, value: value.label, key: value.key ?? ValueKey(), register: value.register)
    }
    return [
      .meterLearned(
        label, values: values.count, unit: addresses.first?.unit, registers: range)
    ] + listed
  }
}

/// What a readout brought, in the order in which it is put into a list.
struct SentValues {
  /// Those that are listed, then what is listed only when somebody asks for it: the times that belong to other
  /// values, and secrets of the meter.
  let values: [MeterValue]
  /// How many are listed.
  let listed: Int

  init(_ report: MeterReport, _ settings: Station.Configuration) {
    let shown = settings.listings.union([.measured])
    let sent = settings.trimsTexts ? report.values.map(\.trimmed) : report.values
    let isListed = { (value: MeterValue) in
      shown.contains(value.listing) && !value.meaning.type.isSecret
    }
    let first = sent.filter(isListed)
    values = first + sent.filter { !isListed($0) }
    listed = first.count
  }
}

extension MeterValue {
  /// A text without blanks, and the symbols of NULs, at both ends.
  fileprivate var trimmed: MeterValue {
    guard case .text(let text) = reading else { return self }
    func isBlank(_ character: Character) -> Bool {
      character.isWhitespace || character == "\u{2400}"
    }
    var rest = text[...]
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    var value = self
    value.reading = .text(String(rest.drop(while: isBlank)))
    return value
  }
}
