import Testing
import Time

@testable import Sessions

/// What anybody can cause is told now and then.
@Suite struct NewsLimitTests {
  private func at(_ seconds: Int64) -> MonotonicInstant { .zero + .seconds(seconds) }

  @Test func theSameIsSaidOnceAMinute() {
    var limit = NewsLimit()
    #expect(limit.take("a", at: at(0)) == 0)
    for second in 1...59 { #expect(limit.take("a", at: at(Int64(second))) == nil) }
    #expect(limit.take("b", at: at(59)) == 0)
    #expect(limit.take("a", at: at(60)) == 59)
    #expect(limit.take("a", at: at(61)) == nil)
    #expect(limit.take("a", at: at(120)) == 1)
  }

  /// Whoever has many addresses fills the log no more than others.
  @Test func manyAreSilentTogether() {
    var limit = NewsLimit()
    let said = (0..<1000).count { limit.take("\($0)", at: at(5)) != nil }
    #expect(said == 30)
    #expect(limit.take("late", at: at(64)) == nil)
    #expect(limit.take("late", at: at(65)) == 0)
  }
}
