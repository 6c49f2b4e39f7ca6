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
    return FilePlace.join(path, ignoresCase ? FileBytes.name(name, in: path) ?? name : name)
  }

  /// What it holds.
  /// - Throws: `ConfigurationFailure` when chip.ini or the meter list is there and cannot be read. Other files
  ///   that cannot are left out, with a warning.
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
      switch FileBytes.read(place(of: name, with: document), limit: ArchiveLimit.member) {
      case .read(let bytes): contents.files[name] = bytes
      case .missing: continue
      case .unreadable(let why):
        contents.leftOut.append(name)
        contents.warnings.append("\(name) is left out, since it cannot be read: \(why)")
      }
    }
    return contents
  }

  /// The content of a file; nil: there is none.
  func bytes(
    of path: String, limit: Int = ArchiveLimit.member
  ) throws(ConfigurationFailure) -> [UInt8]? {
    switch FileBytes.read(path, limit: limit) {
    case .read(let bytes): return bytes
    case .missing: return nil
    case .unreadable(let why): throw ConfigurationFailure("\(path) cannot be read: \(why)")
    }
  }

  /// The names of the files beside chip.ini and the meter list.
  private func others(_ names: ConfigurationNames, _ warnings: inout [String]) -> [String] {
    var found = Set(names.named.keys)
    for name in list("") {
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

  /// The files in a folder and in those within it.
  private func tree(_ folder: String, depth: Int) -> [String] {
    guard depth <= ArchiveLimit.depth + 1 else { return [] }
    return list(folder).flatMap { name in
      let inner = folder + "/" + name
      return isFolder(FilePlace.join(path, inner)) ? tree(inner, depth: depth + 1) : [inner]
    }
  }

  /// The names in a folder. Those that are no UTF-8 come with replaced letters, and are missing then.
  private func list(_ folder: String) -> [String] {
    guard let directory = opendir(folder.isEmpty ? here : FilePlace.join(path, folder)) else {
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory), names.count < 10 * ArchiveLimit.members {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private var here: String { path.isEmpty ? "." : path }

  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
