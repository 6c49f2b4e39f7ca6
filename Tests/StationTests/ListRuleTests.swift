import Metering
import RegisterMap
import Station
import Testing
import Time

@Suite struct ListRuleTests {
  @Test func configuredValuesFindTheirOwnWhateverTheOrder() {
    var configuration = fresh(1)
    configuration.register = 10
    configuration.values = [
      ValueConfiguration(meaning: ValueMeaning(.volume, .cubicMetre), register: 50),
      ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20),
    ]
    var bench = Bench([configuration])
    #expect(bench.effects == [.publish(MeterID(1))], "zeros and flags are there at once")
    #expect(bench.meter(1).registerEntry == .neverRead)
    bench.give(up)
    bench.answer(1, [energy(267), volume(), energy(9, vif: 0x07)])
    let values = bench.meter(1).values
    #expect(values.map(\.register) == [50, 20, nil], "the list is configured: no new addresses")
    #expect(values.map { $0.live.lastGood?.reading } == [.integer(5), .integer(267), .integer(9)])
  }

  @Test func aConfiguredValueThatIsNotSentIsNamed() {
    var configuration = fresh(1)
    configuration.values = [
      ValueConfiguration(meaning: ValueMeaning(.power, .watt), register: 20)
    ]
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1)])
    #expect(bench.events.contains(.valueMissing("00000001", value: "\"Power\" in W")))
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
  }

  @Test func freshMetersGetAddressesInListOrder() {
    var bench = Bench([fresh(1), fresh(2), fresh(3)])
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.events.first == .meterLearned("00000001", values: 2, registers: 10...39))
    #expect(
      bench.events.dropFirst().map(\.text) == [
        "meter 00000001, register 20: \"Energy\" in Wh",
        "meter 00000001, register 30: \"Volume\" in m^3",
      ])
    bench.fail(2)
    bench.answer(3, [energy(1)])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(bench.meter(2).register == 40, "its flags can be seen")
    #expect(bench.meter(3).register == 50)
    #expect(bench.meter(3).values.map(\.register) == [60])
    bench.give(.readNow(MeterID(2)))
    bench.answer(2, [volume()])
    #expect(bench.meter(2).values.map(\.register) == [70], "nothing that was given moves")
    #expect(bench.events.contains(.allocatedOutOfOrder("00000002")))
  }

  @Test func metersWhoseValuesAreKnownGetTheirAddressesAtOnce() {
    var known = fresh(1)
    known.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    var bench = Bench([known, fresh(2), known])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).values.map(\.register) == [20])
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(bench.effects.contains(.publish(MeterID(1))))
    #expect(bench.meter(3).register == nil, "it comes behind what is still to be learned")
    #expect(bench.events == [.addressesNotFixed(2)])
    #expect(
      bench.events.first?.text == """
        2 meters get registers in list order at the first readout; they are then written to the meter \
        list, and stay
        """)
    bench.give(up)
    bench.answer(1, [energy(1)])
    bench.answer(2, [energy(1)])
    #expect(bench.meter(2).register == 30)
  }

  /// Its own values go first: they lie behind its register, where the other meter's would.
  @Test func aMeterThatLearnsHoldsUpThoseBehindIt() {
    var learns = fresh(1)
    learns.register = 10
    var known = fresh(2)
    known.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    var bench = Bench([learns, known])
    #expect(bench.meter(2).register == nil)
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(!bench.events.contains { $0.code == "allocated-out-of-order" })
    bench.answer(2, [energy(1)])
    #expect(bench.meter(2).register == 40)
  }

  @Test func aMeterAtTheEndOfTheMapFindsRoomBeforeIt() {
    var high = fresh(1)
    high.register = 65_510
    var bench = Bench([high, fresh(2)])
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.meter(1).values.map(\.register) == [65_520, 10])
    bench.answer(2, [energy(1)])
    #expect(bench.meter(2).register == 20)
  }

  @Test func whatATelegramDoesNotSayStaysKnown() {
    var configuration = MeterConfiguration(
      identity: MeterIdentity(
        serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
        version: 2, medium: .heat), primaryAddress: 5, usesPrimaryAddress: true)
    configuration.register = 10
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0xFFFF_FFFF)
    #expect(!bench.events.contains { $0.code == "meter-changed" })
    #expect(bench.meter(1).identity == configuration.identity)
    #expect(bench.meter(1).registerEntry.serial == 66_600_106)
  }

  @Test func aChainWithAMissingTelegramSetsFlagBit1() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    let report = MeterReport(
      identity: MeterIdentity(serial: MeterSerial(digits: 1)), values: [energy(1)],
      isComplete: false, problems: ["telegram 2: no answer in 1 attempt"])
    bench.give(
      .line(
        .readout(
          Readout(
            line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
    #expect(
      bench.events.contains(.decodingProblem("00000001", "telegram 2: no answer in 1 attempt")))
  }

  @Test func theMeterAtWhichTheLineBrokeComesLast() {
    var bench = Bench([fresh(1), fresh(2), fresh(3)])
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    bench.give(down)
    bench.give(up)
    #expect(bench.asked == MeterID(2))
    bench.answer(2, [energy(1)])
    bench.answer(3, [energy(1)])
    #expect(bench.asked == MeterID(1))
  }

  @Test func aMeterOfAnotherInterfaceHoldsNobodyUp() {
    var radio = fresh(1)
    radio.interface = .wirelessMBus
    var known = fresh(2)
    known.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    var bench = Bench([radio, known])
    #expect(bench.meter(1).register == nil)
    #expect(bench.meter(2).register == 10)
    #expect(bench.events.isEmpty, "no register is left open")
    bench.give(up)
    #expect(bench.asked == MeterID(2))
  }

  @Test func aValueOfAnotherLengthForOnceKeepsItsPlace() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.answer(1, [energy(267)])
    var longer = energy(1_000_000)
    longer.key.dif = [0x0E]
    bench.give(.readNow(nil))
    bench.answer(1, [longer])
    bench.give(.readNow(nil))
    bench.answer(1, [energy(268)])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [268])
  }

  @Test func learnedValuesLieBehindTheirMeterWhoeverElseIsSilent() {
    var first = fresh(1)
    first.register = 10
    var second = fresh(2)
    second.register = 200
    var bench = Bench([first, second])
    bench.give(up)
    bench.fail(1)
    bench.answer(2, [energy(1), volume()])
    #expect(bench.meter(2).values.map(\.register) == [210, 220])
    #expect(bench.events.first == .meterLearned("00000002", values: 2, registers: 200...229))
    bench.give(.readNow(MeterID(1)))
    bench.answer(1, [energy(1)])
    #expect(bench.meter(1).values.map(\.register) == [20])
  }

  @Test func theLimitKeepsTheFirstValues() {
    var bench = Bench([fresh(1)], .init(maxValueCount: 1))
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.meter(1).values.count == 1)
    #expect(bench.meter(1).isLimited)
    #expect(bench.events.contains(.valuesLimited("00000001", kept: 1, sent: 2)))
    #expect(bench.meter(1).registerEntry.flags == [])
    #expect(bench.meter(1).limitedFrom == 2)
    bench.give(.readNow(MeterID(1)))
    bench.answer(1, [energy(2)])
    #expect(!bench.meter(1).isLimited, "all that it sends is listed by now")
  }

  @Test func theMapEndsAt65535AndTheFirstWithoutAddressIsNamed() {
    let many = (0..<40).map { index in
      MeterValue(
        key: ValueKey(dif: [0x04], vif: [0x13], storage: UInt64(index)),
        meaning: ValueMeaning(.volume, .cubicMetre), reading: .integer(1))
    }
    var bench = Bench((1...200).map { fresh(UInt32($0)) })
    bench.give(up)
    var exhausted: [String] = []
    while let id = bench.asked {
      bench.answer(id.number, many)
      for case .registersExhausted(let text) in bench.events { exhausted.append(text) }
    }
    // Entries of 10 registers from 10: 6552 of them end at 65,529. A meter takes 41; the 160th begins at
    // entry 6519 of those and gets 33, its last 8 values none.
    #expect(exhausted.count == 1, "said once")
    #expect(exhausted.first?.hasPrefix("000000A0, \"Volume\" in m^3 is the first of 8") == true)
    #expect(exhausted.first?.contains("float only") == true)
    #expect(bench.meter(160).values.compactMap(\.register).max() == 65_520)
    #expect(bench.meter(161).register == nil)
  }

  @Test func anotherMeterAtTheAddressIsToldAndAddressesStay() {
    var configuration = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    configuration.register = 10
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0x1111_1111)
    #expect(bench.events.first == .meterLearned("11111111", values: 1, registers: 10...29))
    bench.give(.readNow(nil))
    bench.answer(1, [energy(2)], serial: 0x2222_2222)
    #expect(
      bench.events.map(\.text) == [
        "meter 11111111: another meter answers there now, 22222222; addresses stay"
      ])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).registerEntry.serial == 22_222_222)
  }

  @Test func aSerialWithWildcardsIsNoOtherMeter() {
    var bench = Bench([fresh(0x3010_FFFF)])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0x3010_1198)
    #expect(!bench.events.contains { $0.code == "meter-changed" })
  }

  @Test func assignedTimesAreListedOnDemandOnly() {
    let time = MeterValue(
      key: ValueKey(dif: [0x04], vif: [0x6D]), meaning: ValueMeaning(.timePoint, .utc),
      reading: .invalid("IV bit"), listing: .assignedTime)
    let all: [(Set<MeterValue.Listing>, Int)] = [([], 1), ([.assignedTime], 2)]
    for (shown, count) in all {
      var bench = Bench([fresh(1)], .init(listings: shown))
      bench.give(up)
      bench.answer(1, [time, energy(1)])
      #expect(bench.meter(1).values.count == count)
    }
  }
}
