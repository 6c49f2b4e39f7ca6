import Control
import Testing

@testable import metergate

/// When `metergate readout --wait` takes a meter for read.
@Suite struct ReadoutWaitTests {
  private func status(
    at time: Int64, _ rows: [GatewayStatus.MeterReadouts]
  ) -> GatewayStatus {
    var status = GatewayStatus(
      version: "0.1.0", folder: "/app", process: 1, time: time, uptime: 5,
      meters: .init(listed: 2, read: 1, failed: 1, never: 0, file: "Device_Handle.cfg"),
      registers: .init(layout: "standard", isTestData: false, entries: 0, without: 0, free: 10),
      lights: .init(state: "green", active: "off"))
    status.meters.readouts = rows
    return status
  }

  /// A readout counts by another time than the last had, not by a later one.
  @Test func aClockThatIsSetBackStopsNothing() {
    let before = status(
      at: 1_000,
      [.init(meter: "1", last: 990, failed: 0), .init(meter: "2", failed: 0)])
    var wait = ReadoutWait(before, for: ["1", "2"])
    #expect(wait.take(before).isEmpty)
    let after = status(
      at: 501, [.init(meter: "1", last: 500, failed: 0), .init(meter: "2", last: 501, failed: 0)])
    #expect(
      wait.take(after).map(\.text) == ["meter 1 has been read", "meter 2 has been read"])
    #expect(wait.left.isEmpty)
  }

  @Test func whoIsLeftIsNamedInTheEnd() {
    let before = status(
      at: 1_000, [.init(meter: "2", last: 990, failed: 0), .init(meter: "1", failed: 0)])
    let wait = ReadoutWait(before, for: ["2", "1"])
    #expect(
      wait.giveUp(after: 60)
        == "not read within 60 s: 1, 2; the gateway still reads them, and \"metergate status --meters\" says when it "
        + "has (--timeout waits longer)")
  }

  @Test func theTimeHasLimits() throws {
    let command = try ReadoutCommand.parse(["--wait", "--timeout", "86400", "--all"])
    #expect(command.timeout == 86_400)
    #expect(try ReadoutCommand.parse(["--wait", "--all"]).timeout == 600)
    for seconds in ["0", "86401"] {
      let failure = #expect(throws: (any Error).self) {
        try ReadoutCommand.parse(["--wait", "--timeout", seconds, "--all"])
      }
      let text = failure.map { ReadoutCommand.message(for: $0) }
      #expect(text == "--timeout is \(seconds); 1 to 86400 seconds are allowed")
    }
  }
}
