import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// Bytes with a wrong parity or stop bit.
@Suite struct DamageTests {
  private static let text = "byte 12 of the answer came with a wrong parity or stop bit"

  @Test func aDamagedByteSpoilsAFrameWhoseChecksumFits() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer(try telegram(), damaged: [11])
    #expect(drive.result == nil, "the line may not be at rest yet")
    drive.timeOut()
    #expect(drive.result?.ending == .garbage(Self.text, attempts: 1))
    #expect(try drive.result?.received == [telegram()])
  }

  @Test func marksMoveAlongWithNoiseAndPieces() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    let bytes = try telegram()
    drive.answer([0x00, 0xFF] + bytes.prefix(10))
    drive.answer(Array(bytes.dropFirst(10)), damaged: [1], after: 20)
    drive.timeOut()
    guard case .garbage(let why, attempts: 1) = drive.result?.ending else {
      Issue.record("\(String(describing: drive.result))")
      return
    }
    #expect(why == Self.text, "the twelfth byte of the frame, not of what came")
  }

  @Test func aWrongChecksumIsExplainedByTheDamage() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    var bytes = try telegram()
    bytes[11] ^= 0x10
    drive.answer(bytes, damaged: [11])
    drive.timeOut()
    #expect(drive.result?.ending == .garbage(Self.text, attempts: 1))
  }

  @Test func damagedNoiseBeforeAnAnswerDoesNoHarm() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer([0xFF, 0x10] + (try telegram()), damaged: [0, 1])
    #expect(drive.result?.ending == .complete)
  }

  @Test func aGoodAnswerBehindADamagedOneCounts() throws {
    var drive = Drive(ReadoutPlan(address: .primary(5)))
    drive.answer(try telegram(volume: 1) + telegram(volume: 2), damaged: [11])
    #expect(try drive.result?.telegrams.map { try $0.encoded } == [telegram(volume: 2)])
  }

  @Test func aDamagedE5IsNoAcknowledgement() {
    var drive = Drive(ReadoutPlan(address: .secondary(meter), retries: 0))
    drive.answer(e5, damaged: [0])
    drive.timeOut()
    #expect(drive.sent.count == 1)
    #expect(
      drive.result?.ending
        == .garbage("byte 1 of the answer came with a wrong parity or stop bit", attempts: 1))
  }

  @Test func anEchoAloneIsSilence() {
    var drive = Drive(ReadoutPlan(address: .primary(5), retries: 0))
    drive.answer([0x10, 0x7B, 0x05, 0x80, 0x16], after: 20)
    drive.timeOut()
    #expect(drive.result?.ending == .noAnswer(attempts: 1))
  }
}
