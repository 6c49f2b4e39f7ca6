import Glibc
import MeterFiles
import Settings

/// The configuration folder of a gateway (`/app` on the device), seen as files that belong together. All of it
/// blocks: it is for a thread of its own.
public struct ConfigurationFolder: Sendable {
  /// Where it is.
  public let path: String

  /// - Parameter path: where it is; it need not be there yet.
  public init(_ path: String) { self.path = path }

  /// Where a file of a configuration lies.
  /// - Parameters:
  ///   - name: its name in a configuration.
  ///   - document: chip.ini, which tells where the meter list lies.
  func place(of name: String, with document: INIDocument?) -> String {
    let names = ConfigurationNames(document, folder: path)
    if name == names.meterList {
      let settings = Settings.read(document).settings
      return AppFolder.meterFilePath(settings.text(.meterStatConfig), in: path)
    }
    let ignoresCase =
      name == ConfigurationNames.settings
      || ConfigurationNames.files.contains { $0.name == name }
    return place(ignoresCase ? FileBytes.name(name, in: path) ?? name : name)
  }

  /// Where something in the folder lies.
  func place(_ name: String) -> String { FilePlace.join(path, name) }

  /// The name in the folder that a path has; nil: it lies outside.
  func name(of place: String) -> String? {
    let start = FilePlace.join(path, "")
    guard place.hasPrefix(start) else { return nil }
    return String(place.dropFirst(start.count))
  }

  /// What it holds.
  /// - Throws: `ConfigurationFailure` when chip.ini or the meter list is there and cannot be read, or when it is
  ///   more than a configuration may be. Other files that cannot be read are left out, with a warning.
  public func contents() throws(ConfigurationFailure) -> ConfigurationContents {
    let settings = try bytes(of: place(of: ConfigurationNames.settings, with: nil))
    let document = settings.map { INIDocument($0) }
    let names = ConfigurationNames(document, folder: path)
    var contents = ConfigurationContents(files: [:], parts: ConfigurationPart.all)
    contents.files[ConfigurationNames.settings] = settings
    contents.files[names.meterList] = try bytes(of: place(of: names.meterList, with: document))
    contents.warnings = names.outside.filter { !$0.hasPrefix("METER") }.map {
      "\($0) lies outside of \(path), and is no part of the configuration"
    }
    for name in others(names, &contents.warnings) where contents.files[name] == nil {
      switch read(name, document) {
      case .read(let bytes): contents.files[name] = bytes
      case .missing: continue
      case .unreadable(let why):
        contents.leftOut.append(name)
        contents.warnings.append("\(name) is left out, since it cannot be read: \(why)")
      }
      // Before the next file is read into memory.
      try ArchiveLimit.check(contents.files, path)
    }
    return contents
  }

  /// The meter list, without reading the files beside it; nil: there is none.
  /// - Throws: `ConfigurationFailure` when chip.ini or the list is there and cannot be read.
  func meterList() throws(ConfigurationFailure) -> [UInt8]? {
    let document = try bytes(of: place(of: ConfigurationNames.settings, with: nil)).map {
      INIDocument($0)
    }
    let name = ConfigurationNames(document, folder: path).meterList
    return try bytes(of: place(of: name, with: document))
  }

  /// The content of a file; nil: there is none. It may be a symbolic link if whoever made that could have made
  /// what it leads to.
  func bytes(
    of path: String, limit: Int = ArchiveLimit.member
  ) throws(ConfigurationFailure) -> [UInt8]? {
    switch FileBytes.read(path, limit: limit) {
    case .read(let bytes):
      guard FolderLinks.isTrusted(path) else {
        throw ConfigurationFailure(
          "\(path) is a symbolic link to a file of somebody else, and is not followed")
      }
      return bytes
    case .missing: return nil
    case .unreadable(let why): throw ConfigurationFailure("\(path) cannot be read: \(why)")
    }
  }

  /// A file beside chip.ini and the meter list. Root makes exports, and whoever owns the folder could have them
  /// fetch any file of the system by a link.
  private func read(_ name: String, _ document: INIDocument?) -> FileBytes {
    let place = place(of: name, with: document)
    if let link = FolderLinks.first(on: name, in: path) {
      return .unreadable("\(link == name ? "it" : link) is a symbolic link")
    }
    return FileBytes.read(place, limit: ArchiveLimit.member, followsLinks: false)
  }

  /// The names of the files beside chip.ini and the meter list.
  private func others(_ names: ConfigurationNames, _ warnings: inout [String]) -> [String] {
    var found = Set(names.named.keys)
    for name in FileBytes.names(in: path) ?? [] {
      guard let canonical = names.canonical(name), names.part(of: canonical) != nil else {
        continue
      }
      found.insert(canonical)
    }
    for folder in ConfigurationNames.folders {
      for name in tree(folder.name, depth: 2) {
        if ConfigurationNames.isSound(name) {
          found.insert(name)
        } else if !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
          warnings.append("\(name.shownName) is left out because of its name")
        }
      }
    }
    return found.sorted()
  }

  /// The files in a folder and in those within it, and what is a link, as one.
  private func tree(_ folder: String, depth: Int) -> [String] {
    guard depth <= ArchiveLimit.depth + 1 else { return [] }
    guard !FileBytes.isLink(place(folder)) else { return [folder] }
    return (FileBytes.names(in: place(folder)) ?? []).flatMap { name in
      let inner = folder + "/" + name
      return isFolder(place(inner)) ? tree(inner, depth: depth + 1) : [inner]
    }
  }

  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

/// Symbolic links in a configuration folder.
enum FolderLinks {
  /// The first part of a name that is one; nil: none is.
  static func first(on name: String, in folder: String) -> String? {
    var path = ""
    for part in name.split(separator: "/") {
      path = FilePlace.join(path, String(part))
      if FileBytes.isLink(FilePlace.join(folder, path)) { return path }
    }
    return nil
  }

  /// Whether a path is no link, or one that root or the owner of what it leads to has made.
  static func isTrusted(_ path: String) -> Bool {
    var (link, target) = (stat(), stat())
    guard lstat(path, &link) == 0, link.st_mode & S_IFMT == S_IFLNK else { return true }
    guard link.st_uid != 0 else { return true }
    return stat(path, &target) != 0 || target.st_uid == link.st_uid
  }
}
