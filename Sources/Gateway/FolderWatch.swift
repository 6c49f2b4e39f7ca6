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

  /// What waits to be applied; nil: the files hold what is in force.
  private(set) var pending: PendingChange?

  private let inForce: () -> (app: AppFolder, list: FileVersion?)?
  private let changed: (PendingChange?) -> Void
  private let files: NIOThreadPool
  private let eventLoop: any EventLoop
  private var timer: RepeatedTask?
  private var last: FolderLook?
  private var isSettling = true
  private var isBusy = false
  /// Counts what is taken over: what was looked at before that is no news any more.
  private var number = 0

  /// - Parameters:
  ///   - inForce: the folder as it was taken over, and what its meter list held when it was read or saved
  ///     last; nil: just now nobody should look.
  ///   - changed: called when there is another pending change, or none any more.
  ///   - files: the thread on which files are touched.
  ///   - eventLoop: the loop that it is confined to.
  init(
    inForce: @escaping () -> (app: AppFolder, list: FileVersion?)?,
    changed: @escaping (PendingChange?) -> Void, files: NIOThreadPool, eventLoop: any EventLoop
  ) {
    self.inForce = inForce
    self.changed = changed
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
    isSettling = true
  }

  private func look() {
    guard !isBusy, let inForce = inForce() else { return }
    isBusy = true
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    let number = number
    files.runIfActive(eventLoop: eventLoop) { inForce.app.look() }.whenComplete { result in
      watch.value.isBusy = false
      guard case .success(let look) = result, number == watch.value.number else { return }
      watch.value.seen(look, inForce.app, inForce.list)
    }
  }

  private func seen(_ look: FolderLook, _ app: AppFolder, _ list: FileVersion?) {
    guard look == last else {
      last = look
      isSettling = true
      return
    }
    guard isSettling else { return }
    isSettling = false
    isBusy = true
    let watch = NIOLoopBound(self, eventLoop: eventLoop)
    let number = number
    files.runIfActive(eventLoop: eventLoop) { app.pendingChange(list: list) }.whenComplete {
      result in
      watch.value.isBusy = false
      guard case .success(let found) = result, number == watch.value.number else { return }
      watch.value.found(found)
    }
  }

  private func found(_ change: PendingChange?) {
    guard change != pending else { return }
    pending = change
    changed(change)
  }
}
