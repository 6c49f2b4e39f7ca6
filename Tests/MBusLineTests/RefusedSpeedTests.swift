import BusMaster
import Bytes
import LineJobs
import MBus
import Metering
import Station
import Testing
import Time

/// A serial port that does not take another speed.
@Suite struct RefusedSpeedTests {
  private static let line = LineID(.mbus)
  private static let why =
    "/dev/ttyS1: cannot be set to 300 baud: the port cannot do 300 baud; the nearest that it offers is 9600"
  private var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))

  private func driver(_ scanSpeeds: [Int64] = []) -> LineDriver {
    var configuration = LineConfiguration(
      timing: LineTiming(), selectMask: [], reset: .none, retries: 0, maxTelegrams: 0,
      scan: ScanPlan(.primary(5...5), reset: .anybusStandard, retries: 0, strategy: .adaptive))
    configuration.scanSpeeds = scanSpeeds
    var driver = LineDriver(line: Self.line, configuration: configuration)
    driver.changesSpeed = true
    _ = driver.handle(.opened, at: now)
    return driver
  }

  private func job(_ meter: Int, baud: Int?) -> LineJob {
    var job = ReadJob(meter: MeterID(meter), address: .mbus(.primary(5)))
    job.baud = baud
    return .read(job)
  }

  private func events(_ actions: [LineDriver.Action]) -> [LineEvent] {
    actions.compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  private func sent(_ actions: [LineDriver.Action]) -> Int {
    actions.count { if case .send = $0 { true } else { false } }
  }

  /// 9600 baud are in force when 300 are refused: the line goes back to its own 2400 for the next meter.
  @Test func theJobFailsAndTheNextOneIsDoneAtTheSpeedOfTheLine() {
    var driver = driver()
    #expect(driver.handle(.perform(job(1, baud: 300)), at: now).first == .use(baud: 300))
    _ = driver.handle(.perform(job(2, baud: nil)), at: now)
    let actions = driver.handle(.speedRefused(inForce: 9600, Self.why), at: now)
    #expect(
      events(actions) == [
        .readout(
          Readout(
            line: Self.line, meter: MeterID(1), time: now,
            outcome: .failure(.speedRefused(Self.why)), telegrams: []))
      ])
    #expect(actions.contains(.use(baud: 2400)))
    #expect(sent(actions) == 1)
  }

  /// 2400 is searched first, 300 is refused, 9600 is searched.
  @Test func aScanGoesOnWithTheNextSpeed() {
    var driver = driver([300, 2400, 9600])
    var later = now
    var wakeAt: MonotonicInstant?
    var seen: [LineDriver.Action] = []
    func take(_ actions: [LineDriver.Action]) {
      seen += actions
      for case .wake(let instant) in actions { wakeAt = instant }
    }
    take(driver.handle(.perform(.scan), at: later))
    while !seen.contains(.use(baud: 300)), let wake = wakeAt {
      later.instant = wake
      take(driver.handle(.wake, at: later))
    }
    #expect(!seen.contains(.use(baud: 2400)), "it has that anyway")
    take(driver.handle(.speedRefused(inForce: 2400, Self.why), at: later))
    #expect(seen.contains(.use(baud: 9600)))
    while !events(seen).contains(where: { if case .scanEnded = $0 { true } else { false } }),
      let wake = wakeAt
    {
      later.instant = wake
      take(driver.handle(.wake, at: later))
    }
    #expect(
      events(seen).last
        == .scanEnded(
          Self.line, ScanSummary(found: 0, problems: [.speedRefused(300, Self.why)])))
    #expect(
      ScanProblem.speedRefused(300, Self.why).description
        == "not looked for at 300 baud (MBUS_SCANBAUDRATES): \(Self.why)")
  }

  @Test func bytesThatSomebodySendsAreRefused() {
    var driver = driver()
    var job = SendJob([0x10, 0x40, 0x05, 0x45, 0x16])
    job.baud = 300
    _ = driver.handle(.perform(.send(job)), at: now)
    let actions = driver.handle(.speedRefused(inForce: 2400, Self.why), at: now)
    #expect(events(actions) == [.sent(Self.line, SendReply(.lineDown(Self.why)))])
    #expect(driver.handle(.speedRefused(inForce: 2400, Self.why), at: now).isEmpty, "nobody asks")
  }

  // MARK: - A meter is told another speed

  /// A meter at address 5 that is told 9600 baud.
  private struct Talk {
    var driver: LineDriver
    var now: Moment
    /// The speed that the line has, and the requests that were sent.
    var baud: Int64 = 2400
    var sent: [String] = []
    var reply: SendReply?
    /// The wishes for 9600 baud until one is refused.
    var taken: Int
    /// Whether SND_UD is acknowledged, and whether the meter is told by it.
    var acknowledges = true
    var obeys = true
    private var wakeAt: MonotonicInstant?

    init(_ driver: LineDriver, _ now: Moment, taken: Int) {
      (self.driver, self.now, self.taken) = (driver, now, taken)
    }

    mutating func run() throws {
      let job = SendJob(.setBaud(9600), to: .mbus(.primary(5)))
      try take(driver.handle(.perform(.send(job)), at: now))
      while reply == nil, let wake = wakeAt {
        now.instant = wake
        wakeAt = nil
        try take(driver.handle(.wake, at: now))
      }
    }

    private mutating func take(_ actions: [LineDriver.Action]) throws {
      var inputs: [LineDriver.Input] = []
      for action in actions {
        switch action {
        case .send(let bytes): inputs += try answer(to: bytes)
        case .use(let wanted): inputs += use(wanted)
        case .wake(let instant): wakeAt = instant
        case .cancelWake: wakeAt = nil
        case .event(.sent(_, let answer)): reply = answer
        case .event, .guest, .raw: break
        }
      }
      for input in inputs {
        if case .received = input { now.instant = now.instant + .milliseconds(250) }
        try take(driver.handle(input, at: now))
      }
    }

    private mutating func use(_ wanted: Int64) -> [LineDriver.Input] {
      if wanted == 9600 {
        taken -= 1
        if taken < 0 { return [.speedRefused(inForce: baud, RefusedSpeedTests.why)] }
      }
      baud = wanted
      return []
    }

    private mutating func answer(to request: [UInt8]) throws -> [LineDriver.Input] {
      let isCommand = request.first == 0x68
      sent.append(isCommand ? "command" : "\(baud)")
      let hasNewSpeed = obeys && sent.contains("command")
      guard isCommand ? acknowledges : !hasNewSpeed else { return [] }
      let isRequest = request.dropFirst().first.map { $0 & 0x0F == 0x0B } ?? false
      return [.received(LineBytes(isRequest ? try RefusedSpeedTests.telegram : [0xE5]))]
    }
  }

  /// RSP_UD of meter 66600106 at address 5 with one volume.
  private static var telegram: [UInt8] {
    get throws {
      try Frame.long(
        control: .rspUD(), address: 5, ci: 0x72,
        data: [0x06, 0x01, 0x60, 0x66, 0xA7, 0x32, 2, 4, 1, 0, 0, 0, 0x04, 0x13, 1, 0, 0, 0]
      ).encoded
    }
  }

  private func told(
    taken: Int, acknowledges: Bool = true, obeys: Bool = true
  ) throws -> (reply: SendReply?, sent: [String]) {
    var talk = Talk(driver(), now, taken: taken)
    (talk.acknowledges, talk.obeys) = (acknowledges, obeys)
    try talk.run()
    return (talk.reply, talk.sent)
  }

  @Test func aSpeedThatTheLineDoesNotTakeIsToldToNobody() throws {
    let (reply, sent) = try told(taken: 0)
    #expect(sent == [])
    #expect(
      reply?.check
        == .refused("the line does not take 9600 baud, so that nothing was sent: \(Self.why)"))
  }

  /// The port has taken the speed before, and does not take it behind the acknowledgement.
  @Test func aSpeedThatIsRefusedBehindTheAcknowledgement() throws {
    let (reply, sent) = try told(taken: 1)
    #expect(sent.contains("command") && sent.last == "2400", "it is looked for at the speed before")
    #expect(
      reply?.check
        == .notShown(
          "the line cannot follow to 9600 baud (\(Self.why)), and it does not answer at 2400 baud; a meter that "
            + "hears nothing at its new speed goes back to 2400 by itself after 2 to 10 minutes"))
    #expect(reply?.target == .mbus(.primary(5)))
    #expect(reply?.received.isEmpty == false)
    #expect(
      try told(taken: 1, obeys: false).reply?.check == .otherwise("it still answers at 2400 baud"))
  }

  @Test func aSpeedThatIsRefusedWithoutAcknowledgement() throws {
    #expect(
      try told(taken: 1, acknowledges: false).reply?.check
        == .refused(
          "the meter does not acknowledge the command, in 1 attempt; it does not answer at 2400 baud, and the line "
            + "cannot follow to 9600 baud (\(Self.why)): if it has the new speed, it goes back to 2400 by itself after "
            + "2 to 10 minutes"))
  }

  /// Answers that are 500 ms late have shown a slow link: another meter may be heard as late. 330 bit times at 2400 baud
  /// are 137.5 ms, and 50 ms.
  @Test func aSlowLinkIsWaitedForWhereSeveralMayAnswer() throws {
    var driver = driver()
    var later = now
    let telegram = try Self.telegram
    for meter in 1...4 {
      _ = driver.handle(.perform(job(meter, baud: nil)), at: later)
      later.instant = later.instant + .milliseconds(700)
      _ = driver.handle(.received(LineBytes(telegram)), at: later)
    }
    let order = SendJob(.setAddress(8, force: true), to: .mbus(.primary(5)))
    let asked = later.instant
    #expect(sent(driver.handle(.perform(.send(order)), at: later)) == 1)
    later.instant = later.instant + .milliseconds(200)
    let actions = driver.handle(.received(LineBytes(telegram)), at: later)
    let wakes = actions.compactMap { if case .wake(let instant) = $0 { instant } else { nil } }
    let wake = try #require(wakes.last)
    #expect(wake - asked > .milliseconds(600))
    #expect(sent(actions) == 0)
  }
}
