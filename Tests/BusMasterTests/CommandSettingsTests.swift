import BusMaster
import MBus
import Metering
import Testing
import Time

/// Commands go by the settings of the line, as readouts do, and leave its memory as it is.
@Suite struct CommandSettingsTests {
  private let reset = MeterCommand.applicationReset(subcode: nil)

  private func plan(
    _ address: MBusAddress = .primary(5), reset: ResetSequence = .anybusStandard,
    _ manner: ReadoutManner = .init()
  ) -> ReadoutPlan {
    var plan = ReadoutPlan(address: address, reset: reset, retries: 0)
    plan.manner = manner
    return plan
  }

  /// MBUS_RESETDISABLE: the command has the bit that is next, and what may be the rest of a chain is dropped.
  @Test func noResetAtAll() throws {
    var bits = FrameCountBits()
    bits[5] = .init(next: false, isChainOpen: false)
    var drive = Drive(reset, by: plan(.init(mayReset: false)), countBits: bits)
    #expect(drive.sent == ["68 03 03 68 53 05 50 A8 16"])
    drive.answer(e5)
    drive.answer(try telegram(volume: 1))
    drive.answer(try telegram(volume: 2))
    #expect(drive.sent.dropFirst() == ["10 7B 05 80 16", "10 5B 05 60 16"])
    #expect(drive.result?.ending == .unseen)
    #expect(drive.machine.countBits[5] == .init(next: true, isChainOpen: false))
  }

  private func plan(_ manner: ReadoutManner) -> ReadoutPlan { plan(.primary(5), manner) }

  /// MBUS_FIRST_FCBBIT_NEG: 53 + 05 + 50 = A8.
  @Test func theFirstBitMayBeNegated() {
    var drive = Drive(reset, by: plan(.init(firstBit: false)))
    drive.answer(e5)
    #expect(drive.sent.last == "68 03 03 68 53 05 50 A8 16")
    var selected = Drive(reset, by: plan(.secondary(meter), .init(firstBit: false)))
    selected.timeOut()
    selected.answer(e5)
    #expect(selected.sent.last == "68 03 03 68 53 FD 50 A0 16")
  }

  /// MBUS_FORCE: any bytes, or silence, in place of E5.
  @Test func whatAcknowledges() throws {
    var garbled = Drive(reset, by: plan(.init(forcedAcknowledge: .anyBytes)))
    garbled.answer(e5)
    garbled.answer([0x45, 0x16])
    garbled.timeOut()
    #expect(garbled.sent.last == "10 40 05 45 16", "it is read behind the command")
    var silent = Drive(reset, by: plan(.init(forcedAcknowledge: .always)))
    silent.timeOut()
    #expect(silent.sent.last == "68 03 03 68 73 05 50 C8 16")
    silent.timeOut()
    silent.timeOut()
    silent.answer(try telegram())
    #expect(silent.result?.ending == .unseen)
  }

  /// MBUS_IGNORECRCFIELD and MBUS_NOADDRESS_VERIFY, in what is read behind the command and before it.
  @Test func faultsThatArePassedOver() throws {
    var wrong = try telegram(address: 7)
    wrong.replaceSubrange(wrong.count - 2..<wrong.count - 1, with: [0])
    var drive = Drive(reset, by: plan(.init(tolerance: .checksum, verifiesAddress: false)))
    for _ in 0..<3 { drive.answer(e5) }
    drive.answer(wrong)
    #expect(drive.result?.ending == .unseen)
    let some = MBusAddress.secondary(MeterIdentity(serial: meter.serial))
    var identified = Drive(reset, by: plan(some, .init(tolerance: .checksum)))
    identified.timeOut()
    identified.answerAndWait(e5)
    identified.answerAndWait(wrong)
    #expect(identified.machine.plan.address == .secondary(meter))
  }

  /// MBUS_WAKEUPENABLE
  @Test func asleep() {
    #expect(Drive(reset, by: plan(.init(wakes: true))).sent == ["10 40 FD 3D 16"])
    let all = Drive(
      .freeze(storage: 0, is2018: false), by: plan(.primary(0xFF), .init(wakes: true)))
    #expect(all.sent == ["10 40 FD 3D 16"])
  }

  /// MBUS_RESETMODE 4 and MBUS_REQUESTMODE: SND_NKE to FD, FF and the meter; but nothing that would undo the command.
  @Test func nothingUndoesTheCommand() throws {
    var plan = plan(reset: .extended2)
    plan.request = .all
    var drive = Drive(.select([[0x13]]), by: plan)
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    #expect(
      drive.sent == [
        "10 40 FD 3D 16", "10 40 FF 3F 16", "10 40 05 45 16", "68 05 05 68 73 05 51 08 13 E4 16",
      ])
    drive.answer(e5)
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    #expect(
      drive.sent.suffix(4) == [
        "10 40 FD 3D 16", "10 40 FF 3F 16", "10 40 05 45 16", "10 7B 05 80 16",
      ])
  }

  /// As some meters count commands and requests apart.
  @Test func withoutResetModeTheMeterIsResetAllTheSame() {
    #expect(Drive(reset, by: plan(reset: .none)).sent == ["10 40 05 45 16"])
  }

  // MARK: - What is remembered

  /// Whatever becomes of it, the meter is reset before it is read again.
  @Test func aCommandThatIsGivenUpInTheMiddle() {
    var drive = Drive(reset, by: plan())
    #expect(drive.machine.countBits[5] == .afterReset, "nothing has been sent yet")
    drive.answer(e5)
    #expect(drive.machine.countBits[5] == .init(next: true, isChainOpen: true))
    drive.answer(e5)
    #expect(drive.machine.countBits[5] == .init(next: false, isChainOpen: true))
    drive.answer(e5)
    #expect(drive.machine.countBits[5] == .init(next: true, isChainOpen: true), "being read")
  }

  @Test func aCommandThatIsRefused() {
    var drive = Drive(reset, by: plan())
    drive.answer(e5)
    drive.silence()
    #expect(drive.machine.countBits[5].isChainOpen)
  }

  @Test func theNewAddressAndAllOfThem() {
    var address = Drive(.setAddress(8, force: true), by: plan(.secondary(meter)))
    address.timeOut()
    #expect(address.machine.countBits[8].isChainOpen && !address.machine.countBits[9].isChainOpen)
    var all = Drive(.freeze(storage: 0, is2018: false), by: plan(.primary(0xFF)))
    all.silence()
    #expect((0...250).allSatisfy { all.machine.countBits[$0].isChainOpen })
  }
}
