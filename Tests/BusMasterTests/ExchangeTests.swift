import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// What is the answer and what is not, and how long is waited for it.
@Suite struct ExchangeTests {
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
    drive.answer([0x00] + [UInt8](repeating: 0x3C, count: 11), after: 300)
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

  /// Less than the shortest frame has: the answer may still come within the timeout.
  @Test func aDisturbanceDoesNotShortenTheTimeout() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer([0x00], after: 25)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 2_022_916_666))
    drive.answer(try telegram(), after: 1500)
    #expect(drive.result?.ending == .complete)
  }

  /// Some converters send back what they are given; the echo comes in pieces.
  @Test func theEchoOfARequestIsPassedOver() throws {
    var drive = Drive(ReadoutPlan(address: .secondary(meter)))
    let select = try SlaveSelect(meter).frame().encoded
    drive.answer(Array(select.prefix(6)), after: 20)
    drive.answer(Array(select.dropFirst(6)), after: 60)
    drive.answer(e5)
    #expect(drive.sent.last == "10 7B FD 78 16")
    drive.answer([0x10, 0x7B], after: 20)
    drive.answer([0xFD, 0x78, 0x16] + (try telegram()), after: 200)
    #expect(drive.result?.ending == .complete)
  }

  @Test func anAcknowledgementBehindNoiseCountsWhenNothingFollowsIt() {
    var drive = Drive(ReadoutPlan(address: .secondary(meter)))
    drive.answer([0x00, 0xE5])
    #expect(drive.sent.count == 1)
    #expect(drive.wakeAt == .zero + .milliseconds(200))
    drive.timeOut()
    #expect(drive.sent.last == "10 7B FD 78 16")
  }

  @Test func anAcknowledgementWithinNoiseIsNone() {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 0))
    drive.answer([0x00, 0xE5])
    drive.answer([0x00], after: 50)
    drive.timeOut()
    #expect(
      drive.result?.ending
        == .garbage("00 begins no frame (E5, 10 or 68 do), at offset 0", attempts: 1))
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
