import BusSimulator
import Foundation
import MeterFiles
import Metering
import PeerSupport
import SimulatorHost
import Testing

@Suite(.ownThread) struct SimCommandTests {
  static func run(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, ["sim"] + arguments)
  }

  @Test func saysWhenItIsReadyAndEndsCleanlyOnSIGTERM() throws {
    let simulator = try SimulatorProcess(["--meters", "3"])
    #expect(
      simulator.peer.standardOutput
        == "ready: mbus=tcp://127.0.0.1:\(simulator.port) meters=3\n")
    #expect(simulator.stop() == 0)
    #expect(simulator.peer.standardError == "")
  }

  @Test func aTakenPortIsNamed() throws {
    let simulator = try SimulatorProcess(["--meters", "1"])
    defer { simulator.stop() }
    let second = try Self.run(["--tcp", "127.0.0.1:\(simulator.port)", "--meters", "1"])
    #expect(second.status == 1)
    #expect(
      second.standardError.hasPrefix(
        "Error: tcp://127.0.0.1:\(simulator.port) cannot be opened: "))
  }

  @Test(
    arguments: [
      (["--tcp", "127.0.0.1:0"], "Give either --meters N or --telegrams FILE."),
      (
        ["--meters", "5"],
        "Give the port to open: --tcp HOST:PORT or --pty LINK (or --write-config)."
      ),
      (
        ["--tcp", "127.0.0.1:0", "--pty", "bus", "--meters", "5"],
        "--tcp and --pty: give one of them; each makes a bus of its own."
      ),
      (["--pty", "bus/", "--meters", "5"], "--pty bus/: expected is the path of a link"),
      (["--tcp", "10001", "--meters", "5"], "--tcp 10001: expected is HOST:PORT"),
      (["--tcp", "::1:1", "--meters", "5"], "--tcp ::1:1: expected is HOST:PORT"),
      (["--tcp", "a:1", "--meters", "0"], "--meters 0: 1 to 5000 are possible."),
      (["--tcp", "a:1", "--meters", "5", "--baud", "0"], "--baud 0: 1 to 1000000 are possible."),
      (["--tcp", "a:1", "--meters", "5", "--noise", "2"], "--noise 2.0: 0 to 1 are possible."),
      (
        ["--tcp", "a:1", "--meters", "5", "--mute", "1G"],
        "--mute 1G: expected is a serial, 1 to 8 digits 0 to 9 and A to E; missing ones are zeros in front."
      ),
      (
        ["--tcp", "127.0.0.1:0", "--meters", "5", "--mute", "99999999"],
        "--mute 99999999: no meter on this bus has that serial"
      ),
      (
        ["--tcp", "127.0.0.1:0", "--telegrams", "/nowhere/a.jsonl"],
        "/nowhere/a.jsonl cannot be read"
      ),
    ])
  func wrongOptionsAreNamed(_ arguments: [String], _ message: String) throws {
    let output = try Self.run(arguments)
    #expect(output.status != 0)
    #expect(output.standardError.contains(message), "\(output.standardError)")
    #expect(output.standardOutput == "")
  }

  @Test func skippedTelegramsAreNamed() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "metergate-\(UUID().uuidString).jsonl")
    try Data("{\"name\": \"short\", \"hex\": \"E5\"}\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try Self.run(["--telegrams", file.path, "--tcp", "127.0.0.1:0"])
    #expect(output.status == 1)
    #expect(output.standardError.contains("\(file.path) has no telegram of a meter"))
  }

  @Test func writesAMeterListThatReadsBackTheSame() throws {
    let output = try Self.run(["--meters", "30", "--seed", "4", "--write-config"])
    #expect(output.status == 0)
    let (meters, diagnostics) = DeviceHandleFile.parse(
      Array(output.standardOutput.utf8), name: "Device_Handle.cfg")
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let wanted = SimulatedPopulation.builtIn(count: 30, seed: 4).meterConfigurations()
    #expect(meters == wanted)
  }
}

/// The configuration of the demonstration that the repository ships.
@Suite(.ownThread) struct DemoFilesTests {
  static let folder = PeerProcess.root + "/etc/demo"

  /// With METERGATE_REGENERATE=1 the file is written anew.
  @Test func theMeterListIsThatOfSimDemo() throws {
    let wanted = DeviceHandleFile.render(SimulatedPopulation.demo.meterConfigurations())
    let file = URL(fileURLWithPath: Self.folder + "/Device_Handle.cfg")
    if ProcessInfo.processInfo.environment["METERGATE_REGENERATE"] == "1" {
      try Data(wanted).write(to: file)
    }
    let shipped = try Data(contentsOf: file)
    #expect(shipped.elementsEqual(wanted), "METERGATE_REGENERATE=1 writes it anew")
  }

  @Test func theSettingsAreFreeOfErrors() throws {
    let output = try PeerProcess.run(PeerProcess.metergate, ["check", "--app", Self.folder])
    #expect(output.status == 0, "\(output.standardOutput)")
    #expect(!output.standardOutput.contains("warning:"), "\(output.standardOutput)")
  }

  @Test func everyMeterOfTheDemoIsFoundByItsEntry() throws {
    let bytes = Array(
      try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/Device_Handle.cfg")))
    let meters = try #require(DeviceHandleFile.parse(bytes, name: "Device_Handle.cfg").meters)
    #expect(meters.map(\.identity) == SimulatedPopulation.demo.slaves.map(\.identity))
  }
}
