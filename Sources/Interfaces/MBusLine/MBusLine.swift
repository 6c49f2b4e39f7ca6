import BusMaster
import MBus
import Metering
import NIOCore
import Station
import Time
import Transport

/// The driver of one wired M-Bus: carries out jobs by the state machines of BusMaster, over any byte
/// line.
public final class MBusLine: MeterInterface {
  /// What the settings decide.
  public struct Configuration: Hashable, Sendable {
    /// Speed and timeouts.
    public var timing: LineTiming
    /// Which parts of a secondary address are sent as wildcards (MBUS_SELECTMASK).
    public var selectMask: SelectMask
    /// What is reset before a readout (MBUS_RESETMODE).
    public var reset: ResetSequence
    /// Repetitions of a request (MBUS_MAXRETRY).
    public var retries: Int
    /// The most telegrams of a chain (MBUS_MAXMULTIPAGE); 0: all of them.
    public var maxTelegrams: Int
    /// How a scan looks for meters.
    public var scan: ScanPlan
    /// How telegrams are read (METER_VIFSTRINGMODE, MBUS_DISABLE_DECRYPTION); key and identity come with each
    /// job.
    public var decoding: DecodingOptions

    /// All parts; a scan that is left out looks for all meters by secondary address.
    public init(
      timing: LineTiming, selectMask: SelectMask, reset: ResetSequence, retries: Int,
      maxTelegrams: Int, scan: ScanPlan = ScanPlan(),
      decoding: DecodingOptions = .standard
    ) {
      self.timing = timing
      self.selectMask = selectMask
      self.reset = reset
      self.retries = retries
      self.maxTelegrams = maxTelegrams
      self.scan = scan
      self.decoding = decoding
    }
  }

  /// Which line it drives.
  public let line: LineID
  /// Where its events go.
  public var onEvent: ((LineEvent) -> Void)?
  /// What is remembered of link addresses. After `stop` it is for the line that takes this one's place,
  /// which otherwise would not know that a chain of telegrams was left in the middle.
  public private(set) var countBits: FrameCountBits

  private let bytes: any ByteLine
  private let eventLoop: any EventLoop
  private var configuration: Configuration
  private let clock: () -> Moment
  private let cipher: (any TelegramCipher)?
  /// What the compact frames of each meter look like.
  private var formats: [MeterID: FormatCache] = [:]

  /// Why the line is not there; nil while it is.
  private var downReason: String? = "it has not been opened yet"
  private var jobs: [LineJob] = []
  private var current: (any LineWork)?
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - line: which line it drives.
  ///   - bytes: carries the bytes; confined to the same loop.
  ///   - eventLoop: the loop that it is confined to.
  ///   - configuration: what the settings decide.
  ///   - clock: reads both clocks.
  ///   - countBits: what the line in whose place this one is made remembered.
  ///   - cipher: decrypts telegrams; nil: those that are encrypted cannot be read.
  public init(
    line: LineID, bytes: any ByteLine, eventLoop: any EventLoop, configuration: Configuration,
    clock: @escaping () -> Moment, countBits: FrameCountBits = FrameCountBits(),
    cipher: (any TelegramCipher)? = nil
  ) {
    self.line = line
    self.bytes = bytes
    self.eventLoop = eventLoop
    self.configuration = configuration
    self.clock = clock
    self.countBits = countBits
    self.cipher = cipher
  }

  /// Opens the line, and keeps trying while it is not there.
  public func start() {
    bytes.onEvent = { [weak self] event in self?.handle(event) }
    bytes.open()
  }

  /// Takes over other settings: what is under way goes on as it began.
  public func reconfigure(to configuration: Configuration) { self.configuration = configuration }

  /// Does a job after those asked for before. While the line is down it ends at once.
  public func perform(_ job: LineJob) {
    if let downReason {
      onEvent?(work(for: job).refused(downReason, at: clock()))
      return
    }
    jobs.append(job)
    beginNext()
  }

  /// Closes the line; jobs under way are dropped without an event.
  public func stop() {
    dropJobs()
    onEvent = nil
    bytes.onEvent = nil
    bytes.close()
  }

  // MARK: - The line

  private func handle(_ event: ByteLineEvent) {
    switch event {
    case .opened:
      downReason = nil
      onEvent?(.state(line, .up))
    case .closed(let reason):
      downReason = reason
      dropJobs()
      onEvent?(.state(line, .down(reason)))
    case .received(let bytes): advance(.received(bytes))
    }
  }

  private func dropJobs() {
    jobs = []
    if let current { countBits = current.countBits }
    current = nil
    timer?.cancel()
    timer = nil
  }

  // MARK: - Jobs

  private func beginNext() {
    guard current == nil, !jobs.isEmpty else { return }
    current = work(for: jobs.removeFirst())
    advance(.start)
  }

  private func work(for job: LineJob) -> any LineWork {
    switch job {
    case .read(let job):
      ReadWork(
        job, line: line, configuration: configuration, countBits: countBits, cipher: cipher,
        formats: formats[job.meter] ?? FormatCache())
    case .scan: ScanWork(line: line, configuration: configuration, countBits: countBits)
    case .send(let job):
      SendWork(job, line: line, configuration: configuration, countBits: countBits)
    }
  }

  /// Carries out what the job wants. Whoever hears a report may give new jobs, or stop the line.
  private func advance(_ event: BusEvent) {
    guard let steps = current?.handle(event, at: clock()) else { return }
    for step in steps where current != nil {
      switch step {
      case .send(let request): bytes.send(request)
      case .wake(let instant): wake(at: instant)
      case .report(let event): onEvent?(event)
      case .end(let event): finish(event)
      }
    }
  }

  private func wake(at instant: MonotonicInstant) {
    timer?.cancel()
    let delay = (instant - clock().instant).nanoseconds
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: .nanoseconds(max(delay, 0))) { this.value.advance(.wake) }
  }

  private func finish(_ event: LineEvent) {
    guard let current else { return }
    timer?.cancel()
    timer = nil
    countBits = current.countBits
    if case .readout(let readout) = event, let meter = readout.meter {
      keep(current.formats, of: meter)
    }
    self.current = nil
    onEvent?(event)
    beginNext()
  }

  /// The most meters whose formats are kept. Those of meters that have left the list go when there are more.
  private static let mostFormats = 5000

  private func keep(_ learned: FormatCache?, of meter: MeterID) {
    guard let learned, !learned.isEmpty else { return }
    if formats.count >= Self.mostFormats, formats[meter] == nil { formats = [:] }
    formats[meter] = learned
  }
}
