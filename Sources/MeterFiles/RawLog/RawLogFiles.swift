import Glibc

/// The files of a raw log: one a day in folders of years and months, `Log/2026/11/mbus-20261122.log`, going on as
/// `mbus-20261122.1.log` when it has grown. All of it blocks.
public struct RawLogFiles: Sendable {
  /// One of them.
  public struct File: Hashable, Sendable {
    /// Where it is.
    public var path: String
    /// Bytes in it.
    public var size: Int
    /// `20261122`
    public var day: String
    /// 0 for the first of the day.
    public var part: Int
  }

  /// The folder for data, `ext`.
  public let folder: String
  /// Bytes that all of them may have together.
  public let limit: Int

  /// - Parameters:
  ///   - folder: the folder for data.
  ///   - limit: bytes that all of them may have together.
  public init(folder: String, limit: Int) {
    self.folder = folder
    self.limit = limit
  }

  /// How large a file gets: a quarter, so that little is lost when the oldest goes.
  private var longestFile: Int { max(limit / 4, 1) }

  /// All there are, the oldest first.
  public func list() -> [File] {
    let root = folder + "/Log"
    return Self.names(root).flatMap { year in
      Self.names("\(root)/\(year)").flatMap { month in
        Self.names("\(root)/\(year)/\(month)").compactMap {
          Self.file("\(root)/\(year)/\(month)", $0)
        }
      }
    }.sorted { ($0.day, $0.part) < ($1.day, $1.part) }
  }

  /// Writes lines of one day, and makes room for them.
  /// - Parameter day: `20261122`.
  /// - Returns: why it could not be; nil: it was.
  public func append(_ lines: String, day: String) -> String? {
    var files = list()
    let bytes = Array(lines.utf8)
    let latest = files.last { $0.day == day }
    let isFull = (latest?.size ?? 0) + bytes.count > longestFile
    let part = latest.map { isFull && $0.size > 0 ? $0.part + 1 : $0.part } ?? 0
    var total = files.map(\.size).reduce(0, +) + bytes.count
    while total > limit, let oldest = files.first, oldest.day != day || oldest.part < part {
      unlink(oldest.path)
      total -= oldest.size
      files.removeFirst()
    }
    var place = folder
    mkdir(place, 0o770)
    for name in ["Log", String(day.prefix(4)), String(day.dropFirst(4).prefix(2))] {
      place += "/" + name
      mkdir(place, 0o755)
    }
    return Self.write(bytes, to: "\(place)/mbus-\(day)\(part == 0 ? "" : ".\(part)").log")
  }

  private static func write(_ bytes: [UInt8], to path: String) -> String? {
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { return "\(path): \(String(cString: strerror(errno)))" }
    defer { close(file) }
    let written = Glibc.write(file, bytes, bytes.count)
    guard written != bytes.count else { return nil }
    let why = written < 0 ? errno : ENOSPC
    return "\(path): \(String(cString: strerror(why)))"
  }

  private static func names(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func file(_ folder: String, _ name: String) -> File? {
    guard name.hasPrefix("mbus-"), name.hasSuffix(".log") else { return nil }
    let parts = name.dropFirst(5).dropLast(4).split(separator: ".")
    guard let day = parts.first, day.count == 8, parts.count <= 2 else { return nil }
    let part = parts.count == 2 ? parts.last.flatMap { Int($0) } : 0
    var status = stat()
    guard let part, stat("\(folder)/\(name)", &status) == 0 else { return nil }
    return File(path: "\(folder)/\(name)", size: Int(status.st_size), day: String(day), part: part)
  }
}
