import Foundation
import PeerSupport
import Testing

/// Files that are changed while the gateway runs, and wait until they are applied.
@Suite struct PendingTests {
  private let chip = """
    [SOLVIMUS]
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    MUC_LOG=ALL

    """

  private func command(_ bench: Workbench, _ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, arguments + ["--app", bench.folder.path])
  }

  @Test func aChangeIsNoticedShownAndApplied() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    #expect(!(try command(bench, ["status"]).standardOutput.contains("pending")))
    try bench.write("chip.ini", chip + "METER_TIME=77\n")
    #expect(
      gateway.waitForErrors(
        containing:
          "chip.ini has changed on the disk and not applied yet: \"metergate apply\" or SIGHUP "
          + "does that"))
    let status = try command(bench, ["status"]).standardOutput
    #expect(status.contains("pending    chip.ini not applied yet: \"metergate apply\"\n"))
    #expect(status.contains("  [SOLVIMUS] METER_TIME = 77 (was 900, the default)"))

    let applied = try command(bench, ["apply"])
    #expect(applied.status == 0 && applied.standardError.isEmpty, "\(applied.standardError)")
    #expect(
      applied.standardOutput
        == "the files have been read anew: 0 meters, other settings for readouts and scans\n")
    #expect(!(try command(bench, ["status"]).standardOutput.contains("pending")))
    #expect(gateway.stop() == 0)
  }

  @Test func errorsAreShownAndNothingIsApplied() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    try bench.write("chip.ini", chip + "METER_TIME=77\nMODBUS_ADDRESS=300\n")
    #expect(
      gateway.waitForErrors(
        containing:
          "chip.ini has changed on the disk and cannot be applied for an error; the first: "
          + "chip.ini:7:16: [SOLVIMUS] MODBUS_ADDRESS = '300': not allowed"))
    let status = try command(bench, ["status"]).standardOutput
    #expect(
      status.contains("pending    chip.ini cannot be applied until the errors are mended\n"))
    #expect(status.contains("\n  chip.ini:7:16: error: [SOLVIMUS] MODBUS_ADDRESS = '300'"))
    let refused = try command(bench, ["apply"])
    #expect(refused.status == 1 && refused.standardOutput.isEmpty)
    #expect(
      refused.standardError.contains("the settings are as before; not taken over: chip.ini\n"))
    #expect(refused.standardError.contains("MODBUS_ADDRESS = '300': not allowed"))
    // What was refused goes on waiting, and what is taken back does not.
    #expect(
      try eventually {
        try command(bench, ["status"]).standardOutput.contains("pending    chip.ini cannot")
      })
    try bench.write("chip.ini", chip)
    #expect(gateway.waitForErrors(containing: "the files hold what is in force again"))
    #expect(!(try command(bench, ["status"]).standardOutput.contains("pending")))
    #expect(gateway.stop() == 0)
  }

  /// MUC_CONFIG_AUTOAPPLY=1, and an upload that takes its time: half a list is no list.
  @Test func filesAreAppliedByThemselvesWhenThatIsWanted() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\n")
    let (gateway, _) = try bench.startGateway()
    let list =
      "<root>\n"
      + (1...3).map {
        "<meter><interface>M-Bus</interface><serial>0x1000000\($0)</serial></meter>\n"
      }.joined() + "</root>\n"
    let path = bench.folder.appendingPathComponent("Device_Handle.cfg")
    let pieces = [list.prefix(60), list.dropFirst(60).prefix(40), list.dropFirst(100)]
    for (number, _) in pieces.enumerated() {
      try Data(pieces.prefix(number + 1).joined().utf8).write(to: path)
      Thread.sleep(forTimeInterval: 0.4)
    }
    #expect(gateway.waitForErrors(containing: "the files have been read anew: 3 meters"))
    #expect(!gateway.standardError.contains("Device_Handle.cfg:1:"), "half of it was read")

    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\nMETER_TIME=never\n")
    #expect(gateway.waitForErrors(containing: "cannot be applied for an error"))
    #expect(!gateway.standardError.contains("not taken over"))
    #expect(gateway.stop() == 0)
  }

  /// A file that is gone cannot be applied; it is tried once, not every second.
  @Test func aFileThatIsGoneIsTriedOnce() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\n")
    let (gateway, _) = try bench.startGateway()
    Thread.sleep(forTimeInterval: 1.5)
    try FileManager.default.removeItem(at: bench.folder.appendingPathComponent("chip.ini"))
    #expect(gateway.waitForErrors(containing: "event=files-pending"))
    Thread.sleep(forTimeInterval: 4)
    let tries = gateway.standardError.ranges(of: "the files have been read anew").count
    #expect(tries == 1, "\(gateway.standardError)")
    #expect(gateway.stop() == 0)
  }

  @Test func withoutAGatewayThereIsNothingToApply() throws {
    let bench = try Workbench()
    let result = try command(bench, ["apply"])
    #expect(result.status == 1 && result.standardOutput.isEmpty)
    #expect(
      result.standardError
        == "no gateway runs on \(bench.folder.path); one that starts there reads the files by itself\n"
    )
  }
}
