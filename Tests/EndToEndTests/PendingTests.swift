import Foundation
import PeerSupport
import Testing

/// Files that are changed while the gateway runs, and wait until they are applied.
@Suite(.ownThread) struct PendingTests {
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
          "chip.ini is changed on the disk and not applied yet: \"metergate apply\" or SIGHUP "
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
          "chip.ini is changed on the disk and cannot be applied for an error; the first: "
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
    #expect(
      gateway.waitForErrors(containing: "the files have been read anew: 3 meters", timeout: 30))
    #expect(!gateway.standardError.contains("Device_Handle.cfg:1:"), "half of it was read")

    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\nMETER_TIME=never\n")
    #expect(gateway.waitForErrors(containing: "cannot be applied for an error"))
    #expect(!gateway.standardError.contains("not taken over"))
    #expect(gateway.stop() == 0)
  }

  /// A file that is gone is an error, which says how it comes back.
  @Test func aFileThatIsGoneIsMissed() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\n")
    let (gateway, _) = try bench.startGateway()
    Thread.sleep(forTimeInterval: 1.5)
    try FileManager.default.removeItem(at: bench.folder.appendingPathComponent("chip.ini"))
    let missing =
      "chip.ini: there is no such file in \(bench.folder.path); the settings that were read before stay in force; "
      + "\"metergate config restore N\" brings it back (\"metergate config log\" has the numbers)"
    #expect(
      gateway.waitForErrors(
        containing:
          "chip.ini is changed on the disk and cannot be applied for an error; the first: "
          + missing))
    let applied = try command(bench, ["apply"])
    #expect(applied.status == 1 && applied.standardError.contains(missing))
    #expect(applied.standardError.contains("not taken over: chip.ini"))
    #expect(gateway.stop() == 0)

    let (again, _) = try bench.startGateway()
    #expect(
      again.standardError.contains(
        "chip.ini: the file is gone, and the defaults are in force; \"metergate config restore 1\" brings it back"
      ),
      "\(again.standardError)")
    #expect(again.stop() == 0)
  }

  /// An upload that stalls at the end of a line, with the file open: nothing of it is applied before it is whole.
  @Test func aStalledUploadIsNotAppliedHalf() throws {
    let bench = try Workbench()
    let end = "MUC_CONFIG_AUTOAPPLY=1\n"
    try bench.write("chip.ini", chip + end)
    let (gateway, port) = try bench.startGateway()
    #expect(port != nil)
    Thread.sleep(forTimeInterval: 2.5)
    let file = try FileHandle(
      forWritingTo: bench.folder.appendingPathComponent("chip.ini"))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data("[SOLVIMUS]\nMETER_TIME=50\n".utf8))
    // Longer than a file has to be quiet.
    Thread.sleep(forTimeInterval: 14)
    #expect(!gateway.standardError.contains("read anew"), "\(gateway.standardError)")
    try file.write(contentsOf: Data((chip.dropFirst(11) + end).utf8))
    try file.close()
    #expect(gateway.waitForErrors(containing: "the files have been read anew", timeout: 30))
    #expect(
      gateway.standardError.contains("0 meters, other settings for readouts and scans"),
      "\(gateway.standardError)")
    #expect(!gateway.standardError.contains("Modbus is off"))

    // The first half of a file, closed: it is seen by what it lacks.
    try bench.write("chip.ini", chip + "METER_TIME=51")
    #expect(
      gateway.waitForErrors(
        containing:
          "not applied by itself for what is probably a mistake: chip.ini:6:1: the file ends within a line"
      ),
      "\(gateway.standardError)")
    #expect(
      try command(bench, ["status"]).standardOutput.contains(
        "; not applied by itself: chip.ini:6:1: "))
    // A whole file without the key does not switch it off.
    try bench.write("chip.ini", chip + "METER_TIME=51\n")
    #expect(
      gateway.waitForErrors(
        containing: "MUC_CONFIG_AUTOAPPLY is not in the file any more", timeout: 30))
    try bench.write("chip.ini", chip + "METER_TIME=52\nMUC_CONFIG_AUTOAPPLY=0\n")
    #expect(
      eventually(within: 30) { gateway.standardError.ranges(of: "files-reread").count == 3 },
      "\(gateway.standardError)")
    try bench.write("chip.ini", chip + "METER_TIME=53\n")
    #expect(gateway.waitForErrors(containing: "not applied yet"))
    #expect(gateway.stop() == 0)
  }

  /// What `metergate check` calls an error, apply does not take over.
  @Test func whatOnlyCheckFindsRefusesAFile() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    let certificates = ["CA", "CERT", "KEY"].map { "MODBUS_\($0)_FILE=\($0).pem\n" }.joined()
    try bench.write("chip.ini", chip + "MODBUS_TLSENABLE=1\nMODBUS_TLSPORT=0\n" + certificates)
    let status = try command(bench, ["status"]).standardOutput
    #expect(
      status.contains("pending    chip.ini cannot be applied until the errors are mended\n"),
      "\(status)")
    #expect(status.contains("CA.pem: there is no such file"))
    let applied = try command(bench, ["apply"])
    #expect(applied.status == 1 && applied.standardOutput.isEmpty)
    #expect(applied.standardError.contains("not taken over: chip.ini"), "\(applied.standardError)")
    #expect(!gateway.standardError.contains("other settings"))
    #expect(gateway.stop() == 0)
  }

  /// Errors that were there at the start, without a history, are told as long as they are there.
  @Test func errorsInWhatIsInForceAreTold() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "METER_TIME=3OO\n")
    let (gateway, _) = try bench.startGateway()
    let status = try command(bench, ["status"]).standardOutput
    #expect(
      status.contains(
        "\nerrors     1 error in what is in force; the first: chip.ini:6:12: error: [SOLVIMUS] METER_TIME = '3OO'"
      ),
      "\(status)")
    let applied = try command(bench, ["apply"])
    #expect(
      applied.status == 1 && applied.standardError.contains("METER_TIME = '3OO': not allowed"))
    #expect(gateway.stop() == 0)
  }

  @Test func whatChangesInTheMeterListIsShown() throws {
    let bench = try Workbench()
    func list(_ meters: [(Int, Int)]) -> String {
      "<root>\n"
        + meters.map {
          "<meter><interface>M-Bus</interface><serial>0x1000000\($0)</serial><register>\($1)</register></meter>\n"
        }.joined() + "</root>\n"
    }
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list([(1, 10), (2, 20)]))
    let (gateway, _) = try bench.startGateway()
    try bench.write("Device_Handle.cfg", list([(1, 9000), (3, 30)]))
    let lines = [
      "meter 10000001: register 9000 (was 10)", "meter 10000003 is new (register 30, 0 values)",
      "meter 10000002 goes (register 20, 0 values)",
    ]
    let status = try command(bench, ["status"]).standardOutput
    for line in lines { #expect(status.contains("\n  \(line)\n"), "\(status)") }
    let applied = try command(bench, ["apply"])
    #expect(
      applied.standardOutput
        == "the files have been read anew: 2 meters, the settings are as before\n"
        + lines.joined(separator: "\n") + "\n")
    try bench.write("chip.ini", chip + "MUC_CONFIG_AUTOAPPLY=1\n")
    #expect(
      try command(bench, ["apply"]).standardOutput
        == "the files have been read anew: 2 meters, other settings, for which no part had to begin anew\n"
    )
    #expect(gateway.stop() == 0)
  }

  @Test func theSettingsInForceCanBeAsked() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "METER_TIME=70\nWAN_PASSWORD=geheim\n")
    let (gateway, _) = try bench.startGateway(["--set", "SOLVIMUS.MBUS_TIMEOUT=700"])
    try bench.write("chip.ini", chip + "METER_TIME=80\n")
    let names = ["SOLVIMUS.METER_TIME", "SOLVIMUS.MBUS_TIMEOUT", "SOLVIMUS.MBUS_MAXRETRY"]
    let said = try command(bench, ["get"] + names).standardOutput
    #expect(said.contains(/SOLVIMUS\.METER_TIME +70 +chip\.ini:6\n/), "\(said)")
    #expect(said.contains(/SOLVIMUS\.MBUS_TIMEOUT +700 +--set\n/), "\(said)")
    #expect(said.contains(/SOLVIMUS\.MBUS_MAXRETRY +[0-9]+ +default\n/), "\(said)")
    let all = try command(bench, ["get"]).standardOutput
    #expect(all.contains(/WAN_PASSWORD +\(not shown\) +chip\.ini:7/) && !all.contains("geheim"))
    #expect(!all.contains("MBUS_MAXRETRY"))
    #expect(gateway.stop() == 0)
    let json = try command(bench, ["get", "--json", "solvimus.meter_time"]).standardOutput
    #expect(
      json.contains(
        #""settings":[{"group":"SOLVIMUS","key":"METER_TIME","value":"80","source":"chip.ini","line":6}]"#
      ),
      "\(json)")
    #expect(json.contains(#""running":false"#))
    let wrong = try command(bench, ["get", "METER_TIME", "SOLVIMUS.METR_TIME"])
    #expect(wrong.status == 1)
    #expect(
      wrong.standardError == """
        METER_TIME is not a setting that this version knows; did you mean SOLVIMUS.METER_TIME?
        SOLVIMUS.METR_TIME is not a setting that this version knows; did you mean METER_TIME?

        """)
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
