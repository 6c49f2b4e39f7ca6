import BusMaster
import BusSimulator
import Bytes
import Foundation
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// Whole scans of simulated buses in virtual time.
@Suite struct ScanTests {
  static let forward = ScanPlan(.secondary(.any, isReversed: false), reset: .standard)
  static let reverse = ScanPlan(.secondary(.any, isReversed: true), reset: .standard)
  static let primary = ScanPlan(ScanPlan.allPrimary, reset: .standard)

  private static func masked(_ digits: UInt32) -> ScanPlan {
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: digits)
    return ScanPlan(.secondary(start, isReversed: false))
  }

  @Test(arguments: [forward, reverse, primary], [true, false])
  func allMetersOfTheDemoAreFoundOnce(plan: ScanPlan, marksDamage: Bool) {
    let slaves = SimulatedPopulation.demo.slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(plan, marksDamage: marksDamage)
    #expect(outcome.hits.count == slaves.count)
    #expect(Set(outcome.hits.map(\.identity)) == Set(slaves.compactMap(\.identity)))
    #expect(Set(outcome.hits.map(\.primaryAddress)) == Set(slaves.map(\.primaryAddress)))
    #expect(outcome.result == ScanSummary(found: slaves.count))
    #expect(outcome.progress.first == 0 && outcome.progress.last == 1000)
    #expect(outcome.progress == outcome.progress.sorted())
  }

  /// Answers of up to seven meters at once hold the line low for longer than the idle timeout.
  @Test(arguments: [1, 2, 3]) func sixtyMetersAreFound(seed: UInt64) {
    let slaves = SimulatedPopulation.builtIn(count: 60, seed: seed).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.forward)
    #expect(outcome.serials == Set(slaves.compactMap(\.identity?.serial)))
    #expect(outcome.hits.count == 60)
    #expect(outcome.result?.problems == [])
  }

  /// By hand: 0 is silent twice, 1 finds the meter, 2–9 are silent twice: 2 + 1 + 16 selects.
  @Test func oneMeterTakesNineteenSelects() {
    var bus = VirtualBus([slave(.coldWater, 0x1234_5678, address: 1)])
    let outcome = bus.scan(Self.forward)
    #expect(outcome.hits.count == 1)
    #expect(outcome.selects == 19)
  }

  /// By hand: at each of the first seven digits nine are silent twice and one is acknowledged:
  /// 7 × 19; at the last one eight are silent twice and two are meters: 18. From the last digit only
  /// these 18 are sent.
  @Test func twoMetersThatDifferInTheLastDigitTakeAllEight() {
    let slaves = [
      slave(.coldWater, 0x1234_5678, address: 1),
      slave(.heat, 0x1234_5679, address: 2, delay: .milliseconds(45)),
    ]
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.forward)
    #expect(outcome.hits.count == 2)
    #expect(outcome.selects == 7 * 19 + 18)
    bus = VirtualBus(slaves)
    let reverse = bus.scan(Self.reverse)
    #expect(reverse.hits.count == 2)
    #expect(reverse.selects == 18)
  }

  /// A short answer is over before the other one begins, and must not hide it.
  @Test(arguments: [0, 30, 60, 120, 187]) func aLaterAnswerIsNotOverlooked(milliseconds: Int64) {
    let delay = Span.milliseconds(milliseconds)
    var bus = VirtualBus([
      slave(.heatCostAllocator, 0x1234_5678, address: 1, delay: .milliseconds(5)),
      slave(.roomSensor, 0x1834_5678, address: 2, delay: delay),
    ])
    #expect(bus.scan(Self.forward).hits.count == 2)
  }

  @Test func aMaskFindsOnlyThoseUnderIt() {
    let serials: [UInt32] = [0x3300_0001, 0x3312_3456, 0x3400_0001, 0x1330_0001]
    var bus = VirtualBus(
      serials.enumerated().map {
        slave(.coldWater, $1, address: UInt8($0 + 1), delay: .milliseconds(Int64(20 + 9 * $0)))
      })
    let outcome = bus.scan(Self.masked(0x33FF_FFFF))
    #expect(outcome.serials.map(\.description).sorted() == ["33000001", "33123456"])
    #expect(bus.scan(Self.masked(0x3400_0001)).selects == 1)
  }

  @Test func nobodyStaysSelected() {
    var bus = VirtualBus([slave(.coldWater, 0x1234_5678, address: 1)])
    let sent = bus.scan(Self.masked(0x1234_5678)).sent.map { Hex.encode($0) }
    #expect(sent.last == "1040FD3D16")
    bus.bus.send([0x10, 0x7B, 0xFD, 0x78, 0x16], at: bus.now)
    #expect(bus.bus.advance(to: bus.now + .seconds(2)).isEmpty)
  }

  @Test(arguments: [forward, primary]) func aMutedMeterIsNotFound(plan: ScanPlan) throws {
    let slaves = SimulatedPopulation.demo.slaves
    let serial = try #require(slaves.first?.identity?.serial)
    var bus = VirtualBus(slaves)
    bus.bus.setMuted(serial, true)
    let outcome = bus.scan(plan)
    #expect(outcome.serials == Set(slaves.dropFirst().compactMap(\.identity?.serial)))
    #expect(outcome.result?.problems == [])
  }

  @Test(arguments: [forward, reverse, primary]) func noiseCostsTimeNotMeters(plan: ScanPlan) {
    let slaves = SimulatedPopulation.demo.slaves
    var quiet = VirtualBus(slaves)
    var noisy = VirtualBus(slaves, noise: 0.001)
    let outcome = noisy.scan(plan)
    #expect(outcome.serials == Set(slaves.compactMap(\.identity?.serial)))
    #expect(outcome.sent.count > quiet.scan(plan).sent.count, "there was noise")
  }

  @Test func twoMetersAtOneAddressAreReported() throws {
    var bus = VirtualBus([
      slave(.coldWater, 0x1111_1111, address: 5),
      slave(.heat, 0x2222_2222, address: 5, delay: .milliseconds(23)),
      slave(.gas, 0x3333_3333, address: 6),
    ])
    let outcome = bus.scan(ScanPlan(.primary(0...10), reset: .standard, retries: 1))
    #expect(outcome.hits.map(\.primaryAddress) == [6])
    let problem = try #require(outcome.result?.problems.first)
    #expect(outcome.result?.problems.count == 1)
    #expect(
      problem.description.hasPrefix(
        "address 5: no good answer to the request for data (REQ_UD2), perhaps several meters have this "
          + "address: "))
  }

  @Test func twoMetersWithOneSerialAreReported() throws {
    var bus = VirtualBus([
      slave(.coldWater, 0x1111_1111, address: 5),
      slave(.heat, 0x1111_1111, address: 6, delay: .milliseconds(23)),
    ])
    let outcome = bus.scan(Self.masked(0x1111_111F))
    #expect(outcome.hits.isEmpty)
    let problem = try #require(outcome.result?.problems.first)
    #expect(
      problem.description.hasPrefix(
        "no good answer from 11111111, perhaps several meters have this serial: "))
  }

  @Test func afterAPrimaryScanWithoutResetsChainsAreReadFromTheStart() {
    var bus = VirtualBus([slave(.electricity, 0x1234_5678, address: 7)])
    #expect(bus.scan(ScanPlan(.primary(6...8))).hits.count == 1)
    let result = bus.read(ReadoutPlan(address: .primary(7))).result
    #expect(result?.ending == .complete)
    #expect(result?.telegrams.count == 2)
  }
}
