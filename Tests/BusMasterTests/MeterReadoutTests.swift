import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// Drives a readout by hand: what it sends, when it wants to be woken, what it brings.
struct Drive {
  var machine: MeterReadout
  var now = MonotonicInstant.zero
  var sent: [String] = []
  var wakeAt: MonotonicInstant?
  var result: ReadoutResult?

  init(
    _ plan: ReadoutPlan, timing: LineTiming = LineTiming(),
    countBits: FrameCountBits = FrameCountBits()
  ) {
    machine = MeterReadout(plan, timing: timing, countBits: countBits)
    give(.start)
  }

  mutating func give(_ event: BusEvent) {
    for action in machine.handle(event, now: now) {
      switch action {
      case .send(let bytes): sent.append(Hex.encode(bytes, separator: " "))
      case .wake(let instant): wakeAt = instant
      case .finish(let result): self.result = result
      }
    }
  }

  mutating func answer(_ bytes: [UInt8], after milliseconds: Int64 = 100) {
    now = now + .milliseconds(milliseconds)
    give(.received(bytes))
  }

  /// Lets the time pass for which the machine waits.
  mutating func timeOut() {
    guard let wakeAt else { return }
    now = wakeAt
    give(.wake)
  }
}

let e5: [UInt8] = [0xE5]

/// RSP_UD of a meter with an invented serial, one volume record, at will with "more records follow".
func telegram(address: UInt8 = 5, volume: UInt8 = 1, more: Bool = false) throws -> [UInt8] {
  let header: [UInt8] = [0x06, 0x01, 0x60, 0x66, 0xA7, 0x32, 0x02, 0x04, volume, 0x00, 0x00, 0x00]
  let records: [UInt8] = [0x04, 0x13, volume, 0x00, 0x00, 0x00] + (more ? [0x1F] : [])
  let frame = Frame.long(control: .rspUD(), address: address, ci: 0x72, data: header + records)
  return try frame.encoded
}

let meter = MeterIdentity(
  serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
  version: 2, medium: .heat)

@Suite struct PrimaryReadoutTests {
  /// SND_NKE to 5 is 10 40 05 45 16; REQ_UD2 with FCB set to 5 is 10 7B 05 80 16 (sums by hand).
  @Test func resetsThenAsks() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .anybusStandard))
    #expect(drive.sent == ["10 40 05 45 16"])
    drive.answer(e5)
    #expect(drive.sent.last == "10 7B 05 80 16")
    drive.answer(try telegram())
    #expect(drive.result?.telegrams.count == 1)
    #expect(drive.result?.ending == .complete)
  }

  @Test func standardResetOfSolvimusGoesToAllFirstAndAwaitsNothing() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .standard))
    #expect(drive.sent == ["10 40 FF 3F 16"])
    // 5 bytes of 11 bits and 33 bits of pause at 2400 baud: 88 / 2400 s.
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 36_666_666))
    drive.timeOut()
    #expect(drive.sent.last == "10 40 05 45 16")
  }

  @Test func extendedResets() {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .extended2))
    drive.timeOut()
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    #expect(
      drive.sent == [
        "10 40 FD 3D 16", "68 03 03 68 53 FF 50 A2 16", "10 40 FF 3F 16", "10 40 05 45 16",
        "10 7B 05 80 16",
      ])
  }

  @Test func anybusResets() {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .anybusExtended2))
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    #expect(
      drive.sent == [
        "10 40 FD 3D 16", "68 03 03 68 53 FD 50 A0 16", "10 40 05 45 16", "10 7B 05 80 16",
      ])
    let secondary = Drive(ReadoutPlan(address: .secondary(meter), reset: .anybusExtended1))
    #expect(secondary.sent == ["10 40 FD 3D 16"])
  }

  @Test func aMeterSilentOnResetIsResetAgainAndThenAskedAllTheSame() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .anybusStandard))
    drive.timeOut()
    drive.timeOut()
    #expect(drive.sent == ["10 40 05 45 16", "10 40 05 45 16", "10 7B 05 80 16"])
    drive.answer(try telegram())
    #expect(drive.result?.ending == .complete)
  }

  /// Otherwise a slave that has not heard the reset would send its old telegram again.
  @Test func aResetThatIsNotAcknowledgedLeavesTheFrameCountBitAsRemembered() throws {
    let plan = ReadoutPlan(address: .primary(5), reset: .anybusStandard)
    var first = Drive(plan)
    first.answer(e5)
    first.answer(try telegram())
    var second = Drive(plan, countBits: first.machine.countBits)
    second.timeOut()
    second.timeOut()
    #expect(second.sent.last == "10 5B 05 60 16")
  }

  @Test func aDeadMeterCostsNoMoreThanTheRetriesAllow() {
    var drive = Drive(ReadoutPlan(address: .primary(5), reset: .anybusStandard, retries: 3))
    while drive.result == nil { drive.timeOut() }
    #expect(drive.result?.ending == .noAnswer(attempts: 4))
    #expect(drive.sent.count == 4)
  }

  /// The connection breaks while the answer is awaited: what the line keeps says so.
  @Test func aReadoutThatIsDroppedLeavesTheChainOpen() throws {
    let plan = ReadoutPlan(address: .primary(5))
    let dropped = Drive(plan)
    let next = Drive(plan, countBits: dropped.machine.countBits)
    #expect(next.sent == ["10 40 05 45 16"])
  }

  @Test func repetitionsCarryTheSameFrameCountBit() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 2))
    drive.timeOut()
    drive.timeOut()
    #expect(drive.sent == Array(repeating: "10 7B 05 80 16", count: 3))
    // 5 bytes on the wire take 22.9 ms; then 2 s of silence, three times.
    #expect(drive.now == MonotonicInstant(nanoseconds: 2 * 2_022_916_666))
    drive.timeOut()
    #expect(drive.result?.ending == .noAnswer(attempts: 3))
  }

  @Test func withoutResetTheFrameCountBitIsKeptOverReadouts() throws {
    let plan = ReadoutPlan(address: .primary(5))
    var first = Drive(plan)
    first.answer(try telegram())
    var second = Drive(plan, countBits: first.machine.countBits)
    #expect(second.sent == ["10 5B 05 60 16"])
    second.answer(try telegram())
    let third = Drive(plan, countBits: second.machine.countBits)
    #expect(third.sent == ["10 7B 05 80 16"])
    let other = Drive(ReadoutPlan(address: .primary(6)), countBits: first.machine.countBits)
    #expect(other.sent == ["10 7B 06 81 16"], "every address has its own")
  }

  @Test func aChainCutShortStartsAgainAtTelegramOne() throws {
    let plan = ReadoutPlan(address: .primary(5), maxTelegrams: 2)
    var first = Drive(plan)
    first.answer(try telegram(volume: 1, more: true))
    #expect(first.sent.last == "10 5B 05 60 16")
    first.answer(try telegram(volume: 2, more: true))
    #expect(first.result?.ending == .limited)
    #expect(first.result?.telegrams.count == 2)
    var second = Drive(plan, countBits: first.machine.countBits)
    #expect(second.sent == ["10 40 05 45 16"])
    second.answer(e5)
    #expect(second.sent.last == "10 7B 05 80 16")
  }

  @Test func anAnswerFromAnotherAddressIsNone() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer(try telegram(address: 7))
    #expect(drive.result == nil)
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage("the answer comes from address 7, not from 5", attempts: 1))
    #expect(drive.result?.received.count == 1)
  }
}

