import CAllocator
import Glibc
import MeterFiles
import Settings
import Time

/// The last configurations of a gateway, each an archive with all its parts, in `.history` of the configuration
/// folder. All of it blocks, and is for a thread of its own; several threads and processes may use it at once.
/// Whatever is wrong with it, the gateway goes on: what cannot be written or read is an error that is returned.
public struct ConfigurationHistory: Sendable {
  /// How many are kept.
  public static let capacity = 20
  /// How long what the gateway finds and learns by itself goes into one entry, in seconds: a scan saves the
  /// meter list every ten seconds.
  public static let gatewayWindow: Int64 = 3_600

  /// What became of a configuration that was to be recorded.
  public enum Outcome: Equatable, Sendable {
    /// It is the entry with this number now.
    case recorded(Int)
    /// The newest entry says the same.
    case unchanged
    /// It has taken the place of the newest entry, with its number.
    case replaced(Int)
    /// What was in force is not to be had any more, since its files have been changed.
    case gone
  }

  /// An entry.
  public struct Entry: Equatable, Sendable {
    /// Its number: the first was 1, and none is used twice.
    public let number: Int
    /// What it says of itself; nil: it is damaged.
    public let manifest: ConfigurationManifest?
    /// Why it cannot be read; nil: it can.
    public let damage: String?
    /// Its file.
    let file: String
  }

  let folder: ConfigurationFolder
  let origin: ConfigurationOrigin
  let state: StateFolder

  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - origin: the device, for what is recorded.
  public init(folder: String, origin: ConfigurationOrigin) {
    self.folder = ConfigurationFolder(folder)
    self.origin = origin
    state = StateFolder(of: folder)
  }

  /// Records what the folder holds now.
  /// - Parameters:
  ///   - cause: why it is as it is.
  ///   - user: who made it so; nil: nobody in particular.
  ///   - time: now.
  ///   - inForce: what chip.ini and the meter list are to be, whatever they are on the disk; nil: as they are
  ///     there.
  /// - Throws: `ConfigurationFailure`; the entries so far are as they were.
  @discardableResult
  public func record(
    cause: ConfigurationCause, user: String? = nil, time: WallTime, inForce: FilesInForce? = nil
  ) throws(ConfigurationFailure) -> Outcome {
    // The gateway calls this for years: what a large list took goes back to the system.
    defer { memory_trim() }
    // A folder without any configuration is nothing to come back to, unless there was one.
    let isEmpty = try folder.contents().files.isEmpty
    if isEmpty, try files().isEmpty { return .unchanged }
    return try state.locked { () throws(ConfigurationFailure) -> Outcome in
      // Only now nobody is in the middle of an import.
      guard let contents = try contents(inForce) else { return .gone }
      return try record(contents, cause: cause, user: user, time: time)
    }
  }

  /// Records what a command has changed: the configuration as it was, which is nobody's in particular unless the
  /// newest entry says the same, and as it is now.
  /// - Parameters:
  ///   - before: what the folder held before; nil: it is not known.
  ///   - cause: why it is as it is now.
  ///   - user: who made it so.
  ///   - time: now.
  /// - Throws: `ConfigurationFailure`; the entries so far are as they were.
  public func record(
    after before: ConfigurationContents?, cause: ConfigurationCause, user: String?, time: WallTime
  ) throws(ConfigurationFailure) {
    try state.locked { () throws(ConfigurationFailure) in
      let now = try folder.contents()
      // What nobody can read was never in force, and is nothing to come back to.
      if let before, !before.files.isEmpty, Self.isReadable(before), !before.isSame(as: now) {
        _ = try record(before, cause: .file, user: nil, time: time)
      }
      _ = try record(now, cause: cause, user: user, time: time)
    }
  }

  /// All entries, the newest first. Only the beginning of each is read.
  public func entries() throws(ConfigurationFailure) -> [Entry] {
    var entries: [Entry] = []
    for (number, file) in try files() {
      do throws(ConfigurationFailure) {
        let manifest = try ArchiveFile.manifest(of: archive(file))
        entries.append(Entry(number: number, manifest: manifest, damage: nil, file: file))
      } catch {
        entries.append(
          Entry(number: number, manifest: nil, damage: error.description, file: file))
      }
    }
    return entries
  }

  /// The configuration of an entry.
  /// - Throws: `ConfigurationFailure` when there is none of this number, or it is damaged.
  public func contents(of number: Int) throws(ConfigurationFailure) -> ConfigurationContents {
    let files = try files()
    guard let (_, file) = files.first(where: { $0.number == number }) else {
      let range = files.last.flatMap { last in files.first.map { "\(last.number) to \($0.number)" }
      }
      throw ConfigurationFailure(
        "there is no entry \(number) in the history; it has \(range ?? "none")")
    }
    do throws(ConfigurationFailure) {
      return try ArchiveFile.read(archive(file)).contents
    } catch {
      throw ConfigurationFailure("entry \(number) of the history is damaged: \(error)")
    }
  }

