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
    /// When meters are read that have no cycle of their own (METER_TIME, METER_CYCLEMODE).
    public var raster: ReadoutRaster
    /// How meters that do not answer are asked less often (METER_BACKOFF).
    public var backoff = Schedule.Backoff()
    /// Whether meters are read while none is due (METER_CONTINUOUS).
    public var isContinuous = false
    /// The most values to list of all meters (METER_MAXALLVALUECOUNT); 0: no limit.
    public var maxAllValueCount = 0
    /// The most values to keep of a meter (METER_MAXVALUECOUNT); 0: all.
    public var maxValueCount: Int
    /// What is listed beside the values (MUC_SHOWTIMESTAMPENTRIES and other keys that begin so).
    public var listings: Set<MeterValue.Listing>
    /// Whether texts lose the blanks at both ends (MUC_TRIMVALUES).
    public var trimsTexts: Bool
    /// What a scan may do to the list.
    public var scan: ScanRules
    /// How entries lie in the register map.
    public var layout: RegisterLayout
    /// What the registers of values show that are stale, unless their meter has rules of its own.
    public var stale: StaleRule
    /// By which clocks meters go: their times are shown in UTC.
    public var zones: TimeZoneTable

    /// - Parameters:
    ///   - readoutCycle: the time between two readouts of a meter that has none of its own, in whole seconds.
    ///   - raster: the same, where it has a start or follows the calendar.
    ///   - maxValueCount: the most values to keep of a meter; 0: all.
    ///   - listings: what is listed beside the values.
    ///   - trimsTexts: whether texts lose the blanks at both ends.
    ///   - scan: what a scan may do to the list.
    ///   - layout: how entries lie in the register map.
    ///   - stale: what the registers of values show that are stale.
    ///   - zones: by which clocks meters go.
    public init(
      readoutCycle: Span = .seconds(900), raster: ReadoutRaster? = nil, maxValueCount: Int = 0,
      listings: Set<MeterValue.Listing> = [], trimsTexts: Bool = false,
      scan: ScanRules = ScanRules(), layout: RegisterLayout = .standard,
      stale: StaleRule = StaleRule(), zones: TimeZoneTable = TimeZoneTable()
    ) {
      self.raster = raster ?? .seconds(readoutCycle.nanoseconds / 1_000_000_000)
      self.maxValueCount = maxValueCount
      self.listings = listings
      self.trimsTexts = trimsTexts
      self.scan = scan
      self.layout = layout
      self.stale = stale
      self.zones = zones
    }
  }

  /// What the settings decide.
  public internal(set) var configuration: Configuration
  /// The line that M-Bus meters are on.
  public let line: LineID
  /// The meters in list order.
  public internal(set) var meters: [Meter]

  /// Where each meter stands in the list.
  private var places: [MeterID: Int] = [:]
  /// The number of the next meter that joins the list: ids are never used again.
  var nextNumber: Int
  var addresses: AddressBook
  var schedule = Schedule()
  /// Whether the line can be used; nil: it has not said yet.
  public internal(set) var lineState: LineState?
  /// Something holds the line low all the time.
  public private(set) var isLineHeldLow = false
  /// Speeds that the line does not take, as it has been said.
  private var refusedSpeeds: Set<String> = []
  /// What the line has been asked to do.
  var task: Task?
  /// Somebody wants a scan, and the line has not been asked for it yet.
  var isScanWanted = false
  /// What meters are to have that a scan finds.
  var preconfiguration: [MeterConfiguration] = []
  /// Meters that the last scan has found beyond METER_MAXDEVICECOUNT.
  var unlisted: [FoundMeter] = []
  /// What the last scan that has ended brought; nil: there was none since the start.
  public internal(set) var lastScan: ScanStatus?
  /// How many scans have ended with the line since the last one that was wished for.
  var brokenScans = 0
  /// So many scans that end with the line are enough.
  static let mostBrokenScans = 3
  /// When the gateway began.
  var start = MonotonicInstant.zero
  /// Readouts of all meters since then, also of those that are no longer in the list.
  var readouts = (good: UInt32(0), failed: UInt32(0))
  /// Commands that the line has been asked to send and has not answered yet.
  var sendsUnderWay = 0
  /// What is being read there is a meter that has been swapped since.
  var isReadingPredecessor = false
  /// The one that was being read when the line was last lost.
  private var interrupted: MeterID?

  /// What the line has been asked to do, one thing at a time.
  enum Task: Hashable {
    case reading(MeterID)
    case scanning(ScanTask)
  }

  /// - Parameters:
  ///   - configuration: what the settings decide.
  ///   - meters: the list; those of other interfaces than M-Bus are kept and not read.
  ///   - line: the line that M-Bus meters are on.
  public init(
    configuration: Configuration, meters: [MeterConfiguration], line: LineID = LineID(.mbus)
  ) {
    self.configuration = configuration
    addresses = AddressBook(layout: configuration.layout)
    self.line = line
    self.meters = meters.enumerated().map { index, meter in
      Meter(id: MeterID(index + 1), configuration: meter)
    }
    nextNumber = meters.count + 1
    notePlaces()
  }

  /// Takes an input; what is to be done now, in order.
  public mutating func handle(_ input: StationInput, at now: Moment) -> [StationEffect] {
    switch input {
    case .start: start(now)
    case .wake: next(now)
    case .readNow(let id): readNow(id, now)
    case .scan: scan(now)
    case .cancelScan: cancelScan(now)
    case .preconfigure(let meters): preconfigure(meters)
    case .configure(let configuration, let list, let kept):
      configure(configuration, list, keeping: kept, now)
    case .send(let job): send(job)
    case .lineRemoved: lineRemoved()
    case .command(let command): perform(command, now)
    case .line(let event): handle(event, now)
    }
  }

  private mutating func handle(_ event: LineEvent, _ now: Moment) -> [StationEffect] {
    switch event {
    case .state(_, let state): lineChanged(to: state, now)
    case .heldLow(_, let isLow): lineChanged(isHeldLow: isLow)
    case .readout(let readout): take(readout, now)
    case .found(_, let meter): take(meter, now)
    case .scanProgress(_, let progress): report(progress)
    case .scanEnded(_, let summary): scanEnded(summary, now)
    case .sent(_, let reply): took(reply, now)
    }
  }

  /// The meter with this key; nil when there is none.
  public func meter(_ id: MeterID) -> Meter? { index(of: id).map { meters[$0] } }

  func index(of id: MeterID) -> Int? { places[id] }

  /// To be called when a meter has come to the end of the list.
  mutating func noteLastPlace() {
    if let last = meters.last { places[last.id] = meters.count - 1 }
  }

  /// To be called when the order of the list has changed.
  mutating func notePlaces() {
    places = Dictionary(
      meters.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: - Readouts

  private mutating func start(_ now: Moment) -> [StationEffect] {
    start = now.instant
    let problems = addresses.claim(&meters)
    var effects = (refusals(problems) + addresses.allocateKnown(&meters)).map(StationEffect.report)
    if !metersAwaitingAddresses.isEmpty {
      effects.append(.report(.addressesNotFixed(metersAwaitingAddresses.count)))
    }
    for meter in meters {
      if meter.hasRegisters { effects.append(.publish(meter.id)) }
    }
    // What the file left open has been decided: the same registers after a restart.
    if meters.contains(where: { $0.configuration != $0.configurationToSave }) {
      effects.append(.saveList)
    }
    planReadouts(now)
    return effects
  }

  /// Asks the line for the next readout, or for a call when one will be due. While the line is down a
  /// meter whose turn has come has failed.
  mutating func next(_ now: Moment) -> [StationEffect] {
    guard let lineState, task == nil else { return [] }
    if isScanWanted, lineState == .up { return beginScan() }
    var effects: [StationEffect] = []
    while let turn = schedule.takeNext(at: now) {
      guard let index = index(of: turn.meter) else { continue }
      switch lineState {
      case .up: return effects + missSkippedTurns() + [read(index, isProbe: turn.isProbe)]
      case .down(let reason): effects += fail(index, .lineDown(reason))
      case .lent(let use): effects += fail(index, .lineLent(use.words))
      }
    }
    effects += missSkippedTurns()
    if configuration.isContinuous, lineState == .up, let turn = schedule.takeIdle(at: now),
      let index = index(of: turn.meter)
    {
      return effects + [read(index, isProbe: false)]
    }
    return effects + (schedule.nextDue(at: now).map { [.wake(at: $0)] } ?? [])
  }

  private mutating func read(_ index: Int, isProbe: Bool) -> StationEffect {
    task = .reading(meters[index].id)
    isReadingPredecessor = false
    var job = readJob(index)
    job.isProbe = isProbe
    return .perform(.read(job))
  }

  private mutating func lineChanged(to state: LineState, _ now: Moment) -> [StationEffect] {
    let before = lineState
    guard state != before else { return [] }
    lineState = state
    switch state {
    case .up:
      // What could not be read for want of a line is read now, not at its next turn; last the meter at
      // which it broke, for it may be the cause.
      let missed = meters.filter {
        $0.lastFailure?.isOfTheLine ?? false && !$0.configuration.isBattery
      }
      for meter in missed where meter.id != interrupted { schedule.ask(for: meter.id) }
      for meter in missed where meter.id == interrupted { schedule.ask(for: meter.id) }
      if case .lent(let use) = before {
        return [.report(.lineReturned(line, from: use))] + next(now)
      }
      return [.report(.lineUp(line))] + next(now)
    case .lent(let use): return [.report(.lineLent(line, use))] + next(now)
    case .down(let reason):
      // What comes next is another line, also where this one is lent meanwhile.
      (isLineHeldLow, refusedSpeeds) = (false, [])
      // Further attempts fail for other reasons; that the line is down has been said.
      if case .down = before { return next(now) }
      let lost: [StationEffect]
      (interrupted, lost) = dropTask(reason)
      return [.report(.lineDown(line, reason: reason))] + dropSends(reason) + lost + next(now)
    }
  }

  /// What probably holds a line low.
  public static let whyLineIsLow =
    "probably a short circuit of the bus, or a level converter without power; or it was disturbed and no meter is "
    + "connected"

  private mutating func lineChanged(isHeldLow: Bool) -> [StationEffect] {
    guard isHeldLow != isLineHeldLow else { return [] }
    isLineHeldLow = isHeldLow
    return [.report(.line(line, isHeldLow: isHeldLow))]
  }

  /// The line is gone, and with it what it was doing.
  /// - Returns: the meter that was being read, and what follows for it or for the scan.
  private mutating func dropTask(_ reason: String) -> (MeterID?, [StationEffect]) {
    defer { task = nil }
    switch task {
    case .reading(let id): return (id, index(of: id).map { fail($0, .lineDown(reason)) } ?? [])
    case .scanning(let scan):
      brokenScans += 1
      // A converter that scans bring down again and again is left in peace.
      isScanWanted = brokenScans < Self.mostBrokenScans
      return (
        nil, [.report(.scan(line, .broken(new: scan.added, isToBeginAgain: isScanWanted)))]
      )
    case nil: return (nil, [])
    }
  }

  /// The settings take the line away; another one may follow.
  private mutating func lineRemoved() -> [StationEffect] {
    lineState = nil
    interrupted = nil
    (isLineHeldLow, refusedSpeeds) = (false, [])
    defer { task = nil }
    switch task {
    case .reading(let id): schedule.ask(for: id)
    case .scanning: isScanWanted = true
    case nil: break
    }
    return dropSends("the settings have another line by now")
  }

  private mutating func take(_ readout: Readout, _ now: Moment) -> [StationEffect] {
    task = nil
    guard let id = readout.meter, let index = index(of: id), !dropsReadout(of: id) else {
      return next(now)
    }
    let effects =
      switch readout.outcome {
      case .success(let report): update(index, with: report, at: readout.time)
      case .failure(let failure): fail(index, failure)
      }
    return effects + noteEnd(of: readout, meters[index].label) + next(now)
  }

  private mutating func fail(_ index: Int, _ failure: ReadoutFailure) -> [StationEffect] {
    let isNews = meters[index].hasNotBeenReported
    meters[index].misses += 1
    meters[index].failedReadouts &+= 1
    readouts.failed &+= 1
    meters[index].lastFailure = failure
    for value in meters[index].values.indices { meters[index].values[value].live.miss() }
    var effects: [StationEffect] = []
    if failure.isOfTheLine {
      // Nothing is known of the meter itself; it keeps its turn for addresses.
      if case .speedRefused(let why) = failure, refusedSpeeds.insert(why).inserted {
        effects.append(.report(.speedRefused(line, why)))
      }
    } else {
      if isNews { effects.append(.report(.meterFailed(meters[index].label, failure))) }
      let before = meters[index].register
      effects += allocate(index)
      if meters[index].register != before { effects.append(.saveList) }
    }
    return effects + [.publish(meters[index].id)]
  }

  private mutating func update(
    _ index: Int, with report: MeterReport, at time: Moment
  ) -> [StationEffect] {
    readouts.good &+= 1
    let isFirst = meters[index].lastRead == nil
    let before = meters[index].configurationToSave
    let isLate = isFirst && meters[index].misses > 0
    var effects = meters[index].take(report, at: time, configuration, room: roomForValues)
      .map(StationEffect.report)
    effects += allocate(index, isLate: isLate)
    if isFirst {
      effects += meters[index].introduction(configuration.layout).map(StationEffect.report)
    }
    if meters[index].configurationToSave != before { effects.append(.saveList) }
    return effects + [.publish(meters[index].id)]
  }

  private mutating func allocate(_ index: Int, isLate: Bool = false) -> [StationEffect] {
    addresses.allocate(index, isLate: isLate, &meters).map(StationEffect.report)
  }
}
