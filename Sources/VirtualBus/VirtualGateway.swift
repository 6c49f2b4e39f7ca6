import BusSimulator
import Bytes
import LineJobs
import MBus
import Metering
import Station
import Time

/// Station, line and meters in virtual time: what the gateway does in a month, within minutes.
public struct VirtualGateway: Sendable {
  /// A readout that the station has asked for.
  public struct Attempt: Hashable, Sendable {
    /// Of which meter.
    public var meter: MeterID
    /// When.
    public var time: Moment
    /// One attempt was enough.
    public var isProbe: Bool
  }

  /// Meters, values, schedule.
  public private(set) var station: Station
  /// The slaves on their wire.
  public var bus: SimulatedBus
  /// The two clocks now.
  public private(set) var now: Moment
  /// Whether the line is there.
  public private(set) var isConnected = false
  /// Readouts that the station has asked for; whoever looks at them empties it.
  public var attempts: [Attempt] = []
  /// What came of commands to meters; whoever looks at it empties it.
  public var replies: [SendReply] = []
  /// What people are told; whoever looks at it empties it.
  public var events: [GatewayEvent] = []

  private var driver: LineDriver
  private var stationWake: MonotonicInstant?
  private var lineWake: MonotonicInstant?

  /// A gateway that has begun; its line is not there yet.
  /// - Parameters:
  ///   - slaves: who is on the wire.
  ///   - meters: the list.
  ///   - settings: speed of the wire, noise, and what the clocks show at the begin.
  public init(
    _ slaves: [SimulatedSlave], meters: [MeterConfiguration], station: Station.Configuration,
    line: LineConfiguration, settings: LineSettings = LineSettings()
  ) {
    bus = SimulatedBus(slaves, settings: settings)
    self.station = Station(configuration: station, meters: meters)
    driver = LineDriver(line: LineID(.mbus), configuration: line)
    driver.changesSpeed = true
    now = settings.clock
    give(.start)
  }

  /// The line is there.
  public mutating func connect() {
    isConnected = true
    drive(.opened)
  }

  /// The line is lost.
  public mutating func disconnect(_ reason: String) {
    isConnected = false
    drive(.closed(reason))
  }

  /// Sets the clock on the wall.
  public mutating func setWall(_ wall: WallTime) { now.wall = wall }

  /// Gives the station an input, and carries out what follows.
  public mutating func give(_ input: StationInput) {
    var inputs = [input]
    while !inputs.isEmpty {
      let effects = station.handle(inputs.removeFirst(), at: now)
      for effect in effects { inputs += carryOut(effect) }
    }
  }

  /// Lets time pass.
  /// - Parameter seconds: how much of it.
  public mutating func run(seconds: Int64) {
    let end = now.instant + .seconds(seconds)
    while true {
      let next = [bus.nextEvent, stationWake, lineWake].compactMap { $0 }.min()
      guard let next, next <= end else { return pass(to: end) }
      pass(to: max(next, now.instant))
      step()
    }
  }

  /// What is to happen now.
  private mutating func step() {
    let received = bus.advance(to: now.instant)
    if isConnected, !received.isEmpty {
      let damaged = received.indices.filter {
        received[$0].parityError || received[$0].framingError
      }
      drive(.received(LineBytes(received.map(\.value), damaged: damaged)))
    }
    if let wake = lineWake, wake <= now.instant {
      lineWake = nil
      drive(.wake)
    }
    if let wake = stationWake, wake <= now.instant {
      stationWake = nil
      give(.wake)
    }
  }

  /// Both clocks go on; the one on the wall has no fractions.
  private mutating func pass(to instant: MonotonicInstant) {
    func second(_ instant: MonotonicInstant) -> Int64 { instant.nanoseconds / 1_000_000_000 }
    now.wall.unixSeconds += second(instant) - second(now.instant)
    now.instant = instant
  }

  private mutating func drive(_ input: LineDriver.Input) {
    for event in act(driver.handle(input, at: now)) { give(.line(event)) }
  }

  private mutating func act(_ actions: [LineDriver.Action]) -> [LineEvent] {
    var events: [LineEvent] = []
    for action in actions {
      switch action {
      case .send(let bytes): bus.send(bytes, at: now.instant)
      case .use(let baud): bus.use(baud: baud)
      case .wake(let instant): lineWake = instant
      case .cancelWake: lineWake = nil
      case .event(let event): events.append(event)
      case .guest, .raw: break
      }
    }
    return events
  }

  private mutating func carryOut(_ effect: StationEffect) -> [StationInput] {
    switch effect {
    case .perform(let job):
      if case .read(let read) = job {
        attempts.append(Attempt(meter: read.meter, time: now, isProbe: read.isProbe))
      }
      return act(driver.handle(.perform(job), at: now)).map { .line($0) }
    case .cancelScan: return act(driver.handle(.cancelScan, at: now)).map { .line($0) }
    case .wake(let instant):
      stationWake = instant
      return []
    case .report(let event):
      events.append(event)
      return []
    case .sent(let reply):
      replies.append(reply)
      return []
    case .clearRegisters, .publish, .saveList, .answer: return []
    }
  }
}
