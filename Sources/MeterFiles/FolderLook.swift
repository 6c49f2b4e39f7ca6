import Glibc
import Settings

/// How the files of a folder look from outside, without reading them: whoever writes one of them changes it.
public struct FolderLook: Equatable, Sendable {
  private struct Stamp: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int
  }

  private let stamps: [Stamp?]

  init(_ paths: [String]) {
    stamps = paths.map { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      return Stamp(
        device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
        seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
  }
}

/// Files that say something else than what is in force, until they are applied or taken back.
public struct PendingChange: Hashable, Sendable {
  /// The names of the files.
  public let files: [String]
  /// The settings that would change, a line each.
  public let settings: [String]
  /// Everything that is wrong with the files, the worst first.
  public let problems: [Diagnostic]

  /// The errors: with one of them, its file is not applied.
  public var errors: [Diagnostic] { problems.filter { $0.severity == .error } }
}

extension AppFolder {
  /// How its files look just now. Blocks.
  public func look() -> FolderLook { FolderLook([settingsFile.path, metersPath]) }

  /// What the files say that is not in force. Blocks.
  /// - Parameter list: what the meter list held when it was read or saved last.
  /// - Returns: nil when they hold what is in force.
  public func pendingChange(list: FileVersion?) -> PendingChange? {
    let found = [
      (settingsFile.name, Self.version(settingsFile.path, SettingsFile.sizeLimit), settingsInForce),
      (meterListFile.name, Self.version(metersPath, DeviceHandleLimit.fileSize), list),
    ].filter { $0.1 != $0.2 || $0.1 == nil }
    guard !found.isEmpty else { return nil }
    let next = reloaded()
    let problems = next.findings.filter {
      $0.severity < .note && $0.file != Settings.overrideOption
    }
    return PendingChange(
      files: found.map(\.0), settings: next.settings.differences(from: settings),
      problems: problems)
  }

  /// What a file holds; nil: it cannot be read.
  private static func version(_ path: String, _ limit: Int) -> FileVersion? {
    switch FileBytes.read(path, limit: limit) {
    case .read(let bytes): .of(bytes)
    case .missing: .missing
    case .unreadable: nil
    }
  }
}
