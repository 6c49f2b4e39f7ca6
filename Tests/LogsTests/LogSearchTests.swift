import Control
import Foundation
import MeterFiles
import PeerSupport
import Synchronization
import Testing

@testable import Logs

/// Pages of the gateway's own log, and of the raw log.
@Suite struct LogSearchTests {
  private static let start: Int64 = 1_763_769_600_000  // 2025-11-22T00:00:00Z

  private func log(_ count: Int) -> ApplicationLog {
    let log = ApplicationLog()
    for index in 0..<count {
      log.append(
        ApplicationLog.Entry(
          time: Self.start + Int64(index) * 1000, level: "info",
          code: index.isMultiple(of: 2) ? "meter-failed" : nil, text: "line \(index)"))
    }
    return log
  }

  private func texts(_ log: ApplicationLog, _ filter: LogFilter) throws -> [String] {
    try LogSearch(.application(log), filter).page(0).entries.map(\.text)
  }

  @Test func aPageHas500TheNewestFirst() throws {
    let log = log(1_201)
    let pages = try (0...3).map { try LogSearch(.application(log), LogFilter()).page($0) }
    #expect(pages.map(\.entries.count) == [500, 500, 201, 0])
    #expect(pages.map(\.more) == [true, true, false, false])
    #expect(pages.map(\.page) == [0, 1, 2, 3])
    #expect(pages[0].entries.first?.text == "line 1200" && pages[2].entries.last?.text == "line 0")
    #expect(pages[1].entries.first?.text == "line 700")
  }

  @Test func aPageThatIsJustFullIsTheLast() throws {
    let page = try LogSearch(.application(log(500)), LogFilter()).page(0)
    #expect(page.entries.count == 500 && !page.more)
  }

  @Test func timesAreOfWholeSeconds() throws {
    let log = log(5)
    let second = Self.start / 1000
    #expect(
      try texts(log, LogFilter(from: second + 1, to: second + 2)) == ["line 2", "line 1"])
    log.append(ApplicationLog.Entry(time: Self.start + 2_999, level: "info", text: "late"))
    #expect(
      try texts(log, LogFilter(from: second + 2, to: second + 2)) == ["late", "line 2"])
  }

  @Test func wordsAndCodesAreFoundInBothCases() throws {
    let log = log(4)
    #expect(try texts(log, LogFilter(text: "LINE 3")) == ["line 3"])
    #expect(try texts(log, LogFilter(text: "Meter-Failed")) == ["line 2", "line 0"])
    #expect(
      try texts(log, LogFilter(text: "line [12]", isExpression: true)) == ["line 2", "line 1"])
    #expect(try texts(log, LogFilter(text: "line [12]")) == [])
  }

  /// Nothing is lost, and nothing comes twice.
  @Test func whatIsInterruptedGoesOnWhereItWas() throws {
    let search = try LogSearch(.application(log(1_201)), LogFilter(text: "line"))
    var batch = LogBatch(pageNumber: 1, of: search)
    var slices = 0
    var isOver = false
    while !isOver {
      var steps = 0
      isOver = batch.goOn {
        steps += 1
        return steps <= 100
      }
      slices += 1
    }
    #expect(slices == 11)
    #expect(batch.page(1) == search.page(1))
    var rest = LogBatch(500, of: batch.search)
    let isWhole = rest.goOn()
    #expect(isWhole)
    #expect(rest.entries.count == 200 && rest.entries.last?.text == "line 0")
  }

  @Test func whoHasNoTimeIsNotDone() throws {
    let search = try LogSearch(.application(log(1_000)), LogFilter(text: "no such"))
    var batch = LogBatch(pageNumber: 0, of: search)
    let isOver = batch.goOn { false }
    #expect(!isOver)
  }

  @Test(arguments: [
    (
      LogFilter(text: "(", isExpression: true),
      "the filter \"(\" is no regular expression: a ) is missing, at character 2"
    ),
    (
      LogFilter(text: String(repeating: "a", count: 201)),
      "the filter has 201 characters; 200 are allowed"
    ),
    (
      LogFilter(from: 2, to: 1),
      "the time range begins after its end: exchange the two times, or leave one out"
    ),
    (
      LogFilter(from: -1), "from=-1 is no time: seconds since 1970 are expected, 0 to 253402300799"
    ),
    (
      LogFilter(to: 253_402_300_800),
      "to=253402300800 is no time: seconds since 1970 are expected, 0 to 253402300799"
    ),
  ])
  func whatIsWrongIsSaid(filter: LogFilter, message: String) {
    #expect(throws: LogFilter.Mistake(description: message)) { try filter.matcher() }
  }
}

