import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// Who is meant by a command is found out before it is sent. Sums were added up by hand.
@Suite struct CommandTargetTests {
  private let reset = MeterCommand.applicationReset(subcode: nil)
  private let pattern = MBusAddress.secondary(
    MeterIdentity(serial: MeterSerial(digits: 0x6660_FFFF)))

  /// The select of the pattern, then the whole address of the meter that has answered.
  @Test func aPartOfASerialIsMadeWhole() throws {
    var drive = Drive(reset, to: pattern)
    drive.timeOut()
    #expect(drive.sent == ["10 40 FF 3F 16", try select(0x6660_FFFF)])
    drive.answerAndWait(e5)
    #expect(drive.sent.last == "10 7B FD 78 16")
    drive.answerAndWait(try telegram())
    drive.timeOut()
    let whole = "68 0B 0B 68 53 FD 52 06 01 60 66 A7 32 02 04 4E 16"
    #expect(drive.sent.last == whole)
    drive.answer(e5)
    #expect(drive.sent.last == "68 03 03 68 73 FD 50 C0 16")
    drive.answer(e5)
    drive.timeOut()
    #expect(drive.sent.last == whole, "it is read back by that, too")
    drive.answer(e5)
    drive.answer(try telegram())
    #expect(drive.result?.ending == .unseen)
    #expect(drive.machine.plan.address == .secondary(meter))
  }

  /// What is given of an address is how the meter is selected, even if it tells something else.
  @Test func partsThatAreGivenStayAsTheyAre() throws {
    let asked = MeterIdentity(serial: meter.serial, version: 9)
    var drive = Drive(reset, to: .secondary(asked))
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answerAndWait(try telegram())
    drive.timeOut()
    #expect(drive.sent.last == "68 0B 0B 68 53 FD 52 06 01 60 66 A7 32 09 04 55 16")
  }

