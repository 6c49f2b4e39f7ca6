import Bytes
import Foundation
import Modbus
import ModbusServer
import NIOCore
import NIOPosix
import PeerSupport
import RegisterMap
import Testing
import Time
import Transport

/// The slave on one end of two pseudo terminals that socat joins.
@Suite(.ownThread) struct RTUServerTests {
  private static let hasSocat = (try? PeerProcess.run("socat", ["-V"]))?.status == 0
  private static let hasPymodbus =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client, serial"]))?.status
    == 0

  /// Two ends of a line, and a slave on one of them.
  private final class Bench {
    let master: String
    let events = EventLog()
    private let folder: TemporaryFolder
    private let socat: RunningPeer
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var server: NIOLoopBound<RTUServer>?

    /// A unit id that is always answered.
    let marker: UInt8

    init(baud: Int, unitID: UInt8 = 0, layout: RegisterLayout? = nil) async throws {
      marker = unitID == 0 ? 255 : unitID
      folder = try TemporaryFolder()
      master = folder["master"]
      let slave = folder["slave"]
      socat = try PeerProcess.start(
        "socat", ["pty,raw,echo=0,link=\(slave)", "pty,raw,echo=0,link=\(master)"])
      for _ in 0..<1000 where !FileManager.default.fileExists(atPath: master) { usleep(5000) }
      let loop = group.next()
      let events = events
      server = try await loop.submit {
        var bank = TestServer.exampleBank()
        bank.unitID = unitID
        if let layout {
          bank.clear(layout: layout)
          bank.patch(MeterEntry.neverRead, at: RegisterAddress(7, unit: 7))
        }
        let parameters = SerialParameters(baud: baud, parity: .none)
        let server = RTUServer(
          SerialLine(path: slave, parameters: parameters, eventLoop: loop), name: "slave",
          timing: RTUTiming(baud: baud, bitsPerCharacter: parameters.bitsPerCharacter), on: loop,
          registers: ServedRegisters(bank, identification: TestServer.identification),
          clock: { Moment(instant: .zero, wall: WallTime(unixSeconds: TestServer.now)) },
          report: { events.append($0) })
        server.start()
        return NIOLoopBound(server, eventLoop: loop)
      }.get()
      _ = try await events.first { $0 == .lineOpened("slave") }
    }

    func counts() async throws -> (requests: Int, others: Int, faults: Int) {
      guard let server else { return (0, 0, 0) }
      return try await group.next().submit {
        (server.value.traffic.requests, server.value.requestsToOthers, server.value.faults)
      }.get()
    }

    /// Ends the peers' side: the device is gone.
    func cut() { socat.kill() }

    func end() async throws {
      let server = server
      try await group.next().submit { server?.value.stop() }.get()
      try await group.shutdownGracefully()
      socat.kill()
    }
  }

  /// The master's end, byte for byte.
  private final class Master {
    private let descriptor: Int32

    init(_ path: String) { descriptor = open(path, O_RDWR | O_NOCTTY) }

    deinit { close(descriptor) }

    func send(_ hex: String) throws {
      let bytes = try Hex.decode(hex)
      _ = write(descriptor, bytes, bytes.count)
    }

    /// The answer to a request, which is repeated, as masters do, when none comes.
    func ask(_ request: String) throws -> [UInt8] {
      for _ in 0..<3 {
        try send(request)
        let answer = receive(within: 2000)
        if !answer.isEmpty { return answer }
      }
      return []
    }

    /// What comes before a silence.
    func receive(within milliseconds: Int32 = 150) -> [UInt8] {
      var all: [UInt8] = []
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      var chunk = [UInt8](repeating: 0, count: 512)
      while poll(&watched, 1, all.isEmpty ? milliseconds : 50) > 0 {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { break }
        all += chunk.prefix(count)
      }
      return all
    }
  }

  @Test(.enabled(if: hasSocat, "socat is not installed (Debian package socat)"))
  func anAnswerIsAnMBAPFrameInAnotherDress() async throws {
    let bench = try await Bench(baud: 19_200)
    let master = Master(bench.master)
    let registers = ProtocolTests.example.prefix(20)
    #expect(try master.ask("01 03 0000 000A C5CD") == RTUFrame.encode([1, 3, 20] + registers))
    let beyond = Hex.encode(RTUFrame.encode([1, 3, 0xFF, 0xFF, 0, 1]))
    #expect(Hex.encode(try master.ask(beyond)) == "018302C0F1")
    for silent in ["00 03 0000 0001 85DB", "01 03 0000 000A C5CC", "01", "01 83 02 C0F1"] {
      try master.send(silent)
      #expect(master.receive() == [], "\(silent)")
    }
    let counts = try await bench.counts()
    // On a busy machine two of them may come as one chain, and a request in two pieces.
    #expect(counts.requests == 2 && counts.others == 0 && counts.faults >= 1)
    try await bench.end()
  }

