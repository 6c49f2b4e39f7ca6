import Bytes
import Modbus
import Testing
import Time

/// What the slave makes of what it hears, with the times at which it hears it.
@Suite struct RTUSlaveTests {
  /// 9600 Bd, 8N1: 3.5 characters are 35 bits.
  private static let timing = RTUTiming(baud: 9600, bitsPerCharacter: 10)
  private static let silence = Span(nanoseconds: 3_645_831)

  /// A line whose time is driven by hand.
  private struct Line {
    var slave = RTUSlave(timing)
    var now = MonotonicInstant.zero
    private var wake: MonotonicInstant?
    private(set) var log: [RTUSlave.Action] = []
    /// When the last answer was due.
    private(set) var answered: MonotonicInstant?

    mutating func hear(_ hex: String, damaged: [Int] = []) throws {
      take(slave.receive(LineBytes(try Hex.decode(hex), damaged: damaged), at: now))
    }

    /// Lets time pass; wakes the slave whenever it wants.
    mutating func pass(_ span: Span) {
      let end = now + span
      while let wake, wake <= end {
        now = wake
        self.wake = nil
        take(slave.wake(at: now))
      }
      now = end
    }

    private mutating func take(_ actions: [RTUSlave.Action]) {
      for action in actions {
        switch action {
        case .wake(let instant): wake = instant
        case .answer:
          answered = now
          log.append(action)
        case .ignore: log.append(action)
        }
      }
    }
  }

  private static let request = "01 03 0000 000A C5CD"
  private static let ours = RTUSlave.Action.answer(
    ModbusRequest(transaction: 0, unit: 1, pdu: .readHoldingRegisters(start: 0, quantity: 10)))
  private static let othersRequest = "11 03 006B 0003 7687"
  private static let others = RTUSlave.Action.answer(
    ModbusRequest(transaction: 0, unit: 17, pdu: .readHoldingRegisters(start: 107, quantity: 3)))
  private static let othersAnswer = "02 03 04 0001 FFFE 5883"

  /// Modbus over serial line V1.02, ch. 2.5.1.1: 35 bits at 9600 Bd, 38.5 with 11 bits a character at
  /// 19,200 Bd, and 1.75 ms above.
  @Test func silences() {
    #expect(Self.timing.silence == Self.silence)
    #expect(Self.timing.patience == .milliseconds(20))
    #expect(RTUTiming(baud: 19_200, bitsPerCharacter: 11).silence == Span(nanoseconds: 2_005_206))
    #expect(RTUTiming(baud: 115_200, bitsPerCharacter: 10).silence == Span(nanoseconds: 1_750_000))
    let slow = RTUTiming(baud: 300, bitsPerCharacter: 11)
    #expect(slow.silence == slow.patience && slow.silence > .milliseconds(128))
  }

  @Test func aRequestIsAnsweredBehindItsSilenceAndNotBefore() throws {
    var line = Line()
    try line.hear(Self.request)
    line.pass(Span(nanoseconds: 3_645_830))
    #expect(line.log == [])
    line.pass(Span(nanoseconds: 1))
    #expect(line.log == [Self.ours])
  }

  @Test func theSilenceCountsFromTheLastByte() throws {
    var line = Line()
    for byte in ["01", "03", "00", "00", "00", "0A", "C5", "CD"] {
      line.pass(.milliseconds(3))
      try line.hear(byte)
    }
    line.pass(.seconds(1))
    #expect(line.log == [Self.ours])
    #expect(line.answered == MonotonicInstant.zero + .milliseconds(24) + Self.silence)
  }

  @Test func aGapWithinAFrameIsWaitedFor() throws {
    for cut in [2, 4, 7] {
      let digits = Self.request.replacing(" ", with: "")
      var line = Line()
      try line.hear(String(digits.prefix(cut * 2)))
      line.pass(.milliseconds(19))
      try line.hear(String(digits.dropFirst(cut * 2)))
      line.pass(.seconds(1))
      #expect(line.log == [Self.ours], "behind \(cut) bytes")
    }
  }

  @Test func aFrameThatIsCutIsForgottenAndTheNextOneIsAnswered() throws {
    var line = Line()
    try line.hear("01 03 00 00")
    line.pass(.milliseconds(20))
    #expect(line.log == [.ignore(.cut)])
    try line.hear(Self.request)
    line.pass(.seconds(1))
    #expect(line.log == [.ignore(.cut), Self.ours])
  }

  /// The master repeats its request while the rest of its first one is still waited for.
  @Test func aRequestBehindACutOneIsAnswered() throws {
    var line = Line()
    try line.hear("01 03 00 00")
    line.pass(.milliseconds(10))
    try line.hear(Self.request)
    line.pass(.seconds(1))
    #expect(line.log == [Self.ours])
  }

