import Modbus
import ModbusServer
import PeerSupport
import Testing

/// Clients that are not ours read the example of MUC500 manual 1.1, table 35.
@Suite(.ownThread) struct PeerTests {
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
               client.read_input_registers(0, device_id=1)]
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
          refused 2 2 2 2 2 1

          """, "\(output.standardError)")
    }
  }

  /// Walks through all objects as the standard wants it: on from the next object while more follows.
  private static let identificationScript = """
    import sys
    from pymodbus.client import ModbusTcpClient
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), retries=0, timeout=5)
    assert client.connect()
    for code in (1, 2, 3):
        answers, next_object, more, texts = 0, 0, True, {}
        while more:
            answer = client.read_device_information(
                read_code=code, object_id=next_object, device_id=1)
            assert not answer.isError(), answer
            answers += 1
            texts.update(answer.information)
            more, next_object = answer.more_follows == 0xFF, answer.next_object_id
        print(code, answer.read_code, hex(answer.conformity), answers,
              *["%d=%s" % (key, text.decode()) for key, text in texts.items()], sep="|")
    one = client.read_device_information(read_code=4, object_id=4, device_id=1)
    print(4, len(one.information), one.information[4].decode(), sep="|")
    none = client.read_device_information(read_code=4, object_id=7, device_id=1)
    print("exception", none.exception_code)
    """

  @Test(.enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"))
  func pymodbusReadsTheIdentification() async throws {
    try await TestServer.run { server in
      let output = try PeerProcess.run(
        PeerProcess.python, ["-c", Self.identificationScript, "\(server.port)"])
      let basic = "0=Maker|1=1036|2=1.2.3"
      let regular =
        basic + "|3=https://maker.example|4=Cellar|5=Standard|6=M-Bus to Modbus TCP gateway"
      #expect(
        output.standardOutput == """
          1|1|0x82|1|\(basic)
          2|2|0x82|1|\(regular)
          3|3|0x82|1|\(regular)
          4|1|Cellar
          exception 2

          """, "\(output.standardError)")
    }
  }

  /// Texts of 200 bytes: one in an answer. ü has two bytes, so that 255 of them are cut to 122.
  @Test(.enabled(if: hasPymodbus, "pymodbus is not installed (Tests/requirements.txt)"))
  func pymodbusWalksThroughLongTexts() async throws {
    let long = Dictionary(
      uniqueKeysWithValues: DeviceIdentification.Object.allCases.map { object in
        let isName = object == .productName
        return (
          object, String(repeating: isName ? "ü" : "\(object.rawValue)", count: isName ? 255 : 200)
        )
      })
    try await TestServer.run(identification: DeviceIdentification(long)) { server in
      let output = try PeerProcess.run(
        PeerProcess.python, ["-c", Self.identificationScript, "\(server.port)"])
      let texts = (0...6).map { object in
        "\(object)="
          + String(repeating: object == 4 ? "ü" : "\(object)", count: object == 4 ? 122 : 200)
      }
      #expect(
        output.standardOutput == """
          1|1|0x82|3|\(texts.prefix(3).joined(separator: "|"))
          2|2|0x82|7|\(texts.joined(separator: "|"))
          3|3|0x82|7|\(texts.joined(separator: "|"))
          4|1|\(String(repeating: "ü", count: 122))
          exception 2

          """, "\(output.standardError)")
    }
  }
}
