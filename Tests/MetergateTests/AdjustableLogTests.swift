import Control
import Foundation
import Logging
import Testing

@testable import metergate

/// What is logged stays for the web page.
@Suite struct AdjustableLogTests {
  @Test func whatIsLoggedIsKept() {
    let log = AdjustableLog(.errorsOnly)
    let before = Date().timeIntervalSince1970
    let logger = log.logger("test")
    logger.error("the first", metadata: ["event": "meter-failed"])
    logger.info("not wanted by MUC_LOG")
    log.use(.all)
    logger.debug("the second")
    let entries = log.kept.entries
    #expect(entries.map(\.text) == ["the first", "the second"])
    #expect(entries.map(\.level) == ["error", "debug"])
    #expect(entries.map(\.code) == ["meter-failed", nil])
    let range = Int64(before * 1000) - 1...Int64(Date().timeIntervalSince1970 * 1000) + 1
    #expect(entries.allSatisfy { range.contains($0.time) })
  }

  /// Nobody writes lines of the log, or to the terminal, by what is quoted in it.
  @Test func aMessageIsOneLine() {
    let log = AdjustableLog(.all)
    log.logger("test").notice(
      "x wants: delete 1\r\n2026-11-22 error: forged \u{1B}[31mred\u{2028}y")
    #expect(
      log.kept.entries.map(\.text) == [
        "x wants: delete 1  2026-11-22 error: forged \u{FFFD}[31mred\u{FFFD}y"
      ])
  }
}
