import Metering
import RegisterMap
import Time

/// The gateway's whole mutable state and its rules: which meters there are, what is known of them, when
/// they are read, and where they lie in the register map.
///
/// It is confined to one event loop, does nothing by itself and waits for nothing: every input gives the
/// effects that the gateway is to carry out, in order.
public struct Station: Sendable {
  /// What the settings decide.
  public struct Configuration: Hashable, Sendable {
    /// The time between two readouts of a meter that has none of its own (METER_TIME).
    public var readoutCycle: Span
    /// The most values to keep of a meter (METER_MAXVALUECOUNT); 0: all.
    public var maxValueCount: Int
    /// Whether times that the meter sends for other values are listed too
    /// (MUC_SHOWTIMESTAMPENTRIES).
    public var showsTimestampEntries: Bool

    /// - Parameters:
    ///   - readoutCycle: the time between two readouts of a meter that has none of its own.
    ///   - maxValueCount: the most values to keep of a meter; 0: all.
    ///   - showsTimestampEntries: whether times that belong to other values are listed too.
    public init(
      readoutCycle: Span = .seconds(900), maxValueCount: Int = 0,
      showsTimestampEntries: Bool = false
    ) {
      self.readoutCycle = readoutCycle
      self.maxValueCount = maxValueCount
      self.showsTimestampEntries = showsTimestampEntries
    }
  }

  /// What the settings decide.
  public let configuration: Configuration
  /// The line that M-Bus meters are on.
  public let line: LineID
  /// The meters in list order.
  public private(set) var meters: [Meter]

  private var addresses = AddressBook()
  private var schedule = Schedule()
  private var lineState: LineState?
  /// The meter that the line has been asked to read.
  private var reading: MeterID?
  /// The one that was being read when the line was last lost.
  private var interrupted: MeterID?

  /// - Parameters:
  ///   - configuration: what the settings decide.
  ///   - meters: the list; those of other interfaces than M-Bus are kept and not read.
  ///   - line: the line that M-Bus meters are on.
  public init(
    configuration: Configuration, meters: [MeterConfiguration], line: LineID = LineID(.mbus)
  ) {
    self.configuration = configuration
    self.line = line
    self.meters = meters.enumerated().map { index, meter in
      Meter(id: MeterID(index + 1), configuration: meter)
    }
  }

  /// Takes an input; what is to be done now, in order.
  public mutating func handle(_ input: StationInput, at now: Moment) -> [StationEffect] {
    switch input {
    case .start: return start(now)
    case .wake: return next(now)
    case .readNow(let id): return readNow(id, now)
    case .line(.state(_, let state)): return lineChanged(to: state, now)
    case .line(.readout(let readout)): return take(readout, now)
    case .line(.found), .line(.scanProgress), .line(.scanEnded), .line(.sent): return []
    }
  }

  /// The meter with this key; nil when there is none.
  public func meter(_ id: MeterID) -> Meter? { index(of: id).map { meters[$0] } }

  // MARK: - Readouts

  private mutating func start(_ now: Moment) -> [StationEffect] {
    var effects = (addresses.claim(&meters) + addresses.allocateKnown(&meters)).map(
      StationEffect.report)
    if !metersAwaitingAddresses.isEmpty {
      effects.append(.report(.addressesNotFixed(metersAwaitingAddresses.count)))
    }
    for meter in meters {
      if meter.register != nil || meter.values.contains(where: { $0.register != nil }) {
        effects.append(.publish(meter.id))
      }
      guard meter.configuration.interface == .mbus else { continue }
      let own = meter.configuration.readoutCycle
      let cycle = own > 0 ? Span.seconds(Int64(own)) : configuration.readoutCycle
      schedule.add(meter.id, cycle: cycle, now: now.instant)
    }
    return effects
  }

  /// Asks the line for the next readout, or for a call when one will be due. While the line is down a
  /// meter whose turn has come has failed.
  private mutating func next(_ now: Moment) -> [StationEffect] {
    guard let lineState, !isReading else { return [] }
    var effects: [StationEffect] = []
    while let id = schedule.takeNext(now: now.instant) {
      guard let index = index(of: id) else { continue }
      switch lineState {
      case .up:
        reading = id
        return effects + [.perform(.read(ReadJob(meter: id, address: meters[index].busAddress)))]
      case .down(let reason): effects += fail(index, .lineDown(reason))
      }
    }
    return effects + (schedule.nextDue.map { [.wake(at: $0)] } ?? [])
  }

