import FoundationEssentials
import Glibc
import MeterFiles

/// A change of several files that is done as a whole, whenever the plug is pulled: before the first of them is
/// touched, all that is to be done is on the disk in one file; as long as that is there, it is not finished, and
/// whoever comes next finishes it.
struct ChangeJournal {
  /// What a file held: enough to tell whether somebody else has changed it since.
  struct Mark: Codable, Equatable {
    var size: Int
    var crc32: String

    init(_ bytes: [UInt8]) { (size, crc32) = (bytes.count, CRC32.text(bytes)) }
  }

  /// What is to become of a file.
  struct Step: Codable, Equatable {
    /// Its name in the folder in which the journal lies, wherever that is by then. It is no path: whoever owns
    /// the folder could have root write anywhere.
    var name: String
    /// Nil: it was not there.
    var before: Mark?
    /// The member of the journal with what it is to hold; nil: it is to be removed.
    var member: String?
    var isPrivate: Bool
  }

  private struct Head: Codable {
    var schema = 1
    var steps: [Step]
  }

  /// The name of the file in the state folder.
  static let name = "unfinished.tar.gz"
  private static let headName = "journal.json"

  /// The journal of some steps.
  static func bytes(
    of steps: [ConfigurationPlan.Step]
  ) throws(ConfigurationFailure) -> [UInt8] {
    var members: [ArchiveMember] = []
    var head = Head(steps: [])
    for (index, step) in steps.enumerated() {
      let member = step.after.map { ArchiveMember(name: "\(index)", bytes: $0) }
      if let member { members.append(member) }
      head.steps.append(
        Step(
          name: step.name, before: step.before.map(Mark.init), member: member?.name,
          isPrivate: step.isPrivate))
    }
    guard let data = try? JSONEncoder().encode(head) else {
      throw ConfigurationFailure("the names of the files cannot be written down")
    }
    let first = ArchiveMember(name: headName, bytes: Array(data))
    return try ArchiveWriter.archive([first] + members)
  }

  /// Reads a journal.
  static func read(
    _ bytes: [UInt8]
  ) throws(ConfigurationFailure) -> (steps: [Step], contents: [String: [UInt8]]) {
    let members = try ArchiveReader.members(of: bytes)
    guard let first = members.first, first.name == headName,
      let head = try? JSONDecoder().decode(Head.self, from: Data(first.bytes)), head.schema == 1
    else { throw ConfigurationFailure("it is no list of changes") }
    let contents = Dictionary(
      members.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    return (head.steps, contents)
  }
}

extension ConfigurationFolder {
  /// Does what was planned: all of it or, when that does not work, nothing. When the plug is pulled before this
  /// returns, the files are those from before, or `finishInterrupted` makes them the new ones.
  /// - Returns: what people should know; an interrupted change from before was finished first.
  /// - Throws: `ConfigurationFailure`; files that somebody has changed since the plan are not overwritten.
  @discardableResult
  public func perform(_ plan: ConfigurationPlan) throws(ConfigurationFailure) -> [String] {
    try perform(plan.steps)
  }

  func perform(_ steps: [ConfigurationPlan.Step]) throws(ConfigurationFailure) -> [String] {
    guard !steps.isEmpty else { return [] }
    let state = StateFolder(of: path)
    return try state.locked { () throws(ConfigurationFailure) in
      let said = try finish(state)
      for step in steps {
        guard try bytes(of: place(step.name)) == step.before else {
          throw ConfigurationFailure(
            "\(step.name) was changed by somebody else meanwhile; nothing is written. Try it again")
        }
      }
      try save(
        ChangeJournal.bytes(of: steps), journal(state), replacing: .missing, isPrivate: true)
      try carryOut(steps, state)
      return said
    }
  }

  /// Finishes a change that was interrupted by a power failure or a signal. It is to be called before the files
  /// are read at a start, and does nothing when there is none.
  /// - Returns: what was done, a line each.
  @discardableResult
  public func finishInterrupted() throws(ConfigurationFailure) -> [String] {
    let state = StateFolder(of: path)
    var status = stat()
    // Nearly always; nothing is made then. Who may not look into the folder is not the one who can finish it.
    guard lstat(journal(state), &status) == 0 else { return [] }
    return try state.locked { () throws(ConfigurationFailure) in try finish(state) }
  }

  private func journal(_ state: StateFolder) -> String { state.place(of: ChangeJournal.name) }

