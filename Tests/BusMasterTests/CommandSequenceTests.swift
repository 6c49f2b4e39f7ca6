import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// Commands with their checks. Sums were added up by hand; the frame for a selected slave is also that of other
/// masters.
@Suite struct CommandSequenceTests {
  @Test func aNewAddressOfASelectedMeter() throws {
    var drive = Drive(.setAddress(8, force: false), to: .secondary(meter))
    #expect(drive.sent == ["10 40 08 48 16"], "is anybody there?")
    while drive.sent.last?.hasPrefix("68 0B") != true { drive.timeOut() }
    #expect(drive.sent.dropLast().last == "10 40 FD 3D 16", "who misses the select is not selected")
    drive.answer(e5)
    #expect(drive.sent.last == "68 06 06 68 73 FD 51 01 7A 08 44 16")
    drive.answer(e5)
    #expect(drive.sent.last == "10 40 08 48 16")
    drive.answer(e5)
    #expect(drive.sent.last == "10 7B 08 83 16")
    drive.answer(try telegram(address: 8))
    #expect(drive.result?.ending == .confirmed("meter 66600106 answers to address 8"))
  }

  @Test func anAddressThatIsTaken() throws {
    var drive = Drive(.setAddress(8, force: false), to: .secondary(meter))
    drive.answer(e5)
    drive.answerAndWait(try telegram(address: 8, serial: 0x1234_5678))
    #expect(drive.result?.ending == .refused("meter 12345678 has the new address already"))
    #expect(drive.sent.count == 2, "nothing was changed")
  }

