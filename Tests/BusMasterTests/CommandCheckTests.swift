import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// What counts as done, and what does not.
@Suite struct CommandCheckTests {
  /// RSP_UD of the meter with records of somebody's own.
  private func telegram(_ records: [UInt8], ci: UInt8 = 0x72) throws -> [UInt8] {
    let header: [UInt8] = [0x06, 0x01, 0x60, 0x66, 0xA7, 0x32, 0x02, 0x04, 1, 0, 0, 0]
    return try Frame.long(
      control: .rspUD(), address: 5, ci: ci, data: (ci == 0x70 ? [] : header) + records
    ).encoded
  }

  /// A command to a meter that acknowledges it, up to the request behind it.
  private func acknowledged(
    _ command: MeterCommand, maxTelegrams: Int = 0
  ) -> Drive<CommandSequence> {
    let plan = ReadoutPlan(
      address: .primary(5), reset: .anybusStandard, retries: 0, maxTelegrams: maxTelegrams)
    var drive = Drive(command, by: plan)
    for _ in 0..<3 { drive.answer(e5) }
    return drive
  }

  private func ending(
    _ command: MeterCommand, _ answer: [UInt8], maxTelegrams: Int = 0
  ) -> CommandResult.Ending? {
    var drive = acknowledged(command, maxTelegrams: maxTelegrams)
    drive.answer(answer)
    drive.silence()
    return drive.result?.ending
  }

  private var clock: MeterCommand {
    get throws {
      let time = try #require(CivilTime(year: 2026, month: 11, day: 22, hour: 8, minute: 0))
      return .setClock(time, withSeconds: false)
    }
  }

  @Test func anApplicationErrorIsNamed() throws {
    let text =
      "it answers with an application error: the application is busy with another readout (code 08)"
    for command in [
      MeterCommand.applicationReset(subcode: nil), .globalReadout(isShort: true), try clock,
      .select([[0x13]]),
    ] {
      #expect(ending(command, try telegram([8], ci: 0x70)) == .otherwise(text))
    }
  }

