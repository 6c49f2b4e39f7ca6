import BusMaster
import Bytes
import MBus
import MBusLine
import Metering
import NIOEmbedded
import Station
import Testing
import Time
import Transport

/// A line of bytes in the hands of the test.
final class FakeLine: ByteLine {
  var onEvent: ((ByteLineEvent) -> Void)?
  var sent: [[UInt8]] = []
  var isOpen = false

  func open() { isOpen = true }
  func send(_ bytes: [UInt8]) { sent.append(bytes) }
  func close() { isOpen = false }
}

/// A driver on a fake line, on a loop whose time the test moves.
final class LineBench {
  let loop = EmbeddedEventLoop()
  let fake = FakeLine()
  let line: MBusLine
  var events: [LineEvent] = []
  private var now = MonotonicInstant.zero

  init(
    reset: ResetSequence = .none, retries: Int = 0, scan: ScanPlan = ScanPlan(),
    countBits: FrameCountBits = FrameCountBits(), decoding: DecodingOptions = .standard,
    cipher: (any TelegramCipher)? = nil
  ) {
    let clock = Clock()
    line = MBusLine(
      line: LineID(.mbus), bytes: fake, eventLoop: loop,
      configuration: MBusLine.Configuration(
        timing: LineTiming(), selectMask: [], reset: reset, retries: retries, maxTelegrams: 0,
        scan: scan, decoding: decoding),
      clock: { clock.moment }, countBits: countBits, cipher: cipher)
    self.clock = clock
    line.onEvent = { [weak self] in self?.events.append($0) }
    line.start()
  }

  private let clock: Clock

  private final class Clock {
    var moment = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))
  }

  func pass(milliseconds: Int64) {
    clock.moment.instant = clock.moment.instant + .milliseconds(milliseconds)
    loop.advanceTime(by: .milliseconds(milliseconds))
  }

  func read(_ id: Int, address: UInt8 = 5) {
    line.perform(.read(ReadJob(meter: MeterID(id), address: .mbus(.primary(address)))))
  }

  func answer(_ bytes: [UInt8]) { fake.onEvent?(.received(LineBytes(bytes))) }

  var outcomes: [Result<MeterReport, ReadoutFailure>] {
    events.compactMap { if case .readout(let readout) = $0 { readout.outcome } else { nil } }
  }
}

/// A water meter with an invented serial at address 5: 1 l.
func waterTelegram() throws -> [UInt8] {
  let header: [UInt8] = [0x01, 0x00, 0x00, 0x10, 0x52, 0x3B, 0x01, 0x07, 1, 0, 0, 0]
  return try Frame.long(
    control: .rspUD(), address: 5, ci: 0x72, data: header + [0x04, 0x13, 1, 0, 0, 0]
  ).encoded
}

