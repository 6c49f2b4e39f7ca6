import Foundation
import PeerSupport
import Testing

/// Other layouts while the gateway runs: SIGHUP.
@Suite(.ownThread) struct LayoutChangeTests {
  private func chip(_ version: Int, _ more: String = "") -> String {
    """
    [SOLVIMUS]
    MBUS_DEVPATH=sim:demo
    MBUS_BAUDRATE=38400
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    METER_TIME=5
    MODBUSMETER_PROTOCOLVERSION=\(version)
    \(more)
    """
  }

  private func reload(_ gateway: RunningPeer) -> Bool {
    let marker = "the files have been read anew"
    let before = gateway.standardError.ranges(of: marker).count
    kill(gateway.processIdentifier, SIGHUP)
    return eventually { gateway.standardError.ranges(of: marker).count > before }
  }

  private func demoSerial() throws -> UInt32 {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--meters", "20", "--write-config"])
    let serial = try #require(list.standardOutput.firstMatch(of: /<serial>0x([0-9]{8})</)).1
    return try #require(UInt32(serial))
  }

  private func words(_ number: UInt32) -> [UInt16] {
    [UInt16(number >> 16), UInt16(number & 0xFFFF)]
  }

  /// One connection sees all layouts, one after the other; the addresses of the list stay.
  @Test func theSameAddressesInEachLayout() throws {
    let bench = try Workbench()
    let serial = try demoSerial()
    try bench.write("chip.ini", chip(0))
    try bench.write(
      "Device_Handle.cfg",
      """
      <root><meter><interface>M-Bus</interface><serial>0x\(serial)</serial><register>20</register>
      <value><register>30</register></value></meter></root>
      """)
    let (gateway, modbus) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(modbus))
    #expect(try eventually { try reader.entry(20)?.serial == serial })
    let float = try #require(try reader.entry(30)).float
    #expect(float != 0)

    try bench.write("chip.ini", chip(1))
    #expect(reload(gateway))
    #expect(try reader.read(20, 2) == .registers(words(serial)))
    #expect(try reader.read(30, 3) == .exception(2), "the map ends behind the value")
    guard case .registers(let short) = try reader.read(30, 2) else {
      Issue.record("no float")
      return
    }
    #expect(Float(bitPattern: UInt32(short[0]) << 16 | UInt32(short[1])) >= float)

    try bench.write("chip.ini", chip(2))
    #expect(reload(gateway))
    #expect(try reader.read(0, 2, unit: 20) == .registers(words(serial)))
    #expect(try reader.read(37, 1, unit: 20) == .registers([UInt16(5)]), "Wh")
    #expect(try reader.read(0, 1, unit: 1) == .exception(0x0B))
    #expect(try reader.read(7, 1, unit: 255) == .registers([0x0100]))

    try bench.write("chip.ini", chip(8, "MODBUS_ADDRESS=3\n"))
    #expect(reload(gateway))
    #expect(try reader.read(10, 2, unit: 3) == .registers(words(12_345_678)))
    #expect(try reader.read(10, 2, unit: 4) == .exception(0x0B))

    try bench.write("chip.ini", chip(0))
    #expect(reload(gateway))
    #expect(try reader.entry(20)?.serial == serial)
    #expect(gateway.standardError.contains("other settings for the registers"))
    #expect(gateway.stop() == 0)
  }

  /// Hundreds of registers that do not fit are one line of the log, when the layout changes and at the start;
  /// `metergate check` is short, too.
  @Test func aLargeListOfAnotherLayout() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip(0).replacing("sim:demo", with: "tcp://127.0.0.1:1"))
    let meters = (0..<50).map { meter in
      let values = (1...5).map {
        "<value><description>Volume</description><storagenum>\($0)</storagenum>"
          + "<register>\(10 + meter * 60 + $0 * 10)</register></value>"
      }
      return "<meter><interface>M-Bus</interface><serial>0x1000\(1000 + meter)</serial>"
        + "<register>\(10 + meter * 60)</register>\(values.joined())</meter>\n"
    }
    try bench.write("Device_Handle.cfg", "<root>\n\(meters.joined())</root>\n")
    let entries = """
      276 of 300 entries have no valid address in it (10001004; 10001004, value 1 ("Volume"); 10001004, value 2 \
      ("Volume"); and 273 more)
      """
    let reason = "a meter has register 250, while unit ids end at 247 with multi slave"
    let (gateway, _) = try bench.startGateway()
    try bench.write(
      "chip.ini", chip(2).replacing("sim:demo", with: "tcp://127.0.0.1:1"))
    #expect(reload(gateway))
    #expect(lines(gateway, "no valid address").count == 1)
    #expect(
      lines(
        gateway,
        "the register layout is multi slave now, and registers stay as they are: \(entries); "
      )
      .count == 1, "\(gateway.standardError)")
    #expect(lines(gateway, "Device_Handle.cfg:").isEmpty, "\(gateway.standardError)")
    #expect(gateway.stop() == 0)
    let (again, _) = try bench.startGateway()
    #expect(
      lines(
        again,
        "the register layout is multi slave: \(entries); the list was probably made for another "
          + "layout, since \(reason); "
      ).count == 1, "\(again.standardError)")
    #expect(lines(again, "event=registers-refused").count == 1)
    #expect(lines(again, "Device_Handle.cfg:").isEmpty, "\(again.standardError)")
    #expect(again.stop() == 0)
    let check = try PeerProcess.run(PeerProcess.metergate, ["check", "--app", bench.folder.path])
    #expect(check.status == 1)
    #expect(
      check.standardOutput.hasPrefix(
        """
        Device_Handle.cfg: error: 276 of 300 registers are not possible in the layout multi slave \
        (MODBUSMETER_PROTOCOLVERSION): line 6, line 7, line 8 and 273 more; they are probably those of another \
        layout, since \(reason); "metergate allocate --all --anew" gives new ones

        """), "\(check.standardOutput)")
  }

  private func lines(_ gateway: RunningPeer, _ text: String) -> [Substring] {
    gateway.standardError.split(separator: "\n").filter { $0.contains(text) }
  }
}
