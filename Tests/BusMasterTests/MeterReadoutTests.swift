import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

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
        "10 40 FD 3D 16", "68 03 03 68 43 FF 50 92 16", "10 40 FF 3F 16", "10 40 05 45 16",
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

  /// The answer to a request with the other frame count bit is new, even when it is the same byte for byte.
  @Test func twoEqualTelegramsOfAChain() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter)))
    drive.answer(e5)
    drive.answer(try telegram(volume: 1, more: true))
    drive.answer(try telegram(volume: 1, more: true), after: 200)
    drive.answer(try telegram(volume: 2), after: 200)
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.telegrams.count == 3)
  }

  /// 28 bytes take 128 ms, the request 23 ms: what has come whole after 100 ms has begun before the request was over.
  @Test func whatComesTooEarlyIsTheTelegramBefore() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter)))
    drive.answer(e5)
    drive.answer(try telegram(volume: 1, more: true), after: 200)
    drive.answer(try telegram(volume: 1, more: true), after: 100)
    drive.answer(try telegram(volume: 2))
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.telegrams.count == 2)
  }

  /// A converter in the network that talks faster than MBUS_BAUDRATE says: nothing can be told from what is early.
  @Test func onALineThatIsFasterNothingIsTooEarly() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer(try telegram(volume: 1, more: true), after: 50)
    drive.answer(try telegram(volume: 1, more: true), after: 50)
    drive.answer(try telegram(volume: 2), after: 50)
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.telegrams.count == 3)
  }

  /// Address 5 at 9600 baud may be another meter: what is remembered says nothing of it.
  @Test func anotherSpeedIsAnotherMeter() throws {
    let plan = ReadoutPlan(address: .primary(5))
    var first = Drive(plan)
    first.answer(try telegram())
    let bits = first.machine.countBits
    #expect(Drive(plan, countBits: bits).sent == ["10 5B 05 60 16"])
    var fast = Drive(plan, timing: LineTiming(baud: 9600), countBits: bits)
    #expect(fast.sent == ["10 40 05 45 16"])
    fast.answer(e5)
    fast.answer(try telegram())
    #expect(fast.result?.ending == .complete)
    #expect(Drive(plan, countBits: fast.machine.countBits).sent == ["10 40 05 45 16"])
  }

  /// So it is when a search at another speed has found it there.
  @Test func aSearchAtAnotherSpeed() throws {
    var scan = Drive(
      ScanPlan(.primary(5...5), reset: .none), timing: LineTiming(baud: 9600),
      countBits: FrameCountBits())
    scan.answer(try telegram(), after: 1500)
    #expect(scan.hits.count == 1)
    let bits = scan.machine.countBits
    let plan = ReadoutPlan(address: .primary(5))
    #expect(
      Drive(plan, timing: LineTiming(baud: 9600), countBits: bits).sent == ["10 5B 05 60 16"])
    #expect(Drive(plan, countBits: bits).sent == ["10 40 05 45 16"])
    #expect(
      Drive(ReadoutPlan(address: .primary(6)), countBits: bits).sent == ["10 7B 06 81 16"],
      "nobody is known there")
  }

  /// The rest of an old chain was asked for twice, and its last telegram comes twice.
  @Test func theEndOfAnOldChainIsNoTelegramOfThisOne() throws {
    var plan = ReadoutPlan(address: .primary(5))
    plan.manner.mayReset = false
    var bits = FrameCountBits()
    bits[5] = .init(next: true, isChainOpen: true)
    var drive = Drive(plan, countBits: bits)
    drive.timeOut()
    drive.answer(try telegram(volume: 1), after: 200)
    #expect(drive.sent == ["10 7B 05 80 16", "10 7B 05 80 16", "10 5B 05 60 16"])
    drive.answer(try telegram(volume: 1), after: 1000)
    #expect(drive.result == nil)
    drive.answer(try telegram(volume: 2), after: 200)
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.telegrams.first?.data.dropFirst(14).first == 2)
  }

  /// Telegram one was late: it comes again, as the answer to the repeated request, before telegram two. Once it has
  /// been passed over, or nothing has come behind it, the next one counts.
  @Test func aLateRepetitionIsPassedOver() throws {
    for follows in [true, false] {
      var drive = Drive(ReadoutPlan(address: .primary(5), reset: .none))
      drive.timeOut()
      drive.answer(try telegram(volume: 1, more: true), after: 20)
      drive.answer(try telegram(volume: 1, more: true), after: 1000)
      #expect(drive.sent.count == 3)
      if !follows { drive.timeOut() }
      drive.answer(try telegram(volume: 1, more: true), after: 200)
      drive.answer(try telegram(volume: 2), after: 200)
      #expect(drive.result?.ending == .complete)
      #expect(drive.result?.telegrams.count == 3)
      #expect(
        drive.sent
          == ["10 7B 05 80 16", "10 7B 05 80 16", "10 5B 05 60 16"]
          + (follows ? [] : ["10 5B 05 60 16"]) + ["10 7B 05 80 16"])
    }
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
