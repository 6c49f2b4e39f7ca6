import MeterFiles
import NIOCore
import NIOPosix
import Station

/// Notices files of the configuration folder that somebody has changed: by SFTP, an editor, `metergate set`.
/// They take effect when they are applied; until then people can see what waits, and what is wrong with it.
/// It is confined to one event loop; files are touched on a thread of their own.
///
/// It looks at times and sizes rather than having the kernel tell: that costs next to nothing, and works on
/// every file system and through every kind of rename.
final class FolderWatch {
  /// Time between two looks. What still differs at the second look is being written, so that a file is
  /// not read while an upload goes on.
  static let interval = TimeAmount.seconds(1)
  /// How long a file that somebody has open for writing is not looked into, in looks: there may be programs that
  /// never close it.
  static let patience = 60
  /// How long nothing may have changed before files are applied without being asked, in seconds: an upload
  /// may stall, and begin anew.
  static let quiet = 10
  /// The same where the system does not tell who has a file open.
  static let longQuiet = 60

  /// What is in force: the folder as it was taken over, and its meter list as it was read or saved last.
  struct InForce {
    let app: AppFolder
    let list: MeterListFile
  }

  /// What waits to be applied; nil: the files hold what is in force.
  private(set) var pending: PendingChange?

  /// Called when there is another pending change, or none any more.
  var onChange: (PendingChange?) -> Void = { _ in }
  /// Called once for each pending change when nobody has written for a while, with how the files look: that is
  /// how they have to look still when they have been read.
  var onQuiet: (PendingChange, FolderLook) -> Void = { _, _ in }

  private let inForce: () -> InForce?
  private let clock: DeviceClock
  private let files: NIOThreadPool
  private let eventLoop: any EventLoop
  private var timer: RepeatedTask?
  private var last: FolderLook?
  /// How the files looked when `pending` was found out.
  private var known: FolderLook?
  /// For how many looks nothing has changed.
  private var quietLooks = 0
  private var isTold = false
  private var isBusy = false
  /// Counts what is taken over: what was looked at before that is no news any more.
  private var number = 0

  /// - Parameters:
  ///   - inForce: what is in force; nil: just now nobody should look.
  ///   - clock: the device's clocks.
  ///   - files: the thread on which files are touched.
  ///   - eventLoop: the loop that it is confined to.
  init(
    inForce: @escaping () -> InForce?, clock: DeviceClock, files: NIOThreadPool,
    eventLoop: any EventLoop
  ) {
    self.inForce = inForce
    self.clock = clock
    self.files = files
    self.eventLoop = eventLoop
  }

  /// Looks from now on.
  func start() {
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) {
      _ in watch.value.look()
    }
  }

  /// Looks no more.
  func stop() {
    timer?.cancel()
    timer = nil
    number += 1
  }

  /// The files have been read anew: what was pending is in force, or will be found again.
  func noteApplied() {
    number += 1
    pending = nil
    known = nil
    last = nil
  }

  /// What was quiet has not been applied, since it was not quiet any more: it is told again.
  func noteNotApplied() {
    quietLooks = 0
    isTold = false
  }

  /// Looks now, whatever is being written; done when `pending` is what the files say.
  func refresh() -> EventLoopFuture<Void> {
    guard let inForce = inForce() else { return eventLoop.makeSucceededVoidFuture() }
    let (number, known, paths, clock) = (number, known, paths(inForce.app), clock)
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    return files.runIfActive(eventLoop: eventLoop) { () -> (FolderLook, PendingChange?)? in
      let look = FolderLook(paths)
      guard look != known else { return nil }
      return (look, FolderCheck.pendingChange(of: inForce.app, list: inForce.list, clock: clock))
    }.flatMap { found in
      let watch = watch.value
      guard let (look, change) = found, number == watch.number, !watch.found(change, look, inForce)
      else { return watch.eventLoop.makeSucceededVoidFuture() }
      return watch.refresh()
    }.flatMapErrorThrowing { _ in }
  }

  private func paths(_ app: AppFolder) -> Set<String> {
    app.watchedPaths.union(pending?.paths ?? [])
  }

  private func look() {
    guard !isBusy, let inForce = inForce() else { return }
    isBusy = true
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    let (number, paths) = (number, paths(inForce.app))
    // Nobody is asked who writes while nothing is going on.
    let isAsked = known != last || pending != nil
    files.runIfActive(eventLoop: eventLoop) {
      (FolderLook(paths), isAsked ? FileWriters.of(paths) : .none)
    }.whenComplete { result in
      watch.value.isBusy = false
      guard case .success(let (look, writers)) = result, number == watch.value.number else {
        return
      }
      watch.value.seen(look, writers, inForce)
    }
  }

  private func seen(_ look: FolderLook, _ writers: FileWriters, _ inForce: InForce) {
    guard look == last else {
      last = look
      quietLooks = 0
      isTold = false
      return
    }
    quietLooks += 1
    guard look == known else {
      if writers != .some || quietLooks > Self.patience { read(look, inForce) }
      return
    }
    guard let pending, !isTold, writers != .some,
      quietLooks >= (writers == .none ? Self.quiet : Self.longQuiet)
    else { return }
    isTold = true
    onQuiet(pending, look)
  }

  private func read(_ look: FolderLook, _ inForce: InForce) {
    isBusy = true
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    let (number, clock) = (number, clock)
    files.runIfActive(eventLoop: eventLoop) {
      FolderCheck.pendingChange(of: inForce.app, list: inForce.list, clock: clock)
    }.whenComplete { result in
      watch.value.isBusy = false
      guard case .success(let found) = result, number == watch.value.number else { return }
      watch.value.found(found, look, inForce)
    }
  }

  /// - Returns: whether that is what the files say. The gateway may have saved its list while they were read, and
  ///   its own save is no change of somebody else: the next look reads them again.
  @discardableResult private func found(
    _ change: PendingChange?, _ look: FolderLook, _ compared: InForce
  ) -> Bool {
    guard inForce()?.list.version == compared.list.version else { return false }
    known = look
    guard change != pending else { return true }
    pending = change
    isTold = false
    onChange(change)
    return true
  }
}
