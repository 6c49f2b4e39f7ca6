import Testing

@testable import WebUI

@Suite struct MetricsTests {
  /// Labels come from the wire: what ends a label or a line is escaped (exposition format 0.0.4).
  @Test func labelsAreEscaped() {
    var metrics = Metrics()
    metrics.add(
      "meter_misses", .gauge, "Misses.",
      [.init(labels: [("meter", "66600106:LUG"), ("label", "a\"b\\c\nd")], value: "3")])
    #expect(
      metrics.text == """
        # HELP metergate_meter_misses Misses.
        # TYPE metergate_meter_misses gauge
        metergate_meter_misses{meter="66600106:LUG",label="a\\"b\\\\c\\nd"} 3

        """)
  }

  @Test func whatTheGatewaySays() async throws {
    let bench = try await DoorBench()
    let visitor = try await bench.visit()
    let answer = try await visitor.ask(.get, "/metrics")
    #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    let lines = answer.text.split(separator: "\n").map(String.init)
    for line in [
      "metergate_info{version=\"0.1.0\"} 1", "metergate_uptime_seconds 5",
      "metergate_meters{state=\"read\"} 1", "metergate_meters{state=\"failed\"} 1",
      "metergate_registers_free 10", "metergate_web_sessions 1",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.contains { $0.hasPrefix("metergate_process_cpu_seconds_total ") })
    #expect(lines.contains { $0.hasPrefix("metergate_process_resident_memory_bytes ") })
    // Each line is a comment or a figure.
    #expect(lines.allSatisfy { $0.hasPrefix("# ") || $0.split(separator: " ").count == 2 })
  }
}
