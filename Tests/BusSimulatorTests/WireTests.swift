import BusSimulator
import MBus
import Metering
import Testing
import Time

@Suite struct WireTests {
  /// SND_NKE has 5 bytes = 55 bits; the slave waits 11 bit times; E5 has 11 bits: 77 bits in all.
  /// 77 / 2400 = 32.083 ms, 77 / 300 = 256.667 ms, 77 / 9600 = 8.0208 ms.
  @Test(arguments: [(300, 256_666), (2400, 32_083), (9600, 8_020)] as [(Int64, Int64)])
  func anAnswerTakesItsTimeOnTheWire(_ baud: Int64, _ microseconds: Int64) throws {
    var test = TestBus(
      [Sample.slave(delay: bits(11, baud: baud))], settings: LineSettings(baud: baud))
    let received = try test.received(.sndNKE(address: 5))
    #expect(received.map(\.value) == Sample.ack)
    #expect(received.first.map { $0.time.nanoseconds / 1000 } == microseconds)
  }

  /// The master's bytes queue: 12 requests of 5 bytes handed over at once are 660 bits = 275 ms;
  /// delay and E5 add 22 bits = 9.167 ms.
  @Test func bytesHandedOverAtOnceTakeTheLineOneAfterAnother() throws {
    var test = TestBus([Sample.slave(address: 5)])
    for address in UInt8(100)..<111 {
      test.bus.send(try Frame.sndNKE(address: address).encoded, at: .zero)
    }
    let received = try test.received(.sndNKE(address: 5))
    #expect(received.first.map { $0.time.nanoseconds / 1000 } == 284_166)
  }

  /// 65,536 bytes wait at most: at 1,000,000 baud they take 720.9 ms of wire time, not more.
  @Test func whatTheBufferCannotHoldIsLost() throws {
    var test = TestBus([Sample.slave(address: 5)], settings: LineSettings(baud: 1_000_000))
    test.bus.send(Array(repeating: 0x16, count: 100_000), at: .zero)
    var last = MonotonicInstant.zero
    while let next = test.bus.nextEvent {
      last = next
      _ = test.bus.advance(to: next)
    }
    // 65,536 × 11 bits at 1 µs
    #expect(last.nanoseconds == 720_896_000)
  }

  @Test func theBytesOfATelegramFollowEachOtherWithoutGaps() throws {
    var test = TestBus([Sample.raw([[0x00, 0xFF, 0x55]])])
    let times = try test.received(.reqUD2(address: 9, fcb: true)).map(\.time.nanoseconds)
    // 11 / 2400 s = 4,583,333 ns
    #expect(zip(times.dropFirst(), times).map { ($0 - $1) / 1000 } == [4583, 4583])
  }

  @Test func drawnDelaysLieWithinTheStandard() {
    let bus = SimulatedBus(SimulatedPopulation.builtIn(count: 200, seed: 3).slaves)
    let delays = bus.answerDelays
    // 11 / 2400 s = 4.583 ms; 330 / 2400 s + 50 ms = 187.5 ms
    #expect(delays.allSatisfy { (4_583_333...187_500_000).contains($0.nanoseconds) })
    #expect(delays.contains { $0 < .milliseconds(20) })
    #expect(delays.contains { $0 > .milliseconds(170) })
    #expect(SimulatedBus(bus.slaves).answerDelays == delays)
    #expect(SimulatedBus(bus.slaves, settings: LineSettings(seed: 2)).answerDelays != delays)
  }

  @Test func howOftenTimeIsToldDoesNotMatter() throws {
    let settings = LineSettings(seed: 5, noise: 0.05)
    var stepped = TestBus(SimulatedPopulation.demo.slaves, settings: settings)
    var once = stepped
    let request = Frame.reqUD2(address: 254, fcb: true)
    let expected = try stepped.received(request)
    once.bus.send(try request.encoded, at: .zero)
    #expect(once.bus.advance(to: .zero + .seconds(60)) == expected)
    #expect(!expected.isEmpty)
    var often = SimulatedBus(SimulatedPopulation.demo.slaves, settings: settings)
    often.send(try request.encoded, at: .zero)
    var received: [ReceivedByte] = []
    for millisecond in Int64(0)..<3000 {
      received += often.advance(to: .zero + .milliseconds(millisecond))
    }
    #expect(received == expected)
  }