  private func carryOut(
    _ steps: [ConfigurationPlan.Step], _ state: StateFolder
  ) throws(ConfigurationFailure) {
    var done: [ConfigurationPlan.Step] = []
    var made: [String] = []
    do throws(ConfigurationFailure) {
      for step in steps {
        try put(step.after, step.name, instead: step.before, isPrivate: step.isPrivate, &made)
        done.append(step)
      }
    } catch {
      do throws(ConfigurationFailure) {
        for step in done.reversed() {
          try put(step.before, step.name, instead: step.after, isPrivate: step.isPrivate, &made)
        }
      } catch let second {
        throw ConfigurationFailure(
          "\(error). What was written before cannot be taken back, either: \(second). It is finished with the "
            + "next start or the next command that reads the folder")
      }
      for folder in made.reversed() { rmdir(place(folder)) }
      try FileRemoval.remove(journal(state))
      throw ConfigurationFailure("\(error); all files are as they were")
    }
    try FileRemoval.remove(journal(state))
  }

  /// Finishes what a journal tells.
  private func finish(_ state: StateFolder) throws(ConfigurationFailure) -> [String] {
    let (steps, contents): ([ChangeJournal.Step], [String: [UInt8]])
    do throws(ConfigurationFailure) {
      guard let bytes = try bytes(of: journal(state), limit: ArchiveLimit.archive) else {
        return []
      }
      (steps, contents) = try ChangeJournal.read(bytes)
    } catch {
      // It was whole when it got its name: this is a broken disk, and nothing was promised.
      try FileRemoval.remove(journal(state))
      return ["an interrupted change of the configuration is lost: \(journal(state)): \(error)"]
    }
    var said: [String] = []
    var made: [String] = []
    for step in steps {
      guard ConfigurationNames.isSound(step.name), isWithoutLinks(step.name) else {
        said.append("\(step.name.shownName) is left out of it: it is no place for a file here")
        continue
      }
      let now = try bytes(of: place(step.name))
      let after = step.member.flatMap { contents[$0] }
      guard now != after else { continue }
      guard now.map(ChangeJournal.Mark.init) == step.before else {
        said.append(
          "\(step.name) was changed by somebody else since, and stays; an interrupted import would have replaced it"
        )
        continue
      }
      try put(after, step.name, instead: now, isPrivate: step.isPrivate, &made)
    }
    try FileRemoval.remove(journal(state))
    return ["an interrupted change of the configuration is finished"] + said
  }

  /// chip.ini and the meter list may be links themselves, as the gateway reads them, too.
  private func isWithoutLinks(_ name: String) -> Bool {
    guard let link = FolderLinks.first(on: name, in: path) else { return true }
    return link == name && FolderLinks.isTrusted(place(name))
  }

  /// Writes or removes a file.
  /// - Parameter made: the folders that had to be made for it.
  private func put(
    _ bytes: [UInt8]?, _ name: String, instead old: [UInt8]?, isPrivate: Bool,
    _ made: inout [String]
  ) throws(ConfigurationFailure) {
    guard let bytes else {
      try FileRemoval.remove(place(name))
      return removeEmptyFolders(of: name)
    }
    try makeFolders(for: name, isPrivate: isPrivate, &made)
    try save(
      bytes, place(name), replacing: old.map(FileVersion.of) ?? .missing, isPrivate: isPrivate)
  }

  private func save(
    _ bytes: [UInt8], _ path: String, replacing version: FileVersion, isPrivate: Bool
  ) throws(ConfigurationFailure) {
    do throws(SaveFailure) {
      try SafeFile.save(
        bytes, to: path, replacing: version, isPrivate: isPrivate, owner: self.path,
        limit: ArchiveLimit.archive)
    } catch {
      throw ConfigurationFailure("\(error)")
    }
  }

  /// Makes the folders in which a file is to lie. Those with keys are for their owner only, others for those who
  /// may write the files in them.
  private func makeFolders(
    for name: String, isPrivate: Bool, _ made: inout [String]
  ) throws(ConfigurationFailure) {
    var folder = ""
    for part in name.split(separator: "/").dropLast() {
      folder = FilePlace.join(folder, String(part))
      let path = place(folder)
      guard mkdir(path, isPrivate ? 0o700 : 0o770) == 0 else {
        guard errno == EEXIST else {
          throw ConfigurationFailure("\(path) cannot be made: \(SystemError.words(errno))")
        }
        continue
      }
      made.append(folder)
      let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      if file >= 0 {
        FileOwner.give(file, toOwnerOf: self.path)
        if isPrivate { fchmod(file, 0o700) }
        close(file)
      }
      FileRemoval.synchronize(FilePlace.split(path).folder)
    }
  }

  /// Removes the folders in which a file lay, as far as nothing is left in them.
  private func removeEmptyFolders(of name: String) {
    var folder = FilePlace.split(name).folder
    while !folder.isEmpty, rmdir(place(folder)) == 0 {
      FileRemoval.synchronize(FilePlace.split(place(folder)).folder)
      folder = FilePlace.split(folder).folder
    }
  }
}
