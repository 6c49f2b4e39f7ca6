import Control
import Gateway
import Logging
import Testing

@testable import metergate

/// What is logged stays for the web page.
@Suite struct AdjustableLogTests {
  @Test func whatIsLoggedIsKept() {
    let kept = ApplicationLog()
    let log = AdjustableLog(.errorsOnly, keeping: kept, clock: .fixed(unixSeconds: 1_763_769_600))
    let logger = log.logger("test")
    logger.error("the first", metadata: ["event": "meter-failed"])
    logger.info("not wanted by MUC_LOG")
    log.use(.all)
    logger.debug("the second")
    #expect(
      kept.entries == [
        ApplicationLog.Entry(
          time: 1_763_769_600_000, level: "error", code: "meter-failed", text: "the first"),
        ApplicationLog.Entry(time: 1_763_769_600_000, level: "debug", text: "the second"),
      ])
  }
}
