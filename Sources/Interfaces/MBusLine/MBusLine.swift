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

    /// All parts.
    public init(
      timing: LineTiming, selectMask: SelectMask, reset: ResetSequence, retries: Int,
      maxTelegrams: Int
    ) {
      self.timing = timing
      self.selectMask = selectMask
      self.reset = reset
      self.retries = retries
      self.maxTelegrams = maxTelegrams
    }
  }

  /// Which line it drives.
  public let line: LineID
  /// Where its events go.
  public var onEvent: ((LineEvent) -> Void)?

  private let bytes: any ByteLine
  private let eventLoop: any EventLoop
  private let configuration: Configuration
  private let clock: () -> Moment

  private var isUp = false
  private var jobs: [ReadJob] = []
  private var current: (job: ReadJob, machine: MeterReadout)?
  private var countBits = FrameCountBits()
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - line: which line it drives.
  ///   - bytes: carries the bytes; confined to the same loop.
  ///   - eventLoop: the loop that it is confined to.
  ///   - configuration: what the settings decide.
  ///   - clock: reads both clocks.
  public init(
    line: LineID, bytes: any ByteLine, eventLoop: any EventLoop, configuration: Configuration,
    clock: @escaping () -> Moment
  ) {
    self.line = line
    self.bytes = bytes
    self.eventLoop = eventLoop
    self.configuration = configuration
    self.clock = clock
  }

  /// Opens the line, and keeps trying while it is not there.
  public func start() {
    bytes.onEvent = { [weak self] event in self?.handle(event) }
    bytes.open()
  }

  /// Reads a meter after those asked for before. While the line is down the readout fails at once.
  public func perform(_ job: LineJob) {
    switch job {
    case .read(let job):
      guard isUp else {
        onEvent?(
          .readout(
            Readout(
              line: line, meter: job.meter, time: clock(),
              outcome: .failure(.lineDown("it has not been opened yet")))))
        return
      }
      jobs.append(job)
    case .scan: onEvent?(.scanEnded(line, ScanSummary(found: 0)))
    }
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
      isUp = true
      onEvent?(.state(line, .up))
    case .closed(let reason):
      isUp = false
      dropJobs()
      onEvent?(.state(line, .down(reason)))
    case .received(let bytes): advance(.received(bytes))
    }
  }

  private func dropJobs() {
    jobs = []
    if let current { countBits = current.machine.countBits }
    current = nil
    timer?.cancel()
    timer = nil
  }

  // MARK: - Jobs

  private func beginNext() {
    guard current == nil, !jobs.isEmpty else { return }
    let job = jobs.removeFirst()
    let plan = ReadoutPlan(
      address: job.address.onMBus, selectMask: configuration.selectMask, reset: configuration.reset,
      retries: configuration.retries, maxTelegrams: configuration.maxTelegrams)
    let machine = MeterReadout(plan, timing: configuration.timing, countBits: countBits)
    current = (job, machine)
    advance(.start)
  }

  private func advance(_ event: BusEvent) {
    guard let actions = current?.machine.handle(event, now: clock().instant) else { return }
    for action in actions {
      switch action {
      case .send(let request): bytes.send(request)
      case .wake(let instant): wake(at: instant)
      case .finish(let result): finish(result)
      }
    }
  }

  private func wake(at instant: MonotonicInstant) {
    timer?.cancel()
    let delay = (instant - clock().instant).nanoseconds
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: .nanoseconds(max(delay, 0))) { this.value.advance(.wake) }
  }

  private func finish(_ result: ReadoutResult) {
    guard let (job, machine) = current else { return }
    timer?.cancel()
    timer = nil
    countBits = machine.countBits
    current = nil
    let readout = Readout(
      line: line, meter: job.meter, time: clock(),
      outcome: ReadoutReport.outcome(of: result, askedBy: job.address.onMBus),
      telegrams: result.received)
    onEvent?(.readout(readout))
    beginNext()
  }
}

extension MeterAddress {
  /// The address on the wired M-Bus; there is no other kind yet.
  fileprivate var onMBus: MBusAddress {
    switch self {
    case .mbus(let address): address
    }
  }
}