  /// The meter at the old address is asked who it is, so that it can be told at the new one.
  @Test func anotherMeterAtTheNewAddress() throws {
    var drive = Drive(.setAddress(8, force: true), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try telegram())
    #expect(drive.sent.last == "10 40 05 45 16")
    drive.answer(e5)
    #expect(drive.sent.last == "68 06 06 68 73 05 51 01 7A 08 4C 16")
    drive.answer(e5)
    drive.answer(e5)
    drive.answer(try telegram(address: 8, serial: 0x1234_5678))
    #expect(
      drive.result?.ending == .otherwise("meter 12345678 answers to address 8, not 66600106"))
  }

  @Test func aNewSerial() throws {
    let serial = MeterSerial(digits: 0x1234_5678)
    var drive = Drive(
      .setIdentity(MeterIdentity(serial: serial), force: true), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try telegram())
    drive.answer(e5)
    #expect(drive.sent.last == "68 09 09 68 73 05 51 0C 79 78 56 34 12 62 16")
    drive.answer(e5)
    while drive.sent.last?.hasPrefix("68 0B") != true { drive.timeOut() }
    #expect(drive.sent.last == "68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16")
    drive.answer(e5)
    drive.answer(try telegram(serial: 0x1234_5678))
    #expect(drive.result?.ending == .confirmed("meter 12345678 answers to serial 12345678"))
  }

  /// Type F of 2026-11-22 08:00 is 00 28 56 3B: year 26 is 1A, of which 2 goes to the day and 3 to the month; the
  /// hour has 20 for 20xx.
  @Test func aClockThatIsNotShown() throws {
    let time = try #require(CivilTime(year: 2026, month: 11, day: 22, hour: 8, minute: 0))
    var drive = Drive(.setClock(time, withSeconds: false), to: .primary(5))
    drive.answer(e5)
    #expect(drive.sent.last == "68 09 09 68 73 05 51 04 6D 00 28 56 3B F3 16")
    drive.answer(e5)
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result?.ending == .notShown("its telegrams have no date and time"))
  }

  @Test func aValueIsWrittenAndReadBack() throws {
    let vif: [UInt8] = [0x13]
    var drive = Drive(
      .setValue(dif: [0x04], vif: vif, data: [0x01, 0x00, 0x00, 0x00]), to: .primary(5))
    drive.answer(e5)
    #expect(drive.sent.last == "68 09 09 68 73 05 51 04 13 01 00 00 00 E1 16")
    drive.answer(e5)
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result?.ending == .confirmed("the value is 01 00 00 00"))
    var ignored = Drive(
      .setValue(dif: [0x04], vif: vif, data: [0x02, 0x00, 0x00, 0x00]), to: .primary(5))
    for _ in 0..<3 { ignored.answer(e5) }
    ignored.answer(try telegram())
    #expect(ignored.result?.ending == .otherwise("the value is 01 00 00 00"))
    var other = Drive(
      .setValue(dif: [0x01], vif: [0xFD, 0x1A], data: [0x01]), to: .primary(5))
    for _ in 0..<3 { other.answer(e5) }
    other.answer(try telegram())
    #expect(other.result?.ending == .notShown("its telegrams have no such value"))
  }

  @Test func aSelectionThatTheMeterIgnores() throws {
    var drive = Drive(.select([[0x03]]), to: .primary(5))
    drive.answer(e5)
    #expect(drive.sent.last == "68 05 05 68 73 05 51 08 03 D4 16")
    drive.answer(e5)
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result?.ending == .otherwise("it sends 1 value, of which 1 are not selected"))
    var good = Drive(.select([[0x13]]), to: .primary(5))
    for _ in 0..<3 { good.answer(e5) }
    good.answer(try telegram())
    #expect(good.result?.ending == .confirmed("it sends 1 value, all of them selected"))
  }

  /// What a meter sends behind an application reset shows nothing of it.
  @Test(
    arguments: [
      (.applicationReset(subcode: nil), "68 03 03 68 73 05 50 C8 16", .unseen),
      (.applicationReset(subcode: 0x10), "68 04 04 68 73 05 50 10 D8 16", .unseen),
      (
        .globalReadout(isShort: false), "68 05 05 68 73 05 51 7F 7E C6 16",
        .confirmed("it sends 1 value in 1 telegram")
      ),
      (
        .globalReadout(isShort: true), "68 04 04 68 73 05 51 7F 48 16",
        .confirmed("it sends 1 value in 1 telegram")
      ),
    ] as [(MeterCommand, String, CommandResult.Ending)])
  func answersBehindIt(
    command: MeterCommand, frame: String, ending: CommandResult.Ending
  ) throws {
    var drive = Drive(command, to: .primary(5))
    drive.answer(e5)
    #expect(drive.sent.last == frame)
    drive.answer(e5)
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result?.ending == ending)
  }

  @Test func freezing() throws {
    var all = Drive(.freeze(storage: 0, is2018: true), to: .primary(0xFF))
    #expect(all.sent == ["68 03 03 68 43 FF 5C 9E 16"])
    all.timeOut()
    #expect(all.result?.ending == .sentToAll)
  }

  /// Without a storage number there is nothing to look for: 53 FD 54 and 73 FD 54 add up to A4 and C4.
  @Test func freezingASelectedMeter() {
    var drive = Drive(.freeze(storage: 0, is2018: false), to: .secondary(meter), retries: 1)
    drive.timeOut()
    drive.answer(e5)
    #expect(drive.sent.last == "68 03 03 68 73 FD 54 C4 16")
    drive.answer(e5)
    #expect(drive.result?.ending == .acknowledged)
    #expect(drive.sent.count == 3, "nothing is read behind it")
    var silent = Drive(.freeze(storage: 0, is2018: false), to: .secondary(meter), retries: 1)
    silent.timeOut()
    silent.answer(e5)
    silent.silence()
    #expect(
      silent.result?.ending
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
  }

  @Test func whatIsNotAcknowledgedIsRefused() {
    var drive = Drive(.applicationReset(subcode: nil), to: .primary(5), retries: 1)
    drive.answer(e5)
    drive.silence()
    let reset = "68 03 03 68 73 05 50 C8 16"
    #expect(drive.sent == ["10 40 05 45 16", reset, reset], "the same frame, and nothing between")
    #expect(
      drive.result?.ending
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
  }

  @Test func nobodyIsThere() {
    var address = Drive(.setAddress(8, force: true), to: .primary(5))
    while address.result == nil { address.timeOut() }
    #expect(
      address.result?.ending == .refused("nobody answers at address 5, in 2 attempts"))
    #expect(address.sent.allSatisfy { $0.hasPrefix("10") }, "nothing was changed")
    var reset = Drive(.applicationReset(subcode: nil), to: .secondary(meter))
    reset.silence()
    #expect(
      reset.result?.ending
        == .refused(
          "the meter with serial 66600106, manufacturer LUG, version 2 and medium 4, Heat (outlet), does not answer, in 1 "
            + "attempt; \"metergate scan\" finds who is there, and the serial alone reaches a meter that has another "
            + "manufacturer, version or medium"))
    // Read before it is told: the same is missing.
    var frozen = Drive(.freeze(storage: 1, is2018: false), to: .secondary(meter))
    frozen.silence()
    #expect(frozen.result?.ending == reset.result?.ending)
    var primary = Drive(.applicationReset(subcode: nil), to: .primary(5))
    primary.silence()
    #expect(
      primary.result?.ending
        == .refused("the meter does not acknowledge being addressed, in 1 attempt"))
  }

  /// Somebody is there: the select is answered by what is no acknowledgement.
  @Test func aSelectThatIsAnsweredByNoise() {
    var drive = Drive(.applicationReset(subcode: nil), to: .secondary(meter))
    drive.timeOut()
    drive.answerAndWait([0xAA])
    #expect(
      drive.result?.ending
        == .refused(
          "the meter does not acknowledge being addressed, in 1 attempt: AA begins no frame (E5, 10 or 68 do), at "
            + "offset 0"))
  }

  /// 17 bytes of a select take 78 ms, the 9 of the command 41: an E5 after 5 ms is the first one to the select.
  @Test func theLateAcknowledgementOfASelectIsNoneOfTheCommand() throws {
    var drive = Drive(.applicationReset(subcode: nil), to: .secondary(meter), retries: 1)
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5, after: 50)
    let command = "68 03 03 68 73 FD 50 C0 16"
    #expect(drive.sent.last == command)
    drive.answer(e5, after: 5)
    #expect(drive.sent.last == command)
    drive.timeOut()
    #expect(drive.sent.suffix(2) == [command, command])
    drive.answer(e5)
    #expect(drive.sent.last == "10 40 FF 3F 16")
  }

  /// Acknowledged, but where it should be now nobody answers.
  @Test func theMeterKeepsItsAddress() throws {
    var drive = Drive(.setAddress(8, force: true), to: .secondary(meter))
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    drive.answer(e5)
    drive.silence()
    #expect(drive.result?.ending == .otherwise("nobody answers at address 8"))
  }

  /// Which speed the line has is not its matter.
  @Test func aSpeedIsCheckedByTheLine() throws {
    var drive = Drive(.setBaud(9600), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try telegram())
    #expect(drive.machine.identity == meter)
    drive.answer(e5)
    #expect(drive.sent.last == "68 03 03 68 73 05 BD 35 16")
    drive.answer(e5)
    #expect(drive.result?.ending == .acknowledged)
  }

  @Test func thereIsNoSuchSpeed() {
    #expect(MasterCommand.BaudRate.allCases.map(\.bitsPerSecond) == MeterSpeed.all)
    let drive = Drive(.setBaud(1800), to: .primary(5))
    #expect(drive.sent == [] && drive.result?.ending == .refused("there is no such command"))
  }
}
