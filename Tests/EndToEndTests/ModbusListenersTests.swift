import Foundation
import PeerSupport
import Testing

/// `metergate run` with several ways at once; pymodbus reads the same registers over each.
@Suite(.ownThread) struct ModbusListenersTests {
  private static let hasPeers =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client, serial"]))?.status
    == 0
    && (try? PeerProcess.run("socat", ["-V"]))?.status == 0

  private static let script = """
    import sys
    from pymodbus.client import ModbusSerialClient, ModbusTcpClient, ModbusUdpClient
    host, tcp, udp, line = "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    for client in (ModbusTcpClient(host, port=tcp, retries=0, timeout=5),
                   ModbusUdpClient(host, port=udp, retries=0, timeout=5),
                   ModbusSerialClient(line, baudrate=115200, retries=0, timeout=5)):
        assert client.connect()
        print(client.read_holding_registers(0, count=4, device_id=7).registers)
        client.close()
    """

  @Test(.enabled(if: hasPeers, "socat or pymodbus is not installed"))
  func threeWaysAtOnce() throws {
    let bench = try Workbench()
    let (slave, master) = (bench.folder.path + "/slave", bench.folder.path + "/master")
    let socat = try PeerProcess.start(
      "socat", ["pty,raw,echo=0,link=\(slave)", "pty,raw,echo=0,link=\(master)"])
    defer { socat.kill() }
    #expect(eventually { FileManager.default.fileExists(atPath: master) })
    let settings = """
      [SOLVIMUS]
      MODBUS_ENABLE=1
      MODBUS_IP=127.0.0.1
      MODBUS_NWPORT=0
      MODBUS_MODE=TCP,udp, Serial
      MODBUS_DEVPATH=\(slave)
      MODBUS_BAUDRATE=115200

      """
    try bench.write("chip.ini", settings)
    let (gateway, port) = try bench.startGateway(["--serial", "12AB34CD"])
    let words = gateway.standardOutput.split(whereSeparator: \.isWhitespace)
    let udp = try #require(words.first { $0.hasPrefix("modbus-udp=127.0.0.1:") }).dropFirst(21)
    #expect(words.contains("modbus-rtu=\(slave)"))
    let output = try PeerProcess.run(
      PeerProcess.python, ["-c", Self.script, "\(try #require(port))", String(udp), master])
    let line = "[4779, 13517, 1, 1]\n"
    #expect(output.standardOutput == line + line + line, "\(output.standardError)")
    // Without the line and UDP, the connection over TCP stays.
    let client = try RawClient(port: try #require(port))
    _ = try client.exchange("0001 0000 0006 01 03 0000 0001")
    try bench.write("chip.ini", settings.replacing("TCP,udp, Serial", with: "TCP"))
    Foundation.kill(gateway.processIdentifier, SIGHUP)
    #expect(gateway.waitForErrors(containing: "other settings for the Modbus server"))
    #expect(try client.exchange("0002 0000 0006 01 03 0000 0001") == "0002000000050103021" + "2AB")
    #expect(gateway.stop() == 0)
  }
}
