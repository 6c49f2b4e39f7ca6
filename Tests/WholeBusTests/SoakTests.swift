import Testing
import VirtualBus

@Suite struct SoakTests {
  /// The long form is "metergate bench soak".
  @Test func twoDaysOfFaults() {
    var soak = ReadoutSoak(ReadoutSoak.Plan(days: 2, meters: 20))
    while !soak.isOver { soak.runDay() }
    let summary = soak.summary
    #expect(summary.findings.isEmpty, "\(summary)")
    #expect(summary.attempts > 3000 && summary.probes > 20 && summary.faultHours > 24, "\(summary)")
  }
}
