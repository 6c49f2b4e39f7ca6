import ConfigurationArchive
import MeterFiles
import NIOCore
import NIOPosix
import Station

/// Writes what is in force into the history of configurations, away from the event loop to which it is
/// confined: what a person has applied at once, what the gateway finds and learns by itself when it has
/// come to rest.
final class HistoryKeeper {
  /// How long the gateway's own changes are collected: a scan saves the list every ten seconds, and the whole
  /// of a large one is compressed for each entry.
  static let delay = TimeAmount.seconds(60)
  /// When what could not be written is tried again: a disk that is full has room again some time.
  static let retryInterval = TimeAmount.seconds(60)
  /// When what was found at the start is written: after the first requests are answered.
  static let startDelay = TimeAmount.seconds(1)

  /// What chip.ini and the meter list were when they came into force; nil: that is not known. What is on the
  /// disk may be something else, which nobody has applied.
  var inForce: () -> FilesInForce? = { nil }

  private let history: ConfigurationHistory
  private let clock: DeviceClock
  private let report: (FileEvent) -> Void
  private let files: NIOThreadPool
  private let eventLoop: any EventLoop
  private var timer: Scheduled<Void>?
  /// Why the configuration is what it is; nil: it has been written down.
  private var cause: ConfigurationCause?
  private(set) var complaint: String?
  /// The meter list that the gateway has saved last, until it is written down.
  private var list: [UInt8]?

  init(
    _ history: ConfigurationHistory, clock: DeviceClock, report: @escaping (FileEvent) -> Void,
    files: NIOThreadPool, eventLoop: any EventLoop
  ) {
    self.history = history
    self.clock = clock
    self.report = report
    self.files = files
    self.eventLoop = eventLoop
  }

  /// The gateway has started with files in which nothing is wrong.
  func noteStart() { schedule(.file, in: Self.startDelay) }

  /// The gateway has saved what it has found or learned: it becomes an entry later, and is kept at once.
  func noteSaved(_ list: [UInt8]?) {
    self.list = list
    schedule(.gateway, in: Self.delay)
    guard let files = filesInForce else { return }
    let (history, time) = (history, clock.now().wall)
    work { () throws(ConfigurationFailure) in
      try history.keepLastSaved(files, time: time)
      return .unchanged
    }
  }

  /// The files in force, with the list that the gateway has saved.
  private var filesInForce: FilesInForce? {
    guard var files = inForce() else { return nil }
    if let list, FileVersion.of(list) == files.meterList { files.meterListBytes = list }
    return files
  }

  /// Files that had been changed hold what is in force again: what could not be written down can be.
  func noteTakenBack() {
    if let cause { schedule(cause, in: Self.startDelay) }
  }

  /// Files that a person has changed are in force.
  func noteApplied() {
    cause = .file
    _ = write()
  }

  /// Writes what waits.
  func finish() -> EventLoopFuture<Void> {
    cause == nil ? eventLoop.makeSucceededVoidFuture() : write()
  }

  /// What a person did counts more than what the gateway adds to it.
  private func schedule(_ cause: ConfigurationCause, in delay: TimeAmount) {
    if self.cause != .file { self.cause = cause }
    guard timer == nil else { return }
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: delay) { _ = keeper.value.write() }
  }

  private func write() -> EventLoopFuture<Void> {
    timer?.cancel()
    timer = nil
    guard let cause, let files = filesInForce else { return eventLoop.makeSucceededVoidFuture() }
    self.cause = nil
    let (history, time) = (history, clock.now().wall)
    return work(cause) { () throws(ConfigurationFailure) in
      try history.record(cause: cause, time: time, inForce: files)
    }
  }

  /// Writes into the history on the thread for files.
  /// - Parameter cause: of the entry that is written; nil: it is none.
  @discardableResult
  private func work(
    _ cause: ConfigurationCause? = nil,
    _ body:
      @escaping @Sendable () throws(ConfigurationFailure) -> ConfigurationHistory.Outcome
  ) -> EventLoopFuture<Void> {
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    return files.runIfActive(eventLoop: eventLoop) {
      Result { () throws(ConfigurationFailure) in try body() }
    }.map { keeper.value.written($0, cause) }.flatMapErrorThrowing { _ in }
  }

  /// A history that cannot be written is said once, tried again, and said again after it could.
  private func written(
    _ result: Result<ConfigurationHistory.Outcome, ConfigurationFailure>,
    _ cause: ConfigurationCause?
  ) {
    switch result {
    case .success(.gone): self.cause = self.cause ?? cause
    case .success:
      complaint = nil
      if cause != nil, self.cause == nil { list = nil }
    case .failure(let failure):
      let text = "the configuration in force is not in the history: \(failure)"
      if text != complaint { report(.notRecorded(text)) }
      complaint = text
      if let cause { schedule(cause, in: Self.retryInterval) }
    }
  }
}
