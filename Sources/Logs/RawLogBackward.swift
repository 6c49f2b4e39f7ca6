import Glibc
import MeterFiles

/// Reads the raw log from its end to its beginning, a block at a time. It blocks. What is added meanwhile is not
/// read; a file that goes meanwhile is left out.
public struct RawLogBackward: Sendable {
  private static let block = 65_536
  /// More bytes without a line end are no log.
  private static let longestLine = 65_536

  /// The files that have not been begun, the newest last.
  private var files: [RawLogFiles.File]
  private var path = ""
  /// The bytes of the file before this place have not been read.
  private var end = 0
  /// The end of a line whose beginning stands before `end`.
  private var rest: [UInt8] = []
  /// Nothing behind `end` has been a line end yet: a line that is being written is left out.
  private var isTail = true
  /// What has been read, the newest last.
  private var lines: [String] = []

  /// - Parameters:
  ///   - files: what is read.
  ///   - from: the first day that is wanted, as `20261122`; nil: from the beginning.
  ///   - to: the last day; nil: to the end.
  public init(_ files: RawLogFiles, from: String? = nil, to: String? = nil) {
    self.files = files.list().filter { file in
      (from.map { file.day >= $0 } ?? true) && (to.map { file.day <= $0 } ?? true)
    }
  }

  /// The line before; nil: there is none.
  public mutating func next() -> String? {
    while true {
      if let line = lines.popLast() { return line }
      guard end > 0 || !rest.isEmpty || nextFile() else { return nil }
      readBlock()
    }
  }

  private mutating func nextFile() -> Bool {
    guard let file = files.popLast() else { return false }
    (path, end, rest, isTail) = (file.path, file.size, [], true)
    return end > 0 || nextFile()
  }

  private mutating func readBlock() {
    guard end > 0 else {
      lines = [String(decoding: rest, as: UTF8.self)]
      rest = []
      return
    }
    let start = max(0, end - Self.block)
    guard let bytes = Self.bytes(of: path, start, end) else {
      (end, rest) = (0, [])
      return
    }
    end = start
    var pieces = (bytes + rest).split(separator: 0x0A, omittingEmptySubsequences: false)
    if isTail {
      isTail = pieces.count == 1
      pieces.removeLast()
    }
    rest = pieces.isEmpty ? [] : Array(pieces.removeFirst())
    lines = pieces.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    if rest.count > Self.longestLine { (end, rest) = (0, []) }
  }

  private static func bytes(of path: String, _ start: Int, _ end: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: end - start) { buffer, count in
      count = max(pread(file, buffer.baseAddress, end - start, off_t(start)), 0)
    }
    return bytes.count == end - start ? bytes : nil
  }
}
