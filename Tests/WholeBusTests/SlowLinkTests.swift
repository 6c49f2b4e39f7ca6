import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// Links to the wire that are slower than is known of them, such as converters in a network, and meters that are
/// slower than the standard allows.
@Suite struct SlowLinkTests {
  private static let plan = ScanPlan(reset: .standard, strategy: .adaptive)
  private static let primary = ScanPlan(
    .primary(0...25), reset: .standard, retries: 3, strategy: .adaptive)

  private func identities(_ slaves: [SimulatedSlave]) -> Set<MeterIdentity> {
    Set(slaves.compactMap(\.identity))
  }

  /// Nothing is known of the link when the scan begins. Delays are drawn from all that the standard allows.
  @Test(arguments: [1, 2, 5, 20]) func aSlowLinkLosesNobody(meters: Int) {
    for seed in UInt64(1)...4 {
      let slaves = SimulatedPopulation.random(
        count: meters, seed: seed, answer: .init(delay: .drawn)
      ).slaves
      var bus = VirtualBus(slaves, seed: seed)
      bus.latency = .milliseconds(120)
      #expect(Set(bus.scan(Self.plan).hits.map(\.identity)) == identities(slaves), "seed \(seed)")
    }
  }

  @Test func itsLatencyIsMeasuredAndKept() {
    let slaves = SimulatedPopulation.random(count: 5, seed: 1).slaves
    var bus = VirtualBus(slaves)
    bus.latency = .milliseconds(120)
    let first = bus.scan(Self.plan)
    #expect(first.hits.count == 5)
    // All meters take 50 ms.
    let latency = bus.link.latency(least: .zero)
    #expect(abs((latency - .milliseconds(120)).nanoseconds) < 1000)
    var quick = VirtualBus(slaves)
    #expect(quick.scan(Self.plan).hits.count == 5)
    #expect(quick.link.latency(least: .zero).nanoseconds < 1000)
    #expect(quick.link.latency(least: .milliseconds(20)) == .milliseconds(20))
  }

