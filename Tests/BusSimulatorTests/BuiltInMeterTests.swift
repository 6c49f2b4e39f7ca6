import BusSimulator
import MBus
import Metering
import Testing
import Time

@Suite struct BuiltInMeterTests {
  /// 2026-03-10 00:00
  static let midnight: Int64 = 1_773_100_800
  static let day: Int64 = 86_400

  static func report(
    _ kind: BuiltInMeter.Kind, at seconds: Int64, seed: UInt64 = 11
  ) throws -> MeterReport {
    let meter = BuiltInMeter(kind, serial: Sample.serial, seed: seed)
    let telegrams = try (0..<meter.telegramCount).map { index in
      let bytes = try #require(
        meter.telegram(index, at: seconds, accessNumber: 3, primaryAddress: 5))
      guard case .frame(let frame, bytes.count) = FrameDecoder.decode(bytes),
        case .data(let telegram) = try ResponseDecoder.decode(frame)
      else { throw NoTelegram() }
      #expect(telegram.moreRecordsFollow == (index + 1 < meter.telegramCount))
      return telegram
    }
    return try #require(MeterReport(chain: telegrams, primaryAddress: 5))
  }

  struct NoTelegram: Error {}

  static func value(
    _ report: MeterReport, _ type: MeasurementType, storage: UInt64 = 0, tariff: UInt32 = 0,
    function: ValueKey.Function = .instantaneous
  ) throws -> Double {
    let value = report.values.first {
      $0.meaning.type == type && $0.key.storage == storage && $0.key.tariff == tariff
        && $0.key.function == function
    }
    return try #require(value?.scaled, "\(type)")
  }

  @Test(arguments: BuiltInMeter.Kind.allCases)
  func everyRecordIsUnderstood(_ kind: BuiltInMeter.Kind) throws {
    let report = try Self.report(kind, at: Self.midnight)
    #expect(report.identity == BuiltInMeter(kind, serial: Sample.serial).identity)
    #expect(report.problems == [])
    #expect(report.isComplete)
    for value in report.values {
      #expect(value.meaning.type != .none, "\(value)")
      if case .invalid(let why, _) = value.reading { Issue.record("\(value.key): \(why)") }
    }
    let fabrication = report.values.first { $0.meaning.type == .fabrication }
    #expect(fabrication?.reading == .integer(42_420_017))
  }

  @Test func manufacturersDiffer() {
    let identities = BuiltInMeter.Kind.allCases.map {
      BuiltInMeter($0, serial: Sample.serial).identity
    }
    #expect(Set(identities).count == BuiltInMeter.Kind.allCases.count)
    #expect(identities.allSatisfy { $0.manufacturer?.description.hasPrefix("XQ") == true })
  }

  /// What a day adds lies within 70 to 130 percent of what such a meter usually counts: 9 kWh, 42 kWh,
  /// 250 l, 90 l, 5.2 m³.
  @Test(
    arguments: [
      (.electricity, .energy, 9000, 1), (.heat, .energy, 42_000, 100),
      (.coldWater, .volume, 0.25, 0.001), (.warmWater, .volume, 0.09, 0.001),
      (.gas, .volume, 5.2, 0.01),
    ] as [(BuiltInMeter.Kind, MeasurementType, Double, Double)])
  func countersCountOn(
    _ kind: BuiltInMeter.Kind, _ type: MeasurementType, _ usual: Double, _ step: Double
  ) throws {
    let readings = try (0...24).map { hour in
      try Self.value(Self.report(kind, at: Self.midnight + Int64(hour) * 3600), type)
    }
    #expect(readings == readings.sorted())
    let added = readings[24] - readings[0]
    #expect((0.69 * usual...1.31 * usual).contains(added), "\(added)")
    let nextDay = try Self.value(Self.report(kind, at: Self.midnight + 2 * Self.day), type)
    #expect(abs(nextDay - readings[24] - added) <= 1.001 * step)
  }

  @Test func theDueDateHoldsWhatWasCountedThen() throws {
    // 2026-01-01 00:00
    let newYear = Self.midnight - 68 * Self.day
    let then = try Self.report(.heat, at: newYear)
    let now = try Self.report(.heat, at: Self.midnight)
    let due = try Self.value(now, .energy, storage: 1)
    #expect(due == (try Self.value(then, .energy)))
    let energy = now.values.first { $0.meaning.type == .energy && $0.key.storage == 1 }
    #expect(energy?.meterTime?.iso8601 == "2025-12-31")
  }

  @Test func tariffsAddUpAndTheCurrentFollowsFromThePower() throws {
    let report = try Self.report(.electricity, at: Self.midnight + 70_000)
    let total = try Self.value(report, .energy)
    #expect(
      try Self.value(report, .energy, tariff: 1) + Self.value(report, .energy, tariff: 2) == total)
    let watts = try Self.value(report, .volts) * Self.value(report, .ampere)
    #expect(abs(watts - (try Self.value(report, .power))) < 0.5)
  }

  @Test func clockAndFormerSendingsAreTheSameAfterARestart() throws {
    let time = Self.midnight + 45_296
    let first = try Self.report(.heat, at: time)
    #expect(try Self.report(.heat, at: time) == first)
    #expect(try Self.report(.heat, at: time, seed: 12) != first)
    // 45,296 s are 12:34:56.
    let clock = first.values.first { $0.key.vif == [0x6D] }
    guard case .time(let shown)? = clock?.reading else {
      Issue.record("no clock: \(first.values)")
      return
    }
    #expect(shown.iso8601 == "2026-03-10T12:34")
  }

  @Test(arguments: [Int64.min, -1, 0, 4_102_444_800, .max])
  func clocksBeyondWhatTelegramsCanShowAreHarmless(_ seconds: Int64) throws {
    for kind in BuiltInMeter.Kind.allCases { _ = try Self.report(kind, at: seconds) }
  }
}

