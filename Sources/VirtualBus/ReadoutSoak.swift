import BusMaster
import BusSimulator
import LineJobs
import MBus
import Metering
import Station
import Time

/// Weeks of readouts in virtual time, with faults: meters that fall silent for hours, and one for good, noise,
/// two meters that answer to one address, a converter that comes and goes. What must be true all the time is looked
/// at all the time, and what is not becomes a finding.
public struct ReadoutSoak: Sendable {
  /// How long, how many, and which faults.
  public struct Plan: Hashable, Sendable {
    /// Days of virtual time.
    public var days: Int
    /// Meters in the list.
    public var meters: Int
    /// Seconds from one readout to the next.
    public var cycle: Int64
    /// Draws the faults.
    public var seed: UInt64
    /// The share of bytes that arrive damaged.
    public var noise: Double

    /// What is left out is as in the long run.
    public init(
      days: Int, meters: Int, cycle: Int64 = 900, seed: UInt64 = 1, noise: Double = 0.0001
    ) {
      self.days = days
      self.meters = meters
      self.cycle = cycle
      self.seed = seed
      self.noise = noise
    }
  }

  /// What the run was like.
  public struct Summary: Hashable, Sendable {
    /// Readouts that were begun.
    public var attempts = 0
    /// Those of them with one attempt, of meters that had fallen silent.
    public var probes = 0
    /// Readouts that brought values.
    public var good = 0
    /// Hours in which meters were silent, disturbed by another one, or without a line, summed up.
    public var faultHours = 0
    /// The longest time from a turn of the raster to the readout of a meter without fault, in seconds.
    public var latest: Int64 = 0
    /// What must not be, the first few; empty: all is as it should be.
    public var findings: [String] = []
  }

  /// What the run was like so far.
  public private(set) var summary = Summary()
  /// How many days have passed.
  public private(set) var day = 0

  private let plan: Plan
  private var gateway: VirtualGateway
  private var faults: SoakFaults
  /// When each meter was asked last, as a turn of the raster.
  private var turns: [MeterID: Int64] = [:]

  /// - Parameter plan: how long, how many, and which faults.
  public init(_ plan: Plan) {
    self.plan = plan
    let slaves = SimulatedPopulation.alike(count: plan.meters).slaves
    // Another maker's meters with the serials of the first few: they are not in the list, and cut off as a rule.
    let twins = SimulatedPopulation.alike(
      count: SoakFaults.twins, answer: .init(length: 60)
    ).slaves
    gateway = VirtualGateway(
      slaves + twins,
      meters: slaves.map { slave in
        MeterConfiguration(
          identity: MeterIdentity(serial: slave.identity?.serial ?? .any),
          usesPrimaryAddress: false)
      },
      station: Station.Configuration(readoutCycle: .seconds(plan.cycle)),
      line: LineConfiguration(
        timing: LineTiming(), selectMask: [.manufacturer, .version, .medium], reset: .standard,
        retries: 3, maxTelegrams: 0),
      settings: LineSettings(seed: plan.seed, noise: plan.noise))
    faults = SoakFaults(meters: plan.meters, seed: plan.seed)
    for place in faults.twinPlaces { gateway.bus.setMuted(at: place, true) }
    gateway.connect()
  }

  /// Whether the run is over.
  public var isOver: Bool { day >= plan.days }

  /// Lets a day pass; the last of the run has no new faults, and ends with a look at everything.
  public mutating func runDay() {
    guard !isOver else { return }
    let isLast = day == plan.days - 1
    for hour in 0..<24 {
      for change in faults.hour(isCalm: isLast) { apply(change) }
      summary.faultHours += faults.count
      let start = gateway.now.wall.unixSeconds
      while gateway.now.wall.unixSeconds < start + 3600 {
        gateway.run(seconds: min(plan.cycle, start + 3600 - gateway.now.wall.unixSeconds))
        look(isFirst: day == 0 && hour == 0)
      }
    }
    day += 1
    if isOver { lookAtTheEnd() }
  }

  private mutating func apply(_ change: SoakFaults.Change) {
    switch change {
    case .mute(let place, let isMuted): gateway.bus.setMuted(at: place, isMuted)
    case .line(let isThere):
      if isThere { gateway.connect() } else { gateway.disconnect("the soak takes it away") }
    }
  }

  // MARK: What must be true

  /// A round of all meters with every fault there is.
  private var longestRound: Int64 {
    // 705 ms for a meter that answers; four attempts with their timeouts for one that does not.
    Int64(plan.meters * 3 / 4 + 1 + faults.most * 9)
  }

  private mutating func look(isFirst: Bool) {
    for attempt in gateway.attempts {
      summary.attempts += 1
      if attempt.isProbe { summary.probes += 1 }
      let wall = attempt.time.wall.unixSeconds
      let turn = wall - wall % plan.cycle
      let isFaulty = faults.isDisturbed(attempt.meter, at: wall)
      if !isFirst, !isFaulty, !faults.wasLineDown(at: wall) {
        summary.latest = max(summary.latest, wall - turn)
        if wall - turn > longestRound {
          find("meter \(attempt.meter.number) was asked \(wall - turn) s after its turn")
        }
        if let last = turns[attempt.meter], last != turn, turn - last != plan.cycle {
          find("meter \(attempt.meter.number) was asked \(turn - last) s after its last turn")
        }
        if turns[attempt.meter] == turn {
          find("meter \(attempt.meter.number) was asked twice in one turn")
        }
      }
      turns[attempt.meter] = isFaulty || faults.wasLineDown(at: wall) ? nil : turn
      faults.note(attempt.time.wall.unixSeconds)
    }
    gateway.attempts = []
    gateway.events = []
    if turns.count > plan.meters { find("\(turns.count) meters have been asked") }
    if gateway.station.meters.count != plan.meters {
      find("the list has \(gateway.station.meters.count) meters")
    }
  }

  private mutating func lookAtTheEnd() {
    let now = gateway.now
    for (place, meter) in gateway.station.meters.enumerated() {
      summary.good += Int(meter.goodReadouts)
      let flags = meter.registerEntry.flags
      let age = meter.lastRead.map { now.wall.unixSeconds - $0.wall.unixSeconds }
      if place == faults.deadPlace {
        if flags != [.notRead, .notAllUpToDate] { find("the dead meter has the flags \(flags)") }
        if (age ?? 0) < Int64(plan.days - 1) * 86_400 {
          find("the dead meter is \(age ?? 0) s old")
        }
        continue
      }
      if flags != [] { find("meter \(place + 1) has the flags \(flags) in the end") }
      guard let age, age <= plan.cycle + longestRound else {
        find("meter \(place + 1) was read \(age.map { "\($0) s" } ?? "never") before the end")
        continue
      }
    }
  }

  private mutating func find(_ text: String) {
    if summary.findings.count < 20 { summary.findings.append("day \(day + 1): \(text)") }
  }
}