  /// A readout before the scan tells it as well: the driver of the line keeps it.
  @Test func readoutsMeasureIt() throws {
    let slaves = SimulatedPopulation.random(
      count: 1, seed: 1, answer: .init(delay: .fixed(.milliseconds(170)))
    ).slaves
    var bench = GuestBench(slaves)
    bench.read(1, try #require(slaves.first?.identity))
    bench.run(for: .seconds(3))
    #expect(bench.readouts.count == 1)
    #expect(abs((bench.driver.link.latency(least: .zero) - .milliseconds(120)).nanoseconds) < 1000)
    #expect(!bench.driver.link.hasLostAnswers && bench.driver.link.scans == 0)
    bench.handle(.perform(.scan))
    bench.run(for: .seconds(200))
    #expect(bench.driver.link.scans == 1)
  }

  @Test(arguments: [0, 120]) func aPrimaryScanFindsAllOnIt(milliseconds: Int64) {
    for seed in UInt64(1)...3 {
      let slaves = SimulatedPopulation.random(
        count: 20, seed: seed, answer: .init(delay: .drawn)
      ).slaves
      var bus = VirtualBus(slaves, seed: seed)
      bus.latency = .milliseconds(milliseconds)
      let outcome = bus.scan(Self.primary)
      #expect(Set(outcome.hits.map(\.identity)) == identities(slaves), "seed \(seed)")
      #expect(outcome.result?.problems == [], "seed \(seed)")
    }
  }

  /// The converter sends back what the master sends, and that is as late as the answers.
  @Test(arguments: [0, 10, 60, 120]) func anEchoIsNotMeasured(milliseconds: Int64) {
    let slaves = SimulatedPopulation.random(count: 5, seed: 1).slaves
    var bus = VirtualBus(slaves, echoes: true)
    bus.latency = .milliseconds(milliseconds)
    #expect(bus.scan(Self.plan).hits.count == 5)
    let latency = bus.link.latency(least: .zero)
    #expect(abs((latency - .milliseconds(milliseconds)).nanoseconds) < 1000)
  }

  /// Slow meters beside what seems to be all: one that acknowledges and sends no data, or one that answers in time.
  @Test func aSlowMeterBesideAMuteOne() {
    let slow = SimulatedPopulation.random(
      count: 1, seed: 5, answer: .init(delay: .fixed(.milliseconds(1100)))
    ).slaves
    let mute = SimulatedSlave(
      CapturedMeter(
        name: "mute", primaryAddress: 200,
        identity: MeterIdentity(
          serial: MeterSerial(digits: 0x1234_5678), manufacturer: ManufacturerCode(letters: "XQW"),
          version: 1, medium: .coldWater), telegrams: []),
      answerDelay: .fixed(.milliseconds(50)))
    var bus = VirtualBus(slow + [mute])
    let outcome = bus.scan(Self.plan)
    #expect(Set(outcome.hits.map(\.identity)) == identities(slow))
    #expect(outcome.result?.problems == [.silentMeter(MeterSerial(digits: 0x1234_5678))])
  }

  /// A meter alone is believed at once; who looks again listens for a slower one behind it.
  @Test func aSlowMeterBesideAQuickOneIsFoundByTheSecondScan() {
    let slaves =
      SimulatedPopulation.random(
        count: 1, seed: 5, answer: .init(delay: .fixed(.milliseconds(1100)))
      ).slaves + SimulatedPopulation.random(count: 1, seed: 6).slaves
    var bus = VirtualBus(slaves)
    let first = bus.scan(Self.plan)
    #expect(first.sent.count == 2)
    let second = bus.scan(Self.plan)
    #expect(Set(second.hits.map(\.identity)) == identities(slaves))
    #expect(second.result?.problems == [])
  }

  /// They acknowledge after 120 ms, the others after 50 ms, and send their data after 1,100 ms.
  @Test(arguments: [0, 1, 5, 18]) func metersThatAreSlowWithTheirDataOnly(others: Int) {
    var slaves = SimulatedPopulation.random(count: 2, seed: 5).slaves
    for index in slaves.indices {
      slaves[index].answerDelay = .fixed(.milliseconds(120))
      slaves[index].telegramDelay = .milliseconds(1100)
    }
    if others == 0 { slaves.removeLast() }
    slaves += SimulatedPopulation.random(count: others, seed: 6).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.plan)
    #expect(Set(outcome.hits.map(\.identity)) == identities(slaves))
    #expect(outcome.result?.problems == [])
  }

  /// 1,100 ms: MBUS_TIMEOUT is set for them. So is it in a search digit by digit.
  @Test func slowMetersAreFoundWithTheTimeoutSet() {
    let slaves = SimulatedPopulation.random(
      count: 3, seed: 5, answer: .init(delay: .fixed(.milliseconds(1100)))
    ).slaves
    let timing = LineTiming(timeout: .milliseconds(1500), isTimeoutGiven: true)
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: 0xFFFF_FFFF)
    for plan in [Self.primary, ScanPlan(.primary(0...5), reset: .standard), ScanPlan()] {
      var bus = VirtualBus(slaves, timing: timing)
      #expect(Set(bus.scan(plan).hits.map(\.identity)) == identities(slaves), "\(plan.range)")
    }
  }

  /// 251 addresses, each asked twice: (22.917 + 187.5 + 4.583) ms are 107.9 s, and SND_NKE to FF before.
  @Test func anEmptyBusByPrimaryAddresses() {
    var bus = VirtualBus([])
    let outcome = bus.scan(ScanPlan(ScanPlan.allPrimary, reset: .standard, strategy: .adaptive))
    #expect(outcome.sent.count == 503)
    #expect(outcome.span > .milliseconds(107_900) && outcome.span < .milliseconds(108_100))
  }
}
