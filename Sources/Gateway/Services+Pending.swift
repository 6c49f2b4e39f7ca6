import Station
import MeterFiles
import NIOCore

/// Files that others have changed, until they are applied.
extension Services {
  /// Notices from now on what others write into the folder.
  func watchFolder() {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let watch = FolderWatch(
      inForce: {
        services.value.isReloading
          ? nil : .init(app: services.value.app, list: services.value.keeper.saved)
      }, clock: clock, files: files, eventLoop: eventLoop)
    watch.onChange = { services.value.filesChanged($0) }
    watch.onQuiet = { services.value.applyByItself($0, $1) }
    watch.start()
    self.watch = watch
  }

  private func filesChanged(_ change: PendingChange?) {
    defer { core.noteStatus() }
    guard let change else {
      history.noteTakenBack()
      return core.report(.files(.pendingGone))
    }
    core.report(.files(.pending(files: change.files, fate(of: change))))
  }

  private func fate(of change: PendingChange) -> PendingFate {
    if let first = change.errors.first {
      return .blocked(errors: change.errors.count, first: first.description)
    }
    guard appliesByItself else { return .waits }
    return change.doubts.first.map { PendingFate.heldBack($0.description) }
      ?? .byItself(seconds: FolderWatch.quiet)
  }

  /// Applies what waits, if that is wanted and nothing speaks against it.
  private func applyByItself(_ change: PendingChange, _ look: FolderLook) {
    guard case .byItself = fate(of: change) else { return }
    reload(ifStill: (look, change.paths))
  }

  /// Why what waits is not applied by itself, though that is wanted; nil: it is, or nobody wants it.
  var heldBack: String? {
    guard let pendingChange, case .heldBack(let why) = fate(of: pendingChange) else { return nil }
    return why
  }

  /// Looks what waits to be applied.
  func refreshPending() -> EventLoopFuture<Void> {
    watch?.refresh() ?? eventLoop.makeSucceededVoidFuture()
  }
}
