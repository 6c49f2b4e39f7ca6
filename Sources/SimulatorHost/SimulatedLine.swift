import BusSimulator
import NIOCore
import NIOPosix
import Time
import Transport

/// A simulated bus within the process as a line of bytes: MBUS_DEVPATH `sim:demo` and `sim:FILE`.
///
/// A file is read on a thread, since a large one takes its time. While it cannot be used the line is down,
/// and it is read again with growing pauses.
public final class SimulatedLine: ByteLine {
  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)?

  /// The longest pause before a file is read anew: what is back is to be in use within 5 s, but a large
  /// file with a mistake in it is not to keep a thread busy.
  private static let longestPause = Span.seconds(4)

  private let source: Source
  private let settings: LineSettings
  private let eventLoop: any EventLoop
  private let onSkipped: (SimulatedPopulation.Skipped) -> Void
  /// The bus while the line is open.
  private var bus: RealTimeBus?
  private var isWanted = false
  private var backoff = Backoff(limit: longestPause)
  private var retry: Scheduled<Void>?

  private enum Source {
    case made(SimulatedPopulation)
    case file(String)
  }

  /// - Parameters:
  ///   - population: the meters on the bus.
  ///   - settings: speed and noise.
  ///   - eventLoop: the loop that it is confined to.
  public init(
    _ population: SimulatedPopulation, settings: LineSettings, eventLoop: any EventLoop
  ) {
    source = .made(population)
    self.settings = settings
    self.eventLoop = eventLoop
    onSkipped = { _ in }
  }

  /// - Parameters:
  ///   - file: a file of telegrams.
  ///   - settings: speed and noise.
  ///   - eventLoop: the loop that it is confined to.
  ///   - onSkipped: told on that loop of each telegram that has no place on the bus.
  public init(
    file: String, settings: LineSettings, eventLoop: any EventLoop,
    onSkipped: @escaping (SimulatedPopulation.Skipped) -> Void
  ) {
    source = .file(file)
    self.settings = settings
    self.eventLoop = eventLoop
    self.onSkipped = onSkipped
  }

  /// A bus that is made is there at once; the event comes with the next turn of the loop.
  public func open() {
    isWanted = true
    let line = NIOLoopBound(self, eventLoop: eventLoop)
    switch source {
    case .made(let population): eventLoop.execute { line.value.begin(population) }
    case .file(let path): load(path)
    }
  }

  /// Sends bytes, if the line is open.
  public func send(_ bytes: [UInt8]) { bus?.send(bytes) }

  /// The master talks at another speed from now on.
  public func use(baud: Int) { bus?.use(baud: Int64(baud)) }

  /// It has no hardware that would mind.
  public var changesSpeed: Bool { true }

  /// Ends the bus.
  public func close() {
    onEvent = nil
    isWanted = false
    retry?.cancel()
    retry = nil
    bus?.close()
    bus = nil
  }

  private func load(_ path: String) {
    let line = NIOLoopBound(self, eventLoop: eventLoop)
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      try SimulatorSource.file(path).load()
    }.whenComplete { line.value.loaded($0, path) }
  }

  private func loaded(_ result: Result<SimulatedPopulation, any Error>, _ path: String) {
    guard isWanted else { return }
    switch result {
    case .success(let population):
      population.skipped.forEach(onSkipped)
      begin(population)
    case .failure(let error):
      onEvent?(.closed("\(error)"))
      // Whoever hears of it may close the line.
      guard isWanted else { return }
      let line = NIOLoopBound(self, eventLoop: eventLoop)
      retry = eventLoop.scheduleTask(in: .nanoseconds(backoff.next().nanoseconds)) {
        line.value.load(path)
      }
    }
  }

  private func begin(_ population: SimulatedPopulation) {
    guard isWanted else { return }
    let bus = RealTimeBus(population, settings: settings, on: eventLoop)
    bus.onBytes = { [weak self] bytes in self?.onEvent?(.received(bytes)) }
    self.bus = bus
    onEvent?(.opened)
  }
}
