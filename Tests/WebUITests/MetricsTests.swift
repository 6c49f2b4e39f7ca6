import Metering
import Station
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

  /// A series ends with its name: another meter with the same serial changes none.
  @Test func namesStayWhenATwinComes() {
    func meter(_ serial: UInt32, _ manufacturer: String?, _ primary: UInt8? = nil)
      -> MeterConfiguration
    {
      MeterConfiguration(
        identity: MeterIdentity(
          serial: MeterSerial(digits: serial),
          manufacturer: manufacturer.flatMap { ManufacturerCode(letters: $0) }),
        primaryAddress: primary ?? 0, usesPrimaryAddress: primary != nil)
    }
    func names(_ list: [MeterConfiguration]) -> [String] {
      Metrics.names(of: Station(configuration: .init(), meters: list))
    }
    let list = [meter(0x6497_6021, "XQW"), meter(0x1111_1111, nil)]
    #expect(names(list) == ["64976021:XQW", "11111111"])
    #expect(
      names(list + [meter(0x6497_6021, "XQH")]) == ["64976021:XQW", "11111111", "64976021:XQH"])
    // Even what nobody can tell apart has a name of its own.
    let twins = [meter(0x6497_6021, "XQW"), meter(0x6497_6021, "XQW")]
    #expect(
      names(twins + [meter(0x6497_6021, "XQW")]) == [
        "64976021:XQW", "64976021:XQW#2", "64976021:XQW#3",
      ])
    #expect(names([meter(0x6497_6021, "XQW", 5), meter(0x6497_6021, "XQW", 6)]) == ["@5", "@6"])
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
