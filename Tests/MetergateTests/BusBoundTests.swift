import Testing
import Time

@testable import metergate

@Suite struct BusBoundTests {
  /// The example of `BusBound`: 55 + 33 + 187 + 11 + 55 + 660 = 1001 bits, twice 20 ms.
  @Test func theExampleByHand() {
    let bound = BusBound(baud: 2400, addressing: .secondary)
    let meter = BusBound.Meter(delay: .milliseconds(20), telegrams: [60])
    #expect(bound.time(for: meter) == Span(nanoseconds: 457_083_333))
    #expect(bound.time(for: [meter, meter]) == Span(nanoseconds: 914_166_666))
  }

  /// By primary address: SND_NKE to all 55 and 33 bits, SND_NKE 55, E5 11, then REQ_UD2 55 and RSP_UD
  /// 660, REQ_UD2 55 and RSP_UD 330: 1254 bits at 9600 baud, three delays.
  @Test func aChainByPrimaryAddress() {
    let bound = BusBound(baud: 9600, addressing: .primary)
    let meter = BusBound.Meter(delay: .milliseconds(10), telegrams: [60, 30])
    #expect(bound.time(for: meter) == Span(nanoseconds: 130_625_000 + 30_000_000))
  }

  /// Without resets: REQ_UD2 55 and RSP_UD 660 bits, one delay; a select stays.
  @Test func withoutResets() {
    var bound = BusBound(baud: 300, addressing: .primary, resetsAll: false, resetsMeter: false)
    let meter = BusBound.Meter(delay: .zero, telegrams: [60])
    #expect(bound.time(for: meter) == Span(nanoseconds: 2_383_333_333))
    bound.addressing = .secondary
    #expect(bound.time(for: meter) == Span(nanoseconds: 3_043_333_333), "198 bits more")
    #expect(bound.time(for: []) == .zero)
  }

  @Test func numbersAsText() {
    #expect(BusBenchReport.text(0.4567) == "0.457")
    #expect(BusBenchReport.text(12.0004, places: 1) == "12.0")
    #expect(BusBenchReport.text(-0.05, places: 2) == "-0.05")
    #expect(BusBenchReport.text(1.05, places: 0) == "1")
    #expect(BusBenchReport.text(.nan) == "–")
  }
}
