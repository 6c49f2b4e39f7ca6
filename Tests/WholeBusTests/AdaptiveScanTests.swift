import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// The search by MBUS_SCANSTRATEGY=ADAPTIVE on whole buses in virtual time. Telegrams of 101 bytes after 50 ms at
/// 2400 baud, as in the comparison with libmbus, unless said otherwise.
@Suite struct AdaptiveScanTests {
  static let plan = ScanPlan(reset: .standard, strategy: .adaptive)

  private static func identities(_ slaves: [SimulatedSlave]) -> Set<MeterIdentity> {
    Set(slaves.compactMap(\.identity))
  }

  private static func seconds(_ outcome: ScanOutcome) -> Double {
    Double(outcome.span.nanoseconds) / 1_000_000_000
  }

  /// Select 77.917 ms, then the window of 187.5 ms and a byte that begins at its end, 4.583 ms; REQ_UD2
  /// 22.917 ms, 50 ms, 101 bytes 462.917 ms: 805.833 ms.
  @Test func oneMeterIsFoundByTwoFrames() {
    let slaves = SimulatedPopulation.random(count: 1, seed: 1).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.plan)
    #expect(outcome.result == ScanSummary(found: 1))
    #expect(outcome.sent.count == 2)
    #expect(Self.seconds(outcome) > 0.8058 && Self.seconds(outcome) < 0.8059)
    #expect(Self.seconds(outcome) / 8.1 <= 0.1)
  }

  /// Twice within the window, and once for as long as MBUS_TIMEOUT.
  @Test func nobodyIsAskedTwiceAndOnceForLonger() {
    var bus = VirtualBus([])
    let outcome = bus.scan(Self.plan)
    #expect(outcome.result == ScanSummary(found: 0))
    #expect(outcome.sent.count == 3)
    #expect(Self.seconds(outcome) > 2.5 && Self.seconds(outcome) < 2.7)
  }

  struct Budget: Sendable, CustomStringConvertible {
    var isConsecutive: Bool
    var meters: Int
    /// libmbus's bus time, and the share of it.
    var peer: Double
    var share: Double
    /// How many buses.
    var seeds: UInt64
    var description: String { "\(meters) \(isConsecutive ? "consecutive" : "random")" }

    func population(_ seed: UInt64) -> SimulatedPopulation {
      isConsecutive ? .consecutive(count: meters, seed: seed) : .random(count: meters, seed: seed)
    }
  }

  static let budgets = [
    Budget(isConsecutive: false, meters: 1, peer: 8.1, share: 0.1, seeds: 20),
    Budget(isConsecutive: false, meters: 20, peer: 82, share: 0.65, seeds: 20),
    Budget(isConsecutive: false, meters: 60, peer: 230, share: 0.65, seeds: 5),
    Budget(isConsecutive: true, meters: 60, peer: 146, share: 0.40, seeds: 10),
  ]

  /// The mean of some buses; `metergate bench scan` and `make soak` take a thousand.
  @Test(arguments: budgets) func budgetsAreKeptAndNobodyIsMissed(_ budget: Budget) {
    var total = 0.0
    for seed in 1...budget.seeds {
      let slaves = budget.population(seed).slaves
      var bus = VirtualBus(slaves)
      let outcome = bus.scan(Self.plan)
      total += Self.seconds(outcome)
      #expect(Set(outcome.hits.map(\.identity)) == Self.identities(slaves), "seed \(seed)")
      #expect(outcome.hits.count == slaves.count, "seed \(seed)")
      #expect(outcome.result?.problems == [], "seed \(seed)")
      #expect(outcome.progress.last == 1000 && outcome.progress == outcome.progress.sorted())
    }
    let mean = total / Double(budget.seeds)
    #expect(mean <= budget.share * budget.peer, "\(budget): \(mean) s")
  }

  struct Loss: Sendable, CustomStringConvertible {
    var share: Double
    var bus: Budget
    var description: String { "\(bus), \(share) lost" }
  }

  static let losses = [
    Loss(share: 0.01, bus: budgets[1]), Loss(share: 0.05, bus: budgets[1]),
    Loss(
      share: 0.05, bus: Budget(isConsecutive: true, meters: 60, peer: 146, share: 0.40, seeds: 5)),
  ]

  /// What is missed must have lost two answers; a second scan finds the rest.
  @Test(arguments: losses) func lostAnswersCostNoMoreThanTheirSquare(_ loss: Loss) {
    var missed = 0
    for seed in 1...loss.bus.seeds {
      let slaves = loss.bus.population(seed).slaves
      var bus = VirtualBus(slaves, loss: loss.share, seed: seed)
      let wanted = Self.identities(slaves)
      let first = wanted.subtracting(bus.scan(Self.plan).hits.map(\.identity))
      missed += first.count
      guard !first.isEmpty else { continue }
      #expect(first.subtracting(bus.scan(Self.plan).hits.map(\.identity)) == [], "seed \(seed)")
    }
    #expect(
      Double(missed)
        <= Double(loss.bus.seeds) * Double(loss.bus.meters) * loss.share * loss.share,
      "\(missed) missed")
  }

  /// Each answer of a scan is lost once, one at a time: whatever closes a range has been seen twice.
  @Test(arguments: [3, 5]) func aSingleLossHidesNobody(meters: Int) {
    let slaves = SimulatedPopulation.random(count: meters, seed: 3).slaves
    var quiet = VirtualBus(slaves)
    #expect(quiet.scan(Self.plan).hits.count == meters)
    for lost in 1...quiet.bus.answerCount {
      var bus = VirtualBus(slaves)
      bus.bus.lostAnswers = [lost]
      let hits = bus.scan(Self.plan).hits
      #expect(Set(hits.map(\.identity)) == Self.identities(slaves), "answer \(lost)")
    }
  }

  /// Makers that a search knows, as these are: the answers have nothing else to tell them apart by.
  @Test func pairsWithOneSerialAreToldApart() {
    let makers = ["KAM", "LUG", "DME", "HYD", "EFE", "SON"].compactMap {
      ManufacturerCode(letters: $0)
    }
    let slaves = SimulatedPopulation.twins(pairs: 30, seed: 1, makers: makers).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.plan)
    #expect(Self.identities(slaves).count == 60)
    #expect(Set(outcome.hits.map(\.identity)) == Self.identities(slaves))
    #expect(outcome.hits.count == 60)
    for hit in outcome.hits {
      let result = bus.read(ReadoutPlan(address: hit.address)).result
      #expect(result?.ending == .complete, "\(hit.identity)")
      #expect(result?.telegrams.count == 1)
    }
  }

  /// Whoever is slower than the standard allows is met by one question that is listened to for longer.
  @Test(arguments: [1, 2, 20]) func slowMetersAreNotLost(slow: Int) {
    let answer = SimulatedPopulation.Answer(delay: .fixed(.milliseconds(1100)))
    let slaves =
      SimulatedPopulation.random(count: slow, seed: 5, answer: answer).slaves
      + (slow == 1 ? [] : SimulatedPopulation.random(count: 18, seed: 6).slaves)
    var bus = VirtualBus(slaves)
    #expect(Set(bus.scan(Self.plan).hits.map(\.identity)) == Self.identities(slaves))
    var patient = VirtualBus(
      slaves, timing: LineTiming(timeout: .milliseconds(1500), isTimeoutGiven: true))
    #expect(Set(patient.scan(Self.plan).hits.map(\.identity)) == Self.identities(slaves))
  }

  /// Delays drawn from all that the standard allows: answers are not in step.
  @Test(arguments: [2, 5, 20], [true, false])
  func metersThatAnswerAtDifferentTimesAreFound(meters: Int, marksDamage: Bool) {
    for seed in UInt64(1)...(meters > 5 ? 4 : 10) {
      let slaves = SimulatedPopulation.random(
        count: meters, seed: seed, answer: .init(delay: .drawn)
      ).slaves
      var bus = VirtualBus(slaves, seed: seed)
      let outcome = bus.scan(Self.plan, marksDamage: marksDamage)
      #expect(Set(outcome.hits.map(\.identity)) == Self.identities(slaves), "seed \(seed)")
    }
  }

  @Test func hexDigitsAreFoundWhenTheyAreLookedFor() {
    let slaves = SimulatedPopulation.random(count: 20, seed: 1, digits: 15).slaves
    #expect(slaves.contains { $0.identity?.serial.decimal == nil })
    var plan = Self.plan
    plan.triesHex = true
    var bus = VirtualBus(slaves)
    #expect(Set(bus.scan(plan).hits.map(\.identity)) == Self.identities(slaves))
  }

  @Test func aMaskFindsOnlyThoseUnderIt() {
    let slaves = SimulatedPopulation.random(count: 60, seed: 2).slaves
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: 0x3FFF_FFFF)
    var bus = VirtualBus(slaves)
    let plan = ScanPlan(.secondary(start, isReversed: false), strategy: .adaptive)
    #expect(
      Set(bus.scan(plan).hits.map(\.identity))
        == Self.identities(slaves).filter { start.matches($0) })
  }

  @Test func noiseCostsTimeNotMeters() {
    let slaves = SimulatedPopulation.demo.slaves
    var bus = VirtualBus(slaves, noise: 0.001)
    #expect(Set(bus.scan(Self.plan).hits.map(\.identity)) == Self.identities(slaves))
  }

  @Test func aMeterFoundByItsAddressIsNotFoundAgain() {
    let slaves = SimulatedPopulation.random(count: 5, seed: 4).slaves
    var plan = ScanPlan(.primary(0...3), reset: .standard, strategy: .adaptive)
    plan.second = .secondary(.any, isReversed: false)
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(plan)
    #expect(outcome.result == ScanSummary(found: 5))
    #expect(
      outcome.hits.map(\.address).filter { if case .primary = $0 { true } else { false } }
        == [.primary(1), .primary(2), .primary(3)])
    #expect(outcome.progress.last == 1000 && outcome.progress == outcome.progress.sorted())
  }

  /// At whatever question: it ends, keeps what it found, and leaves nobody selected.
  @Test(arguments: [ScanPlan.Strategy.adaptive, .classic])
  func aScanCanBeCancelledAtAnyTime(strategy: ScanPlan.Strategy) {
    let slaves = SimulatedPopulation.random(count: 3, seed: 1).slaves
    for frames in [1, 2, 3, 5, 8, 13] {
      var bus = VirtualBus(slaves)
      let outcome = bus.scan(
        ScanPlan(reset: .standard, strategy: strategy), cancellingAfter: frames)
      #expect(outcome.result?.wasCancelled == true, "after \(frames)")
      #expect(outcome.result?.found == outcome.hits.count)
      #expect(outcome.sent.count == frames + 1)
      #expect(outcome.sent.last.map { Hex.encode($0) } == "1040FD3D16")
      bus.bus.send([0x10, 0x7B, 0xFD, 0x78, 0x16], at: bus.now)
      #expect(bus.bus.advance(to: bus.now + .seconds(2)).isEmpty, "nobody is selected")
    }
  }

  /// Invented makers, equal media and versions, delays that differ: nothing is left to tell them apart by. It
  /// ends, and says so.
  @Test func pairsThatCannotBeToldApartAreReported() throws {
    let makers = ["XAA", "XBB"].compactMap { ManufacturerCode(letters: $0) }
    let slaves = SimulatedPopulation.twins(
      pairs: 2, seed: 1, makers: makers, answer: .init(delay: .drawn)
    ).slaves
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(Self.plan)
    #expect(outcome.hits.isEmpty)
    #expect(outcome.result?.problems.count == 2)
    let serial = try #require(slaves.first?.identity?.serial)
    #expect(
      outcome.result?.problems.map(\.description).contains(
        "no good answer from \(serial), perhaps several meters have this serial: their manufacturers, "
          + "versions and media are not among those that are tried") == true)
    #expect(outcome.sent.count < 1200, "\(outcome.sent.count)")
  }
}
