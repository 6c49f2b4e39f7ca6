import Foundation
import Glibc
import PeerSupport
import Testing

/// A meter that does not answer, on a bus with meters that do.
@Suite(.ownThread) struct DeadMeterTests {
  /// Three simulated meters at 9600 baud with a timeout of 300 ms; the second is mute.
  @Test func flagsItRetriesAndLeavesTheOthersAlone() throws {
    let bench = try Workbench()
    let options = ["--meters", "3", "--baud", "9600"]
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + options)
    try bench.write("Device_Handle.cfg", list.standardOutput)
    let serials = list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
    #expect(serials.count == 3)
    let mute = try #require(serials.dropFirst().first)
    let simulator = try #require(try bench.startSimulator(options + ["--mute", mute]))
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(simulator)
      MBUS_BAUDRATE=9600
      MBUS_TIMEOUT=300
      MBUS_MAXRETRY=2
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      METER_MAXVALUECOUNT=0
      """)
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    let all = try reader.readAll()
    let meters = stride(from: 10, to: all.count, by: 10).filter { all[$0 + 7] >> 8 == 2 }
    #expect(meters.count == 3)
    try #require(meters.count == 3)

    let othersAreRead = try eventually {
      try reader.entry(meters[0])?.flags == 0 && reader.entry(meters[2])?.flags == 0
    }
    #expect(othersAreRead)
    let dead = try reader.entry(meters[1])
    #expect(dead?.flags == 3)
    #expect(dead?.time == 0)
    // Select, repeated twice: three attempts, said once.
    let complaint = "meter \(mute) XQH: no answer in 3 attempts"
    #expect(gateway.waitForErrors(containing: complaint))
    #expect(gateway.standardError.ranges(of: complaint).count == 1)
    let waited = try PeerProcess.run(
      PeerProcess.metergate, ["readout", "--wait", "--app", bench.folder.path, "--all"])
    #expect(waited.status == 1)
    #expect(
      waited.standardOutput.contains("meter \(mute) has not been read: no answer in 3 attempts\n"),
      "\(waited.standardOutput)")
    #expect(waited.standardOutput.contains("meter \(serials[2]) has been read\n"))
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--meters", "--app", bench.folder.path])
    #expect(status.standardOutput.contains("\(mute)  never answered"), "\(status.standardOutput)")
    #expect(gateway.stop() == 0)
  }
}

/// What somebody sees who made a mistake in chip.ini.
@Suite(.ownThread) struct WrongSettingsTests {
  private let chip = """
    [SOLVIMUS]
    MBUS_DEVPATH=sim:demo
    MBUS_BAUDRATE=24OO
    MODBUS_ENABLE=1
    MODBUS_NWPORT=0
    """

  @Test func checkNamesFileLineKeyValueAndWhatIsAllowed() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let check = try PeerProcess.run(
      PeerProcess.metergate, ["check", "--app", bench.folder.path])
    #expect(check.status == 1)
    #expect(
      check.standardOutput.contains(
        "chip.ini:3:15: error: [SOLVIMUS] MBUS_BAUDRATE = '24OO': not allowed"))
    #expect(check.standardOutput.contains("300, 600, 1200"))
  }

  @Test func theGatewayRunsOnWithTheDefault() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, port) = try bench.startGateway()
    #expect(port != nil)
    #expect(gateway.waitForErrors(containing: "chip.ini:3:15: [SOLVIMUS] MBUS_BAUDRATE"))
    #expect(gateway.stop() == 0)
  }

  @Test func aMistakeOnTheCommandLineEndsTheCommand() throws {
    let bench = try Workbench()
    let run = try PeerProcess.run(
      PeerProcess.metergate, ["run", "--app", bench.folder.path, "--set", "nonsense"])
    #expect(run.status == 64)
    #expect(run.standardError.contains("--set: "))
  }

  /// Whoever reads "ready:" may end it in the same moment, as a supervisor does that changes its mind. Its standard
  /// output is a pipe that is full, so that it stands in front of that word until somebody reads: the signal comes
  /// before the word is out.
  @Test func itCanBeEndedAsSoonAsItIsReady() throws {
    let bench = try Workbench()
    let pipe = bench.folder.appendingPathComponent("output").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let end = Glibc.open(pipe, O_RDWR | O_NONBLOCK)
    try #require(end >= 0)
    defer { close(end) }
    var page = [UInt8](repeating: 0x20, count: 4096)
    for size in [page.count, 1] {
      while write(end, &page, size) > 0 {}
      try #require(errno == EAGAIN)
    }
    let gateway = try PeerProcess.start(
      "/bin/sh",
      [
        "-c", #"app="$1"; pipe="$2"; shift 2; exec "$@" --app "$app" > "$pipe""#, "sh",
        bench.folder.path, pipe, PeerProcess.metergate, "run",
      ] + PeerProcess.withoutWebPage)
    // One of the last things that are said before.
    #expect(gateway.waitForErrors(containing: "Modbus is off"))
    kill(gateway.processIdentifier, SIGTERM)
    var said: [UInt8] = []
    let isSaid = eventually {
      while case let count = read(end, &page, page.count), count > 0 { said += page.prefix(count) }
      return said.suffix(7) == Array("ready:\n".utf8)
    }
    #expect(isSaid)
    #expect(gateway.waitForEnd() == 0)
  }

  @Test func aTakenPortIsNamedAndTheRestRuns() throws {
    let bench = try Workbench()
    try bench.write(
      "chip.ini", "[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_IP=127.0.0.1\nMODBUS_NWPORT=0\n")
    let (first, port) = try bench.startGateway()
    let taken = try #require(port)
    let neighbour = try Workbench()
    try neighbour.write("chip.ini", try bench.read("chip.ini"))
    let (second, other) = try neighbour.startGateway([
      "--set", "SOLVIMUS.MODBUS_NWPORT=\(taken)",
    ])
    #expect(other == nil)
    #expect(second.standardOutput == "ready:\n")
    #expect(second.waitForErrors(containing: "127.0.0.1:\(taken): another program has this port"))
    #expect(second.stop() == 0)
    #expect(first.stop() == 0)
  }
}
