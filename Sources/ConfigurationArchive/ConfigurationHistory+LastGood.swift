import CAllocator
import MeterFiles
import Settings
import Time

/// The last good files: what the start goes back to when those of the folder are broken.
extension ConfigurationHistory {
  /// The name of what was saved last and is no entry yet.
  static let lastSavedName = "last.tar.gz"

  /// Where a last good file comes from.
  public enum Source: Equatable, Sendable {
    /// The entry with this number.
    case entry(Int)
    /// What the gateway has saved at this time, shortly before it ended.
    case lastSave(WallTime?)
  }

  /// The newest of each of the two files in which nothing is wrong.
  public struct NewestGood: Equatable, Sendable {
    /// Both files.
    public var files = LastGood(settings: nil, meterList: nil)
    /// Where chip.ini comes from; nil: there is no good one, not even that there was none.
    public internal(set) var settingsSource: Source?
    /// Where the meter list comes from; nil: there has never been one.
    public internal(set) var listSource: Source?
  }

  /// Keeps what is in force until it is an entry: what the gateway finds and learns goes into one entry for an
  /// hour, and only when it has come to rest, and the plug may be pulled in between.
  /// - Parameters:
  ///   - time: now.
  ///   - inForce: what chip.ini and the meter list are to be.
  /// - Returns: whether it is kept; otherwise the list has been changed since, such as by a reset that forgets it, or
  ///   chip.ini in force is not to be had any more.
  /// - Throws: `ConfigurationFailure`; what was kept so far still is.
  @discardableResult
  public func keepLastSaved(
    _ inForce: FilesInForce, time: WallTime
  ) throws(ConfigurationFailure) -> Bool {
    defer { memory_trim() }
    return try state.locked { () throws(ConfigurationFailure) -> Bool in
      guard Self.hasList(of: inForce, try folder.contents()),
        let contents = try contents(inForce)
      else { return false }
      let bytes = try ArchiveFile.write(
        contents, origin: origin, cause: .gateway, user: nil, time: time)
      let before = try? archive(Self.lastSavedName)
      try save(bytes, Self.lastSavedName, replacing: before.map(FileVersion.of) ?? .missing)
      return true
    }
  }

  /// An entry with a list that can be gone back to is newer than what was saved last.
  func supersedeLastSaved(by contents: ConfigurationContents) throws(ConfigurationFailure) {
    guard FileBytes.names(in: state.path)?.contains(Self.lastSavedName) ?? false,
      Self.list(of: contents).isGood
    else { return }
    try FileRemoval.remove(state.place(of: Self.lastSavedName))
  }

  /// What is in force: as the folder has it, or, where a file in it is another one by now, as the history has it.
  /// Nil: nobody has it any more.
  func contents(
    _ inForce: FilesInForce?
  ) throws(ConfigurationFailure) -> ConfigurationContents? {
    let found = try folder.contents()
    guard let inForce else { return found }
    if let contents = inForce.contents(found) { return contents }
    var completed = inForce
    var result: ConfigurationContents?
    try kept { _, contents in
      let settings = contents.files[ConfigurationNames.settings]
      if completed.settingsBytes == nil, FilesInForce.version(settings) == inForce.settings {
        completed.settingsBytes = settings
      }
      if completed.meterListBytes == nil,
        FilesInForce.version(contents.meterList) == inForce.meterList
      {
        completed.meterListBytes = contents.meterList
      }
      result = completed.contents(found)
      return result != nil
    }
    return result
  }

  /// The newest files in which nothing is wrong. Nil: there is none.
  public func lastGood() -> LastGood? { newestGood()?.files }

  /// The same, with where each of them comes from. A mistake in one of them does not stand against the other. A list
  /// with mistakes has been in force where there was no other, and counts when there is none without.
  public func newestGood() -> NewestGood? {
    defer { memory_trim() }
    var (good, spare) = (NewestGood(), NewestGood())
    try? kept { source, contents in
      if good.settingsSource == nil, Self.hasGoodSettings(contents) {
        good.settingsSource = source
        good.files.settings = contents.files[ConfigurationNames.settings]
      }
      let (isReadable, isGood) = Self.list(of: contents)
      if isGood, good.listSource == nil {
        (good.listSource, good.files.meterList) = (source, contents.meterList)
      } else if isReadable, spare.listSource == nil {
        (spare.listSource, spare.files.meterList) = (source, contents.meterList)
      }
      return good.settingsSource != nil && good.listSource != nil
    }
    if good.listSource == nil {
      (good.listSource, good.files.meterList) = (spare.listSource, spare.files.meterList)
    }
    return good.settingsSource == nil && good.listSource == nil ? nil : good
  }

  /// Shows all that is kept and can be read, the newest first, until that is enough.
  private func kept(
    until isEnough: (Source, ConfigurationContents) -> Bool
  ) throws(ConfigurationFailure) {
    let files = try files().map { (Source.entry($0.number), $0.file) }
    for (source, file) in [(Source.lastSave(nil), Self.lastSavedName)] + files {
      guard let bytes = try? archive(file), let read = try? ArchiveFile.read(bytes) else {
        continue
      }
      let isLast = source == .lastSave(nil)
      if isEnough(isLast ? .lastSave(read.manifest?.wallTime) : source, read.contents) { return }
    }
  }

  /// Whether the list of the folder is the one in force: what somebody has put in its place meanwhile counts more, and
  /// the old one must not come back with its keys.
  private static func hasList(of inForce: FilesInForce, _ found: ConfigurationContents) -> Bool {
    FilesInForce.version(found.meterList) == inForce.meterList
  }

  private static func hasGoodSettings(_ contents: ConfigurationContents) -> Bool {
    !Settings.read(contents.document).diagnostics.contains { $0.severity == .error }
  }

  /// Whether the list of a configuration can be read, and whether nothing is wrong in it.
  private static func list(
    of contents: ConfigurationContents
  ) -> (isReadable: Bool, isGood: Bool) {
    // An empty file is what a power failure leaves.
    guard let list = contents.meterList, !list.isEmpty else { return (false, false) }
    let layout = Settings.read(contents.document).settings.registerLayout
    let (meters, said) = DeviceHandleFile.parse(list, name: "", layout: layout)
    return (meters != nil, !said.contains { $0.severity == .error })
  }
}
