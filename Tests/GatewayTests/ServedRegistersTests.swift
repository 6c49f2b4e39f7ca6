import Glibc
import Metering
import PeerSupport
import RegisterMap
import Station
import Testing
import Time

@testable import Gateway

/// What clients on other threads see while the gateway changes the registers.
@Suite struct ServedRegistersTests {
  private func list(_ count: Int) -> [MeterConfiguration] {
    (0..<count).map { index in
      MeterConfiguration(
        register: 10 + 30 * index,
        values: [
          ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20 + 30 * index),
          ValueConfiguration(dif: [0x0A], vif: [0x5A], register: 30 + 30 * index),
        ])
    }
  }

  /// Lists of 3 and of 90 meters, one after the other: there is no moment at which there is neither.
  @Test func anotherListIsThereAtOnce() async throws {
    let spans = try await spansWhileListsChange().end()
    #expect(Set(spans.keys).isSubset(of: [100, 2710]), "\(spans)")
    #expect(spans.count == 2)
  }

  /// What a reader saw. The bench has a loop of its thread, which a test may leave where it waits: so it does not wait.
  private func spansWhileListsChange() -> InBackground<[Int: Int]> {
    let bench = CoreBench(list(3))
    let registers = bench.core.registers
    let isOver = Whistle()
    let reader = InBackground {
      var spans: [Int: Int] = [:]
      while !isOver.isBlown { spans[registers.bank.span(), default: 0] += 1 }
      return spans
    }
    for round in 0..<60 {
      bench.core.handle(
        .configure(.init(), list(round % 2 == 0 ? 90 : 3), keeping: []))
      sched_yield()
    }
    isOver.blow()
    return reader
  }

  /// Energy and temperature of one readout, then of another: never one of each.
  @Test func aReadoutIsThereAtOnce() async throws {
    let pairs = try await pairsWhileAMeterIsRead().end()
    #expect(pairs.isSubset(of: [[0, 0], [11, 11], [22, 22]]), "\(pairs)")
    #expect(pairs.count >= 2)
  }

  /// What a reader saw.
  private func pairsWhileAMeterIsRead() throws -> InBackground<Set<[UInt8]>> {
    let bench = CoreBench(list(1))
    let registers = bench.core.registers
    let isOver = Whistle()
    let reader = InBackground {
      var pairs: Set<[UInt8]> = []
      while !isOver.isBlown {
        var bank = registers.bank
        try? bank.withRegisters(
          unit: 1, start: 20, count: 20, now: Moment(instant: .zero, wall: WallTime(unixSeconds: 0))
        ) { pairs.insert([$0[7], $0[27]]) }
      }
      return pairs
    }
    for round in 0..<400 {
      let digit = round % 2 == 0 ? "11" : "22"
      try bench.read(["0C 06 \(digit) 00 00 00 0A 5A \(digit) 00"])
    }
    isOver.blow()
    return reader
  }
}
