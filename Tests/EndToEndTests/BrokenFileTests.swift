import Foundation
import PeerSupport
import Testing

/// A start with files that were broken while the gateway was off, and the history that it goes back to.
@Suite(.ownThread) struct BrokenFileTests {
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

  /// A power failure leaves a file of zeros: what was in force last counts, and `check` says the same.
  @Test func aFileOfZerosIsNoConfiguration() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list)
    #expect(try bench.startGateway().peer.stop() == 0)
    for broken in [String(repeating: "\0", count: 140), ""] {
      try bench.write("chip.ini", broken)
      let check = try PeerProcess.run(
        PeerProcess.metergate, ["check", "--quiet", "--app", bench.folder.path])
      #expect(check.status == 1)
      #expect(check.standardOutput.contains("chip.ini: error: the file "))
      #expect(
        check.standardOutput.hasSuffix(
          "serves Modbus TCP on port 0; web page on port 80 and, by HTTPS, 443\n"),
        "\(check.standardOutput)")
      let (gateway, modbus) = try bench.startGateway()
      #expect(modbus != nil)
      #expect(gateway.standardError.contains("in its place stands what was in force last: entry 1"))
      #expect(gateway.stop() == 0)
      #expect(try log(bench).count == 1, "what is broken is no entry")
    }
  }

  /// What was learned is in the history, also when somebody breaks the list before it was written there.
  @Test func theHistoryHasWhatIsInForceNotWhatIsOnTheDisk() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "MUC_LOG=ALL\n")
    try bench.write(
      "Device_Handle.cfg",
      "<root><meter><interface>M-Bus</interface><serial>0x12345678</serial>"
        + "<value><dif>0C</dif><vif>13</vif></value></meter></root>\n")
    let (gateway, _) = try bench.startGateway()
    #expect(gateway.waitForErrors(containing: "Device_Handle.cfg saved with 1 meter"))
    try bench.write("Device_Handle.cfg", "<root><meter>")
    try bench.write("chip.ini", chip + "METER_TIME=1x\n")
    #expect(gateway.stop() == 0)
    let newest = try #require(try log(bench).first?.prefix { $0.isNumber })
    let diff = try PeerProcess.run(
      PeerProcess.metergate,
      ["config", "diff", String(newest), "--app", bench.folder.path])
    #expect(diff.standardOutput.contains("<register>10</register>"), "\(diff.standardOutput)")
    let (again, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try reader.read(10, 10) != .exception(2), "the meter is where it was")
    #expect(again.stop() == 0)
  }

  /// The plug is pulled before what was found is an entry of the history, and the file is broken afterwards.
  @Test func whatWasSavedBeforeThePlugWasPulled() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    #expect(try eventually { try log(bench).first?.hasPrefix("1  ") == true })
    let socket = try #require(ControlSocket(path: bench.folder.path + "/control.sock"))
    let answer = socket.ask(
      #"{"schema":1,"command":"edit","edits":[{"add":{"serial":"00000002"}}]}"#)
    #expect(answer?.contains("Device_Handle.cfg") == true, "\(answer ?? "")")
    // It is kept just after the answer.
    #expect(
      try eventually {
        try PeerProcess.run(
          "tar", ["xzOf", bench.folder.path + "/.history/last.tar.gz", "Device_Handle.cfg"]
        ).standardOutput.contains("00000002")
      })
    gateway.kill()
    #expect(try log(bench).count == 1, "it has not come to rest")
    try bench.write("Device_Handle.cfg", "<root><meter>")
    let (again, _) = try bench.startGateway()
    #expect(
      again.waitForErrors(
        containing:
          "Device_Handle.cfg: in its place stands what was in force last: what the gateway had saved at 20"
      ), "\(again.standardError)")
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--app", bench.folder.path])
    #expect(status.standardOutput.contains("1 in Device_Handle.cfg"), "\(status.standardOutput)")
    #expect(again.stop() == 0)
  }
}