@Suite struct SecondaryReadoutTests {
  /// Slave select of 66600106 LUG version 2 medium 4: identity least significant byte first, the sum of
  /// 53 FD 52 06 01 60 66 A7 32 02 04 is 0x34E (added up by hand), of which one byte is sent.
  @Test func nothingStandsBetweenSelectAndRequest() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), reset: .standard))
    #expect(drive.sent == ["10 40 FF 3F 16"])
    drive.timeOut()
    #expect(drive.sent.last == "68 0B 0B 68 53 FD 52 06 01 60 66 A7 32 02 04 4E 16")
    drive.answer(e5)
    #expect(drive.sent.last == "10 7B FD 78 16")
    drive.answer(try telegram(address: 9))
    #expect(drive.result?.ending == .complete, "a selected meter answers with its own address")
  }

  @Test func aSelectThatNobodyAcknowledgesIsRepeatedAndGivenUp() {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 1))
    drive.timeOut()
    drive.timeOut()
    #expect(drive.sent.count == 2)
    #expect(drive.result?.ending == .noAnswer(attempts: 2))
  }

  @Test func silenceAfterSelectSelectsAgain() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 1))
    drive.answer(e5)
    drive.timeOut()
    #expect(drive.sent.last?.hasPrefix("68 0B") == true)
    drive.answer(e5)
    drive.timeOut()
    #expect(drive.result?.ending == .noAnswer(attempts: 2), "select works, the request does not")
  }

  @Test func withinAChainTheRequestAloneIsRepeated() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 1))
    drive.answer(e5)
    drive.answer(try telegram(volume: 1, more: true))
    #expect(drive.sent.last == "10 5B FD 58 16")
    drive.timeOut()
    #expect(drive.sent.last == "10 5B FD 58 16")
    drive.timeOut()
    #expect(drive.result?.telegrams.count == 1, "what came is kept")
    #expect(drive.result?.ending == .noAnswer(attempts: 2))
  }

  @Test func aMeterThatRepeatsItselfDoesNotHoldTheBus() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 1))
    drive.answer(e5)
    drive.answer(try telegram(more: true))
    drive.answer(try telegram(more: true))
    drive.timeOut()
    drive.answer(try telegram(more: true))
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage(
          "the meter repeats the telegram before instead of sending the next one", attempts: 2))
    #expect(drive.result?.telegrams.count == 1)
  }

  /// Telegram one was late: it comes again, as the answer to the repeated request, before telegram two.
  @Test func aLateRepetitionIsPassedOver() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter)))
    drive.answer(e5)
    drive.answer(try telegram(volume: 1, more: true))
    drive.answer(try telegram(volume: 1, more: true))
    drive.answer(try telegram(volume: 2))
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.telegrams.count == 2)
  }

  /// A meter that was too slow for its own turn, or a second master's, answers in between.
  @Test func anAnswerOfAnotherMeterIsPassedOver() throws {
    var other = meter
    other.serial = MeterSerial(digits: 0x1111_1111)
    var drive = Drive(ReadoutPlan(address: .secondary(other), retries: 0))
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result == nil)
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage("the answer comes from meter 66600106, not from 11111111", attempts: 1))
  }

  @Test func theSelectMaskMakesWildcards() {
    let drive = Drive(
      ReadoutPlan(
        address: .secondary(meter), selectMask: [.manufacturer, .version, .medium]))
    #expect(drive.sent == ["68 0B 0B 68 53 FD 52 06 01 60 66 FF FF FF FF 6B 16"])
  }
}

