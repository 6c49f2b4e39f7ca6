import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// A meter with an invented serial, at a fixed delay after the end of the request.
func slave(
  _ kind: BuiltInMeter.Kind, _ serial: UInt32, address: UInt8, delay: Span = .milliseconds(20)
) -> SimulatedSlave {
  SimulatedSlave(
    BuiltInMeter(kind, serial: MeterSerial(digits: serial)), primaryAddress: address,
    answerDelay: .fixed(delay))
}

/// The access numbers of the telegrams: each that the meter makes anew has the next one.
func accessNumbers(_ result: ReadoutResult?) -> [UInt8] {
  (result?.telegrams ?? []).compactMap { telegram in
    guard case .data(let data) = try? ResponseDecoder.decode(telegram) else { return nil }
    return data.header?.access
  }
}

@Suite struct WholeBusTests {
  @Test func allMetersOfTheDemoAreReadByTheirIdentity() {
    var bus = VirtualBus(SimulatedPopulation.demo.slaves)
    for slave in SimulatedPopulation.demo.slaves {
      guard let identity = slave.identity else { continue }
      let (result, _) = bus.read(
        ReadoutPlan(address: .secondary(identity), reset: .standard))
      #expect(result?.ending == .complete, "\(identity)")
      #expect(result?.telegrams.count == slave.telegramCount)
      let told = result?.telegrams.compactMap { telegram -> MeterIdentity? in
        guard case .data(let data) = try? ResponseDecoder.decode(telegram) else { return nil }
        return data.header?.identity
      }
      #expect(told?.allSatisfy { $0 == identity } == true)
    }
  }

  /// The bound by hand, at 2400 baud: SND_NKE to FF 5 bytes and 33 bits of pause, select 17 bytes, delay,
  /// E5, REQ_UD2 5 bytes, delay, RSP_UD n bytes: (5 + 17 + 1 + 5 + n) × 11 + 33 bits and 2 × 20 ms.
  @Test func aReadoutTakesTheTimeOfItsBytes() throws {
    var bus = VirtualBus([slave(.coldWater, 0x1234_5678, address: 1)])
    let identity = try #require(bus.bus.slaves.first?.identity)
    let (result, span) = bus.read(ReadoutPlan(address: .secondary(identity), reset: .standard))
    let length = try #require(result?.telegrams.first?.encoded.count)
    let bound = Span.bits(Int64((28 + length) * 11 + 33), baud: 2400) + .milliseconds(40)
    #expect(span.seconds <= bound.seconds * 1.02, "\(span.seconds) s, bound \(bound.seconds) s")
    #expect(span.seconds >= bound.seconds * 0.98)
  }

  @Test func aChainIsReadFromItsFirstTelegramEveryTime() throws {
    for reset in [ResetSequence.none, .standard, .anybusStandard] {
      var bus = VirtualBus([slave(.electricity, 0x1234_5678, address: 7)])
      let plan = ReadoutPlan(address: .primary(7), reset: reset)
      let first = bus.read(plan).result
      let second = bus.read(plan).result
      #expect(first?.telegrams.count == 2)
      #expect(second?.telegrams.count == 2)
      #expect(first?.telegrams.map(\.data.count) == second?.telegrams.map(\.data.count))
      #expect(accessNumbers(first) == [1, 2])
      #expect(accessNumbers(second) == [3, 4])
    }
  }

  /// The bound by hand, at 2400 baud: two times REQ_UD2 5 bytes, delay, RSP_UD: (10 + n) × 11 bits and
  /// 2 × 20 ms. A request that begins the moment that the last byte is over is heard: the slave has
  /// stopped talking.
  @Test func aChainTakesTwoRequestsAndNoTimeout() throws {
    var bus = VirtualBus([slave(.electricity, 0x1234_5678, address: 7)])
    let plan = ReadoutPlan(address: .primary(7), reset: .none)
    var numbers: [[UInt8]] = []
    for _ in 0..<2 {
      let (result, span) = bus.read(plan)
      // 7B first, then 5B; the two telegrams leave the bit as it was.
      #expect(bus.sent.map { Hex.encode($0) } == ["107B078216", "105B076216"])
      let length = try #require(result?.telegrams.map { try $0.encoded.count }.reduce(0, +))
      let bound = Span.bits(Int64((10 + length) * 11), baud: 2400) + .milliseconds(40)
      #expect(span.seconds <= bound.seconds * 1.02, "\(span.seconds) s, bound \(bound.seconds) s")
      #expect(span.seconds >= bound.seconds * 0.98)
      numbers.append(accessNumbers(result))
    }
    #expect(numbers == [[1, 2], [3, 4]])
  }

