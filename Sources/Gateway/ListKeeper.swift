import MeterFiles
import Metering
import NIOCore
import NIOPosix
import Station

/// Writes the meter list to its file, soon after a change and away from the event loop. It is confined to
/// that loop; files are touched on a thread of their own.
final class ListKeeper {
  /// How long changes are collected: values are learned one after another.
  static let delay = TimeAmount.seconds(2)
  /// The shortest time between two saves, for the sake of flash memory: a scan goes on for long.
  static let interval = TimeAmount.seconds(10)
  /// When a file that could not be written is tried again.
  static let retryInterval = TimeAmount.seconds(60)

  /// Called with what the file says when that is something else than before.
  var onSaved: ([UInt8]?) -> Void = { _ in }

  private var file: MeterListFile
  /// Where in the file each meter stands.
  private var places: [MeterID: Int]
  /// The meters that have been in the file: one that is no longer there was taken out.
  private var known: Set<MeterID>
  private let list: () -> [ListEntry]
  private let report: (FileEvent) -> Void
  private let files: NIOThreadPool
  private let eventLoop: any EventLoop

  private var isChanged = false
  private var isPaused = false
  private var saving: EventLoopFuture<Void>?
  private var timer: Scheduled<Void>?
  private var lastSave: NIODeadline?
  /// When the timer is due.
  private var due: NIODeadline?
  private var lastFailure: SaveFailure?

  /// - Parameters:
  ///   - file: the file as it was read.
  ///   - meters: the keys of its meters, in its order.
  ///   - list: the list that is to be saved, when it is asked for.
  ///   - report: what people should know.
  ///   - files: the thread on which files are touched.
  ///   - eventLoop: the loop that it is confined to.
  init(
    _ file: MeterListFile, meters: [MeterID], list: @escaping () -> [ListEntry],
    report: @escaping (FileEvent) -> Void, files: NIOThreadPool, eventLoop: any EventLoop
  ) {
    self.file = file
    places = ListedMeter.places(meters)
    known = Set(meters)
    self.list = list
    self.report = report
    self.files = files
    self.eventLoop = eventLoop
  }

  /// The meters of the list that have not been in the file yet.
  var unsaved: Set<MeterID> { Set(list().map(\.meter)).subtracting(known) }

  /// What the file held when it was read or saved last.
  var version: FileVersion? { file.version }
  /// The file as it was read or saved last.
  var saved: MeterListFile { file }
  /// Why the file does not say what is known; nil: it does, or will in a moment.
  var complaint: String? { lastFailure.map { event($0).text } }

  /// Whether the last attempt to write it has failed.
  private(set) var isFailing = false

  /// Writes what has not been written yet, now.
  /// - Returns: why the file does not say it; nil: it does.
  func saveNow() -> EventLoopFuture<SaveFailure?> { settle(hasTried: false) }

  /// Waits until nothing is being written and nothing waits to be, or it cannot be written: several may wait
  /// at once, and the save that one of them begins has the changes of all.
  private func settle(hasTried: Bool) -> EventLoopFuture<SaveFailure?> {
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    if let saving { return saving.flatMap { keeper.value.settle(hasTried: hasTried) } }
    guard isChanged else { return eventLoop.makeSucceededFuture(nil) }
    guard !hasTried else { return eventLoop.makeSucceededFuture(lastFailure) }
    timer?.cancel()
    timer = nil
    return save().flatMap { keeper.value.settle(hasTried: true) }
  }

  /// The list has changed.
  func noteChange() {
    isChanged = true
    // What changes while nothing can be saved is worth saying again.
    lastFailure = nil
    scheduleSoon()
  }

  /// The file has been read anew.
  /// - Parameter meters: the keys of its meters, in its order; nil: it could not be read, and the list so far
  ///   stays in force.
  func use(_ file: MeterListFile, meters: [MeterID]?) {
    self.file = file
    places = ListedMeter.places(meters ?? [])
    if let meters { known = Set(meters) }
    lastSave = nil
    lastFailure = nil
    isFailing = false
  }

  /// Leaves the file alone while it is being read; done when nothing is being written any more.
  func pause() -> EventLoopFuture<Void> {
    isPaused = true
    timer?.cancel()
    timer = nil
    return saving ?? eventLoop.makeSucceededVoidFuture()
  }

  /// Goes on after a pause.
  func resume() {
    isPaused = false
    if isChanged { scheduleSoon() }
  }

  /// Writes what has not been written yet, before the end.
  func finish() -> EventLoopFuture<Void> {
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    return pause().flatMap {
      keeper.value.isPaused = false
      return keeper.value.isChanged
        ? keeper.value.save() : keeper.value.eventLoop.makeSucceededVoidFuture()
    }
  }

  private func scheduleSoon() {
    let now = NIODeadline.now()
    let earliest = lastSave.map { max($0 + Self.interval, now + Self.delay) } ?? now + Self.delay
    schedule(in: earliest - now)
  }

  private func schedule(in delay: TimeAmount) {
    guard saving == nil, !isPaused else { return }
    // What has changed is not to wait for the retry of what could not be saved.
    if let timer {
      guard let due, NIODeadline.now() + delay < due else { return }
      timer.cancel()
    }
    due = .now() + delay
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: delay) {
      keeper.value.timer = nil
      _ = keeper.value.save()
    }
  }

  private func save() -> EventLoopFuture<Void> {
    isChanged = false
    lastSave = .now()
    let entries = list()
    let (file, places) = (file, places)
    let wanted = entries.map { ListedMeter($0, in: file, places) }
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    let ids = entries.map(\.meter)
    let result = files.runIfActive(eventLoop: eventLoop) {
      Result { () throws(SaveFailure) in try file.saving(wanted) }
    }
    let promise = eventLoop.makePromise(of: Void.self)
    saving = promise.futureResult
    result.whenComplete { result in
      keeper.value.saving = nil
      // Without its thread, at the very end, nothing can be written any more.
      if case .success(let result) = result { keeper.value.saved(result, meters: ids) }
      promise.succeed()
    }
    return promise.futureResult
  }

  private func saved(_ result: Result<MeterListFile, SaveFailure>, meters: [MeterID]) {
    switch result {
    case .success(let written):
      let isNews = written.version != file.version
      file = written.settled
      places = ListedMeter.places(meters)
      known = Set(meters)
      lastFailure = nil
      isFailing = false
      if isNews {
        report(.listSaved(file: written.name, meters: meters.count))
        onSaved(written.written)
      }
      if isNews, let warning = written.warning { report(.unsettled(warning)) }
      if isChanged { scheduleSoon() }
    case .failure(let failure):
      isChanged = true
      if failure != lastFailure { report(event(failure)) }
      lastFailure = failure
      isFailing = true
      timer?.cancel()
      timer = nil
      schedule(in: Self.retryInterval)
    }
  }

  private func event(_ failure: SaveFailure) -> FileEvent {
    guard case .conflict(let name) = failure else { return .notSaved(failure.description) }
    return .waitsForMerge(file: name, meters: unsaved.count)
  }
}
