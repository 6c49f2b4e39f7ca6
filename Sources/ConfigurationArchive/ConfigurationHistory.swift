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

  private let folder: ConfigurationFolder
  private let origin: ConfigurationOrigin
  private let state: StateFolder

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
    // A folder without any configuration is nothing to come back to.
    guard try !folder.contents().files.isEmpty else { return .unchanged }
    return try state.locked { () throws(ConfigurationFailure) -> Outcome in
      // Only now nobody is in the middle of an import.
      var contents = try folder.contents()
      if let inForce {
        guard let meant = inForce.contents(contents) else { return .gone }
        contents = meant
      }
      return try record(contents, cause: cause, user: user, time: time)
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

  /// Makes the files those of an entry: what it does not have is removed.
  /// - Parameters:
  ///   - parts: the parts that are to be so; nil: all.
  ///   - allowsErrors: values that are not allowed do not stand against it.
  public func plan(
    restoring number: Int, parts: Set<ConfigurationPart>? = nil, allowsErrors: Bool = false
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    try folder.plan(
      for: contents(of: number), parts: parts, manner: .replace, allowsErrors: allowsErrors)
  }

  /// The two files of the newest entry in which nothing is wrong: what the start goes back to when the files of
  /// the folder are broken. Nil: there is none.
  public func lastGood() -> LastGood? { lastGoodEntry()?.files }

  /// The same with the number of the entry.
  public func lastGoodEntry() -> (number: Int, files: LastGood)? {
    defer { memory_trim() }
    guard let files = try? files() else { return nil }
    for (number, file) in files {
      guard let bytes = try? archive(file), let read = try? ArchiveFile.read(bytes),
        Self.isGood(read.contents)
      else { continue }
      let contents = read.contents
      let good = LastGood(
        settings: contents.files[ConfigurationNames.settings], meterList: contents.meterList)
      return (number, good)
    }
    return nil
  }

  /// Removes all entries.
  public func forget() throws(ConfigurationFailure) {
    try state.locked { () throws(ConfigurationFailure) in
      for (_, file) in try files() { try FileRemoval.remove(state.place(of: file)) }
    }
  }

  private static func isGood(_ contents: ConfigurationContents) -> Bool {
    let (settings, said) = Settings.read(contents.document)
    guard !said.contains(where: { $0.severity == .error }) else { return false }
    guard let list = contents.meterList, !list.isEmpty else { return true }
    return !DeviceHandleFile.parse(list, name: "", layout: settings.registerLayout).diagnostics
      .contains { $0.severity == .error }
  }

  // MARK: - files

  private func record(
    _ contents: ConfigurationContents, cause: ConfigurationCause, user: String?, time: WallTime
  ) throws(ConfigurationFailure) -> Outcome {
    let files = try files()
    let newest = files.first.flatMap { file in (try? archive(file.file)).map { (file, $0) } }
    let manifest = newest.flatMap { try? ArchiveFile.manifest(of: $0.1) }
    if let newest, let old = try? ArchiveFile.read(newest.1), old.contents.isSame(as: contents) {
      return .unchanged
    }
    if let newest, cause == .gateway, let manifest, manifest.cause == .gateway,
      let first = manifest.firstTime,
      (0..<Self.gatewayWindow).contains(time.unixSeconds - first.unixSeconds)
    {
      let bytes = try ArchiveFile.write(
        contents, origin: origin, cause: cause, user: user, time: time, first: first)
      try save(bytes, newest.0.file, replacing: .of(newest.1))
      return .replaced(newest.0.number)
    }
    let number = (files.first?.number ?? 0) + 1
    let bytes = try ArchiveFile.write(
      contents, origin: origin, cause: cause, user: user, time: time)
    try save(bytes, Self.name(number, time), replacing: .missing)
    // The new one is on the disk by now.
    for (_, file) in files.dropFirst(Self.capacity - 1) {
      try FileRemoval.remove(state.place(of: file))
    }
    return .recorded(number)
  }

  private func save(
    _ bytes: [UInt8], _ name: String, replacing version: FileVersion
  ) throws(ConfigurationFailure) {
    guard bytes.count <= SafeFile.sizeLimit else {
      throw ConfigurationFailure("the configuration is too large for the history")
    }
    do throws(SaveFailure) {
      try SafeFile.save(bytes, to: state.place(of: name), replacing: version, isSecret: true)
    } catch {
      throw ConfigurationFailure("the history cannot be written: \(error)")
    }
  }

  private func archive(_ file: String) throws(ConfigurationFailure) -> [UInt8] {
    switch FileBytes.read(state.place(of: file), limit: SafeFile.sizeLimit) {
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
  private func files() throws(ConfigurationFailure) -> [(number: Int, file: String)] {
    guard let directory = opendir(state.path) else {
      if errno == ENOENT { return [] }
      throw ConfigurationFailure("\(state.path) cannot be read: \(SystemError.words(errno))")
    }
    defer { closedir(directory) }
    var found: [(number: Int, file: String)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(Self.ending), let number = Int(name.prefix { $0 != "-" }), number > 0,
        number < Int(Int32.max)
      else { continue }
      found.append((number, name))
    }
    return found.sorted { ($0.number, $0.file) > ($1.number, $1.file) }
  }
}
