import Metering
import RegisterMap
import Testing
import Time

@Suite struct RegisterBankTests {
  /// The example of Anybus gateway manual 2.4, ch. 6.2, and MUC500 manual 1.1, table 35: every
  /// register as printed.
  static let table35: [UInt16] = [
    0x0002, 0x993A, 0x0001, 0x006F, 0x519C, 0xC16D, 0x0000, 0x0100, 0x0000, 0x0000,
    0x03F8, 0x3CAA, 0x32A7, 0x0204, 0x519C, 0xC16D, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x0000, 0x010B, 0x4882, 0x5F00, 0x0003, 0x0005, 0x519C, 0xBBB3,
  ]
  static let now: Int64 = 0x519C_C16D

  private func exampleBank(_ rule: DeviceEntry.ClockRule) throws -> RegisterBank {
    var bank = RegisterBank(device: .table35(rule))
    let identity = MeterIdentity(
      serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
      version: 2, medium: .heat)
    bank.patch(
      MeterEntry(identity, readoutTime: WallTime(unixSeconds: Self.now)), at: RegisterAddress(10))
    // 0x519CBBB3 is 2013-05-22 12:36:03 UTC (date -u -d @1369226163).
    let time = try #require(
      CivilTime(year: 2013, month: 5, day: 22, hour: 12, minute: 36, second: 3))
    let energy = value(.integer(267), scale: 3, meterTime: time)
    bank.patch(ValueEntry(energy), at: RegisterAddress(20))
    return bank
  }

  @Test func exampleOfTheManuals() throws {
    let bank = try exampleBank(.systemTime)
    #expect(bank.words(0, 30, now: Self.now) == Self.table35)
    #expect(bank.span() == 30)
  }

  @Test func everyUnitAnswersAlike() throws {
    let bank = try exampleBank(.systemTime)
    for unit in UInt8.min...UInt8.max {
      #expect(bank.words(0, 30, unit: unit, now: Self.now) == Self.table35)
    }
  }

  /// MUC500 manual 1.1, table 32: the system time, now.
  @Test func solvimusClockIsThatOfTheAnswer() throws {
    var bank = RegisterBank(device: .table35(.systemTime))
    bank.noteReadout(at: WallTime(unixSeconds: 99))
    #expect(bank.words(4, 2, now: 0x0001_0002) == [1, 2])
    #expect(bank.words(5, 1, now: 0x0001_0003) == [3])
    #expect(bank.words(4, 2, now: -1) == [0, 0], "a clock before 1970")
  }

  /// Anybus gateway manual 2.4, ch. 6.2: the last readout.
  @Test func anybusClockIsThatOfTheLastReadout() throws {
    var bank = RegisterBank(device: .table35(.lastReadout))
    #expect(bank.words(4, 2, now: 77) == [0, 0])
    bank.noteReadout(at: WallTime(unixSeconds: 0x0001_0002))
    #expect(bank.words(4, 2, now: 77) == [1, 2])
  }

  @Test func beforeTheFirstReadout() {
    var bank = RegisterBank(device: .table35(.systemTime))
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(10))
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(20))
    #expect(bank.words(10, 10) == [0, 0, 0, 0, 0, 0, 0, 0x0200, 3, 0])
    #expect(bank.words(20, 10) == [UInt16](repeating: 0, count: 10))
  }

  @Test func holesAreZeroAndTheEndIsTheEnd() {
    var bank = RegisterBank(device: .table35(.systemTime))
    #expect(bank.span() == 10)
    #expect(bank.words(10, 1) == nil)
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(100))
    #expect(bank.span() == 110)
    #expect(bank.words(10, 90) == [UInt16](repeating: 0, count: 90))
    #expect(bank.words(109, 1) == [0])
    #expect(bank.words(109, 2) == nil)
    #expect(bank.words(110, 1) == nil)
    #expect(bank.words(65_535, 125) == nil)
    #expect(throws: RegisterReadRefusal.beyondTheMap) {
      try bank.withRegisters(unit: 1, start: 105, count: 6, now: .unix(0)) { _ in }
    }
  }

  @Test func theLastRegisterIs65535() {
    var bank = RegisterBank(device: .table35(.systemTime))
    for address in [65_527, 65_536, Int.max, -1, Int.min] {
      bank.patch(MeterEntry.neverRead, at: RegisterAddress(address))
      bank.patch(ValueEntry.neverRead, at: RegisterAddress(address))
      #expect(bank.span() == 10, "\(address)")
    }
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(65_526))
    #expect(bank.span() == 65_536)
    #expect(bank.words(65_533, 3) == [0x0200, 3, 0])
    #expect(bank.words(65_533, 4) == nil)
  }

  @Test func aNewReadoutReplacesTheOld() throws {
    var bank = try exampleBank(.systemTime)
    bank.patch(ValueEntry(value(.integer(-1), unit: .cubicMetre)), at: RegisterAddress(20))
    #expect(
      bank.words(20, 10) == [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xBF80, 0, 0, 0x0007, 0, 0])
    #expect(bank.words(10, 10) == Array(Self.table35[10..<20]), "the meter is as it was")
  }

  /// MUC500 manual 1.1, tables 32–34: each entry type has fields without overlap within ten
  /// registers, and what is left is what the manual calls reserved.
  @Test func layoutRowsCoverWhatTheManualSays() {
    let fields = EntryFields.standard
    #expect(covered(fields.device) == [0, 1, 2, 3, 4, 5, 7])
    #expect(covered(fields.meter) == [0, 1, 2, 3, 4, 5, 7, 8])
    #expect(covered(fields.value) == Array(0...9))
  }

  private func covered<Entry>(_ fields: [RegisterField<Entry>]) -> [Int] {
    fields.flatMap { Array($0.offset..<($0.offset + $0.width)) }
  }
}
