import BusMaster
import LineJobs
import MBus
import Metering
import NIOCore
import Station
import Time
import Transport

/// The driver of one wired M-Bus: carries out jobs by `LineDriver`, over any byte line, in real time.
public final class MBusLine: MeterInterface {
  /// What the settings decide.
  public typealias Configuration = LineConfiguration

  /// Where its events go.
  public var onEvent: ((LineEvent) -> Void)?
  /// Where all bytes go, for the raw log; nil: they are not told.
  public var onRaw: ((RawPiece) -> Void)? {
    didSet { driver.tracesBytes = onRaw != nil }
  }

  /// Where packets for an outside master go.
  public var onGuestBytes: (([UInt8]) -> Void)?

  private var driver: LineDriver
  private let bytes: any ByteLine
  private let eventLoop: any EventLoop
  private let clock: () -> Moment
  private var timer: Scheduled<Void>?
  /// What is to be done and is not done yet.
  private var actions: [LineDriver.Action] = []
  private var isCarryingOut = false

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
    driver = LineDriver(
      line: line, configuration: configuration, countBits: countBits, cipher: cipher)
    driver.changesSpeed = bytes.changesSpeed
    self.bytes = bytes
    self.eventLoop = eventLoop
    self.clock = clock
  }

  /// Which line it drives.
  public var line: LineID { driver.line }

  /// What is remembered of link addresses; after `stop` it is for the line that takes this one's place.
  public var countBits: FrameCountBits { driver.countBits }

  /// Opens the line, and keeps trying while it is not there.
  public func start() {
    bytes.onEvent = { [weak self] event in self?.take(event) }
    bytes.open()
  }

  /// Takes over other settings: what is under way goes on as it began.
  public func reconfigure(to configuration: Configuration) { driver.configuration = configuration }

  /// Does a job after those asked for before. While the line is down it ends at once.
  public func perform(_ job: LineJob) { handle(.perform(job)) }

  /// Gives the line to somebody else as soon as the job under way is over; nil: takes it back.
  public func lend(_ use: LineUse?) { handle(.lend(use)) }

  /// Bytes from an outside master. While the line is lent they go out as they are, otherwise between our own
  /// jobs.
  public func takeFromGuest(_ bytes: [UInt8]) { handle(.guest(bytes)) }

  /// The outside master has gone.
  public func guestLeft() { handle(.guestLeft) }

  /// Requests of outside masters that could not be put on the line in time.
  public var droppedGuestRequests: Int { driver.droppedGuestRequests }

  /// Ends a scan that is under way, or wanted.
  public func cancelScan() { handle(.cancelScan) }

  /// Closes the line; jobs under way are dropped without an event.
  public func stop() {
    driver.stop()
    actions = []
    cancelTimer()
    onEvent = nil
    onGuestBytes = nil
    bytes.onEvent = nil
    bytes.close()
  }

  private func take(_ event: ByteLineEvent) {
    switch event {
    case .opened: handle(.opened)
    case .closed(let reason): handle(.closed(reason))
    case .received(let bytes): handle(.received(bytes))
    case .speedRefused(_, let inForce, let why):
      handle(.speedRefused(inForce: Int64(inForce), why))
    }
  }

  /// Whoever hears an event may give new jobs, or stop the line: what follows from that is done behind what
  /// is to be done already.
  private func handle(_ input: LineDriver.Input) {
    actions += driver.handle(input, at: clock())
    guard !isCarryingOut else { return }
    isCarryingOut = true
    defer { isCarryingOut = false }
    while !actions.isEmpty { carryOut(actions.removeFirst()) }
  }

  private func carryOut(_ action: LineDriver.Action) {
    switch action {
    case .send(let request): bytes.send(request)
    case .use(let baud): bytes.use(baud: Int(clamping: baud))
    case .wake(let instant): wake(at: instant)
    case .cancelWake: cancelTimer()
    case .event(let event): onEvent?(event)
    case .guest(let packet): onGuestBytes?(packet)
    case .raw(let piece): onRaw?(piece)
    }
  }

  private func wake(at instant: MonotonicInstant) {
    cancelTimer()
    let delay = (instant - clock().instant).nanoseconds
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: .nanoseconds(max(delay, 0))) { this.value.handle(.wake) }
  }

  private func cancelTimer() {
    timer?.cancel()
    timer = nil
  }
}
