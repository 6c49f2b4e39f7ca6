import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// What a scan sends and what it makes of answers, one by one.
@Suite struct BusScanTests {
  static let request = "10 7B FD 78 16"
  static let deselect = "10 40 FD 3D 16"

  private func secondary(
    _ digits: UInt32, isReversed: Bool = false, reset: ResetSequence = .none, retries: Int = 3
  ) -> ScanPlan {
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: digits)
    return ScanPlan(
      .secondary(start, isReversed: isReversed), reset: reset, retries: retries)
  }

  @Test func silenceIsAskedOnceMoreAtEachDigit() throws {
    var drive = Drive(secondary(0x1234_567F))
    drive.silence()
    let digits = (UInt32(0)...9).flatMap { [0x1234_5670 + $0, 0x1234_5670 + $0] }
    #expect(try drive.sent == digits.map(select) + [Self.deselect])
    #expect(drive.progress == [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    #expect(drive.result == ScanSummary(found: 0))
  }

  @Test func withoutRetriesSilenceIsNotAskedAgain() {
    var drive = Drive(secondary(0x1234_567F, retries: 0))
    drive.silence()
    #expect(drive.sent.count == 11)
  }

  /// 17 bytes of select at 11 bits and 2400 baud are 77.9 ms; a slave may take 330 bits and 50 ms, and
  /// the line 100 ms: 77.917 + 187.5 + 100 ms.
  @Test func aProbeWaitsForTheLongestReactionOnly() {
    let drive = Drive(secondary(0x1234_567F))
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 365_416_666))
    let hurried = Drive(
      secondary(0x1234_567F), timing: LineTiming(timeout: .milliseconds(50)))
    #expect(hurried.wakeAt == MonotonicInstant(nanoseconds: 127_916_666))
  }

  @Test func resetsComeFirst() throws {
    var drive = Drive(secondary(0x1234_5678, reset: .extended2))
    drive.silence()
    #expect(
      try drive.sent == [
        Self.deselect, "68 03 03 68 43 FF 50 92 16", "10 40 FF 3F 16", select(0x1234_5678),
        select(0x1234_5678), Self.deselect,
      ])
  }

  @Test func everybodyIsGivenTimeToAcknowledge() throws {
    var drive = Drive(secondary(0x6660_0106))
    drive.answer(e5)
    #expect(drive.sent.count == 1, "another one may still acknowledge")
    drive.timeOut()
    #expect(drive.sent.last == Self.request)
    drive.answer(try telegram(address: 7), after: 1500)
    #expect(
      drive.hits == [ScanHit(address: .secondary(meter), identity: meter, primaryAddress: 7)])
    #expect(drive.sent.last == Self.deselect)
    drive.silence()
    #expect(drive.result == ScanSummary(found: 1))
  }

  @Test func twoAnswersOneBehindTheOtherAreSeveralMeters() throws {
    var drive = Drive(secondary(0x6660_010F, retries: 0))
    drive.silence(untilSent: 7)
    drive.answerAndWait(e5)
    drive.answer(try telegram(volume: 1), after: 130)
    #expect(drive.hits.isEmpty, "another one may still answer")
    drive.answer(try telegram(volume: 2), after: 130)
    drive.timeOut()
    #expect(drive.hits.isEmpty)
    drive.silence()
    #expect(
      drive.result?.problems.map(\.description) == [
        "no good answer from 66600106, perhaps several meters have this serial: more than one meter "
          + "answers"
      ])
  }

  /// Slaves that are still sending do not hear a select: after a collision nothing is sent until the
  /// longest frame would be over. REQ_UD2 takes 22.9 ms, the reaction 287.5 ms, 261 bytes 1196.25 ms.
  @Test func aCollisionIsGivenTheTimeOfTheLongestFrame() {
    var drive = Drive(secondary(0xFFFF_FFFF, retries: 0))
    drive.answerAndWait(e5)
    let asked = drive.now
    drive.answer([0x68, 0x00])
    #expect(drive.wakeAt == asked + Span(nanoseconds: 2_022_916_666), "not more than noise yet")
    drive.answer([UInt8](repeating: 0, count: 10), after: 50)
    #expect(drive.wakeAt == asked + Span(nanoseconds: 2_022_916_666))
  }

  @Test func aCollisionLeadsOneDigitDeeper() throws {
    var drive = Drive(secondary(0xFFFF_FFFF, retries: 0))
    drive.answerAndWait(e5)
    drive.answerAndWait([UInt8](repeating: 0, count: 12))
    #expect(try drive.sent == [select(0x0FFF_FFFF), Self.request, select(0x00FF_FFFF)])
    var reverse = Drive(secondary(0xFFFF_FFFF, isReversed: true, retries: 0))
    reverse.answerAndWait(e5)
    reverse.answerAndWait([UInt8](repeating: 0, count: 12))
    #expect(try reverse.sent == [select(0xFFFF_FFF0), Self.request, select(0xFFFF_FF00)])
  }

  /// Both acknowledge, but only the stronger one is heard when both send data: it is found, and its
  /// branch is looked through all the same. At the last digit each of them answers alone.
  @Test(arguments: ["E5 E5", "E5 00 E5", "E5 00 80", "AA E5 E5"])
  func aMeterThatIsDrownedOutIsFoundOneDigitDeeper(_ acknowledgements: String) throws {
    var drive = Drive(secondary(0x6660_01FF, retries: 0))
    drive.answerAndWait(try Hex.decode(acknowledgements))
    drive.answer(try telegram(), after: 1500)
    #expect(drive.hits.map(\.identity) == [meter])
    #expect(try drive.sent.last == select(0x6660_0100))
    drive.silence(untilSent: 9)
    for serial: UInt32 in [0x6660_0106, 0x6660_0107] {
      #expect(try drive.sent.last == select(serial))
      drive.answerAndWait(e5)
      drive.answer(try telegram(serial: serial), after: 1500)
    }
    drive.silence()
    #expect(drive.hits.map(\.identity.serial.description) == ["66600106", "66600107"])
    #expect(drive.result == ScanSummary(found: 2))
    let shares = [10, 20, 30, 40, 50, 60, 70, 80, 90] + [100, 200, 300, 400, 500, 600, 700, 800]
    #expect(
      drive.progress == [0, 0] + shares + [900, 1000], "a meter more is told with its share")
  }

  /// Noise before a single E5, and a single character after it, are no proof of a second meter.
  @Test(arguments: ["E5", "00 E5", "00 FF AA E5", "E5 00", "00 00 E5 00", "00 00 00"])
  func noiseAroundAnAcknowledgementDoesNotLeadDeeper(_ acknowledgement: String) throws {
    var drive = Drive(secondary(0x6660_01FF, retries: 0))
    drive.answerAndWait(try Hex.decode(acknowledgement))
    drive.answer(try telegram(), after: 1500)
    #expect(drive.hits.map(\.identity) == [meter])
    #expect(try drive.sent.last == select(0x6660_011F))
    drive.silence()
    #expect(drive.result == ScanSummary(found: 1))
  }

  @Test func severalMetersOfOneSerialAreReportedWhenOneIsHeard() throws {
    var drive = Drive(secondary(0x6660_0106))
    drive.answerAndWait([0xE5, 0xE5])
    drive.answer(try telegram(), after: 1500)
    drive.silence()
    #expect(drive.hits.map(\.identity) == [meter])
    #expect(
      drive.result
        == ScanSummary(
          found: 1,
          problems: [.drownedOut(MeterSerial(digits: 0x6660_0106))]))
  }

  @Test func aBranchThatAnswersToNoDigitIsReported() {
    var drive = Drive(secondary(0x1234_56FF, retries: 0))
    drive.answerAndWait(e5)
    drive.answerAndWait([UInt8](repeating: 0, count: 12))
    drive.silence()
    #expect(drive.progress.suffix(2) == [900, 1000])
    #expect(drive.progress.prefix(4) == [0, 10, 20, 30])
    #expect(
      drive.result?.problems.map(\.description) == [
        "somebody answers to 1234560F, but nobody to one of the digits 0–9 in place of an F: a serial "
          + "with hex digits, or a disturbance"
      ])
  }

  @Test func aMeterThatDoesNotAnswerIsReported() throws {
    var drive = Drive(secondary(0x1234_5678, retries: 1))
    for _ in 0..<2 {
      drive.answerAndWait(e5)
      drive.timeOut()
    }
    #expect(
      try drive.sent == [
        select(0x1234_5678), Self.request, select(0x1234_5678), Self.request, Self.deselect,
      ])
    drive.silence()
    #expect(
      drive.result
        == ScanSummary(
          found: 0,
          problems: [.silentMeter(MeterSerial(digits: 0x1234_5678))]))
  }

  @Test func aMeterThatToldAnotherSerialIsFoundOnceUnderThat() throws {
    var drive = Drive(secondary(0x1234_567F, retries: 0))
    for _ in 0..<2 {
      drive.answerAndWait(e5)
      drive.answer(try telegram(), after: 1500)
    }
    drive.silence()
    #expect(drive.hits.map(\.identity) == [meter])
    #expect(drive.result?.found == 1)
  }

  /// A telegram without a header (CI 78): the digits of the select tell the serial.
  @Test func whoDoesNotTellIsFoundByItsDigits() throws {
    let silent = try Frame.long(
      control: .rspUD(), address: 3, ci: 0x78, data: [0x04, 0x13, 1, 0, 0, 0]
    ).encoded
    var drive = Drive(secondary(0x1234_567F, retries: 0))
    drive.answerAndWait(e5)
    drive.answer(silent, after: 1500)
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x1234_5670))
    #expect(
      drive.hits == [
        ScanHit(address: .secondary(identity), identity: identity, primaryAddress: 3)
      ])
  }

  // MARK: - Primary

  @Test func primaryAddressesAreGreetedAndAsked() throws {
    var drive = Drive(ScanPlan(.primary(4...6), reset: .standard, retries: 1))
    drive.timeOut()
    drive.timeOut()
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answer(try telegram(address: 5), after: 1500)
    drive.silence()
    #expect(
      drive.sent == [
        "10 40 FF 3F 16", "10 40 04 44 16", "10 40 04 44 16", "10 40 05 45 16", "10 7B 05 80 16",
        "10 40 06 46 16", "10 40 06 46 16",
      ])
    #expect(drive.hits == [ScanHit(address: .primary(5), identity: meter, primaryAddress: 5)])
    #expect(drive.progress == [0, 333, 666, 1000])
    #expect(drive.result == ScanSummary(found: 1))
    #expect(drive.machine.countBits[5] == FrameCountBits.Entry(next: false, isChainOpen: false))
  }

  @Test func withoutResetsREQUD2ComesAtOnceWithTheBitRemembered() throws {
    var countBits = FrameCountBits()
    countBits[5] = FrameCountBits.Entry(next: false, isChainOpen: false)
    var drive = Drive(
      ScanPlan(.primary(4...5), reset: .none, retries: 3), countBits: countBits)
    drive.timeOut()
    drive.timeOut()
    drive.answer(try telegram(address: 5, more: true), after: 1500)
    #expect(drive.sent == ["10 7B 04 7F 16", "10 7B 04 7F 16", "10 5B 05 60 16"])
    #expect(drive.result == ScanSummary(found: 1))
    #expect(drive.machine.countBits[4] == .afterReset, "nobody is there")
    #expect(drive.machine.countBits[5] == FrameCountBits.Entry(next: true, isChainOpen: true))
  }

  @Test func whoDoesNotAnswerAtAnAddressIsReported() {
    var drive = Drive(ScanPlan(.primary(4...5), reset: .anybusStandard, retries: 0))
    drive.answerAndWait(e5)
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answerAndWait([0xAA])
    #expect(
      drive.result?.problems.map(\.description) == [
        "address 4: a meter acknowledges SND_NKE, but does not answer the request for data (REQ_UD2)",
        "address 5: no good answer to the request for data (REQ_UD2), perhaps several meters have this "
          + "address: AA begins no frame (E5, 10 or 68 do), at offset 0",
      ])
  }

  @Test func aPrimaryMeterThatDoesNotTellIsFoundWithoutSerial() throws {
    var drive = Drive(ScanPlan(.primary(3...3), reset: .anybusStandard, retries: 0))
    drive.answerAndWait(e5)
    let bytes = try Frame.long(
      control: .rspUD(), address: 3, ci: 0x78, data: [0x04, 0x13, 1, 0, 0, 0]
    ).encoded
    drive.answer(bytes, after: 1500)
    #expect(
      drive.hits == [
        ScanHit(
          address: .primary(3), identity: MeterIdentity(serial: .any), primaryAddress: 3)
      ])
  }
}