  @Test func severalMetersThatFit() throws {
    var drive = Drive(reset, to: pattern)
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answer(try telegram() + telegram(serial: 0x6660_0107))
    drive.silence()
    #expect(
      drive.result?.ending
        == .refused(
          "what answers to 6660FFFF is no good telegram, in 1 attempt: more than one meter answers; if several "
            + "meters answer there, give more of the secondary address"))
    #expect(drive.sent == ["10 40 FF 3F 16", try select(0x6660_FFFF), "10 7B FD 78 16"])
  }

  /// The second one acknowledges the select later than the first, and would not hear a request meanwhile.
  @Test func severalMetersThatAcknowledgeOneAfterTheOther() throws {
    var drive = Drive(reset, to: pattern)
    drive.timeOut()
    drive.answer(e5)
    let count = drive.sent.count
    drive.answerAndWait(e5)
    #expect(drive.sent.count == count, "no request")
    #expect(
      drive.result?.ending
        == .refused(
          "what answers to 6660FFFF is no good telegram, in 1 attempt: more than one meter answers; if several "
            + "meters answer there, give more of the secondary address"))
  }

  /// The answer of one of them was heard alone by chance: it is asked for once more.
  @Test(arguments: [0x6660_0106, 0x6660_0107] as [UInt32])
  func oneOfSeveralThatIsHeardAlone(again serial: UInt32) throws {
    var drive = Drive(reset, to: pattern, retries: 1)
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answer(try telegram() + telegram(serial: 0x6660_0107))
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answerAndWait(try telegram())
    #expect(drive.sent.count == 6 && drive.result == nil)
    drive.timeOut()
    drive.answerAndWait(e5)
    #expect(
      drive.sent.dropFirst(5).joined(separator: "|") == "10 40 FF 3F 16|"
        + (try select(0x6660_FFFF)) + "|10 7B FD 78 16")
    drive.answerAndWait(try telegram(serial: serial))
    guard serial != 0x6660_0106 else {
      return #expect(drive.machine.plan.address == .secondary(meter))
    }
    #expect(
      drive.result?.ending
        == .refused(
          "what answers to 6660FFFF is no good telegram, in 2 attempts: more than one meter answers; if several "
            + "meters answer there, give more of the secondary address"))
  }

  @Test func nobodyWhoFits() throws {
    var drive = Drive(reset, to: pattern)
    drive.silence()
    #expect(drive.result?.ending == .refused("nobody answers to 6660FFFF, in 1 attempt"))
  }

  /// What no meter could understand is not sent: a VIF of which the rest is missing would take the bytes behind it.
  @Test func whatIsNotFinished() {
    for (command, why) in [
      (
        MeterCommand.select([[0x13], [0xFD]]),
        "FD: FD only says that the code stands in another table, and that code is missing behind it, as in FD08"
      ),
      (
        .setValue(dif: [0x04], vif: [0x93], data: [1, 0, 0, 0]),
        "93: the highest bit of 93, the extension bit, says that a VIFE follows, and none does; without it the byte is "
          + "13"
      ),
      (.select([]), "there is no VIF"),
    ] {
      let drive = Drive(command, to: .primary(5))
      #expect(drive.sent == [] && drive.result?.ending == .refused(why))
    }
  }

  /// CI 78 has no header.
  @Test func aMeterThatDoesNotSayWhoItIs() throws {
    let bare = try Frame.long(
      control: .rspUD(), address: 5, ci: 0x78, data: [0x04, 0x13, 1, 0, 0, 0]
    ).encoded
    var drive = Drive(reset, to: pattern)
    drive.timeOut()
    drive.answerAndWait(e5)
    drive.answerAndWait(bare)
    #expect(
      drive.result?.ending
        == .refused("the meter does not say who it is, so that it could not be told from others"))
    var address = Drive(.setAddress(8, force: true), to: .primary(5))
    address.answer(e5)
    address.answerAndWait(bare)
    #expect(
      address.result?.ending
        == .refused(
          "the meter does not say who it is, so that it could not be told from another one at its new address"
        ))
  }

  @Test(arguments: [
    MBusAddress.primary(0xFF), .primary(0xFE), .secondary(MeterIdentity(serial: .any)),
  ])
  func whatOnlyOneCanHave(address: MBusAddress) {
    let serial = MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))
    for (command, what) in [
      (MeterCommand.setAddress(8, force: true), "address"),
      (.setIdentity(serial, force: true), "serial"), (.setBaud(9600), "speed"),
    ] {
      let drive = Drive(command, to: address)
      #expect(drive.sent == [])
      #expect(
        drive.result?.ending
          == .refused(
            "every meter that hears it would get the same \(what): name one meter by its serial or its primary address"
          ))
    }
  }

  // MARK: - Who has it already

  private let new = MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))

  private func lookingForSerial() throws -> Drive<CommandSequence> {
    var drive = Drive(.setIdentity(new, force: false), to: .primary(5))
    drive.answer(e5)
    drive.answerAndWait(try telegram())
    drive.timeOut()
    return drive
  }

  @Test func aSerialThatIsTaken() throws {
    var drive = try lookingForSerial()
    #expect(drive.sent.last == "68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16")
    drive.answerAndWait(e5)
    drive.answerAndWait(try telegram(address: 9, serial: 0x1234_5678))
    #expect(
      drive.result?.ending
        == .refused("meter 12345678,LUG,2,4 at address 9 has the new serial already"))
    #expect(!drive.sent.contains { $0.hasPrefix("68 09") }, "nothing was changed")
  }

  /// It acknowledges its select and sends nothing: somebody is there all the same.
  @Test func aSerialThatSomebodyHas() throws {
    var drive = try lookingForSerial()
    drive.answer(e5)
    drive.silence()
    #expect(drive.result?.ending == .refused("somebody has the new serial already"))
  }

  /// The echo of the own requests is nobody.
  @Test func aSerialThatNobodyHas() throws {
    var drive = try lookingForSerial()
    while drive.sent.last?.hasPrefix("68 09") != true, drive.result == nil {
      if let last = drive.sent.last, !last.hasPrefix("10 40 05") {
        drive.answerAndWait(try Hex.decode(last))
      } else {
        drive.answer(e5)
      }
    }
    #expect(drive.sent.last == "68 09 09 68 73 05 51 0C 79 78 56 34 12 62 16")
  }

  @Test func theMeterItselfIsAtTheNewAddress() throws {
    var drive = Drive(.setAddress(5, force: false), to: .secondary(meter))
    drive.answer(e5)
    drive.answerAndWait(try telegram())
    drive.timeOut()
    drive.timeOut()
    drive.answer(e5)
    #expect(drive.sent.last == "68 06 06 68 73 FD 51 01 7A 05 41 16")
  }
}
