import Control
import FoundationEssentials
import Foundation
import PeerSupport
import Testing

@testable import WebUI

/// The logs by the API.
@Suite struct LogAPITests {
  private struct Page: Decodable {
    struct Entry: Decodable {
      var time: Double
      var level: String?
      var code: String?
      var direction: String?
      var serial: String?
      var text: String
      var hex: String?
    }
    var entries: [Entry]
    var page: Int
    var more: Bool
  }

  private func page(_ bench: WebBench, _ query: String) async throws -> Page {
    let answer = await bench.ask(.get, "/api/v1/log?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    return try JSONDecoder().decode(Page.self, from: Data(answer.text.utf8))
  }

  private func fill(_ bench: WebBench, _ count: Int) {
    for number in 1...count {
      bench.environment.log.append(
        .init(
          time: 1_700_000_000_000 + Int64(number), level: number % 2 == 0 ? "info" : "warning",
          code: "meter-failed", text: "meter \(number) 66600106 <b>"))
    }
  }

  @Test func newestLinesComeFirstByPages() async throws {
    let bench = try WebBench()
    fill(bench, 1100)
    let first = try await page(bench, "source=application")
    #expect(first.entries.count == 500)
    #expect(first.more)
    #expect(first.entries[0].text == "meter 1100 66600106 <b>")
    #expect(first.entries[0].time == 1_700_000_001.1)
    #expect(first.entries[0].code == "meter-failed")
    let last = try await page(bench, "page=2")
    #expect(last.entries.count == 100)
    #expect(!last.more)
    #expect(last.entries.last?.text == "meter 1 66600106 <b>")
  }

  @Test(arguments: [
    ("filter=meter%2077%20", 1), ("filter=METER%2077%20", 1), ("filter=%5Emeter", 0),
    ("filter=meter%20(7%7C8)%20&regex=1", 2), ("filter=serial=66600106%20meter%207%20", 11),
    ("filter=serial=12345678", 0), ("from=1700000000.050&to=1700000000.059", 10),
    ("filter=warning", 50),
  ])
  func linesAreFiltered(query: String, count: Int) async throws {
    let bench = try WebBench()
    fill(bench, 100)
    #expect(try await page(bench, query).entries.count == count)
  }

  @Test(arguments: [
    ("filter=(a&regex=1", "the regular expression cannot be read: "),
    (
      "filter=(a)%5C1&regex=1",
      "the regular expression is not taken: references such as \\\\1 are not allowed"
    ),
    (
      "filter=a%7B9%7D&regex=1",
      "the regular expression is not taken: counts in braces are not allowed"
    ),
    (
      "filter=((((((((((((a%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)&regex=1",
      "the regular expression is not taken: at most 10 + are allowed"
    ),
    ("filter=" + String(repeating: "a", count: 201), "a filter has at most 200 bytes"),
    ("source=syslog", "there is no log syslog: there are application and mbus"),
    ("from=today", "from is no Unix time in seconds"),
    ("page=-1", "page is no number from 0 to 100000"),
    ("regex=2&filter=a", "regex=2 is not allowed: 0 or 1"),
  ])
  func whatIsNotUnderstood(query: String, why: String) async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.get, "/api/v1/log?\(query)")
    #expect(answer.status == 400)
    #expect(answer.text.contains(why), "\(answer.text)")
  }

  /// What would take a naive matcher for ever ends at once.
  @Test func noExpressionHangs() throws {
    let text = String(repeating: "a", count: 2000) + "!"
    let clock = ContinuousClock()
    for expression in [
      "(a*)*b", "(a|a)*b", "((((((a*)*)*)*)*)*)*b", "(((((((((a+)+)+)+)+)+)+)+)+)+b",
    ] {
      let compiled = try LogExpression(expression)
      var found = true
      let time = clock.measure { found = compiled.matches(text) }
      #expect(!found)
      #expect(time < .seconds(10), "\(expression): \(time)")
    }
  }

  @Test func theRawLogIsReadFromItsEnd() async throws {
    let bench = try WebBench()
    let folder = bench.folder.path + "/ext/Log/2026/11"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var first = ""
    for number in 0..<3000 {
      first += "2026-11-21T10:00:00.\(100 + number % 900)Z M-Bus TX serial=- 10 7B FD 78 16\n"
    }
    try bench.folder.write(first, to: "ext/Log/2026/11/mbus-20261121.log")
    try bench.folder.write(
      "2026-11-22T07:45:00.123Z M-Bus RX serial=66600106 68 03 03 68\n2026-11-22T07:45:01.5Z M-Bus 2 GUEST serial=- E5\n",
      to: "ext/Log/2026/11/mbus-20261122.log")
    let page = try await page(bench, "source=mbus")
    #expect(page.entries.count == 500)
    #expect(page.more)
    #expect(page.entries[0].direction == "⇒")
    #expect(page.entries[0].hex == "E5")
    #expect(page.entries[0].text == "M-Bus 2 GUEST")
    #expect(page.entries[1].serial == "66600106")
    #expect(page.entries[1].hex == "68 03 03 68")
    #expect(page.entries[1].time == 1_795_333_500.123)
    let all = try await self.page(bench, "source=mbus&page=6")
    #expect(all.entries.count == 2)
    let meter = try await self.page(bench, "source=mbus&filter=serial=66600106")
    #expect(meter.entries.count == 1)
    let day = try await self.page(bench, "source=mbus&from=1795305600")
    #expect(day.entries.count == 2)
  }

  @Test func aTableHasTheSameLines() async throws {
    let bench = try WebBench()
    bench.environment.log.append(
      .init(time: 1_700_000_000_123, level: "error", text: "=HYPERLINK(\"x\")"))
    let answer = await bench.ask(.get, "/api/v1/log.csv")
    #expect(answer.type == "text/csv; charset=utf-8")
    #expect(
      answer.text
        == "\u{FEFF}Time;Level;Event;Direction;Serial;Text;Bytes\r\n2023-11-14T22:13:20.123Z;error;;;;\"'=HYPERLINK(\"\"x\"\")\";\r\n"
    )
  }

  @Test func oldLinesMakeRoom() {
    let log = ApplicationLog()
    for number in 0..<12_000 {
      log.append(.init(time: Int64(number), level: "info", text: "x"))
    }
    #expect(log.entries.count == 5000)
    #expect(log.entries.first?.time == 7000)
    for number in 0..<1000 {
      log.append(
        .init(time: Int64(number), level: "error", text: String(repeating: "y", count: 9000)))
    }
    let size = log.entries.reduce(0) { $0 + $1.text.utf8.count }
    #expect(size <= 1_000_000)
    #expect(log.entries.last?.text.count == 4001)
    #expect(log.lastErrors(3).map(\.time) == [999, 998, 997])
  }
}
