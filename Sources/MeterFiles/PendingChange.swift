import RegisterMap
import Settings

/// Files that say something else than what is in force, until they are applied or taken back.
public struct PendingChange: Equatable, Sendable {
  /// The names of the files.
  public let files: [String]
  /// The settings that would change, a line each.
  public let settings: [String]
  /// What would change in the meter list, a line each.
  public let meters: [String]
  /// Everything that is wrong with the files, the worst first.
  public let problems: [Diagnostic]
  /// What would be in force when they are applied.
  public let next: Settings
  /// The files whose changes matter for it.
  public let paths: Set<String>

  /// The errors: with one of them, its file is not applied.
  public var errors: [Diagnostic] { problems.filter { $0.severity == .error } }
  /// What nobody writes on purpose: with one of them, nothing is applied unless somebody asks for it.
  public var doubts: [Diagnostic] { problems.filter(\.isDoubt) }
}

extension AppFolder {
  /// What the files say that is not in force. Blocks.
  /// - Parameters:
  ///   - list: the meter list as it was read or saved last; nil: as it was read.
  ///   - check: what else is wrong with the folder as it would be.
  /// - Returns: nil when they hold what is in force.
  public func pendingChange(
    list: MeterListFile? = nil, check: (AppFolder) -> [Diagnostic] = { _ in [] }
  ) -> PendingChange? {
    let list = list ?? meterListFile
    let isOther = { (path: String, limit: Int, version: FileVersion?) in
      let now = FileVersion.now(path, limit: limit)
      return now == nil || now != version
    }
    var found: [String] = []
    if isOther(settingsFile.path, SettingsFile.sizeLimit, settingsInForce) {
      found.append(settingsFile.name)
    }
    if isOther(metersPath, DeviceHandleLimit.fileSize, list.version) {
      found.append(meterListFile.name)
    }
    // A file that cannot be read has been told of; it is news when it changes.
    found += changedNamedFiles
    guard !found.isEmpty else { return nil }
    let next = reloaded(saved: list)
    let said = next.findings + cutOff(next) + lostMeters(next, from: list) + check(next)
    let problems = said.filter { $0.severity < .note && $0.file != Settings.overrideOption }
    return PendingChange(
      files: found, settings: next.settings.differences(from: settings),
      meters: next.metersState == .read
        ? next.meterListFile.changes(from: list) : [],
      problems: problems.worstFirst, next: next.settings,
      paths: watchedPaths.union(next.watchedPaths))
  }

  /// Signs that chip.ini is the first part of a file whose upload broke off.
  private func cutOff(_ next: AppFolder) -> [Diagnostic] {
    guard let before = settingsFile.document, let now = next.settingsFile.document,
      before.bytes != now.bytes
    else { return [] }
    var signs: [Diagnostic] = []
    if before.endsWithLineEnd, !now.endsWithLineEnd, let last = now.lines.last {
      signs.append(
        Diagnostic(
          .warning, file: settingsFile.name, at: last.place,
          "the file ends within a line, which it did not before: an upload may have broken off"))
    }
    if before.hasMainGroup, !now.hasMainGroup {
      signs.append(
        Diagnostic(
          .warning, file: settingsFile.name,
          "the file has lost its group [SOLVIMUS] or [CONFIG]: an upload may have broken off"))
    }
    let (had, has) = (before.knownSettings, now.knownSettings)
    if had >= Self.fewSettings, has * 2 < had {
      signs.append(
        Diagnostic(
          .warning, file: settingsFile.name,
          "the file has \(has) of \(had) settings: an upload may have broken off"))
    }
    return signs.map(\.asDoubt)
  }

  /// Of fewer settings a half is nothing to wonder at.
  private static let fewSettings = 4

  /// Signs that a meter list is not the one that somebody wanted: most of its meters are gone.
  private func lostMeters(_ next: AppFolder, from list: MeterListFile) -> [Diagnostic] {
    guard next.metersState == .read, next.metersPath == metersPath,
      next.meters.count * 2 < list.meters.count
    else { return [] }
    return [
      Diagnostic(
        .warning, file: next.meterListFile.name,
        "the list has \(next.meters.count) of \(list.meters.count) meters: it may be the wrong one"
      ).asDoubt
    ]
  }
}

extension Diagnostic {
  /// The same as something that nobody writes on purpose.
  fileprivate var asDoubt: Diagnostic {
    var doubt = self
    doubt.isDoubt = true
    return doubt
  }
}

extension INIDocument {
  /// How many settings it gives that are known.
  fileprivate var knownSettings: Int { Set(entries.compactMap { $0.row?.id }).count }
}
