import Metering
import RegisterMap
import Station
import Testing

/// What people change in the list by hand.
@Suite struct EditTests {
  /// Two meters that have been read: 1 with energy and volume, 2 with energy.
  private func bench() -> Bench {
    var bench = Bench([fresh(0x1111_1111), fresh(0x2222_2222)])
    bench.give(up)
    bench.readAll { $0 == 1 ? [energy(5), volume()] : [energy(7)] }
    return bench
  }

  private func change(_ id: Int, _ set: (inout MeterChange) -> Void) -> ListCommand {
    var change = MeterChange()
    set(&change)
    return .edit([.change(MeterID(id), change)])
  }

  @Test func aLabelIsSavedAndTold() {
    var bench = bench()
    bench.command(change(1) { $0.label = "Boiler, room 3 (left)" })
    #expect(bench.outcome.news == ["11111111 is changed"])
    #expect(bench.isSaving)
    #expect(bench.saved[0].userLabel == "Boiler, room 3 (left)")
    #expect(bench.meter(1).isEdited)
    #expect(!bench.meter(2).isEdited)
    #expect(bench.meter(1).values[0].live.quality == .good)
  }

  @Test(arguments: ["a<b", "a>b", "say \"x\"", "a\nb", String(repeating: "x", count: 51)])
  func whatLabelsMustNotHave(label: String) {
    var bench = bench()
    let before = bench.saved
    var good = MeterChange()
    good.label = "fine"
    var bad = MeterChange()
    var value = ValueChange(1)
    value.label = label
    bad.values = [value]
    bench.command(.edit([.change(MeterID(1), good), .change(MeterID(2), bad)]))
    #expect(
      bench.refusal
        == "22222222, value 1: the user label is not allowed; allowed: at most 50 characters, without <, > and \" and "
        + "control characters; nothing is changed")
    #expect(bench.saved == before)
  }

  @Test func valuesFollowTheirMeterAndWakeIt() {
    var bench = bench()
    bench.command(change(1) { $0.isActive = false })
    #expect(bench.saved[0].values.map(\.isActive) == [false, false])
    #expect(!bench.saved[0].isActive)
    bench.command(
      change(1) {
        var value = ValueChange(2)
        value.isActive = true
        $0.values = [value]
      })
    #expect(bench.saved[0].isActive)
    #expect(bench.saved[0].values.map(\.isActive) == [false, true])
  }

  /// 10 is the meter's, 20 and 30 are its values'; 40 and 50 are the other meter and its value.
  @Test func registersChangePlacesAtOnce() {
    var bench = bench()
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(bench.meter(2).register == 40)
    var first = MeterChange()
    first.values = [ValueChange(1), ValueChange(2)]
    first.values[0].register = 40
    first.values[1].register = 20
    var second = MeterChange()
    second.register = 30
    second.label = "Boiler"
    bench.command(.edit([.change(MeterID(1), first), .change(MeterID(2), second)]))
    #expect(bench.saved[0].register == 10)
    #expect(bench.saved[0].values.map(\.register) == [40, 20])
    #expect(bench.saved[1].register == 30)
    #expect(bench.saved[1].userLabel == "Boiler")
    #expect(bench.outcome.changes.count == 3)
    #expect(bench.effects.contains(.clearRegisters))
    let before = bench.saved
    second.register = 50
    bench.command(.edit([.change(MeterID(1), first), .change(MeterID(2), second)]))
    #expect(bench.refusal?.hasSuffix("; nothing is changed") == true)
    #expect(bench.saved == before)
  }

  @Test func aNewMeterHasTheRegisterThatIsWished() {
    var bench = bench()
    var meter = fresh(0x3333_3333)
    meter.register = 100
    bench.command(.edit([.add(meter)]))
    #expect(bench.saved[2].register == 100)
    bench.command(.edit([.add(fresh(0x4444_4444)), .delete(MeterID(3))]))
    meter.register = 40
    bench.command(.edit([.add(meter)]))
    #expect(bench.refusal?.hasSuffix("; nothing is changed") == true)
    #expect(bench.saved.count == 3)
  }

  @Test func aFactorMovesNoRegisters() {
    var bench = bench()
    let before = bench.saved
    bench.command(
      change(1) {
        var value = ValueChange(1)
        value.userScale = .factor(0.25)
        value.obis = [1, 0, 1, 8, 0, 255]
        $0.values = [value]
      })
    #expect(bench.saved[0].values[0].userScale == .factor(0.25))
    #expect(bench.saved[0].values[0].obis?.description == "1-0:1.8.0*255")
    #expect(bench.saved.map(\.register) == before.map(\.register))
    #expect(bench.effects.contains(.publish(MeterID(1))))
    #expect(!bench.effects.contains(.clearRegisters))
  }

  @Test func aMeterAtAnotherAddressIsReadAtOnce() {
    var bench = bench()
    let register = bench.saved[1].register
    bench.command(
      change(2) {
        $0.primaryAddress = 9
        $0.usesPrimaryAddress = true
      })
    #expect(bench.asked == MeterID(2))
    #expect(bench.saved[1].primaryAddress == 9)
    #expect(bench.saved[1].usesPrimaryAddress)
    #expect(bench.saved[1].register == register)
    #expect(bench.meter(2).values.count == 1)
  }

  @Test func anotherSerialForgetsWhatWasRead() {
    var bench = bench()
    bench.command(change(2) { $0.serial = MeterSerial(digits: 0x3333_3333) })
    #expect(bench.outcome.news == ["22222222 is changed, and is now 33333333"])
    #expect(bench.meter(2).lastRead == nil)
    #expect(bench.asked == MeterID(2))
  }

  /// One that is given by its serial only would be answered by each that has it.
  @Test func partOfTheAddressOfAListedMeter() {
    var bench = bench()
    let whole = MeterIdentity(
      serial: MeterSerial(digits: 0x7367_6311), manufacturer: ManufacturerCode(letters: "XQW"),
      version: 1, medium: .coldWater)
    func added(_ identity: MeterIdentity) -> MeterEdit {
      .add(MeterConfiguration(identity: identity))
    }
    bench.command(.edit([added(whole)]))
    #expect(bench.outcome.news == ["73676311 XQW is added"])
    bench.command(.edit([added(MeterIdentity(serial: whole.serial))]))
    #expect(
      bench.refusal
        == "73676311: 73676311 XQW version 1 Cold water of the list would answer to this secondary address, too; "
        + "manufacturer, version and medium of both tell them apart; nothing is changed")
    var other = whole
    other.manufacturer = ManufacturerCode(letters: "LUG")
    bench.command(.edit([added(other)]))
    #expect(bench.outcome.news == ["73676311 LUG is added"])
  }

  @Test func twoMetersCannotHaveOneAddress() {
    var bench = bench()
    bench.command(change(2) { $0.serial = MeterSerial(digits: 0x1111_1111) })
    #expect(
      bench.refusal
        == "22222222: 11111111 is read by this secondary address already; nothing is changed")
    bench.command(change(2) { $0.serial = .any })
    #expect(
      bench.refusal
        == "22222222: a meter that is read by its secondary address needs a serial; one without it is read by its "
        + "primary address; nothing is changed")
  }

  @Test func aMeterIsAddedAsAScanWouldDoIt() {
    var bench = bench()
    bench.command(.edit([.add(fresh(0x4444_4444))]))
    #expect(bench.outcome.news == ["44444444 is added"])
    #expect(bench.asked == MeterID(3))
    #expect(bench.meter(3).isAddedByHand)
    bench.answer(3, [energy(1)], serial: 0x4444_4444)
    #expect(bench.meter(3).register == 60)
    #expect(bench.saved.count == 3)
  }

  @Test func aDeletedMeterLeavesItsRegistersToOthers() {
    var bench = bench()
    #expect(bench.saved.map(\.register) == [10, 40])
    bench.command(.edit([.delete(MeterID(1))]))
    #expect(bench.outcome.news == ["11111111 is deleted"])
    #expect(bench.outcome.changes.map(\.before?.register) == [10, 20, 30])
    #expect(bench.effects.contains(.clearRegisters))
    #expect(bench.saved.map(\.identity.serial.description) == ["22222222"])
    bench.command(.edit([.add(fresh(0x4444_4444))]))
    bench.answer(3, [energy(1)], serial: 0x4444_4444)
    #expect(bench.meter(3).register == 10)
    bench.command(.edit([.delete(MeterID(1))]))
    #expect(
      bench.refusal == "there is no meter with the key 1 in the list any more; nothing is changed")
  }

  @Test func whatIsBeingReadWhenItsMeterGoesIsForgotten() {
    var bench = bench()
    bench.give(.readNow(MeterID(1)))
    #expect(bench.asked == MeterID(1))
    bench.command(.edit([.delete(MeterID(1))]))
    bench.answer(1, [energy(9)], serial: 0x1111_1111)
    #expect(bench.station.meters.map(\.id) == [MeterID(2)])
  }

  @Test(arguments: [Int.min, -1, 0, 99, Int.max])
  func aRegisterForAValueThatThereIsNot(number: Int) {
    var bench = bench()
    bench.command(
      change(2) { change in
        var value = ValueChange(number)
        value.register = 700
        change.values = [value]
      })
    #expect(
      bench.refusal?.hasPrefix("there is no value \(number) of meter 22222222: it has one") == true,
      "\(bench.refusal ?? "")")
  }

  /// The numbers of those behind it are others then.
  @Test func aValueIsNotChangedBehindOneThatIsDeleted() {
    var bench = bench()
    var change = MeterChange()
    change.values = [ValueChange(1)]
    bench.command(.edit([.deleteValue(MeterID(2), number: 1), .change(MeterID(2), change)]))
    #expect(
      bench.refusal
        == "22222222: a value is deleted before others are changed, which have other numbers then: change them first; "
        + "nothing is changed")
  }

  @Test func aValueIsAddedBehindTheOthersAndGoesAgain() {
    var bench = bench()
    let value = ValueConfiguration(
      dif: [0x0A], vif: [0x5A], meaning: ValueMeaning(.flowTemperature, .degreeCelsius), scale: -1)
    bench.command(.edit([.addValue(MeterID(2), value)]))
    #expect(bench.outcome.news == ["value 2 is added to 22222222"])
    #expect(bench.saved[1].values.map(\.register) == [50, 60])
    #expect(bench.meter(2).values[1].isAddedByHand)
    bench.command(.edit([.addValue(MeterID(2), value)]))
    #expect(
      bench.refusal
        == "22222222: the list has a value with these bytes of DIF and VIF already; nothing is changed"
    )
    bench.command(.edit([.deleteValue(MeterID(2), number: 1)]))
    #expect(
      bench.refusal
        == "22222222, value 1 (\"Energy\" in Wh): the meter sends it; only values that were added, or are not sent any "
        + "more, can be deleted; nothing is changed")
    bench.command(.edit([.deleteValue(MeterID(2), number: 2)]))
    #expect(bench.outcome.changes.map(\.before?.register) == [60])
    #expect(
      bench.outcome.changes.map(\.entry) == ["22222222, value 2 (\"Flow temperature\" in Degree C)"]
    )
    #expect(bench.saved[1].values.count == 1)
    bench.command(.edit([.deleteValue(MeterID(2), number: 2)]))
    #expect(bench.refusal == "there is no value 2 of meter 22222222: it has one")
  }

  /// A number is that of a place, and another value may be there by now.
  @Test func aValueIsTheOneThatIsMeant() {
    var bench = bench()
    let change = { (index: Int, codes: ValueCodes) in
      var value = ValueChange(index)
      value.label = "mine"
      value.codes = codes
      return self.change(1) { $0.values = [value] }
    }
    let key = bench.meter(1).values[1].expectedKey
    let volume = ValueCodes(dif: key.dif, vif: key.vif)
    let before = bench.saved
    bench.command(change(1, volume))
    #expect(
      bench.refusal
        == "11111111, value 1 is another one than was meant, \"Energy\" in Wh: the numbers of values may have changed since "
        + "the list was read: read it again; nothing is changed")
    bench.command(.edit([.deleteValue(MeterID(1), number: 1, codes: volume)]))
    #expect(bench.refusal?.hasPrefix("11111111, value 1 is another one than was meant") == true)
    #expect(bench.saved == before)
    bench.command(change(3, volume))
    #expect(bench.refusal == "there is no value 3 of meter 11111111: it has 1 to 2")
    bench.command(change(2, volume))
    #expect(bench.saved[0].values.map(\.userLabel) == ["", "mine"])
  }

  /// A readout may have brought another value than whoever saw the list thought of.
  @Test func whatWasNotKnownIsNotMeantOnceItIsKnown() {
    var bench = bench()
    let change = { (index: Int) in
      var value = ValueChange(index)
      value.label = "mine"
      value.codes = ValueCodes(dif: [], vif: [])
      return self.change(1) { $0.values = [value] }
    }
    bench.command(change(1))
    #expect(bench.refusal?.hasPrefix("11111111, value 1 is another one than was meant") == true)
    bench.command(.edit([.addValue(MeterID(1), ValueConfiguration())]))
    bench.command(change(3))
    #expect(bench.saved[0].values.map(\.userLabel) == ["", "", "mine"])
  }

  /// Numbers come from outside, and may be any.
  @Test(arguments: [Int.min, -1, 0, 3, Int.max])
  func aNumberThatIsNoneIsRefused(number: Int) {
    var bench = bench()
    let before = bench.saved
    let said = "there is no value \(number) of meter 11111111: it has 1 to 2"
    bench.command(change(1) { $0.values = [ValueChange(number)] })
    #expect(bench.refusal == said)
    bench.command(.edit([.deleteValue(MeterID(1), number: number)]))
    #expect(bench.refusal == said)
    #expect(bench.saved == before)
  }
}

