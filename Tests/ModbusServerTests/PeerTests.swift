import ModbusServer
import PeerSupport
import Testing

/// Clients that are not ours read the example of MUC500 manual 1.1, table 35.
@Suite struct PeerTests {
  private static let hasMbpoll = isThere("mbpoll", ["-V"])
  private static let hasPymodbus = isThere(PeerProcess.python, ["-c", "import pymodbus.client"])

  private static func isThere(_ program: String, _ arguments: [String]) -> Bool {
    (try? PeerProcess.run(program, arguments))?.status == 0
  }

  @Test(.enabled(if: hasMbpoll, "mbpoll is not installed (Debian package mbpoll)"))
  func mbpollReadsTheExample() async throws {
    try await TestServer.run { server in
      let output = try PeerProcess.run(
        "mbpoll",
        [
          "-m", "tcp", "-p", "\(server.port)", "-0", "-r", "0", "-c", "30", "-t", "4:hex", "-1",
          "127.0.0.1",
        ])
      #expect(output.status == 0, "\(output.standardError)")
      for (address, register) in TestServer.registers.enumerated() {
        let digits = String(register, radix: 16, uppercase: true)
        let hex = String(repeating: "0", count: 4 - digits.count) + digits
        #expect(output.standardOutput.contains("[\(address)]: \t0x\(hex)\n"), "\(address)")
      }
    }
  }

  @Test(.enabled(if: hasMbpoll, "mbpoll is not installed (Debian package mbpoll)"))
  func mbpollReadsTheFloat() async throws {
    try await TestServer.run { server in
      let output = try PeerProcess.run(
        "mbpoll",
        [
          "-m", "tcp", "-p", "\(server.port)", "-0", "-r", "24", "-c", "1", "-t", "4:float", "-B",
          "-1", "127.0.0.1",
        ])
      #expect(output.standardOutput.contains("[24]: \t267000\n"), "\(output.standardOutput)")
    }
  }

  private static let script = """
    import sys
    from pymodbus.client import ModbusTcpClient
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), retries=0, timeout=5)
    assert client.connect()
    answer = client.read_holding_registers(0, count=30, device_id=255)
    print("registers", *answer.registers)
    types = client.DATATYPE
    print("float", client.convert_from_registers(answer.registers[24:26], types.FLOAT32))
    print("integer", client.convert_from_registers(answer.registers[20:24], types.INT64))
    for start, count in [(0, 125), (275, 125), (276, 125), (65535, 1)]:
        answer = client.read_holding_registers(start, count=count, device_id=1)
        print("read", start, answer.exception_code if answer.isError() else len(answer.registers))
    refused = [client.read_coils(0, device_id=1), client.write_coil(0, True, device_id=1),
               client.write_register(0, 1, device_id=1),
               client.write_coils(0, [True], device_id=1),
               client.write_registers(0, [1], device_id=1),
               client.read_input_registers(0, device_id=1),
               client.read_device_information(device_id=1)]
    print("refused", *[answer.exception_code for answer in refused])
    """

  @Test(.enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"))
  func pymodbus() async throws {
    try await TestServer.run { server in
      let output = try PeerProcess.run(
        PeerProcess.python, ["-c", Self.script, "\(server.port)"])
      let registers = TestServer.registers.map(String.init).joined(separator: " ")
      #expect(
        output.standardOutput == """
          registers \(registers)
          float 267000.0
          integer 267
          read 0 125
          read 275 125
          read 276 2
          read 65535 2
          refused 2 2 2 2 2 1 1

          """, "\(output.standardError)")
    }
  }
}