@Suite struct MBusLineTests {
  @Test func aReadoutBecomesAReport() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.pass(milliseconds: 100)
    bench.answer(try waterTelegram())
    let report = try bench.outcomes.first?.get()
    #expect(report?.identity.serial == MeterSerial(digits: 0x1000_0001))
    #expect(report?.primaryAddress == 5)
    #expect(report?.values.map(\.reading) == [.integer(1)])
    #expect(report?.isComplete == true)
  }

  @Test func jobsAreDoneOneAfterTheOther() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.read(2, address: 6)
    #expect(bench.fake.sent.count == 1)
    bench.answer(try waterTelegram())
    #expect(bench.fake.sent.count == 2)
    bench.pass(milliseconds: 2100)
    #expect(bench.outcomes.count == 2)
    #expect(bench.outcomes.last == .failure(.noAnswer(attempts: 1)))
  }

  @Test func lineLossEndsAllJobsAndTheNextReadoutBeginsAtTelegramOne() {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.read(2, address: 6)
    bench.fake.onEvent?(.closed("the connection was reset"))
    #expect(
      bench.events == [
        .state(LineID(.mbus), .up), .state(LineID(.mbus), .down("the connection was reset")),
      ])
    bench.pass(milliseconds: 5000)
    #expect(bench.outcomes.isEmpty, "no timer of a dropped job goes off")
    bench.fake.onEvent?(.opened)
    bench.fake.sent = []
    bench.read(1)
    #expect(bench.fake.sent == [[0x10, 0x40, 0x05, 0x45, 0x16]], "SND_NKE: the chain is open")
  }

  /// New settings make a new line, which goes on with what the old one remembered.
  @Test func aLineThatTakesAnothersPlaceKnowsWhichChainsAreOpen() throws {
    let old = LineBench()
    old.fake.onEvent?(.opened)
    old.read(1, address: 7)
    old.pass(milliseconds: 2100)
    old.read(2)
    old.answer(try waterTelegram())
    old.read(3, address: 6)
    old.line.stop()
    let bench = LineBench(countBits: old.line.countBits)
    bench.fake.onEvent?(.opened)
    bench.read(3, address: 6)
    #expect(bench.fake.sent == [[0x10, 0x40, 0x06, 0x46, 0x16]], "interrupted: SND_NKE")
    bench.answer([0xE5])
    #expect(bench.fake.sent.last == [0x10, 0x7B, 0x06, 0x81, 0x16])
    bench.fake.sent = []
    bench.read(2)
    bench.pass(milliseconds: 2100)
    #expect(bench.fake.sent == [[0x10, 0x5B, 0x05, 0x60, 0x16]], "read to its end: the next bit")
  }

  @Test func bytesThatNobodyAskedForAreDropped() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.answer(try waterTelegram())
    #expect(bench.outcomes.isEmpty)
    bench.read(1)
    bench.pass(milliseconds: 2100)
    #expect(bench.outcomes == [.failure(.noAnswer(attempts: 1))])
  }

  @Test func aJobWithoutLineFailsAtOnce() {
    let bench = LineBench()
    bench.read(1)
    #expect(bench.outcomes == [.failure(.lineDown("it has not been opened yet"))])
  }

  @Test func anApplicationErrorIsToldInWords() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.answer(
      try Frame.long(control: .rspUD(), address: 5, ci: 0x70, data: [0x08]).encoded)
    guard case .failure(.applicationError(let text)) = bench.outcomes.first else {
      Issue.record("\(bench.outcomes)")
      return
    }
    #expect(text.contains("busy"), "\(text)")
  }

  @Test func aTelegramThatCannotBeReadIsToldInWords() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.answer(try Frame.long(control: .rspUD(), address: 5, ci: 0xA1, data: [0x08]).encoded)
    #expect(
      bench.outcomes.first
        == .failure(
          .unreadable(
            "CI A1 at offset 6 is not known (69, 6A, 6B, 6E, 6F, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 7A, 7B, 8A, 8B and 90 are)"
          )))
  }

  @Test func whatCameOfAChainIsKeptWhenItsEndIsMissing() throws {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    let header: [UInt8] = [0x01, 0x00, 0x00, 0x10, 0x52, 0x3B, 0x01, 0x07, 1, 0, 0, 0]
    bench.answer(
      try Frame.long(
        control: .rspUD(), address: 5, ci: 0x72, data: header + [0x04, 0x13, 1, 0, 0, 0, 0x1F]
      ).encoded)
    bench.pass(milliseconds: 2100)
    let report = try bench.outcomes.first?.get()
    #expect(report?.values.count == 1)
    #expect(report?.isComplete == false)
    #expect(report?.problems == ["telegram 2: no answer in 1 attempt"])
  }

  @Test func stopEndsEverythingWithoutEvents() {
    let bench = LineBench()
    bench.fake.onEvent?(.opened)
    bench.read(1)
    bench.line.stop()
    bench.pass(milliseconds: 5000)
    #expect(bench.outcomes.isEmpty)
    #expect(!bench.fake.isOpen)
  }
}
