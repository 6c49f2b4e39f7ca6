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

  /// Keeps the meter list that the gateway has saved until it is in an entry: what the gateway finds and learns goes
  /// into one entry for an hour, and the plug may be pulled before. Other files are as a person has applied them, which
  /// is an entry at once.
  /// - Parameters:
  ///   - list: what was saved.
  ///   - time: now.
  /// - Returns: whether it is kept; otherwise the list of the folder is another one by now, such as after a reset that
  ///   forgets it, and what somebody has put in its place counts more.
  /// - Throws: `ConfigurationFailure`; what was kept so far still is.
  public func keepLastSaved(
    list: [UInt8], time: WallTime
  ) throws(ConfigurationFailure) -> Bool {
    defer { memory_trim() }
    return try state.locked { () throws(ConfigurationFailure) -> Bool in
      guard try folder.meterList() == list else { return false }
      let contents = ConfigurationContents(
        files: [AppFolder.defaultMetersName: list], parts: [.meters])
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
  /// with mistakes has been in force where there was no other, and counts when there is none without. What was saved
  /// last has nothing to say about chip.ini, since an entry with a newer one may have come after it.
  public func newestGood() -> NewestGood? {
    defer { memory_trim() }
    var (good, spare) = (NewestGood(), NewestGood())
    let last = lastSavedList()
    try? kept { source, contents in
      if good.settingsSource == nil, Self.hasGoodSettings(contents) {
        good.settingsSource = source
        good.files.settings = contents.files[ConfigurationNames.settings]
      }
      guard last == nil else { return good.settingsSource != nil }
      Self.take(Self.list(of: contents), contents.meterList, source, &good, &spare)
      return good.settingsSource != nil && good.listSource != nil
    }
    if let last {
      // It is good or not with the registers of the settings beside which it will stand.
      let document = good.files.settings.map { INIDocument($0) }
      Self.take(Self.state(of: last.list, with: document), last.list, last.source, &good, &spare)
      try? kept { source, contents in
        guard good.listSource == nil else { return true }
        Self.take(Self.list(of: contents), contents.meterList, source, &good, &spare)
        return good.listSource != nil
      }
    }
    if good.listSource == nil {
      (good.listSource, good.files.meterList) = (spare.listSource, spare.files.meterList)
    }
    return good.settingsSource == nil && good.listSource == nil ? nil : good
  }

  /// Takes a list if it is the first that is good, or the first that can be read.
  private static func take(
    _ state: (isReadable: Bool, isGood: Bool), _ list: [UInt8]?, _ source: Source,
    _ good: inout NewestGood, _ spare: inout NewestGood
  ) {
    if state.isGood, good.listSource == nil {
      (good.listSource, good.files.meterList) = (source, list)
    } else if state.isReadable, spare.listSource == nil {
      (spare.listSource, spare.files.meterList) = (source, list)
    }
  }

  /// The meter list that was saved last, if it is no entry yet.
  private func lastSavedList() -> (source: Source, list: [UInt8])? {
    guard let bytes = try? archive(Self.lastSavedName), let read = try? ArchiveFile.read(bytes),
      let list = read.contents.meterList
    else { return nil }
    return (.lastSave(read.manifest?.wallTime), list)
  }

  /// Shows all entries that can be read, the newest first, until that is enough.
  private func kept(
    until isEnough: (Source, ConfigurationContents) -> Bool
  ) throws(ConfigurationFailure) {
    for (number, file) in try files() {
      guard let bytes = try? archive(file), let read = try? ArchiveFile.read(bytes) else {
        continue
      }
      if isEnough(.entry(number), read.contents) { return }
    }
  }

  private static func hasGoodSettings(_ contents: ConfigurationContents) -> Bool {
    !Settings.read(contents.document).diagnostics.contains { $0.severity == .error }
  }

  /// Whether the list of a configuration can be read, and whether nothing is wrong in it.
  private static func list(
    of contents: ConfigurationContents
  ) -> (isReadable: Bool, isGood: Bool) {
    state(of: contents.meterList, with: contents.document)
  }

  /// The same of a list beside these settings.
  private static func state(
    of list: [UInt8]?, with document: INIDocument?
  ) -> (isReadable: Bool, isGood: Bool) {
    // An empty file is what a power failure leaves.
    guard let list, !list.isEmpty else { return (false, false) }
    let layout = Settings.read(document).settings.registerLayout
    let (meters, said) = DeviceHandleFile.parse(list, name: "", layout: layout)
    return (meters != nil, !said.contains { $0.severity == .error })
  }
}
