import ConfigurationArchive
import MeterFiles
import Settings

/// The files of a folder that have been read anew, with what speaks against them.
struct Reread: Sendable {
  /// What was done with a change that had been interrupted, a line each.
  let finished: [String]
  /// The folder as it is in force from now on.
  let app: AppFolder
  /// What is wrong with what is in force then.
  let errors: [Diagnostic]
  /// The files beside chip.ini and the meter list that are not taken over.
  let left: [String]
  /// What has changed in the meter list, a line each.
  let meters: [String]

  /// Reads them. Blocks.
  /// - Parameters:
  ///   - before: the folder as it is in force.
  ///   - list: its meter list as it was saved last.
  init(_ before: AppFolder, list: MeterListFile, clock: DeviceClock) {
    // Files may be in the middle of an import whose program was killed.
    finished = ConfigurationFolder.finished(before.folder)
    var app = before.reloaded(saved: list)
    let refusing = FolderCheck.newErrors(of: app, before: before, clock: clock)
    if !refusing.isEmpty { app = before.reloaded(saved: list, refusing: refusing) }
    self.app = app
    errors = FolderCheck.errorsInForce(of: app, clock: clock)
    left = refusing.isEmpty ? [] : before.changedNamedFiles
    meters = app.metersState == .read ? app.meterListFile.changes(from: list) : []
  }

  /// Whether the files were still the same when they had been read, and nobody was writing them. Blocks.
  static func isStill(_ look: FolderLook, _ paths: Set<String>) -> Bool {
    FolderLook(paths) == look && FileWriters.of(paths) != .some
  }
}
