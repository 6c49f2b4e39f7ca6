import Foundation
import PeerSupport
import Testing

/// A configuration that is set back or restored under a gateway that runs.
@Suite(.ownThread) struct ResetTests {
  private let chip = """
    [SOLVIMUS]
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    MBUS_DEVPATH=sim:demo
    MUC_LOG=ALL

    """

  private func config(_ bench: Workbench, _ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(
      PeerProcess.metergate,
      ["config", arguments[0], "--app", bench.folder.path] + arguments.dropFirst())
  }

  /// The meters go, also those that the gateway has just found and not written yet, and nothing of them is left.
  @Test func nothingIsLeft() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let shipped = try TemporaryFolder(["chip.ini": chip])
    let (gateway, _) = try bench.startGateway(["--scan"])
    #expect(gateway.waitForErrors(containing: "event=scan-found"), "\(gateway.standardError)")
    let reset = try config(
      bench,
      ["reset", "--yes", "--keep", "device", "--forget", "--apply", "--defaults", shipped.path])
    #expect(reset.status == 0, "\(reset)")
    #expect(
      reset.standardOutput == """
        Device_Handle.cfg is changed
        the meter list has 0 meters (was 1)
        the configuration in \(bench.folder.path) is saved; the gateway reads it
        the history is removed
        the files have been read anew: 0 meters, the settings are as before
        meter 73676311 XQW goes (0 values)

        """)
    for number in try config(bench, ["log"]).standardOutput.split(separator: "\n")
      .compactMap({ $0.split(separator: " ").first })
    {
      let old = try config(bench, ["restore", "--dry-run", String(number)])
      #expect(old.standardOutput.contains("nothing would change"), "\(old)")
    }
    #expect(gateway.stop() == 0)
  }

  /// An entry that has no list: the gateway has no meters then.
  @Test func restoredWithoutList() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    let recorded = eventually {
      (try? config(bench, ["log"]).standardOutput.contains("  file")) ?? false
    }
    #expect(recorded)
    kill(gateway.processIdentifier, SIGUSR1)
    #expect(gateway.waitForErrors(containing: "event=list-saved"), "\(gateway.standardError)")
    let restored = try config(bench, ["restore", "--apply", "1"])
    #expect(restored.status == 0, "\(restored)")
    // The scan goes on, and may have found another one in the meantime.
    let told = /\nthe files have been read anew: [01] meters?, the settings are as before\n/
    #expect(restored.standardOutput.contains(told), "\(restored)")
    let log = try config(bench, ["log"]).standardOutput
    #expect(log.contains("  restore"), "\(log)")
    #expect(gateway.stop() == 0)
  }
}
