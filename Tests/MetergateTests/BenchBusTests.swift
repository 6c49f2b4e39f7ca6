import Foundation
import PeerSupport
import Testing

/// `metergate bench bus` as a program; times are not judged here.
@Suite(.ownThread) struct BenchBusTests {
  private func run(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, ["bench", "bus"] + arguments)
  }

  /// Electricity with two telegrams, heat and cold water. SND_NKE and select go to each of three meters,
  /// and one REQ_UD2 for each telegram: 3 × 22 + 4 × 5 bytes; by primary address 3 × 10 + 4 × 5.
  @Test(arguments: ["memory", "tcp", "pty"], [false, true])
  func threeMeters(over path: String, primary: Bool) throws {
    let output = try run(
      ["--meters", "3", "--baud", "38400", "--readouts", "2", "--over", path, "--json"]
        + (primary ? ["--primary"] : []))
    #expect(output.status == 0, "\(output.standardError)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any])
    #expect(object["schema"] as? Int == 1)
    #expect(object["over"] as? String == path)
    #expect(object["addressing"] as? String == (primary ? "primary" : "secondary"))
    #expect(object["meters"] as? Int == 3)
    #expect(object["readouts"] as? Int == 2)
    #expect(object["telegrams"] as? Int == 4)
    #expect(object["sentBytes"] as? Int == (primary ? 50 : 86))
    #expect(object["failedReadouts"] as? Int == 0)
    let seconds = try #require(object["seconds"] as? [String: Double])
    let bound = try #require(object["boundSeconds"] as? Double)
    #expect(try #require(seconds["min"]) >= bound, "faster than it can be")
    #expect(try #require(object["ratio"] as? Double) >= 1)
    #expect(try #require(object["peakResidentBytes"] as? Int) > 1_000_000)
    #expect(try #require(object["cpuSeconds"] as? Double) > 0)
    #expect(output.standardError.contains("round 2 of 2: "))
  }

  /// By hand for one meter by secondary address: (5 + 17 + 1 + 5 + 101) bytes of 11 bits and 33 bits at 2400
  /// baud, and two times 50 ms: 705 ms.
  @Test(arguments: [false, true]) func inVirtualTime(primary: Bool) throws {
    let output = try run(["--virtual", "--json"] + (primary ? ["--primary"] : []))
    #expect(output.status == 0, "\(output.standardError)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any])
    let buses = try #require(object["buses"] as? [[String: Any]])
    #expect(buses.map { $0["meters"] as? Int } == [1, 20, 60, 250])
    for bus in buses {
      let ratio = try #require(bus["ratio"] as? Double)
      #expect(ratio >= 0.999 && ratio <= 1.02 && bus["failedReadouts"] as? Int == 0, "\(bus)")
    }
    let one = try #require(buses.first?["boundSeconds"] as? Double)
    #expect(abs(one - (primary ? 0.65 : 0.705)) < 0.001)
  }

  @Test func tableForPeople() throws {
    let output = try run(
      ["--meters", "1", "--baud", "38400", "--readouts", "1", "--over", "memory"])
    let names = output.standardOutput.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(
      names == [
        "line", "meters", "readouts", "a", "measured", "bound", "ratio", "failed", "CPU", "memory",
      ])
    #expect(output.standardOutput.contains("meters      1, by secondary address\n"))
    #expect(output.standardOutput.contains("a readout   2 telegrams, 32 bytes sent, "))
    #expect(output.standardOutput.contains("failed      0 of 1 readouts\n"))
  }

  @Test(arguments: [
    (["--meters", "0"], "--meters 0: 1 to 5000 are possible."),
    (["--meters", "251", "--primary"], "--meters 251: 1 to 250 are possible with --primary."),
    (["--baud", "50"], "--baud 50: 300 to 38400 are possible."),
    (["--readouts", "0"], "--readouts 0: 1 to 10000 are possible."),
    (["--over", "air"], "The value 'air' is invalid for '--over <pty|tcp|memory>'."),
  ])
  func wrongOptionsAreNamed(_ arguments: [String], _ message: String) throws {
    let output = try run(arguments)
    #expect(output.status != 0)
    #expect(output.standardError.contains(message), "\(output.standardError)")
    #expect(output.standardOutput == "")
  }
}