/// What many edits at a time must not cost.
@Suite struct ManyEditsTests {
  private func add(_ address: UInt8) -> MeterEdit {
    .add(MeterConfiguration(primaryAddress: address, usesPrimaryAddress: true))
  }

  @Test func theListHasAnEnd() {
    var bench = Bench((1...UInt32(Station.longestList - 1)).map { fresh($0) })
    bench.command(.edit([add(7)]))
    #expect(bench.outcome.news == ["address 7 is added"])
    bench.command(.edit([add(8)]))
    #expect(
      bench.refusal
        == "address 8: the list has 2000 meters; at most 2000 can be made by hand; nothing is changed"
    )
  }

  /// What edits before it have done counts for each.
  @Test func twinsAreFoundAmongWhatIsChangedAtTheSameTime() {
    var bench = Bench([fresh(1), fresh(2)])
    bench.command(.edit([add(7), add(7)]))
    #expect(
      bench.refusal
        == "address 7: address 7 is read by the primary address 7 already; nothing is changed")
    var other = MeterChange()
    other.serial = MeterSerial(digits: 3)
    var same = MeterChange()
    same.serial = MeterSerial(digits: 1)
    bench.command(.edit([.change(MeterID(1), other), .change(MeterID(2), same)]))
    #expect(bench.outcome.problems == [])
    #expect(bench.saved.map(\.identity.serial.description) == ["00000003", "00000001"])
    bench.command(.edit([.change(MeterID(1), same)]))
    #expect(
      bench.refusal
        == "00000003: 00000001 is read by this secondary address already; nothing is changed")
    bench.command(.edit([.delete(MeterID(2)), .change(MeterID(1), same)]))
    #expect(bench.saved.map(\.identity.serial.description) == ["00000001"])
  }
}

/// Names of many meters at one go are those of one at a time.
@Suite struct MeterNamesTests {
  @Test func theyAreTheSame() {
    var primary = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    primary.identity.serial = MeterSerial(digits: 0x1111_1111)
    let other = MeterIdentity(
      serial: MeterSerial(digits: 0x2222_2222), manufacturer: ManufacturerCode(letters: "ABC"))
    let twin = MeterIdentity(
      serial: MeterSerial(digits: 0x2222_2222), manufacturer: ManufacturerCode(letters: "XYZ"))
    let bench = Bench([
      fresh(0x1111_1111), primary, MeterConfiguration(identity: other),
      MeterConfiguration(identity: twin), fresh(0x3333_3333),
      MeterConfiguration(primaryAddress: 7, usesPrimaryAddress: true),
    ])
    let names = MeterNames(bench.station)
    #expect(
      bench.station.meters.map { names.name(of: $0)?.description }
        == [nil, "@5", "22222222:ABC", "22222222:XYZ", "33333333", "@7"])
    for meter in bench.station.meters {
      #expect(names.name(of: meter) == bench.station.name(of: meter))
    }
    #expect(
      bench.station.meters.map { names.isDuplicate($0) } == [true, true, true, true, false, false])
  }
}
