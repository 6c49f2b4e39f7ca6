import Foundation
import PeerSupport
import Testing

/// A start with files that were broken while the gateway was off, and the history that it goes back to.
@Suite struct BrokenFileTests {
  private let chip = """
    [SOLVIMUS]
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    MODBUS_MAXCONNECTIONS=7

    """
  private let list =
    "<root><meter><interface>M-Bus</interface><serial>0x12345678</serial><register>40</register></meter></root>\n"

  private func log(_ bench: Workbench) throws -> [String] {
    let output = try PeerProcess.run(
      PeerProcess.metergate, ["config", "log", "--app", bench.folder.path])
    return output.standardOutput.split(separator: "\n").map(String.init)
  }

  @Test func whatWasInForceLastCountsWhenAFileIsBroken() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list)
    #expect(try bench.startGateway().peer.stop() == 0)
    #expect(FileManager.default.fileExists(atPath: bench.folder.path + "/.history"))

    // The plug was pulled during an upload, and somebody mistyped a number.
    try bench.write("Device_Handle.cfg", String(list.prefix(70)))
    try bench.write("chip.ini", chip + "MODBUS_ADDRESS=2S5\n")
    let (gateway, modbus) = try bench.startGateway()
    #expect(gateway.standardError.contains("MODBUS_ADDRESS = '2S5': not allowed"))
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try reader.read(40, 10) != .exception(2), "the meter is where it was")
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--app", bench.folder.path])
    #expect(status.standardOutput.contains("1 in Device_Handle.cfg"))
    #expect(
      try eventually {
        try PeerProcess.run(PeerProcess.metergate, ["status", "--app", bench.folder.path])
          .standardOutput.contains(
            "chip.ini, Device_Handle.cfg cannot be applied until the errors are mended")
      })
    #expect(gateway.stop() == 0)
    #expect(
      try bench.read("Device_Handle.cfg") == String(list.prefix(70)), "nothing is overwritten")
    let entries = try log(bench)
    #expect(entries.count == 1, "what is broken is no entry: \(entries)")
  }

  @Test func whatIsAppliedIsRecordedAndWhatIsGoneIsGone() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list)
    let (gateway, _) = try bench.startGateway()
    #expect(try eventually { try log(bench).first?.hasPrefix("1  ") == true })
    try bench.write("chip.ini", chip + "METER_TIME=60\n")
    let apply = try PeerProcess.run(
      PeerProcess.metergate, ["apply", "--app", bench.folder.path])
    #expect(apply.status == 0, "\(apply.standardError)")
    #expect(try eventually { try log(bench).count >= 2 })
    #expect(gateway.stop() == 0)

    try FileManager.default.removeItem(at: bench.folder.appendingPathComponent("Device_Handle.cfg"))
    let (again, _) = try bench.startGateway()
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--app", bench.folder.path])
    #expect(status.standardOutput.contains("0 in Device_Handle.cfg"))
    #expect(again.stop() == 0)
  }
}
