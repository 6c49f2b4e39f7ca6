import MeterFiles
import PeerSupport
import Testing

/// The files of the raw log: how large they get, and how they are read.
@Suite struct RawLogTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try body(folder.path)
  }

  private let line = "2026-11-22T00:48:42.123Z M-Bus TX serial=66600106 10 7B FD 78 16\n"

  @Test func oneFileADay() throws {
    try withFolder { folder in
      let files = RawLogFiles(folder: folder, limit: 10_000)
      #expect(files.append(line, day: "20261122") == nil)
      #expect(files.append(line, day: "20261122") == nil)
      #expect(files.append(line, day: "20261201") == nil)
      #expect(
        files.list().map(\.path) == [
          folder + "/Log/2026/11/mbus-20261122.log", folder + "/Log/2026/12/mbus-20261201.log",
        ])
      #expect(files.list().map(\.size) == [2 * line.utf8.count, line.utf8.count])
    }
  }

  /// A quarter of the limit a file; the oldest goes when there is no more room.
  @Test func theOldestGoes() throws {
    try withFolder { folder in
      let limit = 20 * line.utf8.count
      let files = RawLogFiles(folder: folder, limit: limit)
      for _ in 0..<12 { #expect(files.append(line, day: "20261122") == nil) }
      #expect(files.list().map(\.part) == [0, 1, 2])
      for _ in 0..<100 {
        #expect(files.append(line, day: "20261123") == nil)
        #expect(files.list().map(\.size).reduce(0, +) <= limit)
      }
      #expect(files.list().allSatisfy { $0.day == "20261123" })
      // Ten files and more are in order by their number, not by their name.
      #expect(files.list().last?.part == 19)
    }
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    let files = RawLogFiles(folder: "/dev/null", limit: 1000)
    #expect(
      files.append(line, day: "20261122")
        == "/dev/null/Log/2026/11/mbus-20261122.log: Not a directory")
  }

  @Test func theReaderGoesOnWhereItWas() throws {
    try withFolder { folder in
      let files = RawLogFiles(folder: folder, limit: 10_000)
      var reader = RawLogReader(files: files)
      #expect(reader.next() == [])
      #expect(files.append("a\nb\nhal", day: "20261122") == nil)
      #expect(reader.next() == ["a", "b"])
      #expect(files.append("f\n", day: "20261122") == nil)
      #expect(files.append("next\n", day: "20261123") == nil)
      #expect(reader.next() == ["half", "next"])
      #expect(reader.next() == [])
    }
  }

  @Test func filters() {
    let text = String(line.dropLast())
    let second = text.replacing("M-Bus", with: "M-Bus 2")
    #expect(RawLogFilter().passes(text))
    #expect(RawLogFilter(serial: "66600106").passes(text))
    #expect(!RawLogFilter(serial: "6660010").passes(text))
    #expect(RawLogFilter(line: 1).passes(text) && !RawLogFilter(line: 1).passes(second))
    #expect(RawLogFilter(line: 2).passes(second) && !RawLogFilter(line: 2).passes(text))
    #expect(RawLogFilter(since: "2026-11-22T00:48").passes(text))
    #expect(!RawLogFilter(since: "2026-11-22T01").passes(text))
  }
}