  @Test func aChainThatIsNotReadToItsEndProvesNothing() throws {
    let first = try telegram([0x04, 0x13, 1, 0, 0, 0, 0x1F])
    for command in [
      MeterCommand.applicationReset(subcode: nil), .globalReadout(isShort: true),
      .select([[0x13]]), try clock,
    ] {
      #expect(ending(command, first) == .notShown("telegram 2 does not come"))
      #expect(
        ending(command, first, maxTelegrams: 1)
          == .notShown("its telegrams from number 2 on are not read (MBUS_MAXMULTIPAGE)"))
    }
    // What was not selected is there, whatever may follow.
    #expect(
      ending(.select([[0x03]]), first)
        == .otherwise("it sends 1 value, of which 1 are not selected"))
  }

  @Test func anAlarmIsNoProof() throws {
    guard
      case .notShown(let why) = ending(
        .applicationReset(subcode: nil), try telegram([0x01], ci: 0x75))
    else {
      Issue.record("an alarm counts")
      return
    }
    #expect(why.hasPrefix("it sends an alarm in place of data: "), "\(why)")
  }

  /// VIFE 15: no data available.
  @Test func valuesThatAreNotValidProveNothing() throws {
    let invalid = try telegram([0x04, 0x93, 0x15, 1, 0, 0, 0])
    for command in [MeterCommand.applicationReset(subcode: nil), .select([[0x13]])] {
      guard case .notShown(let why) = ending(command, invalid) else {
        Issue.record("\(command)")
        continue
      }
      #expect(why.hasPrefix("1 value of 1 is not valid: "), "\(why)")
    }
    // Type F with its top bit of the minutes set: the time is not valid.
    let wrong = try telegram([0x04, 0x6D, 0x80, 0x28, 0x56, 0x3B])
    guard case .notShown(let why) = ending(try clock, wrong) else {
      Issue.record("a time that is not valid counts")
      return
    }
    #expect(why.hasPrefix("its clock shows no valid time: "), "\(why)")
  }

  /// Type F of 2026-11-22: 08:00 and 09:00.
  @Test(
    arguments: [
      (0x28, CommandResult.Ending.confirmed("its clock shows 2026-11-22T08:00")),
      (0x29, .otherwise("its clock shows 2026-11-22T09:00")),
    ] as [(UInt8, CommandResult.Ending)])
  func aClock(hour: UInt8, expected: CommandResult.Ending) throws {
    let shown = try telegram([0x04, 0x6D, 0x00, hour, 0x56, 0x3B])
    #expect(ending(try clock, shown) == expected)
  }

  @Test func aSelectedValueThatIsMissing() throws {
    #expect(
      ending(.select([[0x13], [0xFD, 0x48]]), try telegram([0x04, 0x13, 1, 0, 0, 0]))
        == .otherwise("it sends 1 value, and none of those selected by FD48"))
  }

  @Test func noValueAtAll() throws {
    #expect(
      ending(.applicationReset(subcode: nil), try telegram([])) == .notShown("it sends no value"))
    #expect(
      ending(.select([[0x13]]), try telegram([])) == .otherwise("it sends no value\(Self.wayBack)"))
  }

  private static let wayBack = "; \"metergate send global-readout\" has it send all values again"

  /// It has no value left that it could send.
  @Test func aSelectionThatLeavesAMeterSilent() {
    var silent = acknowledged(.select([[0x13]]))
    silent.silence()
    #expect(
      silent.result?.ending
        == .otherwise("it gives no answer to the readout behind it\(Self.wayBack)"))
    #expect(
      ending(.select([[0x13]]), e5)
        == .notShown(
          "what comes behind it is no good telegram: the meter acknowledges (E5) but sends no data"
            + Self.wayBack))
  }

  @Test func silenceAndNoise() throws {
    var silent = acknowledged(.applicationReset(subcode: nil))
    silent.silence()
    #expect(
      silent.result?.ending == .notShown("it gives no answer to the readout behind it"))
    #expect(
      ending(.applicationReset(subcode: nil), [0x68, 0x03, 0x04])
        == .notShown(
          "what comes behind it is no good telegram: the two length bytes 03 04 differ, at offset 1"
        ))
  }

  // MARK: - Freezing

  /// 44 13: a volume with storage number 1.
  private func frozen(_ litres: UInt8) -> [UInt8] { [0x44, 0x13, litres, 0, 0, 0] }
  private let current: [UInt8] = [0x04, 0x13, 9, 0, 0, 0]

  private func freezing(_ before: [UInt8], _ after: [UInt8]) throws -> CommandResult.Ending? {
    var drive = Drive(.freeze(storage: 1, is2018: false), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(before)
    for _ in 0..<3 { drive.answer(e5) }
    #expect(drive.sent.contains("68 06 06 68 73 05 51 48 FE 0B 1A 16"))
    drive.answer(after)
    drive.silence()
    return drive.result?.ending
  }

  @Test func whatIsFrozenIsNew() throws {
    let empty = try telegram(current)
    let first = try telegram(current + frozen(9))
    #expect(
      try freezing(empty, first) == .confirmed("1 value with storage number 1 is new"))
    #expect(
      try freezing(first, try telegram(current + frozen(10)))
        == .confirmed("1 value with storage number 1 is new"))
    #expect(
      try freezing(first, first)
        == .notShown("its values with storage number 1 are those that it had before"))
    // It may keep them, and not send them by itself.
    #expect(
      try freezing(empty, empty) == .notShown("no value that it sends has storage number 1"))
    let busy = try telegram([8], ci: 0x70)
    #expect(
      try freezing(busy, first)
        == .notShown(
          "what it had before could not be read to the end: it answers with an application error: the "
            + "application is busy with another readout (code 08)"))
  }

  // MARK: - Acknowledgements that were lost

  @Test func whatWasDoneIsFoundByReading() throws {
    var drive = Drive(.setAddress(8, force: true), to: .secondary(meter), retries: 1)
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    drive.timeOut()
    drive.timeOut()
    let command = "68 06 06 68 73 FD 51 01 7A 08 44 16"
    #expect(drive.sent.suffix(3) == [command, command, "10 40 08 48 16"])
    drive.answer(e5)
    drive.answer(try BusMasterTests.telegram(address: 8))
    #expect(
      drive.result?.ending
        == .confirmed("meter 66600106 answers to address 8, though no acknowledgement came"))
  }

  /// Another meter may have the serial, and nobody has looked.
  @Test func aForcedSerialWithoutAcknowledgement() throws {
    let new = MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))
    var drive = Drive(.setIdentity(new, force: true), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try BusMasterTests.telegram())
    drive.answer(e5)
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    drive.answer(try BusMasterTests.telegram(serial: 0x1234_5678))
    #expect(
      drive.result?.ending
        == .refused(
          "the meter does not acknowledge the command, in 1 attempt; meter 12345678 answers to serial 12345678, "
            + "which may have been so before"))
  }

  @Test func whatWasNotDoneIsRefused() {
    var drive = Drive(.setAddress(8, force: true), to: .secondary(meter))
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    drive.silence()
    #expect(
      drive.result?.ending
        == .refused("the meter does not acknowledge the command, in 1 attempt"))
    #expect(drive.sent.contains("10 40 08 48 16"), "somebody has looked")
  }

  @Test func aSpeedIsLeftToTheLine() throws {
    var drive = Drive(.setBaud(9600), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try BusMasterTests.telegram())
    drive.answer(e5)
    drive.silence()
    #expect(
      drive.result?.ending
        == .unacknowledged("the meter does not acknowledge the command, in 1 attempt"))
  }
}
