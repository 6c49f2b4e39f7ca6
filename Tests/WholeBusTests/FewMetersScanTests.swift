import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// Searches of small buses: what a lost answer can hide there, meters that send no data, and what hex digits cost.
@Suite struct FewMetersScanTests {
  private static let plan = ScanPlan(reset: .standard, strategy: .adaptive)

  private func identities(_ slaves: [SimulatedSlave]) -> Set<MeterIdentity> {
    Set(slaves.compactMap(\.identity))
  }

  /// Two or three meters in step, of which all but one lose their answer to the first REQ_UD2: the one that is
  /// left seems to be alone. Where answers are known to be lost, or somebody looks again, it is asked once more.
  @Test(arguments: [2, 3, 4, 5]) func fewMetersAndLostAnswers(meters: Int) {
    let (seeds, loss) = (UInt64(50), 0.05)
    var plan = Self.plan
    plan.confirmsLone = true
    var missed = 0
    for seed in 1...seeds {
      let slaves = SimulatedPopulation.random(count: meters, seed: seed).slaves
      var bus = VirtualBus(slaves, loss: loss, seed: seed)
      let first = identities(slaves).subtracting(bus.scan(plan).hits.map(\.identity))
      missed += first.count
      guard !first.isEmpty else { continue }
      #expect(first.subtracting(bus.scan(plan).hits.map(\.identity)) == [], "seed \(seed)")
    }
    #expect(Double(missed) <= Double(seeds) * Double(meters) * loss * loss, "\(missed) missed")
  }

  /// Every answer of two meters is lost once, one at a time.
  @Test func aSingleLossHidesNobodyOfTwo() {
    let slaves = SimulatedPopulation.random(count: 2, seed: 3).slaves
    var plan = Self.plan
    plan.confirmsLone = true
    var quiet = VirtualBus(slaves)
    #expect(quiet.scan(plan).hits.count == 2)
    for lost in 1...quiet.bus.answerCount {
      var bus = VirtualBus(slaves)
      bus.bus.lostAnswers = [lost]
      #expect(Set(bus.scan(plan).hits.map(\.identity)) == identities(slaves), "answer \(lost)")
    }
  }

  /// Select, E5, REQ_UD2 and the answer; a third frame only when somebody looks again.
  @Test func aSecondScanMakesSureOfALoneMeter() {
    let slaves = SimulatedPopulation.random(count: 2, seed: 3).slaves
    var bus = VirtualBus(slaves)
    // Both E5s, then the first of both telegrams.
    bus.bus.lostAnswers = [3]
    #expect(bus.scan(Self.plan).sent.count == 2)
    bus.bus.lostAnswers = []
    #expect(Set(bus.scan(Self.plan).hits.map(\.identity)) == identities(slaves))
    var alone = VirtualBus(Array(slaves.prefix(1)))
    #expect(alone.scan(Self.plan).sent.count == 2)
    // The telegram once more, and one select that is listened to for longer.
    #expect(alone.scan(Self.plan).sent.count == 4)
  }

  // MARK: - Meters that acknowledge and send no data

  private func mute(
    _ serial: UInt32, address: UInt8, delay: Span = .milliseconds(50)
  ) -> SimulatedSlave {
    SimulatedSlave(
      CapturedMeter(
        name: "mute", primaryAddress: address,
        identity: MeterIdentity(
          serial: MeterSerial(digits: serial), manufacturer: ManufacturerCode(letters: "XQW"),
          version: 1, medium: .coldWater), telegrams: []),
      answerDelay: .fixed(delay))
  }

  /// Alone on the bus its serial is found by its acknowledgements, digit by digit.
  @Test func aMeterThatOnlyAcknowledgesIsFoundByItsDigits() {
    var bus = VirtualBus([mute(0x1234_5678, address: 1)])
    let outcome = bus.scan(Self.plan)
    #expect(outcome.hits.isEmpty)
    #expect(outcome.result?.problems == [.silentMeter(MeterSerial(digits: 0x1234_5678))])
    #expect(
      outcome.result?.problems.map(\.description) == [
        "12345678: a meter acknowledges its selection, but does not answer the request for data (REQ_UD2)"
      ])
    // REQ_UD2 twice, select, twice, and the same with time for slower meters. Then each digit below its own is silent
    // twice, and its own answers.
    let requests = outcome.sent.count { $0.first == 0x10 && $0.dropFirst().first == 0x7B }
    #expect(requests == 8)
    let descent = (1...8).reduce(0) { $0 + 2 * $1 + 1 }
    #expect(outcome.selects == 4 + descent)
  }

  /// It is retried, reported, and keeps nobody from being found.
  @Test(arguments: [ScanPlan.Strategy.adaptive, .classic])
  func aMeterThatOnlyAcknowledgesIsReported(strategy: ScanPlan.Strategy) {
    let others = SimulatedPopulation.random(count: 5, seed: 2).slaves
    var bus = VirtualBus(others + [mute(0x8765_4321, address: 200, delay: .milliseconds(90))])
    let outcome = bus.scan(ScanPlan(reset: .standard, strategy: strategy))
    #expect(Set(outcome.hits.map(\.identity)) == identities(others))
    #expect(
      outcome.result?.problems.contains(.silentMeter(MeterSerial(digits: 0x8765_4321))) == true,
      "\(outcome.result?.problems ?? [])")
  }

  @Test func byItsPrimaryAddressItIsReportedToo() {
    var bus = VirtualBus([mute(0x8765_4321, address: 7), mute(0x1111_1111, address: 9)])
    let outcome = bus.scan(
      ScanPlan(.primary(5...10), reset: .standard, retries: 1, strategy: .adaptive))
    #expect(outcome.result?.problems == [.silentAddress(7), .silentAddress(9)])
    // Asked for data once, and once more.
    #expect(outcome.sent.count { $0 == [0x10, 0x7B, 0x07, 0x82, 0x16] } == 2)
  }

  // MARK: - Hex digits

  /// 12345678 and 1234567A: of the last digits only those with the bits of both are asked.
  @Test func theCostOfHexDigitsIsTold() throws {
    let slaves = [
      slave(.coldWater, 0x1234_5671, address: 1, delay: .milliseconds(50)),
      slave(.coldWater, 0x1234_567A, address: 2, delay: .milliseconds(90)),
    ]
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: 0x1234_567F)
    var plan = ScanPlan(.secondary(start, isReversed: false), strategy: .adaptive)
    var bus = VirtualBus(slaves)
    #expect(bus.scan(plan).result?.hex == nil)
    plan.triesHex = true
    bus = VirtualBus(slaves)
    let outcome = bus.scan(plan)
    let cost = try #require(outcome.result?.hex)
    #expect(outcome.hits.count == 2)
    let selects = try (UInt32(0xA)...0xE).map { digit in
      try SlaveSelect(MeterIdentity(serial: MeterSerial(digits: 0x1234_5670 | digit)))
        .frame().encoded
    }
    // Four silent digits twice; the select of A with what is asked behind it.
    let asked = outcome.sent.count { selects.contains($0) }
    #expect(asked >= 9 && cost.frames > asked && cost.frames <= asked + 3)
    #expect(cost.span > .milliseconds(265) * 8 && cost.span < outcome.span)
    #expect(
      HexScanCost(frames: 420, span: .milliseconds(43_600)).text
        == "420 frames and 44 s of it for the digits A-E (MBUS_SCANHEX)")
  }
}