  /// The number of the newest entry that says something else than the files now: what was there before the last
  /// change.
  /// - Throws: `ConfigurationFailure` when there is none.
  public func previous() throws(ConfigurationFailure) -> Int {
    let present = try folder.contents()
    for (number, file) in try files() {
      guard let bytes = try? archive(file), let read = try? ArchiveFile.read(bytes),
        !read.contents.isSame(as: present)
      else { continue }
      return number
    }
    throw ConfigurationFailure("the history has no configuration that differs from the one now")
  }

  /// Makes the files those of an entry: what it does not have is removed.
  /// - Parameters:
  ///   - parts: the parts that are to be so; nil: all.
  ///   - allowsErrors: values that are not allowed do not stand against it.
  ///   - check: what else there is to say of a folder.
  public func plan(
    restoring number: Int, parts: Set<ConfigurationPart>? = nil, allowsErrors: Bool = false,
    check: ConfigurationPlan.Check = { $0 }
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    try folder.plan(
      for: contents(of: number), parts: parts, manner: .replace, allowsErrors: allowsErrors,
      check: check)
  }

  /// Removes all entries, and what a save has left behind that was interrupted: there are keys in it, too.
  public func forget() throws(ConfigurationFailure) {
    try state.locked { () throws(ConfigurationFailure) in
      // All that is in it but the lock is of this program.
      for name in FileBytes.names(in: state.path) ?? [] where !state.isLock(name) {
        try FileRemoval.remove(state.place(of: name))
      }
      try folder.removeLeftovers()
    }
  }

  /// Whether its two files say anything at all, with mistakes or without.
  private static func isReadable(_ contents: ConfigurationContents) -> Bool {
    guard contents.document?.isNothing != true else { return false }
    return contents.meterList.map { DeviceHandleFile.parse($0, name: "").meters != nil } ?? true
  }

  // MARK: - files

  private func record(
    _ contents: ConfigurationContents, cause: ConfigurationCause, user: String?, time: WallTime
  ) throws(ConfigurationFailure) -> Outcome {
    let files = try files()
    let newest = files.first.flatMap { file in (try? archive(file.file)).map { (file, $0) } }
    let manifest = newest.flatMap { try? ArchiveFile.manifest(of: $0.1) }
    if let newest, let old = try? ArchiveFile.read(newest.1), old.contents.isSame(as: contents) {
      try supersedeLastSaved(by: contents)
      return .unchanged
    }
    if let newest, cause == .gateway, let manifest, manifest.cause == .gateway,
      let first = manifest.firstTime,
      (0..<Self.gatewayWindow).contains(time.unixSeconds - first.unixSeconds)
    {
      let bytes = try ArchiveFile.write(
        contents, origin: origin, cause: cause, user: user, time: time, first: first)
      try save(bytes, newest.0.file, replacing: .of(newest.1))
      try supersedeLastSaved(by: contents)
      return .replaced(newest.0.number)
    }
    let number = (files.first?.number ?? 0) + 1
    let bytes = try ArchiveFile.write(
      contents, origin: origin, cause: cause, user: user, time: time)
    try save(bytes, Self.name(number, time), replacing: .missing)
    try supersedeLastSaved(by: contents)
    // The new one is on the disk by now.
    for (_, file) in files.dropFirst(Self.capacity - 1) {
      try FileRemoval.remove(state.place(of: file))
    }
    return .recorded(number)
  }

  func save(
    _ bytes: [UInt8], _ name: String, replacing version: FileVersion
  ) throws(ConfigurationFailure) {
    do throws(SaveFailure) {
      try SafeFile.save(
        bytes, to: state.place(of: name), replacing: version, isPrivate: true, owner: folder.path,
        limit: ArchiveLimit.archive)
    } catch {
      throw ConfigurationFailure("the history cannot be written: \(error)")
    }
  }

  func archive(_ file: String) throws(ConfigurationFailure) -> [UInt8] {
    switch FileBytes.read(state.place(of: file), limit: ArchiveLimit.archive) {
    case .read(let bytes): return bytes
    case .missing: throw ConfigurationFailure("\(file) is gone")
    case .unreadable(let why): throw ConfigurationFailure("\(file) cannot be read: \(why)")
    }
  }

  private static let ending = ".tar.gz"

  /// `000012-20261121T155023Z.tar.gz`: in the order of the numbers, and the time for people.
  private static func name(_ number: Int, _ time: WallTime) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    return
      "\(padded)-\(ConfigurationManifest.text(time).filter { $0 != "-" && $0 != ":" })\(ending)"
  }

  /// The numbers and names of the entries, the newest first.
  func files() throws(ConfigurationFailure) -> [(number: Int, file: String)] {
    guard let names = FileBytes.names(in: state.path) else {
      if errno == ENOENT { return [] }
      throw ConfigurationFailure("\(state.path) cannot be read: \(SystemError.words(errno))")
    }
    return names.compactMap { name in Self.number(name).map { ($0, name) } }
      .sorted { ($0.0, $0.1) > ($1.0, $1.1) }
  }

  /// The number of an entry; nil: it is a file of somebody else.
  private static func number(_ name: String) -> Int? {
    guard name.hasSuffix(ending) else { return nil }
    let parts = name.dropLast(ending.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, (6...12).contains(parts[0].utf8.count), let number = Int(parts[0]),
      number > 0, parts[1].utf8.count == 16, parts[1].hasSuffix("Z")
    else { return nil }
    return number
  }
}