@Suite struct PopulationTests {
  @Test func demoHasAllKindsWithSerialsOfTheirOwn() {
    let slaves = SimulatedPopulation.demo.slaves
    #expect(slaves.count == 20)
    #expect(slaves.map(\.primaryAddress) == Array(1...20))
    #expect(Set(slaves.compactMap(\.identity?.serial)).count == 20)
    #expect(Set(slaves.compactMap(\.identity?.medium)).count == 7)
    #expect(slaves.allSatisfy { $0.identity?.serial.decimal != nil })
  }

  @Test func primaryAddressesEndAt250() {
    let slaves = SimulatedPopulation.builtIn(count: 300, seed: 1).slaves
    #expect(slaves[249].primaryAddress == 250)
    #expect(slaves.dropFirst(250).allSatisfy { $0.primaryAddress == 0 })
    #expect(Set(slaves.compactMap(\.identity?.serial)).count == 300)
    #expect(slaves.prefix(20).map(\.identity) == SimulatedPopulation.demo.slaves.map(\.identity))
    let other = SimulatedPopulation.builtIn(count: 20, seed: 2).slaves
    #expect(other.map(\.identity) != SimulatedPopulation.demo.slaves.map(\.identity))
  }

  @Test func theMeterListHasRegistersInItsOrder() {
    let meters = SimulatedPopulation.demo.meterConfigurations()
    let registers = meters.flatMap { [$0.register] + $0.values.map(\.register) }
    #expect(registers == (1...registers.count).map { $0 * 10 })
    #expect(meters.allSatisfy { !$0.usesPrimaryAddress && $0.identity.manufacturer != nil })
    // Electricity: ten values; its two times belong to others.
    #expect(meters[0].values.count == 10)
    #expect(meters[0].values[1].meaning == ValueMeaning(.energy, .wattHour))
  }

  @Test func beyondTheLastRegisterThereIsNone() {
    let meters = SimulatedPopulation.builtIn(count: 1200, seed: 1).meterConfigurations()
    let registers = meters.flatMap { [$0.register] + $0.values.map(\.register) }
    #expect(registers.max() == 65_520)
    #expect(registers.last == 0)
  }
}
