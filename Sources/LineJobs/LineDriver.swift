import BusMaster
import Bytes
import MBus
import Metering
import Station
import Time

/// The jobs of one wired M-Bus, one after the other, by the state machines of BusMaster. It does nothing by
/// itself: `MBusLine` drives it over a byte line in real time, benches and tests over a simulated bus in
/// virtual time.
public struct LineDriver: Sendable {
  /// What happens to it.
  public enum Input: Hashable, Sendable {
    /// A job, to be done after those asked for before. While the line is down it ends at once.
    case perform(LineJob)
    /// The line can be used from now on.
    case opened
    /// The line is gone: why, for people. Jobs are dropped.
    case closed(String)
    /// Bytes came.
    case received(LineBytes)
    /// The line does not take the speed that was wanted last: at which it goes on, and why, for people.
    case speedRefused(inForce: Int64, String)
    /// The time that was asked for has come.
    case wake
    /// The line is for somebody else as soon as the job under way is over; nil: it is back.
    case lend(LineUse?)
    /// Bytes from an outside master (MBUS_TRANSPARENT).
    case guest([UInt8])
    /// The outside master has gone.
    case guestLeft
    /// Somebody does not want the scan any more that is under way, or waits for its turn.
    case cancelScan
  }

  /// What is to be done, in order.
  public enum Action: Hashable, Sendable {
    /// Put these bytes on the wire.
    case send([UInt8])
    /// Have the line talk at another speed from now on, bits a second.
    case use(baud: Int64)
    /// Call again at this time; replaces earlier wishes.
    case wake(at: MonotonicInstant)
    /// There is nothing to be called for any more.
    case cancelWake
    /// Tell the station.
    case event(LineEvent)
    /// A packet for the outside master.
    case guest([UInt8])
    /// Bytes have gone over the line; only while `tracesBytes`.
    case raw(RawPiece)
  }

  /// Which line it is.
  public let line: LineID
  /// What the settings decide; what is under way goes on as it began.
  public var configuration: LineConfiguration
  /// What is remembered of link addresses. It is for the line that takes this one's place, which otherwise
  /// would not know that a chain of telegrams was left in the middle.
  public internal(set) var countBits: FrameCountBits

  /// What its exchanges have shown of the way to its meters.
  public private(set) var link = LinkRecord()
  /// Whether the line can talk at another speed than that of the settings. Where it cannot, meters with a speed of
  /// their own are asked at that of the line.
  public var changesSpeed = false
  /// The speed at which it talks just now, bits a second.
  private var baud: Int64

  /// Whether it tells of all bytes (MBUS_RAWLOGENABLE, MBUS_DEBUGOUT).
  public var tracesBytes = false
  var trace = RawTrace()
  /// Whether the line is held low.
  private var lowLine = LowLine()

  private let cipher: (any TelegramCipher)?
  /// What the compact frames of each meter look like.
  private var formats: [MeterID: FormatCache] = [:]
  /// Why the line is not there; nil while it is.
  private(set) var downReason: String? = "it has not been opened yet"
  var jobs: [LineJob] = []
  private(set) var current: (any LineWork)?
  var guest = GuestSession()
  /// For whom the line is to be.
  var use: LineUse?
  /// For whom it is, as the station knows.
  var toldUse: LineUse?

  /// Requests of outside masters that could not be put on the line in time.
  public var droppedGuestRequests: Int { guest.dropped }

  /// - Parameters:
  ///   - line: which line it is.
  ///   - configuration: what the settings decide.
  ///   - countBits: what the line in whose place this one is made remembered.
  ///   - cipher: decrypts telegrams; nil: those that are encrypted cannot be read.
  public init(
    line: LineID, configuration: LineConfiguration, countBits: FrameCountBits = FrameCountBits(),
    cipher: (any TelegramCipher)? = nil
  ) {
    self.line = line
    self.configuration = configuration
    baud = configuration.timing.baud
    self.countBits = countBits
    self.cipher = cipher
  }

  /// Takes an input; what is to be done now, in order.
  public mutating func handle(_ input: Input, at now: Moment) -> [Action] {
    let actions =
      switch input {
      case .perform(let job): perform(job, now)
      case .opened: opened()
      case .closed(let reason): closed(reason)
      case .received(let bytes): received(bytes, now)
      case .speedRefused(let baud, let why): speedRefused(inForce: baud, why, now)
      case .wake: advance(.wake, now)
      case .lend(let use): lend(use)
      case .guest(let bytes): guestSends(bytes, now)
      case .guestLeft: guestLeft()
      case .cancelScan: cancelScans()
      }
    return actions + goOn(now)
  }

  private mutating func opened() -> [Action] {
    downReason = nil
    toldUse = nil
    baud = configuration.timing.baud
    return use == nil ? [.event(.state(line, .up))] : []
  }

  private mutating func closed(_ reason: String) -> [Action] {
    downReason = reason
    lowLine = LowLine()
    guest.clear()
    // A job that was at another speed is gone; what opens next is the line as the settings have it.
    return dropJobs() + talk(at: configuration.timing.baud)
      + [.event(.state(line, .down(reason)))]
  }

  /// At the speed at which it talks just now.
  private var timing: LineTiming {
    var timing = configuration.timing
    timing.baud = baud
    return timing
  }

  private mutating func received(_ bytes: LineBytes, _ now: Moment) -> [Action] {
    let raw = traced(bytes, now) + Self.told(lowLine.hear(bytes), of: line)
    guard current == nil else {
      link.noteReceived(bytes, timing, now: now.instant)
      return raw + advance(.received(bytes), now)
    }
    return raw + deliver(guest.hear(bytes.values, configuration.timing, now: now.instant))
  }

