import Testing
import VirtualBus

@Suite struct SoakTests {
  /// The long form is "metergate bench soak".
  @Test func aDayOfFaults() {
    var soak = ReadoutSoak(ReadoutSoak.Plan(days: 1, meters: 20))
    while !soak.isOver { soak.runDay() }
    let summary = soak.summary
    #expect(summary.findings.isEmpty, "\(summary)")
    #expect(summary.attempts > 1500 && summary.probes > 10 && summary.faultHours > 12, "\(summary)")
  }
}
