import Glibc

extension RawLogReader {
  /// The lines of a file, the last first, of which only as much is in memory as is looked at.
  public static func linesBackwards(of path: String) -> BackwardLines { BackwardLines(path: path) }
}

/// The lines of a file from its end to its beginning. It blocks.
public struct BackwardLines: Sequence {
  /// Where the file is.
  let path: String

  /// The lines.
  public func makeIterator() -> Iterator { Iterator(path) }

  /// Reads a piece after the other.
  public struct Iterator: IteratorProtocol {
    private static let piece = 65_536
    /// What has no line end in so many bytes is no log.
    private static let longestLine = 1 << 20

    private let file: FileHandle?
    private var offset: Int
    /// What is read and not given yet; its beginning may be the middle of a line.
    private var pending: [UInt8] = []

    init(_ path: String) {
      file = FileHandle(path)
      offset = file?.size ?? 0
    }

    /// The line before; nil: there is none.
    public mutating func next() -> String? {
      while true {
        // The last byte ends a line.
        if let end = pending.dropLast().lastIndex(of: 0x0A) {
          let text = Self.text(pending[(end + 1)...])
          pending.removeSubrange((end + 1)...)
          if let text { return text }
          continue
        }
        guard offset > 0, pending.count < Self.longestLine else {
          defer { pending = [] }
          return Self.text(pending[...])
        }
        let start = Swift.max(0, offset - Self.piece)
        guard let bytes = file?.bytes(from: start, count: offset - start), !bytes.isEmpty else {
          offset = 0
          continue
        }
        pending = bytes + pending
        offset = start
      }
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String? {
      let bytes = line.last == 0x0A ? line.dropLast() : line
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
  }

  /// A file that is closed when nobody reads it any more.
  private final class FileHandle {
    private let descriptor: Int32

    init?(_ path: String) {
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      if descriptor < 0 { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var size: Int {
      var status = stat()
      return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    func bytes(from offset: Int, count: Int) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
        read = Swift.max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
      }
    }
  }
}
