import PeerSupport
import Testing

/// Two more clients that are not ours read the example of MUC500 manual 1.1, table 35: one on libmodbus in C,
/// and pyModbusTCP, which shares no code with pymodbus.
@Suite(.ownThread) struct LibraryClientTests {
  private static let hex = TestServer.registers.map { register in
    let digits = String(register, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  @Test(.enabled(if: CompiledPeer.isPossible, "libmodbus-dev is not installed"))
  func libmodbusReadsTheExample() async throws {
    let client = try CompiledPeer("client")
    try await TestServer.run { server in
      let all = try PeerProcess.run(client.path, ["\(server.port)", "255", "0", "30", "24"])
      // 267,000 is 0x48825F00; the other orders are what it is when the bytes are taken in another one.
      #expect(
        all.standardOutput == """
          \(Self.hex.joined(separator: " "))
          abcd 267000.0000
          badc \(Self.text(0x8248_005F))
          cdab \(Self.text(0x5F00_4882))
          dcba \(Self.text(0x005F_8248))

          """, "\(all.standardError)")
      for start in TestServer.registers.indices {
        let one = try PeerProcess.run(client.path, ["\(server.port)", "1", "\(start)", "1"])
        #expect(one.standardOutput == Self.hex[start] + "\n")
      }
      let beyond = try PeerProcess.run(client.path, ["\(server.port)", "1", "399", "2"])
      #expect(beyond.standardOutput == "Illegal data address\n")
      let longest = try PeerProcess.run(client.path, ["\(server.port)", "1", "0", "125"])
      #expect(longest.standardOutput.split(separator: " ").count == 125)
    }
  }

  /// Four decimals, as the client prints them.
  private static func text(_ bits: UInt32) -> String {
    let float = Float(bitPattern: bits)
    guard abs(float) >= 1 else { return float.sign == .minus ? "-0.0000" : "0.0000" }
    // Large floats are whole numbers.
    return UInt64(exactly: float).map { "\($0).0000" } ?? "\(float)"
  }

  private static let hasPyModbusTCP =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pyModbusTCP.client"]))?.status == 0

  private static let script = """
    import sys
    from pyModbusTCP.client import ModbusClient
    from pyModbusTCP.utils import decode_ieee, word_list_to_long
    client = ModbusClient(host="127.0.0.1", port=int(sys.argv[1]), unit_id=255, timeout=5)
    registers = client.read_holding_registers(0, 30)
    print("registers", *registers)
    print("float", decode_ieee(word_list_to_long(registers[24:26])[0]))
    print("integer", word_list_to_long(registers[20:24], long_long=True)[0])
    print("longest", len(client.read_holding_registers(275, 125)))
    print("beyond", client.read_holding_registers(399, 2), client.last_except)
    print("coils", client.read_coils(0, 1), client.last_except)
    print("inputs", client.read_input_registers(0, 1), client.last_except)
    answer = client.read_device_identification(read_code=2)
    print("identification", *[answer.objects_by_id[number].decode() for number in range(7)], sep="|")
    """

  @Test(.enabled(if: hasPyModbusTCP, "pyModbusTCP is not installed (Tests/requirements.txt)"))
  func pyModbusTCP() async throws {
    try await TestServer.run { server in
      let output = try PeerProcess.run(PeerProcess.python, ["-c", Self.script, "\(server.port)"])
      let registers = TestServer.registers.map(String.init).joined(separator: " ")
      #expect(
        output.standardOutput == """
          registers \(registers)
          float 267000.0
          integer 267
          longest 125
          beyond None 2
          coils None 2
          inputs None 1
          identification|Maker|1036|1.2.3|https://maker.example|Cellar|Standard|\
          M-Bus to Modbus TCP gateway

          """, "\(output.standardError)")
    }
  }
}