/// The raw log, read from its end.
@Suite struct RawLogSearchTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder["Log/2026/11"], withIntermediateDirectories: true)
  }

  private func write(_ day: String, _ lines: [String], end: String = "\n") throws {
    try folder.write(
      lines.joined(separator: "\n") + end, to: "Log/2026/11/mbus-\(day).log")
  }

  private static func line(_ time: String, _ serial: String = "66600106") -> String {
    "2026-11-\(time).250Z M-Bus RX serial=\(serial) 68 1B! E5"
  }

  private var files: RawLogFiles { RawLogFiles(folder: folder.path, limit: 0) }

  private func serials(_ filter: LogFilter) throws -> [String?] {
    try LogSearch(.raw(files), filter).page(0).entries.map(\.serial)
  }

  @Test func linesComeBackwardsOverBlocksAndFiles() throws {
    let lines = (0..<3_000).map { "\($0) " + String(repeating: "x", count: $0 % 90) }
    try write("20261121", Array(lines[..<1_000]))
    try write("20261122", Array(lines[1_000...]), end: "\nhalf a li")
    var reader = RawLogBackward(files)
    var found: [String] = []
    while let line = reader.next() { found.append(line) }
    #expect(found == lines.reversed())
  }

  @Test func daysThatNobodyWantsAreNotRead() throws {
    try write("20261120", ["a"])
    try write("20261121", ["b"])
    try write("20261122", ["c"])
    var reader = RawLogBackward(files, from: "20261121", to: "20261121")
    let (first, second) = (reader.next(), reader.next())
    #expect(first == "b" && second == nil)
  }

  @Test func anEntryHasAllThatTheLineSays() throws {
    let entry = try #require(
      LogEntry(rawLine: "2026-11-22T00:48:42.123Z M-Bus 2 GUEST serial=- 10 7B! 16"))
    #expect(entry.time == 1_795_308_522.123 && entry.timeText == "2026-11-22T00:48:42.123Z")
    #expect(entry.line == "M-Bus 2" && entry.direction == "⇒" && entry.serial == nil)
    #expect(entry.hex == "10 7B 16" && entry.damaged == [1])
    for text in [
      "", "rubbish", "2026-11-22T00:48:42.123Z M-Bus",
      "2026-13-22T00:48:42.123Z M-Bus RX serial=- 10",
    ] {
      #expect(LogEntry(rawLine: text) == nil)
    }
  }

  /// What is told of bytes costs much, and is asked for once for each line that needs it.
  @Test func bytesAreExplainedOnce() throws {
    try write("20261122", [Self.line("22T08:00:00"), Self.line("22T08:00:01", "1234567A")])
    let asked = Mutex(0)
    func count(_ filter: LogFilter) throws -> [Int] {
      asked.withLock { $0 = 0 }
      let source = LogSearch.Source.raw(
        files,
        explained: { _ in
          asked.withLock { $0 += 1 }
          return "a flow of water"
        })
      let found = try LogSearch(source, filter).page(0).entries.count
      return [found, asked.withLock { $0 }]
    }
    #expect(try count(LogFilter(text: "water")) == [2, 2])
    #expect(try count(LogFilter(text: "1234567a")) == [1, 2])
    #expect(try count(LogFilter(text: "serial=1234567A")) == [1, 1])
    #expect(try count(LogFilter(text: "^a flow", isExpression: true)) == [2, 2])
  }

  @Test func theSerialIsAShortcut() throws {
    try write(
      "20261122",
      [
        Self.line("22T08:00:00"), Self.line("22T08:00:01", "1234567A"), "rubbish",
        Self.line("22T08:00:02", "-"),
      ])
    #expect(try serials(LogFilter()) == [nil, "1234567A", "66600106"])
    #expect(try serials(LogFilter(text: "serial=1234567a")) == ["1234567A"])
    #expect(try serials(LogFilter(text: "serial=66600106 e5")) == ["66600106"])
    #expect(try serials(LogFilter(text: "serial=66600106 ff")) == [])
    #expect(try serials(LogFilter(text: "serial=666.*6 ", isExpression: true)) == ["66600106"])
    // 2026-11-22T08:00:01Z
    #expect(try serials(LogFilter(from: 1_795_334_401, to: 1_795_334_401)) == ["1234567A"])
  }

  /// What the page shows of bytes can be looked for, alone and together with what stands before them.
  @Test func whatIsToldOfBytesIsFound() throws {
    try write("20261122", [Self.line("22T08:00:00"), Self.line("22T08:00:01", "1234567A")])
    func found(_ filter: LogFilter) throws -> [String] {
      let source = LogSearch.Source.raw(files) { $0 == "68 1B E5" ? "RSP_UD, damaged" : "" }
      return try LogSearch(source, filter).page(0).entries.map { "\($0.serial ?? "") \($0.text)" }
    }
    let both = ["1234567A RSP_UD, damaged", "66600106 RSP_UD, damaged"]
    #expect(try found(LogFilter()) == both)
    #expect(try found(LogFilter(text: "rsp_ud")) == both)
    #expect(try found(LogFilter(text: "1B! E5")) == both, "as before")
    #expect(try found(LogFilter(text: "serial=66600106 DAMAGED")) == [both[1]])
    #expect(try found(LogFilter(text: "^rsp_.*damaged$", isExpression: true)) == both)
    #expect(try found(LogFilter(text: "1234567A.*RSP", isExpression: true)) == [both[0]])
    #expect(try found(LogFilter(text: "REQ_UD2")) == [])
  }
}