@Suite struct TimeoutTests {
  @Test func aFrameWithLengthEndsByItsLengthNotByTheIdleTimeout() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    let bytes = try telegram()
    drive.answer(Array(bytes.prefix(10)))
    drive.answer(Array(bytes.dropFirst(10).prefix(5)), after: 1500)
    #expect(drive.result == nil)
    drive.answer(Array(bytes.dropFirst(15)), after: 1500)
    #expect(drive.result?.ending == .complete)
  }

  @Test func aSilenceOfTheTimeoutEndsAFrameThatStopsHalfWay() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer(Array(try telegram().prefix(10)))
    #expect(drive.wakeAt == .zero + .milliseconds(2100))
    drive.timeOut()
    #expect(
      drive.result?.ending == .garbage("the frame ends after 10 of 27 bytes", attempts: 1))
  }

  @Test func theIdleTimeoutEndsWhatHasNoLength() {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer([0x00, 0x3C], after: 300)
    #expect(drive.wakeAt == .zero + .milliseconds(400))
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage("00 begins no frame (E5, 10 or 68 do), at offset 0", attempts: 1))
  }

  @Test func noiseBeforeAFrameIsPassedOver() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer([0xFF, 0x68] + (try telegram()))
    #expect(drive.result?.ending == .complete)
    #expect(try drive.result?.telegrams.first?.encoded == telegram())
  }

  /// 330 bits and 50 ms after the request, 22.9 ms, and 100 ms of silence.
  @Test func earlyNoiseDoesNotEndTheTimeInWhichSlavesMayBegin() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer([0x00], after: 25)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 22_916_666 + 187_500_000 + 100_000_000))
    drive.answer(try telegram(), after: 170)
    #expect(drive.result?.ending == .complete)
  }

  @Test func aStartOfAShortFrameIsNoise() {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer([0x10], after: 300)
    #expect(drive.wakeAt == .zero + .milliseconds(400))
    drive.timeOut()
    #expect(drive.result?.ending == .garbage("10 begins no answer", attempts: 1))
  }

  /// A concentrator that sends a whole telegram of another meter as its own data.
  @Test func aFrameWithinAFrameIsData() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    let header: [UInt8] = [0x11, 0x11, 0x11, 0x11, 0xA7, 0x32, 2, 4, 1, 0, 0, 0]
    let outer = Frame.long(
      control: .rspUD(), address: 5, ci: 0x72, data: header + [0x0F] + (try telegram()))
    let bytes = try outer.encoded
    drive.answer(Array(bytes.dropLast(2)))
    #expect(drive.result == nil)
    drive.answer(Array(bytes.suffix(2)))
    #expect(drive.result?.telegrams == [outer])
  }

  @Test func aLateAcknowledgementIsPassedOver() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer(e5)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 2_022_916_666))
    drive.answer(try telegram())
    #expect(drive.result?.ending == .complete)
  }

  @Test func whoAnswersABroadcastIsWaitedFor() {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), reset: .standard))
    drive.answer(e5, after: 36)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 36_000_000 + 13_750_000))
    drive.timeOut()
    #expect(drive.sent.last?.hasPrefix("68 0B") == true)
  }

  @Test func aBabblingLineIsBounded() {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    for _ in 0..<200 { drive.answer([UInt8](repeating: 0x55, count: 100), after: 60) }
    #expect(drive.wakeAt == .zero + .milliseconds(10_060), "the full timeout comes all the same")
    drive.timeOut()
    #expect(drive.result?.received.first?.count == 522)
  }

  @Test func anEarlyWakeDoesNothing() {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.give(.wake)
    #expect(drive.sent.count == 1)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 2_022_916_666))
  }

  @Test func aSingleCharacterIsNoData() {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer(e5)
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage("the meter acknowledges (E5) but sends no data", attempts: 1))
  }
}
