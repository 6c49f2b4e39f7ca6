import Settings

/// A file beside chip.ini and the meter list that settings in force name, with what it held when they were taken
/// over: a renewed certificate is a change, too.
public struct NamedFile: Equatable, Sendable {
  /// The largest that is looked at; certificates have some kB.
  private static let sizeLimit = 1024 * 1024

  /// Its name, for messages.
  public let name: String
  /// Where it is.
  public let path: String
  /// What it held; nil: it could not be read.
  public let version: FileVersion?

  init(_ path: String) {
    self.path = path
    name = FilePlace.split(path).name
    version = .now(path, limit: Self.sizeLimit)
  }
}

extension AppFolder {
  /// The files that settings name, as they are now. Blocks.
  static func namedFiles(_ settings: Settings, in folder: String, ext: String) -> [NamedFile] {
    settings.securedPorts.flatMap(\.fileKeys).compactMap { key in
      settings.tlsFile(key).map { NamedFile(path($0, in: folder, ext: ext)) }
    }
  }

  /// The names of those of them that hold something else by now. Blocks.
  public var changedNamedFiles: [String] {
    namedFiles.filter { NamedFile($0.path) != $0 }.map(\.name)
  }

  /// The files whose changes matter.
  public var watchedPaths: Set<String> {
    Set([settingsFile.path, metersPath] + namedFiles.map(\.path))
  }
}

extension FileVersion {
  /// What a file holds now; nil: it cannot be read. Blocks.
  static func now(_ path: String, limit: Int) -> FileVersion? {
    switch FileBytes.read(path, limit: limit) {
    case .read(let bytes): .of(bytes)
    case .missing: .missing
    case .unreadable: nil
    }
  }
}
