import CSerial
import Foundation
import Testing
import Time

@testable import Transport

@Suite struct SerialLineTests {
  private func open(
    _ path: String, _ parameters: SerialParameters = SerialParameters(baud: 9600)
  ) async throws -> LineBench {
    let bench = LineBench()
    try await bench.open { SerialLine(path: path, parameters: parameters, eventLoop: $0) }
    return bench
  }

  @Test(.timeLimit(.minutes(1))) func everyByteGoesBothWaysOnce() async throws {
    let terminal = try TestTerminal()
    let bench = try await open(terminal.path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    let all = (0...255).map(UInt8.init)
    try await bench.send(all)
    #expect(terminal.read(256) == all)
    // FF comes doubled from the system: after 00 and before it, and at the end of a read.
    let received: [UInt8] = all + [0xFF, 0x00, 0xFF, 0xFF]
    terminal.write(received)
    let got = await events.bytes(received.count)
    #expect(got.values == received)
    #expect(got.damaged == [])
    try await bench.end()
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      SerialParameters(baud: 300), SerialParameters(baud: 460_800, parity: .space),
      SerialParameters(baud: 1234, dataBits: 7, parity: .odd),
      SerialParameters(baud: 38_400, parity: .none, stopBits: 2),
    ])
  func theSpeedIsSetAndBytesAreLeftAlone(_ parameters: SerialParameters) async throws {
    let terminal = try TestTerminal()
    let bench = try await open(terminal.path, parameters)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    let found = try terminal.attributes()
    #expect(Int(found.input_speed) == parameters.baud)
    #expect(Int(found.output_speed) == parameters.baud)
    #expect(found.control_flags & UInt32(CSTOPB) == (parameters.stopBits == 2 ? UInt32(CSTOPB) : 0))
    #expect(found.control_flags & UInt32(CLOCAL | HUPCL | CREAD) == UInt32(CLOCAL | CREAD))
    #expect(found.input_flags == UInt32(INPCK | PARMRK))
    #expect(found.output_flags == 0)
    #expect(found.local_flags == 0)
    #expect(found.minimum == 1)
    try await bench.end()
  }

  @Test(arguments: SerialParameters.FlowControl.allCases)
  func flowControlIsSet(_ flow: SerialParameters.FlowControl) async throws {
    let terminal = try TestTerminal()
    var parameters = SerialParameters(parity: .none)
    parameters.flowControl = flow
    let bench = try await open(terminal.path, parameters)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    let found = try terminal.attributes()
    let software = [.xonXoffSending: IXON, .xonXoffReceiving: IXOFF, .xonXoff: IXON | IXOFF][flow]
    #expect(found.input_flags & UInt32(IXON | IXOFF) == UInt32(software ?? 0))
    // CRTSCTS of <asm-generic/termbits.h>
    #expect(found.control_flags & 0x8000_0000 == (flow == .rtsCts ? 0x8000_0000 : 0))
    try await bench.end()
  }