  @Test func aMutedSlaveIsSilent() throws {
    var test = TestBus([Sample.slave(address: 5), Sample.slave(.gas, serial: 1, address: 6)])
    #expect(test.bus.setMuted(Sample.serial, true) == 1)
    #expect(try test.ask(.sndNKE(address: 5)) == [])
    #expect(try test.ask(.sndNKE(address: 6)) == Sample.ack)
    #expect(test.bus.setMuted(Sample.serial, false) == 1)
    #expect(try test.ask(.sndNKE(address: 5)) == Sample.ack)
    #expect(test.bus.setMuted(MeterSerial(digits: 0x99), true) == 0)
  }

  @Test func aTalkingSlaveLosesWhatTheMasterSays() throws {
    var test = TestBus([
      Sample.slave(address: 5), Sample.slave(.gas, serial: 1, address: 6),
    ])
    test.bus.send(try Frame.reqUD2(address: 5, fcb: true).encoded, at: .zero)
    // The answer of 5 begins at 66 bits = 27.5 ms and takes hundreds of ms.
    let during = MonotonicInstant.zero + .milliseconds(100)
    let answer = test.bus.advance(to: during)
    #expect(!answer.isEmpty)
    test.bus.send(try Frame.sndNKE(address: 5).encoded, at: during)
    let whole = (answer + test.rest()).map(\.value)
    guard case .frame(_, let length) = FrameDecoder.decode(whole) else {
      Issue.record("no frame: \(whole)")
      return
    }
    #expect(length == whole.count, "nothing but the telegram came")
    // 5 has not been reset: its last request is still a repeated one. 6 hears while 5 talks.
    #expect(try test.ask(.reqUD2(address: 5, fcb: true)) == whole)
    let start = test.now
    test.bus.send(try Frame.reqUD2(address: 5, fcb: true).encoded, at: start)
    _ = test.bus.advance(to: start + .milliseconds(100))
    test.bus.send(try Frame.sndNKE(address: 6).encoded, at: start + .milliseconds(100))
    #expect(test.rest().map(\.value) != whole)
  }
}

@Suite struct CollisionTests {
  static func acknowledging(_ delays: [AnswerDelay]) -> TestBus {
    TestBus(
      delays.enumerated().map { index, delay in
        Sample.slave(serial: 0x1000_0000 + UInt32(index), address: UInt8(index), delay: delay)
      })
  }

  @Test func equalDelaysMergeIntoOneCleanE5() throws {
    var test = Self.acknowledging([bits(11), bits(11), bits(11)])
    let received = try test.received(SlaveSelect.any.frame())
    #expect(received.map(\.value) == Sample.ack)
    #expect(received.allSatisfy { !$0.parityError && !$0.framingError })
  }

  /// A quarter of a bit apart the middles of the bits still agree.
  @Test func aQuarterOfABitIsNotSeen() throws {
    var test = Self.acknowledging([
      bits(11), .fixed(.bits(11, baud: 2400) + .bits(1, baud: 9600)),
    ])
    let received = try test.received(SlaveSelect.any.frame())
    #expect(received.map(\.value) == Sample.ack)
    #expect(received.allSatisfy { !$0.parityError && !$0.framingError })
  }

  /// E5 on the line, start bit to stop bit:  0 1 0 1 0 0 1 1 1 1 1
  /// the same five bits later:                         0 1 0 1 0 0 1 1 1 1 1
  /// a 0 wins:                               0 1 0 1 0 0 1 0 1 0 0 1 1 1 1 1
  /// Data bits 1 0 1 0 0 1 0 1 from the least significant: A5, parity 0 (fits), stop bit 0.
  @Test func fiveBitsApartTwoAcknowledgementsAreGarbage() throws {
    var test = Self.acknowledging([bits(11), bits(16)])
    let received = try test.received(SlaveSelect.any.frame())
    #expect(received.map(\.value) == [0xA5])
    #expect(received.map(\.framingError) == [true])
    #expect(received.map(\.parityError) == [false])
  }

