/// Where the files of a folder are read from: the disk, or the disk with some files as they are planned to be,
/// so that a change can be checked before anything of it is written.
public struct FileView: Sendable {
  /// The disk as it is.
  public static let disk = FileView()

  /// The files that are planned, by path; nil: removed.
  public let planned: [String: [UInt8]?]

  /// - Parameter planned: what files are to hold, by path; nil: they are to be removed.
  public init(planned: [String: [UInt8]?] = [:]) {
    self.planned = Dictionary(
      planned.map { (Self.normal($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Reads a file as `FileBytes.read` does.
  package func read(_ path: String, limit: Int) -> FileBytes {
    guard !planned.isEmpty, let known = planned[Self.normal(path)] else {
      return FileBytes.read(path, limit: limit)
    }
    guard let bytes = known else { return .missing }
    return bytes.count <= limit ? .read(bytes) : .unreadable("it is larger than \(limit) bytes")
  }

  /// One spelling of a path: without `./` and doubled slashes.
  private static func normal(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
