import PeerSupport
import Testing

/// The short form of `make fuzz` and `make soak`.
@Suite(.ownThread) struct LoadTests {
  private func load(_ kind: String, limit: Int, _ seconds: String) throws -> PeerProcess.Output {
    let bench = try Workbench()
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=sim:demo
      MBUS_BAUDRATE=38400
      METER_TIME=5
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      MODBUS_MAXCONNECTIONS=\(limit)
      """)
    let (gateway, port) = try bench.startGateway(["--scan"])
    let output = try PeerProcess.run(
      PeerProcess.product("ModbusConformance"),
      [
        "127.0.0.1:\(try #require(port))", kind, seconds, "--pid", "\(gateway.processIdentifier)",
        "--timeout", "5",
      ])
    #expect(gateway.standardError.contains("event=scan-"))
    #expect(gateway.stop() == 0)
    return output
  }

  @Test func rubbishHarmsNobody() throws {
    let output = try load("--fuzz", limit: 0, "10")
    #expect(output.status == 0, "\(output.standardOutput)")
  }

  @Test func eightyClientsWhileAScanRuns() throws {
    let output = try load("--soak", limit: 80, "8")
    #expect(output.status == 0, "\(output.standardOutput)")
    #expect(output.standardOutput.contains(" 0 errors,"))
  }
}