  private var isReading: Bool { reading != nil }

  private mutating func readNow(_ id: MeterID?, _ now: Moment) -> [StationEffect] {
    for meter in meters where id == nil || meter.id == id { schedule.ask(for: meter.id) }
    return next(now)
  }

  private mutating func lineChanged(to state: LineState, _ now: Moment) -> [StationEffect] {
    let before = lineState
    guard state != before else { return [] }
    lineState = state
    switch state {
    case .up:
      // What could not be read for want of a line is read now, not at its next turn; last the meter at
      // which it broke, for it may be the cause.
      let missed = meters.filter { if case .lineDown = $0.lastFailure { true } else { false } }
      for meter in missed where meter.id != interrupted { schedule.ask(for: meter.id) }
      for meter in missed where meter.id == interrupted { schedule.ask(for: meter.id) }
      return [.report(.lineUp(line))] + next(now)
    case .down(let reason):
      // Further attempts fail for other reasons; that the line is down has been said.
      if case .down = before { return next(now) }
      interrupted = reading
      reading = nil
      let failed = interrupted.flatMap(index).map { fail($0, .lineDown(reason)) } ?? []
      return [.report(.lineDown(line, reason: reason))] + failed + next(now)
    }
  }

  private mutating func take(_ readout: Readout, _ now: Moment) -> [StationEffect] {
    reading = nil
    guard let id = readout.meter, let index = index(of: id) else { return next(now) }
    let effects =
      switch readout.outcome {
      case .success(let report): update(index, with: report, at: readout.time)
      case .failure(let failure): fail(index, failure)
      }
    return effects + next(now)
  }

  private mutating func fail(_ index: Int, _ failure: ReadoutFailure) -> [StationEffect] {
    let isNews = meters[index].hasNotBeenReported
    meters[index].misses += 1
    meters[index].lastFailure = failure
    for value in meters[index].values.indices { meters[index].values[value].live.miss() }
    var effects: [StationEffect] = []
    if case .lineDown = failure {
      // Nothing is known of the meter itself; it keeps its turn for addresses.
    } else {
      if isNews { effects.append(.report(.meterFailed(meters[index].label, failure))) }
      effects += allocate(index)
    }
    return effects + [.publish(meters[index].id)]
  }

  private mutating func update(
    _ index: Int, with report: MeterReport, at time: Moment
  ) -> [StationEffect] {
    let isFirst = meters[index].lastRead == nil
    let isLate = isFirst && meters[index].misses > 0
    var effects = meters[index].take(report, at: time, configuration).map(StationEffect.report)
    effects += allocate(index, isLate: isLate)
    if isFirst { effects += meters[index].introduction.map(StationEffect.report) }
    return effects + [.publish(meters[index].id)]
  }

  private mutating func allocate(_ index: Int, isLate: Bool = false) -> [StationEffect] {
    addresses.allocate(index, isLate: isLate, &meters).map(StationEffect.report)
  }

  private func index(of id: MeterID) -> Int? {
    // Ids are given in list order, from 1.
    let index = id.number - 1
    return meters.indices.contains(index) && meters[index].id == id ? index : nil
  }
}

/// What happens to the station.
public enum StationInput: Hashable, Sendable {
  /// The gateway begins: the registers of all meters that have one are published.
  case start
  /// The time that was asked for has come.
  case wake
  /// Somebody wants a meter, or with nil all of them, to be read now.
  case readNow(MeterID?)
  /// A line reports.
  case line(LineEvent)
}

/// What the station wants done.
public enum StationEffect: Hashable, Sendable {
  /// Give this job to the line.
  case perform(LineJob)
  /// Bring the registers of this meter up to date.
  case publish(MeterID)
  /// Tell people.
  case report(GatewayEvent)
  /// Call again at this time; replaces earlier wishes.
  case wake(at: MonotonicInstant)
}