  @Test func whatOthersSayPassesBy() throws {
    var line = Line()
    for hex in [Self.othersAnswer, "01 83 02 C0F1", "00 03 0000 0001 85DB"] {
      try line.hear(hex)
      line.pass(.milliseconds(5))
    }
    #expect(line.log == [], "an answer, a refusal, a request to all")
    try line.hear(Self.othersRequest)
    line.pass(.milliseconds(5))
    try line.hear(Self.request)
    line.pass(.milliseconds(5))
    #expect(line.log == [Self.others, Self.ours])
  }

  /// Adapters swallow silences.
  @Test func framesThatAreHandedOverTogether() throws {
    var line = Line()
    try line.hear(Self.othersRequest + Self.othersAnswer + Self.request)
    line.pass(.milliseconds(30))
    #expect(line.log == [Self.ours])
    try line.hear(Self.request + Self.othersAnswer)
    line.pass(.milliseconds(30))
    #expect(line.log == [Self.ours], "somebody else has answered already")
  }

  @Test func whatIsNoFrameIsForgotten() throws {
    let wrong = [
      "01 03 0000 000A C5CC", "01", "01 03", "FF FF FF FF FF", "03 0000 000A C5CD",
      "00 00 00 00 00 00 00 00 00 00 00 00",
    ]
    for hex in wrong {
      var line = Line()
      try line.hear(hex)
      line.pass(.milliseconds(30))
      #expect(line.log.count == 1 && line.log != [Self.ours], "\(hex)")
      try line.hear(Self.request)
      line.pass(.milliseconds(30))
      #expect(line.log.last == Self.ours, "behind \(hex)")
    }
  }

  @Test func aDamagedByteSpoilsItsFrame() throws {
    for offset in 0..<8 {
      var line = Line()
      try line.hear(Self.request, damaged: [offset])
      line.pass(.milliseconds(30))
      #expect(line.log == [.ignore(.damaged)])
      try line.hear(Self.request)
      line.pass(.milliseconds(30))
      #expect(line.log == [.ignore(.damaged), Self.ours])
    }
  }

  @Test func bytesWithoutAnEndDoNotFillTheMemory() throws {
    var line = Line()
    for _ in 0..<100 {
      try line.hear(String(repeating: "55", count: 100))
      line.pass(.milliseconds(1))
    }
    line.pass(.milliseconds(5))
    #expect(line.log == [.ignore(.tooLong)])
    try line.hear(Self.request)
    line.pass(.milliseconds(5))
    #expect(line.log == [.ignore(.tooLong), Self.ours])
  }

  /// A busy line behind an adapter whose portions end anywhere: 100 answers of others in portions of 50
  /// bytes every 16 ms, then a request.
  @Test func portionsThatEndWithinFrames() throws {
    let answers = String(repeating: Self.othersAnswer.replacing(" ", with: ""), count: 100)
    var line = Line()
    var rest = answers[...]
    while !rest.isEmpty {
      try line.hear(String(rest.prefix(100)))
      rest = rest.dropFirst(100)
      line.pass(.milliseconds(16))
    }
    try line.hear(Self.request)
    line.pass(.milliseconds(16))
    #expect(line.log == [Self.ours])
  }

  @Test func aLostLineForgetsWhatHadCome() throws {
    var line = Line()
    try line.hear("01 03 00 00")
    line.slave.reset()
    try line.hear("00 0A C5 CD")
    line.pass(.milliseconds(30))
    #expect(line.log.count == 1 && line.log != [Self.ours])
  }

  /// Rubbish, cut and flipped frames in portions of all sizes with all gaps: whatever came before, a
  /// request behind a long silence is answered, and nothing else than requests that were sent is.
  @Test func afterAnyRubbishTheNextRequestIsAnswered() throws {
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var state = seed
    func number(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    let frames = try (RTUFrameTests.requests.map(\.hex) + RTUFrameTests.answers)
      .map { try Hex.decode($0) }
    for round in 0..<2000 {
      var line = Line()
      for _ in 0..<number(8) {
        var bytes = frames[Int(number(UInt64(frames.count)))]
        switch number(4) {
        case 0: bytes = (0..<number(300)).map { _ in UInt8(number(256)) }
        case 1: bytes = Array(bytes.prefix(Int(number(UInt64(bytes.count)))))
        case 2: bytes[Int(number(UInt64(bytes.count)))] ^= UInt8(1 << number(8))
        default: break
        }
        try line.hear(Hex.encode(bytes))
        line.pass(.milliseconds(Int64(number(25))))
      }
      line.pass(.milliseconds(25))
      try line.hear(Self.request)
      line.pass(.milliseconds(4))
      #expect(line.log.last == Self.ours, "seed \(seed), round \(round)")
    }
  }
}
