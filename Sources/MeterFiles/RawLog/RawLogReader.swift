import Glibc

/// Which lines of the raw log are shown.
public struct RawLogFilter: Hashable, Sendable {
  private let serial: String?
  private let line: String?
  private let since: String?

  /// - Parameters:
  ///   - serial: of this meter; nil: of all.
  ///   - line: of this line, 1 the first; nil: of all.
  ///   - since: not before this time, as far as it is given, such as `2026-11-22T08`; nil: all.
  public init(serial: String? = nil, line: Int? = nil, since: String? = nil) {
    self.serial = serial.map { " serial=\($0) " }
    self.line = line.map { $0 == 1 ? "M-Bus" : "M-Bus \($0)" }
    self.since = since
  }

  /// Whether a line is shown.
  public func passes(_ text: String) -> Bool {
    if let serial, !text.contains(serial) { return false }
    if let since, text < since { return false }
    guard let line else { return true }
    return text.drop { $0 != " " }.dropFirst().hasPrefix("\(line) ")
      && (line != "M-Bus" || !Self.isNumbered(text))
  }

  private static func isNumbered(_ text: String) -> Bool {
    text.drop { $0 != " " }.dropFirst("M-Bus".count + 2).first?.isNumber == true
  }
}

/// Reads the raw log from its beginning, and each time what has been added. It blocks.
public struct RawLogReader: Sendable {
  private let files: RawLogFiles
  /// How far each file has been read.
  private var read: [String: Int] = [:]

  /// - Parameter files: what is read.
  public init(files: RawLogFiles) { self.files = files }

  /// The lines that have been added since the last call.
  public mutating func next() -> [String] {
    var lines: [String] = []
    for file in files.list() {
      let from = read[file.path] ?? 0
      guard file.size > from, let bytes = Self.bytes(of: file.path, from: from) else { continue }
      // A line that is being written is read when it is whole.
      guard let end = bytes.lastIndex(of: 0x0A) else { continue }
      let whole = bytes.prefix(through: end)
      read[file.path] = from + whole.count
      lines += whole.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
    return lines
  }

  private static func bytes(of path: String, from: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard lseek(file, off_t(from), SEEK_SET) >= 0 else { return nil }
    var all: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        count = max(Glibc.read(file, buffer.baseAddress, buffer.count), 0)
      }
      if chunk.isEmpty { return all }
      all += chunk
    }
  }
}
