import Foundation

/// A folder for one test, removed when nobody holds it any more.
public final class TemporaryFolder: Sendable {
  /// Where it is; no symbolic link is in it.
  public let path: String

  /// - Parameter files: names and contents of the files that it begins with.
  public init(_ files: [String: String] = [:]) throws {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("metergate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file as it is.
  public func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
  }

  /// The text of a file; nil when it cannot be read.
  public func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: self[name]).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names of its files, sorted.
  public var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }

  /// The path of a file.
  public subscript(name: String) -> String { path + "/" + name }
}
