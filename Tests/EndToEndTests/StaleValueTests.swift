import Foundation
import PeerSupport
import Testing

/// Quality and stale policy of a gateway that runs: one meter answers, the other is mute.
@Suite(.ownThread) struct StaleValueTests {
  private func chip(_ port: Int, _ more: String) -> String {
    """
    [SOLVIMUS]
    MBUS_DEVPATH=tcp://127.0.0.1:\(port)
    MBUS_BAUDRATE=9600
    MBUS_TIMEOUT=300
    MBUS_MAXRETRY=0
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    \(more)
    """
  }

  private func reload(_ gateway: RunningPeer) -> Bool {
    let marker = "the files have been read anew"
    let before = gateway.standardError.ranges(of: marker).count
    kill(gateway.processIdentifier, SIGHUP)
    return eventually { gateway.standardError.ranges(of: marker).count > before }
  }

  @Test func aPolicyAndQualityComeAndGoWithSIGHUP() throws {
    let bench = try Workbench()
    let options = ["--meters", "2", "--baud", "9600"]
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + options)
    try bench.write("Device_Handle.cfg", list.standardOutput)
    let serials = list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
    let mute = try #require(serials.last)
    let simulator = try #require(try bench.startSimulator(options + ["--mute", mute]))
    try bench.write("chip.ini", chip(simulator, ""))
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    let all = try reader.readAll()
    let meters = stride(from: 10, to: all.count, by: 10).filter { all[$0 + 7] >> 8 == 2 }
    try #require(meters.count == 2)
    let (answering, silent) = (meters[0], meters[1])
    #expect(try eventually { try reader.entry(answering)?.flags == 0 })
    #expect(gateway.waitForErrors(containing: "meter \(mute)"))
    let zeros = [UInt16](repeating: 0, count: 10)
    #expect(try reader.read(silent + 10, 10) == .registers(zeros))
    #expect(try reader.read(10, 1, function: 4) == .exception(1))

    try bench.write(
      "chip.ini", chip(simulator, "MODBUS_QUALITY=1\nMODBUS_STALEPOLICY=EXCEPTION"))
    #expect(reload(gateway))
    #expect(try reader.read(silent + 10, 1) == .exception(0x0B))
    #expect(try reader.read(silent, 11) == .exception(0x0B))
    #expect(try reader.entry(silent)?.flags == 3)
    #expect(try reader.entry(answering + 10) != nil)
    guard case .registers(let good) = try reader.read(answering, 10, function: 4),
      case .registers(let bad) = try reader.read(silent, 10, function: 4),
      case .registers(let value) = try reader.read(silent + 10, 10, function: 4)
    else { throw Silence() }
    #expect(good[0] == 0 && good[1] < 60 && good[3] > 0 && good[7...] == [0x0200, 0, 0])
    #expect(bad[...1] == [0xFFFF, 0xFFFF] && bad[3] == 0 && bad[5] > 0 && bad[8] == 3)
    #expect(value[...4] == [3, 0, 0xFFFF, 0xFFFF, bad[6]])

    try bench.write("chip.ini", chip(simulator, "MODBUS_STALEPOLICY=NAN"))
    #expect(reload(gateway))
    #expect(
      try reader.read(silent + 10, 10) == .registers([0x8000, 0, 0, 0, 0x7FC0, 0, 0, 0, 0, 0]))
    #expect(try reader.read(10, 1, function: 4) == .exception(1))
    #expect(gateway.stop() == 0)
  }

  private struct Silence: Error {}
}
