import Foundation
import PeerSupport
import Testing

/// The lights of the device, as the files with which Linux switches them.
@Suite(.ownThread) struct LightsTests {
  private let names = ["state-green", "state-red", "active-green", "active-red"]

  private func chip(_ bench: Workbench, _ more: String = "") -> String {
    """
    [SOLVIMUS]
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    MBUS_DEVPATH=sim:demo
    MUC_LOG=ALL
    LED_STATE_GREEN=\(bench.folder.path)/state-green
    LED_STATE_RED=\(bench.folder.path)/state-red
    LED_ACTIVE_GREEN=\(bench.folder.path)/active-green
    LED_ACTIVE_RED=\(bench.folder.path)/active-red
    \(more)

    """
  }

  private func makeLights(_ bench: Workbench) throws {
    for name in names {
      try FileManager.default.createDirectory(
        at: bench.folder.appending(path: name), withIntermediateDirectories: true)
      try bench.write("\(name)/brightness", "7\n")
      try bench.write("\(name)/max_brightness", name == "state-green" ? "255\n" : "1\n")
      try bench.write("\(name)/trigger", "none [heartbeat] timer\n")
    }
  }

  private func lights(_ bench: Workbench) throws -> [String] {
    try names.map {
      try bench.read("\($0)/brightness").trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private func status(_ bench: Workbench) throws -> String {
    try PeerProcess.run(PeerProcess.metergate, ["status", "--app", bench.folder.path])
      .standardOutput
  }

  @Test func aFileWithErrorsIsSeenFromAfar() throws {
    let bench = try Workbench()
    try makeLights(bench)
    try bench.write("chip.ini", chip(bench))
    let (gateway, _) = try bench.startGateway()
    #expect(try eventually { try lights(bench) == ["255", "0", "0", "0"] })
    #expect(
      try bench.read("state-green/trigger") == "none\n", "the kernel would go on switching it")
    #expect(try status(bench).contains("lights     ST green; ACT off\n"))

    try bench.write("chip.ini", chip(bench, "MODBUS_ADDRESS=300"))
    #expect(try eventually { try lights(bench) == ["0", "1", "0", "0"] }, "the refused file")
    #expect(try status(bench).contains("lights     ST red; ACT off\n"))
    try bench.write("chip.ini", chip(bench))
    #expect(try eventually { try lights(bench) == ["255", "0", "0", "0"] }, "mended")

    #expect(gateway.stop() == 0)
    #expect(try lights(bench) == ["0", "0", "0", "0"], "nothing runs any more")
  }

  /// The last good file is in force from the start on, and the lights say that another one is there.
  @Test func aStartWithAFileWithErrors() throws {
    let bench = try Workbench()
    try makeLights(bench)
    try bench.write("chip.ini", chip(bench))
    let (first, _) = try bench.startGateway()
    #expect(
      try eventually {
        try PeerProcess.run(PeerProcess.metergate, ["config", "log", "--app", bench.folder.path])
          .standardOutput.hasPrefix("1  ")
      })
    #expect(first.stop() == 0)
    try bench.write("chip.ini", chip(bench, "MODBUS_ADDRESS=300"))
    let (second, _) = try bench.startGateway()
    #expect(
      try eventually { try lights(bench) == ["0", "1", "0", "0"] }, "\(second.standardError)")
    #expect(second.stop() == 0)
  }

  @Test func aScanFlashes() throws {
    let bench = try Workbench()
    try makeLights(bench)
    // Silence at each address makes the scan last.
    try bench.write(
      "chip.ini", chip(bench, "MBUS_SCANMODE=PRIMARYSCAN\nMBUS_TIMEOUT=2000\nMBUS_MAXRETRY=0"))
    let (gateway, _) = try bench.startGateway(["--scan"])
    #expect(try eventually { try lights(bench) == ["255", "0", "1", "1"] })
    #expect(try eventually { try lights(bench) == ["255", "0", "0", "0"] })
    #expect(try eventually { try lights(bench) == ["255", "0", "1", "1"] }, "once more")
    #expect(try status(bench).contains("lights     ST green; ACT orange, flashing\n"))
    #expect(gateway.stop() == 0)
  }

  /// What is wrong besides files: a line that is not there, a port that somebody else has.
  @Test func aLineThatIsDownAndAPortThatIsTaken() throws {
    let bench = try Workbench()
    try makeLights(bench)
    try bench.write("chip.ini", chip(bench, "MBUS_DEVPATH=/nowhere/tty"))
    let (gateway, port) = try bench.startGateway()
    #expect(try eventually { try lights(bench) == ["0", "1", "0", "0"] })
    try bench.write("chip.ini", chip(bench))
    #expect(
      try PeerProcess.run(PeerProcess.metergate, ["apply", "--app", bench.folder.path]).status == 0)
    #expect(try eventually { try lights(bench) == ["255", "0", "0", "0"] }, "the line is there")

    let other = try Workbench()
    try makeLights(other)
    try other.write("chip.ini", chip(other, "MODBUS_NWPORT=\(try #require(port))"))
    let (second, _) = try other.startGateway()
    #expect(try eventually { try lights(other) == ["0", "1", "0", "0"] }, "the port is taken")
    #expect(gateway.stop() == 0)
    #expect(try eventually { try lights(other) == ["255", "0", "0", "0"] }, "the port is free")
    #expect(second.stop() == 0)
  }

  /// A readout of some milliseconds is seen all the same, and a light that somebody else has switched is set right.
  @Test func shortReadoutsAndOtherHands() throws {
    let bench = try Workbench()
    try makeLights(bench)
    try bench.write(
      "chip.ini",
      chip(
        bench, "METER_TIME=1\nMBUS_BAUDRATE=38400\nMBUS_DEVPATH=sim:\(bench.folder.path)/one.jsonl")
    )
    try bench.write(
      "one.jsonl",
      """
      {"hex":"681B1B6808017211111111244A0107000000000C13785634120C13010000008816"}

      """)
    try bench.write(
      "Device_Handle.cfg",
      "<root><meter><primaryaddress>1</primaryaddress><addressmode>1</addressmode></meter></root>")
    let (gateway, _) = try bench.startGateway()
    func isLit() throws -> Bool { try lights(bench)[2] == "1" }
    for round in 1...3 {
      #expect(try eventually(within: 5) { try isLit() }, "readout \(round)")
      #expect(try eventually(within: 5) { try !isLit() }, "after readout \(round)")
    }
    try bench.write("state-green/brightness", "0")
    try bench.write("state-green/trigger", "[heartbeat]")
    #expect(try eventually { try lights(bench)[0] == "255" })
    #expect(try bench.read("state-green/trigger") == "none\n")
    #expect(gateway.stop() == 0)
  }

  /// A light that is not there disturbs nothing, and is taken when it comes.
  @Test func aLightThatIsNotThere() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip(bench))
    let check = try PeerProcess.run(PeerProcess.metergate, ["check", "--app", bench.folder.path])
    let path = bench.folder.path
    #expect(
      check.standardOutput.contains(
        "chip.ini:8:15: warning: LED_STATE_RED: \(path)/state-red/brightness: "
          + "No such file or directory; the gateway cannot switch this light"),
      "\(check.standardOutput)")
    let (gateway, _) = try bench.startGateway()
    #expect(
      gateway.waitForErrors(
        containing: "a light cannot be switched: \(path)/state-green/brightness: No such file or "
          + "directory; this is tried again"))
    try makeLights(bench)
    #expect(try eventually { try lights(bench) == ["255", "0", "0", "0"] })
    #expect(
      gateway.standardError.ranges(of: "state-green/brightness").count == 1, "said once, not always"
    )
    #expect(gateway.stop() == 0)
  }
}
