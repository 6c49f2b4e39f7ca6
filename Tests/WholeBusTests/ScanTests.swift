import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Testing
import Time

/// Whole scans of simulated buses in virtual time.
@Suite struct ScanTests {
  static let forward = ScanPlan(.secondary(.any, isReversed: false), reset: .standard)
  static let reverse = ScanPlan(.secondary(.any, isReversed: true), reset: .standard)
  static let primary = ScanPlan(ScanPlan.allPrimary, reset: .standard)

  @Test(arguments: [forward, reverse, primary], [true, false])
  func allMetersOfTheDemoAreFoundOnce(plan: ScanPlan, marksDamage: Bool) {
    let slaves = SimulatedPopulation.demo.slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(plan, marksDamage: marksDamage)
    #expect(outcome.hits.count == slaves.count)
    #expect(Set(outcome.hits.map(\.identity)) == Set(slaves.compactMap(\.identity)))
    #expect(Set(outcome.hits.map(\.primaryAddress)) == Set(slaves.map(\.primaryAddress)))
    #expect(outcome.result == ScanResult(found: slaves.count))
    #expect(outcome.progress.first == 0 && outcome.progress.last == 1000)
    #expect(outcome.progress == outcome.progress.sorted())
  }

  @Test(arguments: [1, 2, 3]) func sixtyMetersAreFound(seed: UInt64) {
    let slaves = SimulatedPopulation.builtIn(count: 60, seed: seed).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.forward)
    #expect(outcome.serials == Set(slaves.compactMap(\.identity?.serial)))
    #expect(outcome.hits.count == 60)
    #expect(outcome.result?.problems == [])
  }
}
