import Foundation
import PeerSupport
import Testing

/// Files that change while the gateway runs: SIGHUP.
@Suite(.ownThread) struct ReloadTests {
  private let chip = """
    [SOLVIMUS]
    MBUS_DEVPATH=sim:demo
    MBUS_BAUDRATE=38400
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    METER_TIME=5

    """

  private func list(_ meters: [(serial: String, register: Int)]) -> String {
    let elements = meters.map {
      "<meter><interface>M-Bus</interface><serial>\($0.serial)</serial>"
        + "<register>\($0.register)</register></meter>\n"
    }
    return "<root>\n" + elements.joined() + "</root>\n"
  }

  /// Two meters of `sim:demo`.
  private func demoSerials() throws -> [String] {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--meters", "20", "--write-config"])
    return list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
  }

  private func reload(_ gateway: RunningPeer) -> Bool {
    let marker = "the files have been read anew"
    let before = gateway.standardError.ranges(of: marker).count
    kill(gateway.processIdentifier, SIGHUP)
    return eventually { gateway.standardError.ranges(of: marker).count > before }
  }

  @Test func anotherListIsTakenOverAndConnectionsStay() throws {
    let bench = try Workbench()
    let serials = try demoSerials()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list([(serials[0], 10)]))
    let (gateway, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try eventually { try reader.entry(10)?.serial == UInt32(serials[0]) })
    #expect(eventually { gateway.standardError.contains("Device_Handle.cfg saved with 1 meter") })

