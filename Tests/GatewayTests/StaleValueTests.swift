import Metering
import RegisterMap
import Station
import Testing
import Time

@testable import Gateway

/// What the registers of a value show when there is no good reading of it now, from telegrams to registers.
@Suite struct StaleValueTests {
  private let energy = "0C 06 78 56 34 12"
  private let temperature = " 0A 5A 15 09"
  /// The meter reports "no data available" in place of the temperature.
  private let withoutTemperature = " 0A DA 15 15 09"
  /// 91.5 °C: 0x42B70000.
  private let temperatureWords: [UInt16] = [0, 0, 0, 915, 0x42B7, 0, 0xFFFF, 0x0013, 0, 0]
  private let energyWords: [UInt16] = [0, 0, 0x00BC, 0x614E, 0x5037, 0xF706, 3, 0x0005, 0, 0]
  private let withoutNumber: [UInt16] = [0x8000, 0, 0, 0, 0x7FC0, 0]

  private func meter(
    _ policy: StalePolicy? = nil, after: Int? = nil
  ) -> MeterConfiguration {
    MeterConfiguration(
      register: 10, stalePolicy: policy, staleAfter: after,
      values: [
        ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20),
        ValueConfiguration(dif: [0x0A], vif: [0x5A], register: 30),
      ])
  }

  private func bench(
    _ policy: StalePolicy, after: Int = 1, of meter: MeterConfiguration? = nil,
    _ layout: RegisterLayout = .standard
  ) -> CoreBench {
    CoreBench(
      [meter ?? self.meter()],
      .init(layout: layout, stale: StaleRule(policy: policy, after: after)))
  }

  @Test func holdIsTheDefaultAndKeepsTheLastGoodReading() throws {
    #expect(Station.Configuration().stale == StaleRule(policy: .hold, after: 1))
    let bench = bench(.hold)
    #expect(bench.words(20, 20) == [UInt16](repeating: 0, count: 20), "zeros before")
    try bench.read([energy + temperature])
    for answer in [nil, energy + withoutTemperature, energy] {
      try bench.read([answer])
      #expect(bench.words(20, 20) == energyWords + temperatureWords)
    }
  }

  @Test func nanTakesTheNumberAndKeepsTheRest() throws {
    let bench = bench(.nan)
    #expect(bench.words(20, 10) == withoutNumber + [0, 0, 0, 0], "never read")
    try bench.read([energy + temperature])
    #expect(bench.words(20, 20) == energyWords + temperatureWords)
    try bench.read([energy + withoutTemperature])
    #expect(bench.words(20, 20) == energyWords + withoutNumber + temperatureWords[6...])
    try bench.read([nil])
    #expect(
      bench.words(20, 20)
        == withoutNumber + energyWords[6...] + withoutNumber + temperatureWords[6...])
    try bench.read([energy + temperature])
    #expect(bench.words(20, 20) == energyWords + temperatureWords)
  }

  @Test func exceptionRefusesWhatTouchesOneSuchValue() throws {
    let bench = bench(.exception)
    #expect(bench.words(20, 1) == nil && bench.words(0, 40) == nil, "never read")
    #expect(bench.words(0, 20) != nil, "device and meter can always be read")
    try bench.read([energy + temperature])
    #expect(bench.words(0, 40) != nil)
    try bench.read([energy + withoutTemperature])
    #expect(bench.words(0, 30) != nil)
    #expect(bench.words(0, 31) == nil && bench.words(39, 1) == nil)
    #expect(bench.words(18, 1) == [2])
    try bench.read([energy + temperature])
    #expect(bench.words(0, 40) != nil)
  }

  /// Whatever the limit, what has never been read is no reading to hold.
  @Test func itTakesSoManyReadoutsInARow() throws {
    let bench = bench(.nan, after: 3)
    #expect(bench.words(20, 6) == withoutNumber)
    try bench.read([energy + temperature])
    for expected in [915, 915, 0, 0] as [UInt16] {
      try bench.read([energy])
      #expect(bench.words(33, 1) == [expected])
    }
    #expect(bench.words(20, 10) == energyWords)
    try bench.read([energy + temperature])
    try bench.read([nil])
    try bench.read([energy + temperature])
    try bench.read([nil])
    try bench.read([nil])
    #expect(bench.words(33, 1) == [915], "a good one in between begins anew")
    try bench.read([nil])
    #expect(bench.words(23, 1) == [0] && bench.words(33, 1) == [0])
  }

  /// What the meter itself marks as wrong is not waited for, and what was wrong stays so until it comes well again.
  @Test func whatIsMarkedAsWrongIsStaleAtOnce() throws {
    let bench = bench(.nan, after: 3)
    try bench.read([energy + temperature])
    try bench.read([energy + withoutTemperature])
    #expect(bench.words(30, 10) == withoutNumber + temperatureWords[6...])
    try bench.read([energy])
    #expect(bench.words(30, 6) == withoutNumber)
    try bench.read([energy + temperature])
    #expect(bench.words(30, 10) == temperatureWords)
  }

  /// Without a good reading so far there is nothing to hold: no number, with scale and unit of the record.
  @Test func whatHasOnlyEverBeenWrongIsNoNumberUnderAnyPolicy() throws {
    for policy in [StalePolicy.hold, .nan] {
      let bench = bench(policy, after: 200)
      for answer in [energy + withoutTemperature, nil, energy + withoutTemperature, energy] {
        try bench.read([answer])
        #expect(bench.words(20, 10) == energyWords)
        #expect(bench.words(30, 10) == withoutNumber + temperatureWords[6...])
        #expect(bench.words(18, 1).map { $0.map { $0 & 2 } } == [2])
      }
    }
    let refusing = bench(.exception)
    try refusing.read([energy + withoutTemperature])
    #expect(refusing.words(30, 1) == nil)
  }

  /// The first readout of a meter whose flow is overloaded, whose power is a display of an error, and whose
  /// temperature is the lowest number of its length.
  @Test func errorsOfAllKindsAtTheFirstReadout() throws {
    let bench = CoreBench([
      MeterConfiguration(
        register: 10,
        values: [
          ValueConfiguration(dif: [0x04], vif: [0x3B], register: 20),
          ValueConfiguration(dif: [0x0C], vif: [0x2B], register: 30),
          ValueConfiguration(dif: [0x02], vif: [0x5A], register: 40),
        ])
    ])
    try bench.read([" 04 BB 18 10 27 00 00 0C 2B EB B4 DD DD 02 5A 00 80"])
    // m3/h is unit 15, W is 13, degrees Celsius 19 (MUC500 manual 1.1, table 29).
    for (register, scale, unit) in [(20, 0xFFFD, 15), (30, 0, 13), (40, 0xFFFF, 19)] {
      #expect(
        bench.words(register, 10)
          == withoutNumber + [UInt16(scale), UInt16(unit), 0, 0])
    }
    #expect(bench.words(18, 1) == [2])
  }

  /// A date that a meter has not filled in is no error of it.
  @Test func aStorageThatIsNotUsedYetIsNoError() throws {
    let bench = CoreBench([
      MeterConfiguration(
        register: 10, values: [ValueConfiguration(dif: [0x42], vif: [0x6C], register: 20)])
    ])
    try bench.read([" 42 6C FF FF 42 13 01 00"])
    #expect(bench.words(18, 1) == [0])
    #expect(bench.words(20, 8) == [0, 0, 0, 0, 0, 0, 0, 25])
    try bench.read([" 42 6C 1F 3C 42 13 01 00"])
    #expect(bench.words(18, 1) == [0])
    try bench.read([" 42 6C FF FF 42 13 01 00"])
    #expect(bench.words(18, 1) == [2], "the date that is shown is not the one that the meter has")
  }

  @Test func aMeterCanHaveItsOwnRule() throws {
    for (own, gateway) in [
      (meter(.nan), StaleRule(policy: .exception)), (meter(.nan, after: 2), StaleRule()),
      (meter(after: 2), StaleRule(policy: .nan)),
    ] {
      let bench = CoreBench([own], .init(stale: gateway))
      try bench.read([energy + temperature])
      if own.staleAfter == 2 {
        try bench.read([nil])
        #expect(bench.words(20, 10) == energyWords)
      }
      try bench.read([nil])
      #expect(bench.words(20, 6) == withoutNumber)
    }
    let held = bench(.exception, of: meter(.hold))
    #expect(held.words(0, 40) != nil)
  }

  @Test func aNewConfigurationIsInForceAtOnce() throws {
    let bench = bench(.hold)
    try bench.read([energy + temperature])
    try bench.read([nil])
    #expect(bench.words(20, 10) == energyWords)
    func configure(_ rule: StaleRule, _ meter: MeterConfiguration) {
      bench.core.handle(.configure(.init(stale: rule), [meter], keeping: []))
    }
    configure(StaleRule(policy: .exception), meter())
    #expect(bench.words(20, 10) == nil)
    configure(StaleRule(policy: .exception, after: 2), meter())
    #expect(bench.words(20, 10) == energyWords)
    configure(StaleRule(policy: .exception, after: 2), meter(.nan, after: 1))
    #expect(bench.words(20, 6) == withoutNumber)
    configure(StaleRule(), meter())
    #expect(bench.words(20, 20) == energyWords + temperatureWords)
  }

  @Test func floatOnlyAndMultiSlave() throws {
    for isMultiSlave in [false, true] {
      let layout = RegisterLayout(isFloatOnly: true, isMultiSlave: isMultiSlave)
      let unit: UInt8 = isMultiSlave ? 10 : 1
      let bench = bench(.nan, layout)
      try bench.read([energy + withoutTemperature])
      #expect(bench.words(20, 2, unit: unit) == [0x5037, 0xF706])
      #expect(bench.words(30, 2, unit: unit) == [0x7FC0, 0])
      let refusing = self.bench(.exception, layout)
      try refusing.read([energy + withoutTemperature])
      #expect(refusing.words(20, 10, unit: unit) != nil)
      #expect(refusing.words(20, 11, unit: unit) == nil)
    }
  }
}

