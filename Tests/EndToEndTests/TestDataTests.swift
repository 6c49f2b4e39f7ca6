import PeerSupport
import Testing

/// `metergate run` with the switch for test data: mbpoll and pymodbus read every row of both manuals'
/// tables, in every layout and every order of bytes.
@Suite(.ownThread) struct TestDataTests {
  private static let hasPeers =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client"]))?.status == 0
    && (try? PeerProcess.run("mbpoll", ["-V"]))?.status == 0

  /// A field of the manuals' tables.
  private struct Field {
    let bytes: [UInt8]
    var isFloat = false

    /// The bytes as they lie in the registers; `order` is how A, B, C and D of 32 bits lie, and longer
    /// fields go on in the same way.
    func ordered(_ order: String, onlyFloats: Bool) -> [UInt8] {
      guard bytes.count > 2, isFloat || !onlyFloats else { return bytes }
      let words = stride(from: 0, to: bytes.count, by: 2).map { Array(bytes[$0..<($0 + 2)]) }
      return switch order {
      case "BADC": words.flatMap { $0.reversed() }
      case "CDAB": words.reversed().flatMap { $0 }
      case "DCBA": bytes.reversed()
      default: bytes
      }
    }
  }

  private struct Table {
    let device: [Field]
    let meter: [Field]
    let value: [Field]
  }

  private static func fields(_ hex: String...) -> [Field] {
    hex.map { text in
      let digits = text.filter(\.isHexDigit)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
        UInt8(digits.dropFirst(place).prefix(2), radix: 16)
      }
      return Field(bytes: bytes, isFloat: text.hasPrefix("~"))
    }
  }

  /// Anybus gateway manual 2.4, ch. 5.2 (register 26 as it explains it) and MUC500 manual 1.1, table 36.
  private static let tables = [
    "CONFIG": Table(
      device: fields("0002 993A", "0001", "006F", "519C C16D", "0000", "0100", "0000", "0000"),
      meter: fields(
        "00BC 614E", "0443", "0102", "519C C164", "0000", "0200", "0000", "0000"),
      value: fields("0000 0000 00BC 614E", "~449A 522B", "FFFC", "0005", "519C BBB3")),
    "SOLVIMUS": Table(
      device: fields("D080 0DC1", "0002", "0084", "5CE5 5EAC", "0000", "0100", "0000", "0000"),
      meter: fields(
        "00BC 614E", "0443", "0102", "5CE5 5EAC", "0000", "0200", "0000", "0000"),
      value: fields("0000 0000 00BC 614E", "~449A 522B", "FFFC", "0005", "5CE5 5EAC")),
  ]

  /// The registers of each unit id that is read, by layout: the bits 0 and 1 of the version.
  private static func expected(_ group: String, layout: Int, order: String) -> [(Int, [UInt16])] {
    guard let table = tables[group] else { return [] }
    func words(_ fields: [Field]) -> [UInt16] {
      let bytes = fields.flatMap { $0.ordered(order, onlyFloats: group == "SOLVIMUS") }
      return stride(from: 0, to: bytes.count, by: 2).map {
        UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
      }
    }
    let short = words([table.meter[0]]) + words([table.value[1]])
    return switch layout {
    case 0: [(255, words(table.device + table.meter + table.value))]
    case 1: [(255, [0, 0] + short)]
    case 2: [(255, words(table.device)), (1, words(table.meter + table.value))]
    default: [(1, short)]
    }
  }

  private static let script = """
    import sys
    from pymodbus.client import ModbusTcpClient
    for argument in sys.argv[1:]:
        port, unit, count = map(int, argument.split(":"))
        client = ModbusTcpClient("127.0.0.1", port=port, retries=0, timeout=5)
        assert client.connect()
        answer = client.read_holding_registers(0, count=count, device_id=unit)
        print(*answer.registers)
        print(client.read_holding_registers(count, count=1, device_id=unit).exception_code,
              client.read_holding_registers(0, count=count + 1, device_id=unit).exception_code)
        client.close()
    """

  private static let orders = [
    (order: "ABCD", bit: 0, swap: 0), ("CDAB", 4, 0), ("DCBA", 0, 1), ("BADC", 4, 1),
  ]

  @Test(
    .enabled(if: hasPeers, "mbpoll or pymodbus is missing (scripts/setup test)"),
    arguments: ["CONFIG", "SOLVIMUS"], orders)
  func everyRow(group: String, order: (order: String, bit: Int, swap: Int)) throws {
    var benches: [Workbench] = []
    var wanted: [String] = []
    var arguments: [String] = []
    for layout in 0...3 {
      let bench = try Workbench()
      benches.append(bench)
      try bench.write(
        "chip.ini",
        """
        [\(group)]
        MODBUS_ENABLE=1
        MODBUS_NWPORT=0
        MODBUS_SWAP=\(order.swap)
        MODBUSMETER_PROTOCOLVERSION=\(8 + order.bit + layout)
        """)
      let port = try #require(try bench.startGateway().port)
      for (unit, registers) in Self.expected(group, layout: layout, order: order.order) {
        wanted += [registers.map(String.init).joined(separator: " "), "2 2"]
        arguments.append("\(port):\(unit):\(registers.count)")
        #expect(try mbpoll(port: port, unit: unit, count: registers.count) == registers)
      }
    }
    let output = try PeerProcess.run(PeerProcess.python, ["-c", Self.script] + arguments)
    #expect(
      output.standardOutput == wanted.joined(separator: "\n") + "\n", "\(output.standardError)")
  }

  /// What mbpoll prints for holding registers from 0 on.
  private func mbpoll(port: Int, unit: Int, count: Int) throws -> [UInt16] {
    let output = try PeerProcess.run(
      "mbpoll",
      [
        "-m", "tcp", "-p", "\(port)", "-a", "\(unit)", "-0", "-r", "0", "-c", "\(count)", "-t",
        "4:hex", "-1", "127.0.0.1",
      ])
    return output.standardOutput.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("["), let hex = line.split(separator: "x").last else { return nil }
      return UInt16(hex, radix: 16)
    }
  }

  /// A unit id that nobody has, and one that somebody has.
  @Test func unitIDs() throws {
    let bench = try Workbench()
    try bench.write(
      "chip.ini",
      "[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_NWPORT=0\nMODBUSMETER_PROTOCOLVERSION=10\n")
    let multiSlave = try RegisterReader(port: #require(try bench.startGateway().port))
    for unit in UInt8.min...UInt8.max {
      let answer = try multiSlave.read(7, 1, unit: unit)
      switch unit {
      case 0, 255: #expect(answer == .registers([0x0100]))
      case 1: #expect(answer == .registers([0x0200]))
      default: #expect(answer == .exception(0x0B))
      }
    }
    let other = try Workbench()
    try other.write(
      "chip.ini", "[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_NWPORT=0\nMODBUS_ADDRESS=17\n")
    let port = try other.startGateway().port
    let oneUnit = try RegisterReader(port: #require(port))
    #expect(
      try RawClient(port: #require(port)).exchange("0001 0000 0005 10 2B 0E 01 00")
        == "00010000000310AB0B", "whatever it is asked for")
    for unit in UInt8.min...UInt8.max {
      let isThere = [0, 17, 255].contains(unit)
      #expect(
        try oneUnit.read(7, 1, unit: unit) == (isThere ? .registers([0x0100]) : .exception(0x0B)))
    }
  }
}
