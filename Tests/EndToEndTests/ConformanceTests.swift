import PeerSupport
import Testing

/// `metergate run`, judged from outside by `ModbusConformance`, which knows nothing of it.
@Suite(.ownThread) struct ConformanceTests {
  /// Judges a gateway: no check may fail.
  private func judge(_ port: Int?, _ arguments: [String]) throws {
    let output = try PeerProcess.run(
      PeerProcess.product("ModbusConformance"), ["127.0.0.1:\(try #require(port))"] + arguments)
    let text = output.standardOutput
    let failures = text.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
    #expect(failures == [], "\(output.standardError)")
    #expect(output.status == 0)
    #expect(text.contains(/\n[5-9][0-9] passed, 0 failed/), "\(text)")
  }

  /// The meter of MUC500 manual 1.1, table 35, on a simulated bus; its value's time has seconds here
  /// (type I), so that it is the manual's to the last bit.
  private static let telegram =
    "68 2E 2E 68 08 01 72 06 01 60 66 A7 32 02 04 08 00 00 00 09 74 04 09 70 04 0C 06 67 02 00 00"
    + " 0C 14 76 28 37 00 0B 2D 00 00 00 06 6D 03 24 0C B6 15 00"

  private static let meterList = """
    <?xml version="1.0"?>
    <root><meter>
      <interface>M-Bus</interface><serial>66600106</serial><register>10</register>
      <value><description>Energy</description><unit>Wh</unit><register>20</register></value>
      <value><description>Volume</description><unit>m^3</unit><register>190</register></value>
    </meter></root>
    """

  @Test func aMeterOnABus() throws {
    let bench = try Workbench()
    let body = Self.telegram.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    let checksum = body.dropFirst(4).reduce(0, &+)
    let hex = (body + [checksum, 0x16]).map {
      String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
    }
    let bus = try bench.write("meter.jsonl", "{\"hex\":\"\(hex.joined())\"}\n")
    try bench.write("Device_Handle.cfg", Self.meterList)
    let long = String(repeating: "name ", count: 40)
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=sim:\(bus)
      MBUS_BAUDRATE=38400
      METER_TIME=1
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      MODBUS_MAXCONNECTIONS=5
      MODBUS_CONNECTIONTIMEOUT=2
      MODBUS_DISCONNECTTIMEOUT=2
      MODBUS_VENDOR=\(long)
      MODBUS_MODEL=\(long)
      MODBUS_APPLICATION=\(long)
      """)
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    #expect(try eventually { try reader.entry(10)?.serial == 66_600_106 })
    try judge(port, ["--example", "--gap", "30-189", "--limit", "5", "--idle", "2"])
    #expect(gateway.stop() == 0)
  }

  /// Each layout once, in another order and alternating dialects.
  @Test(arguments: [
    ("standard", "solvimus", "ABCD", 8, 0), ("float", "anybus", "CDAB", 13, 0),
    ("multi", "anybus", "DCBA", 10, 1), ("float-multi", "solvimus", "BADC", 15, 1),
    ("standard", "anybus", "BADC", 12, 1), ("multi", "solvimus", "CDAB", 14, 0),
  ])
  func testData(_ layout: String, _ dialect: String, _ order: String, switches: Int, swap: Int)
    throws
  {
    let bench = try Workbench()
    try bench.write(
      "chip.ini",
      """
      [\(dialect == "anybus" ? "CONFIG" : "SOLVIMUS")]
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      MODBUS_MAXCONNECTIONS=0
      MODBUSMETER_PROTOCOLVERSION=\(switches)
      MODBUS_SWAP=\(swap)
      """)
    let (gateway, port) = try bench.startGateway()
    try judge(
      port, ["--test-data", "--layout", layout, "--dialect", dialect, "--order", order])
    #expect(gateway.stop() == 0)
  }
}