/// Quality registers from telegrams, and updates that nobody sees half of.
@Suite struct QualityTests {
  private let energy = "0C 06 78 56 34 12"
  private let temperature = " 0A 5A 15 09"
  private let quality = RegisterLayout(hasQuality: true)

  private func meter(_ register: Int = 10) -> MeterConfiguration {
    MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: 0x6660_0106)),
      primaryAddress: UInt8(clamping: register), usesPrimaryAddress: true, register: register,
      values: [
        ValueConfiguration(dif: [0x0C], vif: [0x06], register: register + 10),
        ValueConfiguration(dif: [0x0A], vif: [0x5A], register: register + 20),
      ])
  }

  private let never: [UInt16] = [0xFFFF, 0xFFFF]

  @Test func whatHappensToAMeter() throws {
    let bench = CoreBench([meter(), meter(40)], .init(layout: quality))
    #expect(bench.quality(0, 10) == [0, 0, 0, 0, 0, 0, 0, 0x0100, 2, 0])
    #expect(bench.quality(10, 10) == never + [0, 0, 0, 0, 0, 0x0200, 3, 2])
    #expect(bench.quality(20, 10) == [3, 0] + never + [0, 0, 0, 0, 0, 0])

    try bench.read([energy + temperature, nil])
    bench.pass(70, wall: -100_000)
    #expect(bench.quality(0, 10) == [0, 70, 0, 1, 0, 1, 1, 0x0100, 2, 0])
    #expect(bench.quality(10, 10) == [0, 70, 0, 1, 0, 0, 0, 0x0200, 0, 0], "a clock that jumps")
    #expect(bench.quality(20, 10) == [0, 0, 0, 70, 0, 0, 0, 0, 0, 0])
    #expect(bench.quality(40, 10) == never + [0, 0, 0, 1, 1, 0x0200, 3, 2])

    // The temperature is marked with "data overflow", then it is missing, then the meter is silent.
    try bench.read([energy + " 0A DA 16 15 09", nil])
    bench.pass(30)
    #expect(bench.quality(10, 10) == [0, 30, 0, 2, 0, 0, 0, 0x0200, 2, 1])
    #expect(bench.quality(30, 10) == [2, 0x16, 0, 100, 1, 0, 0, 0, 0, 0])
    #expect(bench.words(18, 1) == [2], "not all values are up to date")
    try bench.read([energy, nil])
    #expect(bench.quality(10, 10) == [0, 0, 0, 3, 0, 0, 0, 0x0200, 1, 1])
    #expect(bench.quality(30, 10) == [1, 0x87, 0, 100, 2, 0, 0, 0, 0, 0], "not in the telegram")
    bench.pass(5)
    try bench.read([nil, energy])
    #expect(bench.quality(10, 10) == [0, 5, 0, 3, 0, 1, 1, 0x0200, 1, 2])
    #expect(bench.quality(20, 10) == [1, 0, 0, 5, 1, 0, 0, 0, 0, 0])
    #expect(bench.quality(30, 2) == [1, 0x87], "a silent meter says nothing new")
    #expect(bench.quality(40, 10) == [0, 0, 0, 1, 0, 3, 0, 0x0200, 3, 1])
    #expect(bench.quality(0, 10) == [0, 105, 0, 4, 0, 4, 1, 0x0100, 2, 0])
  }

  /// A value that only ever came marked as an error, and then not at all, was never read.
  @Test func anErrorIsNoReading() throws {
    let bench = CoreBench([meter()], .init(layout: quality))
    try bench.read([energy + " 0A DA 15 15 09"])
    #expect(bench.quality(30, 5) == [2, 0x15] + never + [1])
    try bench.read([energy])
    #expect(bench.quality(30, 5) == [3, 0x87] + never + [2])
    try bench.read([energy + " 0A 5A 15 A9"])
    #expect(bench.quality(30, 2) == [2, 0x80], "no BCD")
  }

  @Test func itCanBeSwitchedWhileTheGatewayRuns() throws {
    let bench = CoreBench([meter()])
    try bench.read([energy + temperature])
    let words = bench.words(0, 40)
    bench.pass(9)
    bench.core.handle(.configure(.init(layout: quality), [meter()], keeping: []))
    #expect(bench.core.registers.bank.layout.hasQuality)
    #expect(bench.quality(0, 10) == [0, 9, 0, 1, 0, 0, 1, 0x0100, 1, 0])
    #expect(bench.quality(10, 10) == [0, 9, 0, 1, 0, 0, 0, 0x0200, 0, 0])
    #expect(bench.words(6, 34) == words.map { Array($0[6...]) }, "entries stay as they are")
  }

  @Test func multiSlave() throws {
    let layout = RegisterLayout(isFloatOnly: true, isMultiSlave: true, hasQuality: true)
    let bench = CoreBench([meter(7)], .init(layout: layout))
    try bench.read([energy + " 0A DA 15 15 09"])
    bench.pass(70_000)
    #expect(bench.quality(0, 2, unit: 7) == [2, 0])
    #expect(bench.quality(17, 2, unit: 7) == [0, 0xFFFF])
    #expect(bench.quality(27, 2, unit: 7) == [0x0215, 0xFFFF])
    #expect(bench.quality(0, 1, unit: 8) == nil)
  }

  /// The next meter is asked when everything that the one before has said is in the registers, its quality
  /// included: between two requests of a client stands nothing or all of it.
  @Test func aReadoutIsInTheRegistersBeforeAnythingElseHappens() throws {
    let bench = CoreBench([meter(), meter(40)], .init(layout: quality))
    var seen: [[UInt16]?] = []
    bench.line.onJob = { [unowned bench] in
      seen.append(bench.words(10, 30))
      seen.append(bench.quality(10, 30))
    }
    try bench.read([energy + temperature])
    #expect(seen.count == 2, "the second meter was asked")
    #expect(
      seen.first??.prefix(10)
        == [0x03F8, 0x3CAA, 0x32A7, 0x0204, 0x6553, 0xF100, 0, 0x0200, 0, 0])
    #expect(seen == [bench.words(10, 30), bench.quality(10, 30)], "nothing follows later")
  }

  /// One readout, one sequence of effects: published once, and before any job.
  @Test func aReadoutIsPublishedOnceAndFirst() throws {
    var station = Station(configuration: .init(), meters: [meter(), meter(40)])
    let now = Moment(instant: .zero, wall: WallTime(unixSeconds: CoreBench.begin))
    _ = station.handle(.start, at: now)
    _ = station.handle(.line(.state(station.line, .up)), at: now)
    let report = try CoreBench.report(energy + temperature)
    let effects = station.handle(
      .line(
        .readout(
          Readout(
            line: station.line, meter: MeterID(1), time: now, outcome: .success(report)))),
      at: now)
    let publishing = effects.indices.filter { effects[$0] == .publish(MeterID(1)) }
    let jobs = effects.indices.filter { if case .perform = effects[$0] { true } else { false } }
    #expect(publishing.count == 1 && jobs.count == 1)
    #expect(zip(publishing, jobs).allSatisfy { $0 < $1 })
  }
}
