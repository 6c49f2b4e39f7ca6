import Gateway
import Glibc
import Logging
import MBusLine
import Metering
import NIOCore
import NIOPosix
import Settings
import Station
import TelegramCrypto

/// A bus in the hands of a subcommand: the driver of the gateway, on an event loop of its own.
struct BusSession {
  /// Why the bus cannot be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let settings: Settings
  /// How many seconds the bus may take to open; 0: the first failure counts.
  let patience: UInt32

  /// Does one job as soon as the bus is open, and ends.
  /// - Parameter take: gets the events of the job, on the event loop.
  /// - Returns: the event with which the job ended.
  /// - Throws: `Failure` when the bus cannot be opened, or is lost.
  func perform(
    _ job: LineJob, report take: @escaping @Sendable (LineEvent) -> Void
  ) async throws -> LineEvent {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let (settings, patience) = (settings, patience)
    let ended = loop.makePromise(of: LineEvent.self)
    let held = NIOLoopBoundBox<MBusLine?>.makeEmptyBox(eventLoop: loop)
    let interrupts =
      job == .scan ? Interrupts { loop.execute { held.value?.cancelScan() } } : nil
    defer { interrupts?.end() }
    do {
      try await loop.submit {
        let log = Logger(label: "metergate") { _ in NoteLog() }
        guard let bytes = Gateway.byteLine(settings, logger: log, loop: loop) else {
          throw Failure(description: "there is no bus to work on")
        }
        let line = MBusLine(
          line: LineID(.mbus), bytes: bytes, eventLoop: loop, configuration: settings.mbusLine,
          clock: DeviceClock.system.now, cipher: AESTelegramCipher())
        held.value = line
        let course = Course(job, line: line, ended: ended, patience: patience, report: take)
        line.onEvent = { course.take($0) }
        line.start()
      }.get()
    } catch {
      ended.fail(error)
    }
    let result: Result<LineEvent, any Error>
    do {
      result = .success(try await ended.futureResult.get())
    } catch {
      result = .failure(error)
    }
    try await loop.submit {
      held.value?.stop()
      held.value = nil
    }.get()
    try await group.shutdownGracefully()
    return try result.get()
  }
}

/// Ctrl-C: the first one is told, the next one ends the program as usual.
private final class Interrupts {
  private let watch: SignalWatch

  init(_ body: @escaping @Sendable () -> Void) {
    watch = SignalWatch([SIGINT]) { _ in
      signal(SIGINT, SIG_DFL)
      body()
    }
  }

  func end() { watch.end() }
}

/// What happens until the job has ended; confined to the event loop.
private final class Course {
  private let job: LineJob
  private weak var line: MBusLine?
  private let ended: EventLoopPromise<LineEvent>
  private let report: (LineEvent) -> Void
  private var isWaiting: Bool
  private var isUp = false
  private var reason = "it did not open in time"

  init(
    _ job: LineJob, line: MBusLine, ended: EventLoopPromise<LineEvent>, patience: UInt32,
    report: @escaping (LineEvent) -> Void
  ) {
    self.job = job
    self.line = line
    self.ended = ended
    self.report = report
    isWaiting = patience > 0
    // Lines that say nothing when they fail to open are given up as well.
    let limit = TimeAmount.seconds(Int64(max(patience, Self.leastPatience)))
    let this = NIOLoopBound(self, eventLoop: ended.futureResult.eventLoop)
    ended.futureResult.eventLoop.scheduleTask(in: limit) { this.value.giveUp() }
  }

  private static let leastPatience: UInt32 = 10

  func take(_ event: LineEvent) {
    switch event {
    case .state(_, .up):
      guard !isUp else { return }
      isUp = true
      line?.perform(job)
    case .state(_, .down(let why)):
      reason = why
      if isUp || !isWaiting { fail() }
    case .readout, .scanEnded, .sent: ended.succeed(event)
    case .state(_, .lent): break
    case .heldLow(let line, let isLow):
      Output.note(GatewayEvent.line(line, isHeldLow: isLow).text)
    case .found, .scanProgress: report(event)
    }
  }

  private func giveUp() {
    isWaiting = false
    if !isUp { fail() }
  }

  private func fail() { ended.fail(BusSession.Failure(description: reason)) }
}

/// Writes what the gateway would log to standard error, without time and level.
private struct NoteLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.notice

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { Output.note("\(event.message)") }
}