  /// What the job can do at no other speed it cannot do.
  private mutating func speedRefused(
    inForce: Int64, _ why: String, _ now: Moment
  ) -> [Action] {
    baud = inForce
    return carryOut(current?.speedRefused(why, at: now) ?? [], now)
  }

  private static func told(_ change: LowLine.Change?, of line: LineID) -> [Action] {
    change.map { [.event(.heldLow(line, $0 == .low))] } ?? []
  }

  /// Forgets all jobs without an event; the line is given up.
  public mutating func stop() { _ = dropJobs() }

  private mutating func dropJobs() -> [Action] {
    jobs = []
    guard let work = current else { return [] }
    countBits = work.countBits
    current = nil
    return [.cancelWake]
  }

  /// A scan under way ends when what it has asked is over; those that wait end at once.
  mutating func cancelScans() -> [Action] {
    current?.cancel()
    let waiting = jobs.count { $0 == .scan }
    jobs.removeAll { $0 == .scan }
    let ended = LineEvent.scanEnded(line, ScanSummary(found: 0, wasCancelled: true))
    return [Action](repeating: .event(ended), count: waiting)
  }

  // MARK: - Jobs

  private mutating func perform(_ job: LineJob, _ now: Moment) -> [Action] {
    if let downReason { return [refuse(job, .lineDown(downReason), now)] }
    if let toldUse { return [refuse(job, .lineLent(toldUse.words), now)] }
    jobs.append(job)
    return []
  }

  func refuse(_ job: LineJob, _ failure: ReadoutFailure, _ now: Moment) -> Action {
    .event(work(for: job).refused(failure, at: now))
  }

  /// Does what is next, when nothing is under way.
  private mutating func goOn(_ now: Moment) -> [Action] {
    var actions: [Action] = []
    while downReason == nil, current == nil {
      let (timing, instant) = (configuration.timing, now.instant)
      actions += deliver(guest.duePacket(timing, now: instant))
      guard !guest.isBusy(timing, now: instant) else { break }
      // Others know the line by the speed of the settings.
      if use != nil { actions += talk(at: timing.baud) }
      actions += handOver(now)
      guard toldUse == nil else {
        guest.leave()
        break
      }
      if let request = guest.begin(hasOwnJobs: !jobs.isEmpty, timing, now: instant) {
        noteForeign(request)
        actions += talk(at: timing.baud)
        actions += traced(request, .guest, now) + [.send(request)]
        break
      }
      guard !jobs.isEmpty, !guest.holdsLine(now: instant) else { break }
      guest.noteOwnJob()
      let job = jobs.removeFirst()
      current = work(for: job)
      actions += talk(at: speed(of: job)) + advance(.start, now)
    }
    if current == nil, let deadline = guest.deadline(configuration.timing) {
      actions.append(.wake(at: deadline))
    }
    return actions
  }

  /// The speed at which a job begins.
  private func speed(of job: LineJob) -> Int64 {
    let own: Int? =
      switch job {
      case .read(let job): job.baud
      case .send(let job): job.baud
      case .scan: nil
      }
    guard let own, own > 0, changesSpeed else { return configuration.timing.baud }
    return Int64(own)
  }

  private mutating func talk(at wanted: Int64) -> [Action] {
    guard wanted != baud else { return [] }
    baud = wanted
    return [.use(baud: wanted)]
  }

  private func work(for job: LineJob) -> any LineWork {
    var configuration = configuration
    configuration.timing.baud = speed(of: job)
    return switch job {
    case .read(let job):
      ReadWork(
        job, line: line, configuration: configuration, countBits: countBits, cipher: cipher,
        formats: formats[job.meter] ?? FormatCache())
    case .scan:
      ScanWork(
        line: line, configuration: configuration, countBits: countBits, link: link,
        changesSpeed: changesSpeed)
    case .send(let job):
      SendWork(
        job, line: line, configuration: configuration, countBits: countBits, cipher: cipher,
        changesSpeed: changesSpeed)
    }
  }

  /// Carries out what the job wants.
  private mutating func advance(_ event: BusEvent, _ now: Moment) -> [Action] {
    carryOut(current?.handle(event, at: now) ?? [], now)
  }

  private mutating func carryOut(_ steps: [LineStep], _ now: Moment) -> [Action] {
    var actions: [Action] = []
    for step in steps {
      switch step {
      case .send(let request):
        link.noteSent(request, timing, now: now.instant)
        actions += traced(request, .sent, now) + [.send(request)]
        // Many of the questions of a search are answered by nobody.
        if !(current is ScanWork) { actions += Self.told(lowLine.noteSent(), of: line) }
      case .wake(let instant): actions.append(.wake(at: instant))
      case .use(let baud): actions += talk(at: baud)
      case .report(let event): actions.append(.event(event))
      case .end(let event): return actions + finish(event, now)
      }
    }
    return actions
  }

  private mutating func finish(_ event: LineEvent, _ now: Moment) -> [Action] {
    if let current { countBits = current.countBits }
    if case .scanEnded = event { link.noteScan() }
    if case .readout(let readout) = event, let meter = readout.meter {
      keep(current?.formats, of: meter)
    }
    current = nil
    return trace.flush().map { .raw($0) } + [.cancelWake, .event(event)]
  }

  /// The most meters whose formats are kept. Those of meters that have left the list go when there are more.
  private static let mostFormats = 5000

  private mutating func keep(_ learned: FormatCache?, of meter: MeterID) {
    guard let learned, !learned.isEmpty else { return }
    if formats.count >= Self.mostFormats, formats[meter] == nil { formats = [:] }
    formats[meter] = learned
  }
}