  @Test func aChainCutShortStartsAgainAtTelegramOne() throws {
    var bus = VirtualBus([slave(.electricity, 0x1234_5678, address: 7)])
    let plan = ReadoutPlan(address: .primary(7), maxTelegrams: 1)
    let first = bus.read(plan).result
    let second = bus.read(plan).result
    #expect(first?.ending == .limited)
    #expect(
      first?.telegrams.first?.data.count == second?.telegrams.first?.data.count,
      "the second telegram has another length")
    #expect(accessNumbers(first) == [1])
    #expect(accessNumbers(second) == [2])
  }

  @Test func aMuteMeterCostsItsTimeoutsAndNoMore() throws {
    var bus = VirtualBus([slave(.gas, 0x1234_5678, address: 3)])
    bus.bus.setMuted(MeterSerial(digits: 0x1234_5678), true)
    let identity = try #require(bus.bus.slaves.first?.identity)
    let (result, span) = bus.read(ReadoutPlan(address: .secondary(identity), retries: 3))
    #expect(result?.ending == .noAnswer(attempts: 4))
    // Four selects of 17 bytes, 77.9 ms each, and 2 s after each.
    #expect(abs(span.seconds - 4 * (2 + 187.0 / 2400)) < 0.001)
  }

  @Test func twoMetersWithOnePrimaryAddressAreToldAsGarbage() {
    var bus = VirtualBus([
      slave(.coldWater, 0x1111_1111, address: 5),
      slave(.heat, 0x2222_2222, address: 5, delay: .milliseconds(23)),
    ])
    let (result, _) = bus.read(ReadoutPlan(address: .primary(5), retries: 1))
    guard case .garbage(_, attempts: 2) = result?.ending else {
      Issue.record("\(String(describing: result?.ending))")
      return
    }
    #expect(result?.received.count == 2)
  }

  @Test func noiseCostsRepetitionsNotValues() throws {
    var bus = VirtualBus(SimulatedPopulation.demo.slaves, noise: 0.002)
    var read = 0
    var rejected = 0
    for slave in SimulatedPopulation.demo.slaves {
      guard let identity = slave.identity else { continue }
      let (result, _) = bus.read(
        ReadoutPlan(address: .secondary(identity), reset: .standard, retries: 10))
      if result?.ending == .complete { read += 1 }
      #expect(try isSound(result, of: slave), "\(identity)")
      // Beside the telegrams there is the E5 of the select.
      rejected += (result?.received.count ?? 0) - (result?.telegrams.count ?? 0) - 1
    }
    #expect(read == SimulatedPopulation.demo.slaves.count)
    #expect(rejected > 0, "there was noise")
  }

  /// Whether the telegrams are those of the slave, whole, and every value of them can be used.
  private func isSound(_ result: ReadoutResult?, of slave: SimulatedSlave) throws -> Bool {
    let telegrams = try (result?.telegrams ?? []).map { telegram -> Telegram in
      guard case .data(let data) = try ResponseDecoder.decode(telegram) else {
        throw ResponseError(.noData, offset: 0, bytes: [])
      }
      return data
    }
    let records = telegrams.flatMap(\.records)
    return telegrams.count == slave.telegramCount && !records.isEmpty
      && telegrams.allSatisfy { $0.header?.identity == slave.identity && $0.problem == nil }
      && records.allSatisfy { $0.error == nil }
  }
}
