import Gateway
import Logging
import MBus
import Metering
import MeterFiles
import PeerSupport
import Testing

/// The example that both manuals print register by register (Anybus gateway manual 2.4, p. 31; MUC500
/// manual 1.1, figure 50 and table 35): LUG 66600106, heat, energy at register 20.
@Suite(.ownThread) struct ManualExampleTests {
  /// The meter of figure 50, encoded by hand: header, then both durations, energy, volume, power, and the
  /// time of the meter. Its time is of type F, which has no seconds and no zone: the example's 14:36:03
  /// GMT+2 is sent as 12:36, so that the last register is 0xBBB0 where the manuals print 0xBBB3.
  private func telegram() throws -> String {
    let body: [UInt8] =
      [0x06, 0x01, 0x60, 0x66, 0xA7, 0x32, 0x02, 0x04, 0x08, 0x00, 0x00, 0x00]
      + [0x09, 0x74, 0x04]  // actuality duration 4 s
      + [0x09, 0x70, 0x04]  // averaging duration 4 s
      + [0x0C, 0x06, 0x67, 0x02, 0x00, 0x00]  // energy 267 kWh
      + [0x0C, 0x14, 0x76, 0x28, 0x37, 0x00]  // volume 372876 × 10^-2 m³
      + [0x0B, 0x2D, 0x00, 0x00, 0x00]  // power 0 × 10^2 W
      + [0x04, 0x6D, 0x24, 0x0C, 0xB6, 0x15]  // 2013-05-22 12:36
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x72, data: body)
    return try frame.encoded.map { String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16) }
      .joined()
  }

  /// Energy alone has an address; the file leaves the others without.
  private let meterList = """
    <?xml version="1.0" encoding="UTF-8"?>
    <root>
      <version>0x08</version>
      <meter>
        <interface>M-Bus</interface>
        <serial>0x66600106</serial>
        <manufacturer>LUG</manufacturer>
        <version>0x02</version>
        <medium>Heat (outlet)</medium>
        <register>10</register>
        <value><description>Actuality duration</description><unit>s</unit></value>
        <value><description>Averaging duration</description><unit>s</unit></value>
        <value>
          <description>Energy</description><unit>Wh</unit><encodetype>INT32</encodetype>
          <scale>1e3</scale><register>20</register>
        </value>
      </meter>
    </root>
    """

  private func device(_ group: String) throws -> (Workbench, Gateway, RegisterReader) {
    let bench = try Workbench()
    let telegrams = try bench.write("lug.jsonl", "{\"hex\":\"\(try telegram())\"}\n")
    try bench.write("Device_Handle.cfg", meterList)
    try bench.write(
      "chip.ini",
      """
      [\(group)]
      MBUS_DEVPATH=sim:\(telegrams)
      MBUS_BAUDRATE=9600
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      """)
    let files = AppFolder.load(
      bench.folder.path, overrides: ["WEB.HTTP_ENABLE=0", "WEB.HTTPS_ENABLE=0"])
    #expect(files.diagnostics.filter { $0.severity == .error }.isEmpty)
    let gateway = try Gateway(
      app: files, device: DeviceIdentity(serial: 0x0002_993A, version: 111),
      clock: .fixed(unixSeconds: 0x519C_C16D),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let ready = try gateway.start()
    let port = try #require(ready.modbus?.split(separator: ":").last.flatMap { Int($0) })
    return (bench, gateway, try RegisterReader(port: port))
  }

  @Test(arguments: ["CONFIG", "SOLVIMUS"]) func registerByRegister(group: String) throws {
    let (bench, gateway, reader) = try device(group)
    // Zeros and flags 3 until the meter has been read, which takes a third of a second at 9600 baud.
    let isRead = try eventually { try reader.entry(10)?.flags == 0 }
    #expect(isRead)
    let expected: [UInt16] = [
      0x0002, 0x993A, 0x0001, 0x006F, 0x519C, 0xC16D, 0x0000, 0x0100, 0x0000, 0x0000,
      0x03F8, 0x3CAA, 0x32A7, 0x0204, 0x519C, 0xC16D, 0x0000, 0x0200, 0x0000, 0x0000,
      0x0000, 0x0000, 0x0000, 0x010B, 0x4882, 0x5F00, 0x0003, 0x0005, 0x519C, 0xBBB0,
    ]
    let answer = try reader.read(0, 30)
    #expect(answer == .registers(expected))
    let beyond = try reader.read(21, 10)
    #expect(beyond == .exception(2), "the values without address are not in the map")
    try gateway.stop()
    withExtendedLifetime(bench) {}
  }
}