  @Test func aPortWhoseDriverKnowsNoRS485IsRefused() async throws {
    let terminal = try TestTerminal()
    var parameters = SerialParameters(parity: .none)
    parameters.isRS485 = true
    let bench = try await open(terminal.path, parameters)
    var events = bench.events.makeAsyncIterator()
    #expect(
      await events.next()
        == .closed(
          "\(terminal.path): its driver cannot switch an RS-485 transmitter; for an adapter that does so "
            + "by itself, switch RS485ENABLE off"))
    try await bench.end()
  }

  /// A pseudo terminal always has 8 bits without parity, so this is what a real port is given.
  @Test func parityAndDataBits() {
    let flags: [SerialParameters.Parity: Int32] = [
      .none: 0, .odd: PARENB | PARODD, .even: PARENB, .mark: PARENB | PARODD | CMSPAR,
      .space: PARENB | CMSPAR,
    ]
    for parity in SerialParameters.Parity.allCases {
      let attributes = serial_attributes(SerialParameters(parity: parity))
      #expect(attributes.control_flags == flags[parity].map { UInt32(CREAD | CLOCAL | CS8 | $0) })
    }
    let seven = serial_attributes(SerialParameters(dataBits: 7))
    #expect(seven.control_flags == UInt32(CREAD | CLOCAL | CS7 | PARENB))
  }

  @Test func aCharacterHasAllItsBits() {
    #expect(SerialParameters().bitsPerCharacter == 11)
    #expect(SerialParameters(parity: .none).bitsPerCharacter == 10)
    #expect(SerialParameters(dataBits: 7, parity: .mark, stopBits: 2).bitsPerCharacter == 11)
  }

  @Test(.timeLimit(.minutes(1))) func aSecondProgramIsToldAndGetsThePortLater() async throws {
    let terminal = try TestTerminal()
    let first = try await open(terminal.path)
    var firstEvents = first.events.makeAsyncIterator()
    #expect(await firstEvents.next() == .opened)
    let second = try await open(terminal.path, SerialParameters(baud: 300))
    var events = second.events.makeAsyncIterator()
    #expect(await events.next() == .closed("\(terminal.path): another program uses it"))
    #expect(try terminal.attributes().output_speed == 9600, "the first one's speed is left alone")
    try await first.end()
    let waited = await seconds { _ = await events.untilOpened() }
    #expect(waited < patience)
    try await second.end()
  }

  /// As when the settings change a line.
  @Test(.timeLimit(.minutes(1)), arguments: [1, 2])
  func aLineClosedLeavesThePortFreeForTheNext(times: Int) async throws {
    let terminal = try TestTerminal()
    let path = terminal.path
    let bench = try await open(path)
    var events = bench.events.makeAsyncIterator()
    for round in 1...50 {
      #expect(await events.next() == .opened, "line \(round)")
      try await bench.replace(times: times) {
        SerialLine(path: path, parameters: SerialParameters(baud: 9600), eventLoop: $0)
      }
    }
    #expect(await events.next() == .opened)
    // Nothing of the old lines stays between the terminal and the new one.
    terminal.write([0xE5])
    #expect(await events.bytes(1) == [0xE5])
    try await bench.end()
  }

  @Test(.timeLimit(.minutes(1))) func aDeviceThatVanishesIsOpenedWhereItsLinkLeadsLater()
    async throws
  {
    let first = try TestTerminal()
    let link = TestLink(first)
    let bench = try await open(link.path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    first.vanish()
    #expect(await events.next() == .closed("\(link.path): the device is gone"))
    try await bench.send([1])
    #expect(await events.next() == .closed("\(link.path): there is no such device"))
    let second = try TestTerminal()
    link.point(at: second)
    let waited = await seconds { _ = await events.untilOpened() }
    #expect(waited < patience)
    try await bench.send([2])
    #expect(second.read(1) == [2], "what was sent without a device is not sent late")
    second.write([0xE5])
    #expect(await events.bytes(1) == [0xE5])
    try await bench.end()
  }

  @Test(.timeLimit(.minutes(1))) func aLinkThatIsChangedIsFollowedWithTheNextRequest() async throws
  {
    let first = try TestTerminal()
    let link = TestLink(first)
    let bench = try await open(link.path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    let second = try TestTerminal()
    link.point(at: second)
    try await bench.send([1])
    #expect(await events.next() == .closed("\(link.path): the path leads to another device now"))
    #expect(await events.untilOpened() == [])
    try await bench.send([2])
    #expect(second.read(1) == [2])
    try await bench.end()
  }

  /// Nobody reads: some 20 kB fit into a pseudo terminal, 4 kB of them on the other side already, and
  /// 4 kB wait in the line.
  @Test(.timeLimit(.minutes(1))) func whatADeviceDoesNotTakeIsNeitherKeptNorSentLate()
    async throws
  {
    let terminal = try TestTerminal()
    let bench = try await open(terminal.path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    // At once: what is sent after the line has been opened anew counts.
    try await bench.send(Array(repeating: 0x55, count: 261), times: 1000)
    #expect(await events.next() == .closed("\(terminal.path): takes no more bytes"))
    #expect(await events.untilOpened() == [])
    try await bench.send([0xAA])
    var late = terminal.read(30_000, within: 500)
    // A machine that is busy with other tests takes its time.
    for _ in 0..<10 where late.last != 0xAA { late += terminal.read(30_000, within: 500) }
    #expect(late.count <= 4097)
    #expect(late.last == 0xAA)
    try await bench.end()
  }

  /// A pseudo terminal takes every speed that fits into 32 bits: 5,000,000,000 baud come back as 4,294,967,295.
  @Test(.timeLimit(.minutes(1))) func aSpeedThatIsRefusedLeavesTheOneBefore() async throws {
    let terminal = try TestTerminal()
    let bench = try await open(terminal.path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    try await bench.use(baud: 300, sending: [1])
    #expect(terminal.read(1) == [1])
    #expect(try terminal.attributes().output_speed == 300)
    try await bench.use(baud: 5_000_000_000, sending: [2])
    #expect(
      await events.next()
        == .speedRefused(
          5_000_000_000, inForce: 300,
          "\(terminal.path): cannot be set to 5000000000 baud: the port cannot do 5000000000 baud; the nearest "
            + "that it offers is 4294967295"))
    #expect(try terminal.attributes().output_speed == 300)
    try await bench.send([3])
    #expect(terminal.read(1) == [3], "what was meant for the other speed is not sent")
    try await bench.use(baud: 9600, sending: [4])
    #expect(terminal.read(1) == [4])
    #expect(try terminal.attributes().input_speed == 9600)
    try await bench.end()
  }

  @Test func aRequestThatHasWaitedForItsSpeedForLongIsNotSent() {
    var held = HeldRequests()
    held.append([1], at: .zero)
    held.append([2], at: .zero + .milliseconds(50))
    #expect(held.inTime(at: .zero + .milliseconds(100)) == [[1], [2]])
    #expect(held.inTime(at: .zero + .milliseconds(101)) == [[2]])
    #expect(held.inTime(at: .zero + .milliseconds(151)) == [])
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("/nowhere/ttyS1", "there is no such device"), ("/dev/null", "is no serial port"),
      ("/etc/passwd", "is no serial port"), ("/etc", "is no serial port"),
      ("/etc/passwd/ttyS1", "there is no such device"),
    ])
  func whatIsNoPortIsNamed(_ path: String, _ problem: String) async throws {
    let bench = try await open(path)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .closed("\(path): \(problem)"))
    try await bench.end()
  }

  @Test(arguments: [
    (
      SerialPortError(errno: EACCES),
      "not permitted; the user that metergate runs as must be in the group dialout (adduser USER "
        + "dialout)"
    ),
    (SerialPortError(errno: EBUSY), "another program uses it"),
    (SerialPortError(errno: ENXIO), "there is no such device"),
    (SerialPortError(errno: ENOTTY), "is no serial port"),
    (SerialPortError(errno: EIO), "the port has no hardware or does not answer"),
    (SerialPortError(errno: EMFILE), "Too many open files"),
    (
      SerialPortError.unsupportedBaud(300, offered: 9600),
      "the port cannot do 300 baud; the nearest that it offers is 9600"
    ),
    (SerialPortError.keepsItsBytes, "the device does not send what it is given"),
    (
      SerialPortError.speedLost,
      "the port takes neither this speed nor the one before; it is opened anew"
    ),
  ])
  func errorsTellWhatToDo(_ error: SerialPortError, _ text: String) {
    #expect("\(error)" == text)
  }

  @Test func aSpeedMayBeOffByWhatAReceiverTolerates() {
    #expect(SerialPort.isClose(2400, to: 2400))
    #expect(SerialPort.isClose(2350, to: 2400))
    #expect(!SerialPort.isClose(2340, to: 2400))
    #expect(!SerialPort.isClose(9600, to: 300))
  }

  /// 10 bytes of 11 bits at 1100 baud take 100 ms.
  @Test func aPortHangsWhenBytesAreLateByMoreThanASecond() {
    var watch = OutputWatch(SerialParameters(baud: 1100), now: .zero)
    #expect(!watch.hangs(pending: 0, at: .zero + .seconds(100)))
    watch.sent(10, at: .zero + .seconds(100))
    #expect(!watch.hangs(pending: 10, at: .zero + .milliseconds(101_100)))
    #expect(watch.hangs(pending: 1, at: .zero + .milliseconds(101_101)))
    #expect(!watch.hangs(pending: 0, at: .zero + .milliseconds(101_101)))
    watch.sent(10, at: .zero + .milliseconds(100_050))
    #expect(
      !watch.hangs(pending: 1, at: .zero + .milliseconds(101_200)), "they leave one after another")
    #expect(watch.hangs(pending: 1, at: .zero + .milliseconds(101_201)))
  }
}
