import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time

/// A meter with a chain of five telegrams, read again and again while single requests and answers are lost at every
/// place: no telegram of an earlier readout is ever taken for one of this, none comes twice, none is left out.
@Suite struct FiveTelegramTests {
  /// How the meter is read.
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var plan: ReadoutPlan
    var countsCommands = false

    init(
      _ name: String, secondary: Bool = false, _ reset: ResetSequence,
      _ request: RequestSequence = .none, countsCommands: Bool = false,
      manner: ReadoutManner = .init(), maxTelegrams: Int = 0
    ) {
      testDescription = name
      let address: MBusAddress = secondary ? .secondary(Self.meter.identity) : .primary(7)
      plan = ReadoutPlan(address: address, reset: reset, maxTelegrams: maxTelegrams)
      plan.request = request
      plan.manner = manner
      self.countsCommands = countsCommands
    }

    static var meter: BuiltInMeter {
      var meter = BuiltInMeter(.electricity, serial: MeterSerial(digits: 0x1234_5678))
      meter.chain = 5
      return meter
    }

    var slave: SimulatedSlave {
      var slave = SimulatedSlave(
        Self.meter, primaryAddress: 7, answerDelay: .fixed(.milliseconds(20)))
      slave.countsCommands = countsCommands
      return slave
    }
  }

  static let cases = [
    Case("no reset", .none), Case("Standard", .standard), Case("Anybus Standard", .anybusStandard),
    Case("Extended 2", .extended2), Case("Anybus Extended 2", .anybusExtended2),
    Case("three of five telegrams", .none, maxTelegrams: 3),
    Case("without any reset", .standard, manner: ReadoutManner(mayReset: false)),
    Case(
      "three of five without any reset", .none, manner: ReadoutManner(mayReset: false),
      maxTelegrams: 3),
    Case("first bit negated", .standard, manner: ReadoutManner(firstBit: false)),
    Case("secondary", secondary: true, .standard),
    Case("secondary, no reset", secondary: true, .none),
    Case("all data, own count", .standard, .all),
    Case("all data, own count, no reset", .none, .all),
    Case(
      "all data, own count, without any reset", .none, .all, manner: ReadoutManner(mayReset: false)),
    Case("all data, common count", .standard, .all, countsCommands: true),
    Case(
      "all data, common count, without any reset", .none, .all, countsCommands: true,
      manner: ReadoutManner(mayReset: false)),
    Case("all data, secondary, common count", secondary: true, .none, .all, countsCommands: true),
  ]

  /// 48 readouts: each request and each answer is lost once in turn, with a readout without loss between.
  @Test(arguments: cases)
  func oneLossAtEveryPlace(_ test: Case) throws {
    var bus = LossyBus(test.slave)
    var last: UInt8?
    let whole = test.plan.maxTelegrams == 0 ? 5 : test.plan.maxTelegrams
    for round in 0..<48 {
      var loss = LossyBus.Loss()
      let place = round / 4 + 1
      if round % 4 == 0 { loss.answers = [place] }
      if round % 4 == 2 { loss.requests = [place] }
      let read = bus.read(test.plan, loss)
      let result = try #require(read)
      #expect(
        result.ending == (whole == 5 ? .complete : .limited), "round \(round), loss at \(place)")
      #expect(places(result) == Array(0..<whole), "round \(round), loss at \(place)")
      check(accessNumbers(result), after: &last, "round \(round), loss at \(place)")
    }
  }

  /// One in ten is lost each way, with so few repetitions that many readouts fail halfway.
  @Test(arguments: cases)
  func manyLosses(_ test: Case) throws {
    var plan = test.plan
    plan.retries = 1
    var random: UInt64 = 42
    func isLost() -> Bool {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (random >> 33) % 10 == 0
    }
    var bus = LossyBus(test.slave)
    var last: UInt8?
    var complete = 0
    for round in 0..<50 {
      let loss = LossyBus.Loss(
        requests: Set((1...30).filter { _ in isLost() }),
        answers: Set((1...30).filter { _ in isLost() }))
      let read = bus.read(plan, loss)
      let result = try #require(read)
      let places = places(result)
      #expect(places == Array(0..<places.count), "round \(round)")
      check(accessNumbers(result), after: &last, "round \(round)")
      if places.count >= 3 { complete += 1 }
    }
    #expect(complete > 5 && complete < 50, "some fail, some do not: \(complete)")
  }

  /// Each telegram that the meter makes anew has a later access number.
  private func check(_ numbers: [UInt8], after last: inout UInt8?, _ comment: Comment) {
    for number in numbers {
      if let last { #expect(Int8(bitPattern: number &- last) > 0, comment) }
      last = number
    }
  }

  /// Where the telegrams stand in the chain, by the highest storage number in each: 0, 1, 3, 4, 5.
  private func places(_ result: ReadoutResult) -> [Int] {
    result.responses.map { response in
      guard case .success(.data(let telegram)) = response,
        let highest = telegram.records.map(\.storage).max()
      else { return -1 }
      return highest <= 1 ? Int(highest) : Int(highest) - 1
    }
  }
}