  /// MODBUS_ADDRESS n: only unit n; multi slave: the meters' units and 255. Others are silence.
  @Test(.enabled(if: hasSocat, "socat is not installed (Debian package socat)"))
  func onlyWhoIsMeantAnswers() async throws {
    func answering(_ bench: Bench) throws -> [UInt8] {
      let master = Master(bench.master)
      // Behind each request one that is always answered: silence needs no clock then.
      let marker = bench.marker
      return try [UInt8](arrayLiteral: 1, 5, 7, 247, 255).filter { unit in
        try master.send(Hex.encode(RTUFrame.encode([unit, 3, 0, 0, 0, 1])))
        usleep(50_000)
        try master.send(Hex.encode(RTUFrame.encode([marker, 3, 0, 0, 0, 1])))
        var answers: [UInt8] = []
        while !answers.suffix(7).starts(with: [marker, 3]) {
          let more = master.receive(within: 5000)
          guard !more.isEmpty else { break }
          answers += more
        }
        if unit == marker { _ = master.receive(within: 200) }
        return answers.starts(with: [unit, 3])
      }
    }
    let any = try await Bench(baud: 115_200)
    #expect(try answering(any) == [1, 5, 7, 247, 255])
    try await any.end()
    let one = try await Bench(baud: 115_200, unitID: 5)
    #expect(try answering(one) == [5])
    // On a busy machine two requests may come as one chain, of which the last is looked at.
    let others = try await one.counts().others
    #expect((1...4).contains(others))
    try await one.end()
    let many = try await Bench(baud: 115_200, layout: RegisterLayout(isMultiSlave: true))
    #expect(try answering(many) == [7, 255])
    try await many.end()
  }

  private static let script = """
    import sys, time
    from pymodbus.client import ModbusSerialClient
    client = ModbusSerialClient(sys.argv[1], baudrate=int(sys.argv[2]), retries=0, timeout=1)
    assert client.connect()
    began = time.monotonic()
    for number in range(int(sys.argv[3])):
        answer = client.read_holding_registers(0, count=125, device_id=1)
        assert not answer.isError(), (number, answer)
    print("registers", *answer.registers[:30])
    print("refused", client.read_holding_registers(65535, count=1, device_id=1).exception_code,
          client.read_coils(0, device_id=1).exception_code,
          client.read_input_registers(0, device_id=1).exception_code)
    names = client.read_device_information(read_code=1, object_id=0, device_id=1).information
    print("names", *[names[key].decode() for key in sorted(names)])
    print((time.monotonic() - began) / number, file=sys.stderr)
    """

  /// METERGATE_RTU_ROUNDS sets how many reads; one in the test stands for thousands in a measurement.
  @Test(
    .enabled(if: hasSocat && hasPymodbus, "socat or pymodbus is not installed"),
    arguments: [9600, 115_200])
  func pymodbusReads(baud: Int) async throws {
    let rounds = ProcessInfo.processInfo.environment["METERGATE_RTU_ROUNDS"] ?? "100"
    let bench = try await Bench(baud: baud)
    let output = try await PeerProcess.finish(
      PeerProcess.python, ["-c", Self.script, bench.master, "\(baud)", rounds], timeout: 600)
    let registers = TestServer.registers.map(String.init).joined(separator: " ")
    #expect(
      output.standardOutput == """
        registers \(registers)
        refused 2 2 1
        names Maker 1036 1.2.3

        """, "\(output.standardError)")
    if rounds != "100" { print("\(baud) Bd: \(output.standardError) s a read") }
    try await bench.end()
  }

  @Test(.enabled(if: hasSocat, "socat is not installed (Debian package socat)"))
  func aPortThatIsGoneIsTold() async throws {
    let bench = try await Bench(baud: 9600)
    bench.cut()
    let event = try await bench.events.first { if case .lineLost = $0 { true } else { false } }
    #expect(
      "\(event)".hasPrefix("Modbus RTU cannot use /") && "\(event)".hasSuffix("; trying again"))
    try await bench.end()
  }
}
