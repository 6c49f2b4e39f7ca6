import PeerSupport
import Testing

/// `metergate run` says who it is, in the words of its chip.ini; pymodbus reads them.
@Suite(.ownThread) struct IdentificationTests {
  private static let hasPymodbus =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client"]))?.status == 0

  private static let script = """
    import sys
    from pymodbus.client import ModbusTcpClient
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), retries=0, timeout=5)
    assert client.connect()
    for code in (1, 2):
        answer = client.read_device_information(read_code=code, object_id=0, device_id=255)
        print(*["%d=%s" % (key, text.decode()) for key, text in answer.information.items()], sep="|")
    """

  @Test(
    .enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"),
    arguments: ["CONFIG", "SOLVIMUS"])
  func pymodbusReadsTheSettings(group: String) throws {
    let bench = try Workbench()
    try bench.write(
      "chip.ini",
      """
      [DEVICE]
      NAME=Cellar left
      [\(group)]
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      MODBUS_VENDOR=Müller & Söhne
      MODBUS_PRODUCT_CODE=4711
      MODBUS_VENDORURL=https://maker.example
      MODBUS_VERSION=2.0
      """)
    let (gateway, port) = try bench.startGateway()
    let output = try PeerProcess.run(
      PeerProcess.python, ["-c", Self.script, "\(try #require(port))"])
    let basic = "0=Müller & Söhne|1=4711|2=2.0"
    #expect(
      output.standardOutput == """
        \(basic)
        \(basic)|3=https://maker.example|4=Cellar left|5=Standard|6=M-Bus to Modbus TCP gateway

        """, "\(output.standardError)")
    #expect(gateway.stop() == 0)
  }
}
