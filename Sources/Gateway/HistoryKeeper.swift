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
  /// How long it takes at least from one list that is kept for itself to the next: a scan saves it every ten seconds.
  static let keepInterval = TimeAmount.seconds(60)
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
  /// The meter list that the gateway has saved last, until it is written down.
  private var list: [UInt8]?
  /// What was said of an entry that could not be written; nil: the last could.
  private var entryComplaint: String?
  /// Ends the time in which no other list is kept.
  private var keepTimer: Scheduled<Void>?
  /// The list that is safe: kept for itself, in an entry, or no more that of the folder.
  private var safeList: FileVersion?
  /// What was said of a list that could not be kept; nil: the last could, or it is in an entry.
  private var listComplaint: String?

  /// What cannot be written now; nil: nothing of that kind.
  var complaint: String? { entryComplaint ?? listComplaint }

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

  /// The gateway has saved what it has found or learned: it becomes an entry later, and the list is kept at once, or
  /// when its time has come.
  func noteSaved(_ list: [UInt8]?) {
    self.list = list
    schedule(.gateway, in: Self.delay)
    if keepTimer == nil { keepList() }
  }

  /// Keeps the list that was saved last, unless it is safe. What could not be kept is tried again after the interval.
  @discardableResult
  private func keepList() -> EventLoopFuture<Void> {
    keepTimer?.cancel()
    keepTimer = nil
    guard let list, FileVersion.of(list) != safeList else {
      return eventLoop.makeSucceededVoidFuture()
    }
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    keepTimer = eventLoop.scheduleTask(in: Self.keepInterval) {
      keeper.value.keepTimer = nil
      keeper.value.keepList()
    }
    let (history, time) = (history, clock.now().wall)
    return work { () throws(ConfigurationFailure) in
      try history.keepLastSaved(list: list, time: time)
    } then: {
      keeper.value.kept($0, .of(list))
    }
  }

  /// A list that is not that of the folder any more is nothing to keep.
  private func kept(_ result: Result<Bool, ConfigurationFailure>, _ version: FileVersion) {
    switch result {
    case .success: noteSafe(version)
    case .failure(let failure):
      let text = "the meter list that was saved last is not kept for the next start: \(failure)"
      if text != listComplaint { report(.notRecorded(text)) }
      listComplaint = text
    }
  }

  private func noteSafe(_ version: FileVersion) {
    safeList = version
    if let list, FileVersion.of(list) != version { return }
    listComplaint = nil
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
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    let written = cause == nil ? eventLoop.makeSucceededVoidFuture() : write()
    return written.flatMap { keeper.value.keepList() }.always { _ in
      keeper.value.keepTimer?.cancel()
    }
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
    return work { () throws(ConfigurationFailure) in
      try history.record(cause: cause, time: time, inForce: files)
    } then: { [self] in
      written($0, cause, files.meterList)
    }
  }

  /// Writes into the history on the thread for files.
  private func work<Outcome: Sendable>(
    _ body: @escaping @Sendable () throws(ConfigurationFailure) -> Outcome,
    then: @escaping (Result<Outcome, ConfigurationFailure>) -> Void
  ) -> EventLoopFuture<Void> {
    let then = NIOLoopBound(then, eventLoop: eventLoop)
    return files.runIfActive(eventLoop: eventLoop) {
      Result { () throws(ConfigurationFailure) in try body() }
    }.map { then.value($0) }.flatMapErrorThrowing { _ in }
  }

  /// A history that cannot be written is said once, tried again, and said again after it could.
  /// - Parameter version: the meter list of the entry.
  private func written(
    _ result: Result<ConfigurationHistory.Outcome, ConfigurationFailure>,
    _ cause: ConfigurationCause, _ version: FileVersion
  ) {
    switch result {
    case .success(.gone): self.cause = self.cause ?? cause
    case .success:
      entryComplaint = nil
      noteSafe(version)
      if self.cause == nil { list = nil }
    case .failure(let failure):
      let text = "the configuration in force is not in the history: \(failure)"
      if text != entryComplaint { report(.notRecorded(text)) }
      entryComplaint = text
      schedule(cause, in: Self.retryInterval)
    }
  }
}
