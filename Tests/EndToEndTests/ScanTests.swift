import Foundation
import PeerSupport
import Testing

/// A gateway that finds its meters itself, and keeps what it has found.
@Suite(.ownThread) struct ScanTests {
  private static let meters = 5
  private static let bus = ["--meters", "\(meters)", "--baud", "38400"]

  private func chip(_ port: Int, _ group: String = "SOLVIMUS", _ more: String = "") -> String {
    """
    ; the line of the cellar
    [\(group)]
    MBUS_DEVPATH=tcp://127.0.0.1:\(port)
    MBUS_BAUDRATE=38400
    MBUS_TIMEOUT=300
    MBUS_MAXRETRY=1
    MODBUS_ENABLE=1
    MODBUS_NWPORT=0
    \(more)
    """
  }

  /// Serial and register of every meter that has been read, and the registers of all other entries.
  private func map(_ reader: RegisterReader) throws -> (meters: [UInt32: Int], values: [Int]) {
    let all = try reader.readAll()
    let starts = stride(from: 10, to: all.count - 9, by: 10)
    let entries = starts.map { ($0, Entry(words: Array(all[$0..<($0 + 10)]))) }
    return (
      Dictionary(
        entries.filter { $0.1.type == 2 && $0.1.serial != 0 }.map { ($0.1.serial, $0.0) },
        uniquingKeysWith: { first, _ in first }), entries.filter { $0.1.type != 2 }.map(\.0)
    )
  }

  /// The list of the bus, as the simulator knows it.
  private func serials() throws -> [String] {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + Self.bus)
    return list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
  }

  @Test func whatAScanFindsSurvivesARestartWithTheSameRegisters() throws {
    let bench = try Workbench()
    let serials = try serials()
    let port = try #require(try bench.startSimulator(Self.bus))
    try bench.write("chip.ini", chip(port))
    // The file of the MUC500 manual 1.1, ch. 10.6.1, for one of them, with a mistake in another row.
    try bench.write("meter-conf-import.csv", "MBUS;\(serials[0]);;Flat 1;86400\nMBUS;x\n")
    let (first, modbus) = try bench.startGateway(["--scan"])
    var reader = try RegisterReader(port: try #require(modbus))
    let isRead = try eventually(within: 60) { try map(reader).meters.count == Self.meters }
    #expect(isRead)
    let found = try map(reader)
    #expect(Set(found.meters.keys) == Set(serials.compactMap { UInt32($0) }))
    #expect(found.values.count >= 2 * Self.meters)
    #expect(first.standardError.contains("the scan has ended: 5 meters answered, 5 of them new"))
    #expect(first.stop() == 0)
    let list = try bench.read("Device_Handle.cfg")
    for serial in serials { #expect(list.contains("<serial>0x\(serial)</serial>")) }
    #expect(list.components(separatedBy: "<user>Flat 1</user>").count == 2)
    #expect(list.contains("<readoutcycle>86400</readoutcycle>"))
    #expect(first.standardError.contains("event=scan-preconfigured"))
    #expect(
      first.standardError.contains(
        "meter-conf-import.csv:2:6: Serial = 'x': not allowed; allowed: "))

    // One meter is silent now; nothing moves.
    let silent = try #require(try bench.startSimulator(Self.bus + ["--mute", serials[1]]))
    try bench.write("chip.ini", chip(silent))
    let (second, other) = try bench.startGateway()
    reader = try RegisterReader(port: try #require(other))
    let isBack = try eventually { try map(reader).meters.count == Self.meters - 1 }
    #expect(isBack)
    #expect(second.waitForErrors(containing: "no answer in 2 attempts"))
    let again = try map(reader)
    let expected = found.meters.filter { $0.key != UInt32(serials[1]) }
    #expect(again.meters == expected)
    #expect(again.values == found.values)
    #expect(second.stop() == 0)
    #expect(try bench.read("Device_Handle.cfg") == list, "nothing was learned: not written")
  }

  @Test func aSignalScansAndOnlyAdds() throws {
    let bench = try Workbench()
    let serials = try serials()
    let port = try #require(try bench.startSimulator(Self.bus))
    try bench.write("chip.ini", chip(port))
    let listed = """
      <?xml version="1.0"?>
      <root>
        <!-- the tenant upstairs -->
        <meter><interface>M-Bus</interface><serial>\(serials[2])</serial><register>200</register></meter>
      </root>

      """
    try bench.write("Device_Handle.cfg", listed)
    let (gateway, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try eventually { try map(reader).meters[UInt32(serials[2]) ?? 0] == 200 })
    kill(gateway.processIdentifier, SIGUSR1)
    // A search has the bus to itself: nobody is told that a meter is read meanwhile.
    let socket = try #require(ControlSocket(path: bench.folder.path + "/control.sock"))
    let ask = { (wish: String) in socket.ask("{\"schema\":1,\"command\":\(wish)}") ?? "" }
    #expect(eventually { ask("\"status\"").contains("\"scan\":{\"found\":") })
    let all = ask("\"readout\",\"all\":true")
    #expect(
      all.contains(
        "\"all meters are read once the scan is over, one after another, besides their turns\""),
      "\(all)")
    let one = ask("\"readout\",\"entries\":[\"\(serials[2])\"]")
    #expect(one.contains(" is read once the scan is over\""), "\(one)")
    #expect(try eventually(within: 60) { try map(reader).meters.count == Self.meters })
    #expect(
      gateway.standardError.contains("the scan has ended: 5 meters answered, 4 of them new"))
    #expect(gateway.stop() == 0)
    let list = try bench.read("Device_Handle.cfg")
    #expect(list.contains("<!-- the tenant upstairs -->"))
    #expect(list.contains("<register>200</register>"))
    #expect(list.ranges(of: "<meter>").count == Self.meters)
  }

  /// In the Anybus dialect registers are given by the modes with ALLOC.
  @Test(arguments: [("SECONDARYSCAN", 0), ("SECONDARYSCANALLOC", 5)])
  func theAnybusDialectGivesRegistersWithAllocOnly(mode: String, registers: Int) throws {
    let bench = try Workbench()
    let port = try #require(try bench.startSimulator(Self.bus))
    try bench.write("chip.ini", chip(port, "CONFIG", "MBUS_SCANMODE=\(mode)\nMBUS_SELECTMASK=14"))
    for arguments in [["--scan"], []] {
      let (gateway, modbus) = try bench.startGateway(arguments)
      let reader = try RegisterReader(port: try #require(modbus))
      let isLearned = eventually(within: 60) {
        gateway.standardError.ranges(of: "read for the first time").count == Self.meters
      }
      #expect(isLearned)
      #expect(try map(reader).meters.count == registers, "\(arguments)")
      #expect(gateway.stop() == 0)
    }
    let list = try bench.read("Device_Handle.cfg")
    #expect(list.ranges(of: "<meter>").count == Self.meters)
    #expect(list.contains("<value>"))
    #expect(list.ranges(of: "<register>0</register>").count == (registers == 0 ? Self.meters : 0))
  }
}