    try bench.write("Device_Handle.cfg", list([(serials[0], 500), (serials[1], 10)]))
    #expect(reload(gateway))
    #expect(try reader.entry(500)?.serial == UInt32(serials[0]), "what is known moves along")
    #expect(try eventually { try reader.entry(10)?.serial == UInt32(serials[1]) })
    #expect(gateway.stop() == 0)
  }

  @Test func aFileThatCannotBeReadLeavesTheLastGoodOneInForce() throws {
    let bench = try Workbench()
    let serials = try demoSerials()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list([(serials[0], 10)]))
    let (gateway, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try eventually { try reader.entry(10)?.serial == UInt32(serials[0]) })
    let broken = "<root><meter></root>"
    try bench.write("Device_Handle.cfg", broken)
    try FileManager.default.removeItem(at: bench.folder.appendingPathComponent("chip.ini"))
    #expect(reload(gateway))
    #expect(try reader.entry(10)?.serial == UInt32(serials[0]))
    #expect(gateway.standardError.contains("Device_Handle.cfg:1:"))
    #expect(gateway.standardError.contains("the meter list that was read before stays in force"))
    #expect(gateway.standardError.contains("the settings that were read before stay in force"))
    kill(gateway.processIdentifier, SIGUSR1)
    #expect(eventually(within: 240) { gateway.standardError.contains("the scan has ended") })
    #expect(gateway.stop() == 0)
    #expect(try bench.read("Device_Handle.cfg") == broken, "what cannot be read is not overwritten")
  }

  /// What belongs to one meter must not go to another for a typing mistake.
  @Test func aListWithMistakesIsNotTakenOver() throws {
    let bench = try Workbench()
    let serials = try demoSerials()
    try bench.write("chip.ini", chip)
    try bench.write("Device_Handle.cfg", list([(serials[0], 10), (serials[1], 300)]))
    let (gateway, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try eventually { try reader.entry(300)?.serial == UInt32(serials[1]) })
    #expect(gateway.waitForErrors(containing: "saved with 2 meters"))
    let taken = try bench.read("Device_Handle.cfg")
    let mistyped =
      taken
      .replacingOccurrences(of: "<register>10<", with: "<register>1O<")
    try bench.write("Device_Handle.cfg", mistyped)
    #expect(reload(gateway))
    #expect(try reader.entry(10)?.serial == UInt32(serials[0]))
    #expect(gateway.standardError.contains("<register> = '1O': not allowed"))
    #expect(
      gateway.standardError.contains(
        "the meter list that was read before stays in force until the errors in this one are mended"
      ))
    #expect(gateway.standardError.contains("not taken over: Device_Handle.cfg"))
    #expect(try bench.read("Device_Handle.cfg") == mistyped)
    // It waits until it is mended or put back, and nothing of the list in force is lost by that.
    let ask = ["status", "--app", bench.folder.path]
    let status = { try PeerProcess.run(PeerProcess.metergate, ask).standardOutput }
    #expect(try eventually { try status().contains("pending    Device_Handle.cfg cannot") })
    try bench.write("Device_Handle.cfg", taken)
    #expect(gateway.waitForErrors(containing: "the files hold what is in force again"))
    #expect(!(try status().contains("pending")))
    #expect(try reader.entry(300)?.serial == UInt32(serials[1]))
    #expect(gateway.stop() == 0)
  }

  @Test func aWrongSettingLeavesWhatWasInForce() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip + "MUC_LOG=ALL\n")
    let (gateway, modbus) = try bench.startGateway()
    let port = try #require(modbus)
    let wrong =
      chip.replacingOccurrences(of: "METER_TIME=5", with: "METER_TIME=5O")
      .replacingOccurrences(of: "127.0.0.1", with: "127.0.0.l") + "MODBUS_ADDRESS=7\n"
    try bench.write("chip.ini", wrong)
    #expect(reload(gateway))
    #expect(
      gateway.standardError.contains(
        "METER_TIME = '5O': not allowed; allowed: 1 to 4294967295 s; 5 stays in force"))
    #expect(gateway.standardError.contains("127.0.0.1 stays in force"))
    #expect(gateway.standardError.contains("the settings are as before; not taken over: chip.ini"))
    #expect(
      gateway.standardError.contains(
        "the settings that were in force before stay in force, all of them, until the errors in this file "
          + "are mended"))
    #expect(try RegisterReader(port: port).read(0, 1) != .nothing, "still for every unit id")
    #expect(gateway.stop() == 0)
  }

  @Test func aScanWithoutALineIsAnswered() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", "[SOLVIMUS]\n")
    let (gateway, _) = try bench.startGateway()
    kill(gateway.processIdentifier, SIGUSR1)
    #expect(
      gateway.waitForErrors(
        containing: "there is no line to scan: see MBUS_DEVPATH and MBUS_ENABLE"))
    #expect(gateway.stop() == 0)
  }

  @Test func aFolderThatIsNotThereEndsTheCommand() throws {
    let run = try PeerProcess.run(PeerProcess.metergate, ["run", "--app", "/nowhere/at/all"])
    #expect(run.status == 64)
    #expect(run.standardError.contains("--app /nowhere/at/all: there is no such folder"))
    #expect(run.standardOutput.isEmpty)
  }

  @Test func anotherPortIsServedAndTheOldConnectionGoesOn() throws {
    let bench = try Workbench()
    let other = try #require(try bench.freePort())
    try bench.write("chip.ini", chip)
    let (gateway, modbus) = try bench.startGateway()
    let before = try RegisterReader(port: try #require(modbus))
    #expect(try before.read(0, 1) != .nothing)
    try bench.write(
      "chip.ini",
      chip.replacingOccurrences(of: "NWPORT=0", with: "NWPORT=\(other)\nMODBUS_VENDOR=Example"))
    #expect(reload(gateway))
    #expect(gateway.standardError.contains("other settings for the Modbus server"))
    #expect(gateway.waitForErrors(containing: "127.0.0.1:\(other)"))
    let after = try RegisterReader(port: other)
    #expect(try after.read(0, 1) != .nothing)
    #expect(try before.read(0, 1) != .nothing)
    #expect(throws: (any Error).self) { try RegisterReader(port: try #require(modbus)) }
    #expect(gateway.stop() == 0)
  }

  @Test func anotherLineIsOpenedAndTheLogLevelFollows() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, _) = try bench.startGateway()
    #expect(gateway.waitForErrors(containing: "M-Bus line 0 is up"))
    let port = try #require(try bench.startSimulator(["--meters", "1"]))
    try bench.write(
      "chip.ini",
      chip.replacingOccurrences(of: "sim:demo", with: "tcp://127.0.0.1:\(port)\nMUC_LOG=ALL"))
    #expect(reload(gateway))
    #expect(gateway.standardError.contains("other settings for the M-Bus line"))
    #expect(eventually { gateway.standardError.ranges(of: "M-Bus line 0 is up").count == 2 })
    try bench.write("chip.ini", chip + "MUC_LOG=NONE\n")
    kill(gateway.processIdentifier, SIGHUP)
    #expect(gateway.stop() == 0)
  }

  /// Somebody edits the file while the gateway has something to write: both are kept.
  @Test func anEditedFileIsNotOverwrittenAndWhatWasFoundIsMergedIntoIt() throws {
    let bench = try Workbench()
    let serials = try demoSerials()
    let port = try #require(try bench.startSimulator(["--meters", "2", "--baud", "38400"]))
    try bench.write(
      "chip.ini", chip.replacingOccurrences(of: "sim:demo", with: "tcp://127.0.0.1:\(port)"))
    try bench.write("Device_Handle.cfg", list([]))
    let (gateway, _) = try bench.startGateway()
    #expect(gateway.waitForErrors(containing: "M-Bus line 0 is up"))
    let edited = "<!-- mine -->\n" + list([(serials[0], 700)])
    try bench.write("Device_Handle.cfg", edited)
    kill(gateway.processIdentifier, SIGUSR1)
    #expect(
      gateway.waitForErrors(
        containing: "meters wait in memory: \"metergate apply\" or SIGHUP merges both", timeout: 60)
    )
    #expect(try bench.read("Device_Handle.cfg") == edited)
    #expect(eventually(within: 60) { gateway.standardError.contains("the scan has ended") })
    #expect(reload(gateway))
    #expect(gateway.waitForErrors(containing: "Device_Handle.cfg saved with 2 meters"))
    let merged = try bench.read("Device_Handle.cfg")
    #expect(merged.hasPrefix("<!-- mine -->\n"))
    #expect(merged.contains("<register>700</register>"))
    for serial in serials.prefix(2) { #expect(merged.contains(serial)) }
    #expect(gateway.stop() == 0)
  }
}