  @Test func differentDelaysGiveE5AndThenGarbage() throws {
    var test = Self.acknowledging([bits(11), bits(33), bits(38), bits(330)])
    let received = try test.received(SlaveSelect.any.frame())
    #expect(received.map(\.value) == [0xE5, 0xA5, 0xE5])
    #expect(received.map(\.framingError) == [false, true, false])
  }

  /// Two telegrams bit by bit: 55 & 33 = 11 and 0F & F0 = 00, all with parity bit 0. 01 and 02 have
  /// parity bit 1 both: 00 with parity bit 1, an error.
  @Test func telegramsAreOverlaidBitByBit() throws {
    var test = TestBus([
      Sample.raw([[0x55, 0x0F, 0x01]]), Sample.raw([[0x33, 0xF0, 0x02, 0x68]]),
    ])
    let received = try test.received(.reqUD2(address: 9, fcb: true))
    #expect(received.map(\.value) == [0x11, 0x00, 0x00, 0x68])
    #expect(received.map(\.parityError) == [false, false, true, false])
    #expect(received.allSatisfy { !$0.framingError })
  }

  @Test func bothAreDeafWhileTheyTalk() throws {
    var test = TestBus([Sample.raw([[0x55]]), Sample.raw([[0x55, 0x55, 0x55, 0x55, 0x55, 0x55]])])
    test.bus.send(try Frame.reqUD2(address: 9, fcb: true).encoded, at: .zero)
    // The answers begin at 66 bits; the short one is over at 77 bits = 32.1 ms, the long one at 132
    // bits = 55 ms. A frame from 33 ms on is heard by the first only.
    let during = MonotonicInstant.zero + .milliseconds(33)
    _ = test.bus.advance(to: during)
    test.bus.send(try Frame.reqUD2(address: 9, fcb: true).encoded, at: during)
    // From 33 ms: 55 bits = 22.9 ms, 11 bits, 11 bits: at 65.1 ms the first one answers alone.
    let late = test.rest().filter { $0.time > .zero + .milliseconds(56) }
    #expect(late.map(\.value) == [0x55])
    #expect(late.map { $0.time.nanoseconds / 1000 } == [65_083])
  }
}

@Suite struct NoiseTests {
  static func answers(seed: UInt64, noise: Double) throws -> [[ReceivedByte]] {
    var test = TestBus([Sample.slave()], settings: LineSettings(seed: seed, noise: noise))
    return try (0..<20).map { _ in try test.received(.reqUD2(address: 5, fcb: true)) }
  }

  @Test func theSameSeedDisturbsTheSameBits() throws {
    let first = try Self.answers(seed: 7, noise: 0.02)
    #expect(try Self.answers(seed: 7, noise: 0.02) == first)
    #expect(try Self.answers(seed: 8, noise: 0.02) != first)
  }

  @Test func noiseHitsBothDirectionsAndQuietHitsNone() throws {
    let quiet = try Self.answers(seed: 7, noise: 0)
    #expect(Set(quiet.map { $0.map(\.value) }).count == 1)
    let noisy = try Self.answers(seed: 7, noise: 0.02)
    #expect(noisy.contains { $0.isEmpty }, "a request was not understood")
    #expect(noisy.contains { !$0.isEmpty && $0.map(\.value) != quiet[0].map(\.value) })
    #expect(noisy.contains { $0.map(\.value) == quiet[0].map(\.value) })
  }

  @Test func everythingDisturbedIsNothingUnderstood() throws {
    #expect(try Self.answers(seed: 7, noise: 1).allSatisfy { $0.isEmpty })
  }
}
