import PeerSupport
import Testing

/// The command as its users see it.
@Suite(.ownThread) struct CommandTests {
  private func run(_ arguments: [String], timeout: Double = 60) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.product("ModbusConformance"), arguments, timeout: timeout)
  }

  private func withServer(
    _ arguments: [String], _ body: (_ endpoint: String, _ pid: Int32) throws -> Void
  ) throws {
    let server = try PeerProcess.start(
      PeerProcess.product("ModbusConformance"), ["127.0.0.1:0"] + arguments)
    defer { server.stop() }
    try #require(server.waitForOutput(containing: "\n"))
    let text = try #require(server.standardOutput.firstMatch(of: /modbus=([0-9.:]+)\n/)?.1)
    try body(String(text), server.processIdentifier)
  }

  @Test func aLineForEachCheckAndASum() throws {
    try withServer(["--faulty", "wrong-field", "--field", "value-float", "--test-data"]) {
      endpoint, _ in
      let names = ["value-float", "value-scale", "gaps-are-0"].flatMap { ["--only", $0] }
      let output = try run([endpoint, "--test-data"] + names)
      #expect(output.status == 1)
      #expect(
        output.standardOutput == """
          skip gaps-are-0: no gap is known; --gap FIRST-LAST names one
          FAIL value-float: expected 449A 522B in registers 24–25 of unit 255; came 449A 522A
          ok value-scale
          1 passed, 1 failed, 1 skipped

          """)
    }
  }

  @Test func aRightServerEndsWithZero() throws {
    try withServer(["--faulty", "none"]) { endpoint, _ in
      let output = try run([endpoint, "--only", "quantity-0"])
      #expect(output.status == 0)
      #expect(output.standardOutput == "ok quantity-0\n1 passed, 0 failed\n")
    }
  }

  @Test func mistakesAreTold() throws {
    #expect(try run(["127.0.0.1:1", "--only", "x"]).standardError.contains("there is no check x"))
    #expect(
      try run(["127.0.0.1:1", "--faulty", "x"]).standardError.contains("there is no fault x"))
    let none = try run(["127.0.0.1:1", "--only", "quantity-0"])
    #expect(
      none.standardOutput.contains(
        "FAIL quantity-0: expected a connection to 127.0.0.1:1; came Connection refused"))
  }

  /// A server that one client can stop does not get through, nor does one that ends.
  @Test(arguments: ["write-blocks", "broken-request-stops"]) func fuzzSees(fault: String) throws {
    try withServer(["--faulty", fault]) { endpoint, pid in
      let output = try run([endpoint, "--fuzz", "3", "--timeout", "0.3", "--pid", "\(pid)"])
      #expect(output.status == 1, "\(output.standardOutput)")
      #expect(output.standardOutput.contains("FAIL the neighbour: expected"))
    }
  }

  @Test func soakSeesClosedConnections() throws {
    try withServer(["--faulty", "none", "--limit", "5"]) { endpoint, _ in
      let output = try run([endpoint, "--soak", "2", "--connections", "6"])
      #expect(output.status == 1, "\(output.standardOutput)")
    }
    try withServer(["--faulty", "none"]) { endpoint, _ in
      let output = try run([endpoint, "--soak", "2", "--connections", "20"])
      #expect(output.status == 0, "\(output.standardOutput)")
    }
  }
}
