import Control
import Testing

/// The last lines of the log, in bounded memory.
@Suite struct ApplicationLogTests {
  private func entry(_ number: Int, _ text: String) -> ApplicationLog.Entry {
    ApplicationLog.Entry(time: Int64(number), level: "info", text: text)
  }

  @Test func theOldestGoWhenThereAreMoreThan5000() {
    let log = ApplicationLog()
    for number in 0..<17_000 { log.append(entry(number, "")) }
    #expect(log.entries.map(\.time) == Array(12_000..<17_000).map { Int64($0) })
  }

  @Test func theOldestGoWhenTheyAreMoreThanAMegabyte() {
    let log = ApplicationLog()
    for number in 0..<1_000 { log.append(entry(number, String(repeating: "x", count: 3_900))) }
    // 4,000 bytes each with what they cost beside their text.
    #expect(log.entries.map(\.time) == Array(750..<1_000).map { Int64($0) })
  }

  @Test func aTextThatIsTooLongIsCut() {
    let log = ApplicationLog()
    log.append(entry(0, String(repeating: "x", count: 10_000)))
    #expect(log.entries.first?.text == String(repeating: "x", count: 4_000) + "…")
  }
}
