import Glibc
import MeterFiles

extension ConfigurationFolder {
  /// Removes the temporary files that interrupted saves of a configuration's files have left.
  func removeLeftovers() throws(ConfigurationFailure) {
    let names = try contents().names
    let inner = Set(names.named.keys.map { FilePlace.split($0).folder })
      .union(ConfigurationNames.folders.map(\.name))
    for folder in inner.union([""]).sorted() where FolderLinks.first(on: folder, in: path) == nil {
      let place = folder.isEmpty ? path : place(folder)
      let left = (FileBytes.names(in: place) ?? []).filter { name in
        Self.savedName(name).map { names.canonical(FilePlace.join(folder, $0)) != nil } ?? false
      }
      guard !left.isEmpty else { continue }
      try whileNobodySaves(in: place) { () throws(ConfigurationFailure) in
        for name in left { try FileRemoval.remove(FilePlace.join(place, name)) }
      }
    }
  }

  /// What a temporary file was to become: `users` for `.users.new`.
  private static func savedName(_ name: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(".new"), name.utf8.count > 5 else { return nil }
    return String(name.dropFirst().dropLast(4))
  }

  private func whileNobodySaves(
    in place: String, _ body: () throws(ConfigurationFailure) -> Void
  ) throws(ConfigurationFailure) {
    let file = open(place.isEmpty ? "." : place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    guard FileLock.take(file, waiting: 3) else {
      throw ConfigurationFailure("another program is saving in \(place) and does not end")
    }
    try body()
  }
}
