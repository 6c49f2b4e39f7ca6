import MBus
import Metering
import Testing

@testable import BusMaster

/// What the adaptive search reckons with.
@Suite struct AdaptiveStepTests {
  /// All tuples of digits, one by one.
  @Test(arguments: [2, 3, 4]) func oddsAreThoseOfAllTuples(count: Int) {
    let tuples = (0..<count).reduce(1) { product, _ in product * 10 }
    var seen = [Int](repeating: 0, count: 16)
    var silent = [Double](repeating: 0, count: 16)
    for tuple in 0..<tuples {
      let digits = (0..<count).map { place in
        UInt8((0..<place).reduce(tuple) { rest, _ in rest / 10 } % 10)
      }
      let bits = Int(digits.reduce(0xF) { $0 & $1 })
      seen[bits] += 1
      silent[bits] += Double((0..<10).count { $0 & bits == bits } - Set(digits).count)
    }
    for bits in UInt8(0)..<16 {
      let chance = Double(seen[Int(bits)]) / Double(tuples)
      #expect(abs(SplitOdds.decimal.chance(of: bits, among: count) - chance) < 1e-9, "\(bits)")
      let cost = SplitOdds.decimal.cost(of: bits, among: count)
      if cost.isFinite {
        // Two meters at one digit are a collision, which costs 2.3 s.
        let silence = silent[Int(bits)] / Double(seen[Int(bits)]) * 0.53
        #expect(cost >= silence - 1e-9, "\(bits)")
      } else {
        #expect((0..<10).count { $0 & Int(bits) == Int(bits) } <= 1 || seen[Int(bits)] == 0)
      }
    }
  }

  /// Two meters of which one has 8 and the other 9: half of the tuples of equal digits are collisions.
  @Test func theCostOfADigitByHand() {
    // Common bits 8: (8,8), (8,9), (9,8); 9 alone is left out since (9,9) has 9 in common. Of two candidates
    // 1 is silent in one of three cases, which is also the one collision.
    let cost = SplitOdds.decimal.cost(of: 8, among: 2)
    #expect(abs(cost - (1.0 / 3 * 0.53 + 1.0 / 3 * 2.3)) < 1e-9)
  }

  @Test func everyDigitIsAmongTheCandidatesOfItsPairs() {
    let memory = SearchMemory(start: .any, radix: 10, timing: LineTiming())
    for a in UInt8(0)..<10 {
      for b in UInt8(0)..<10 {
        let candidates = memory.candidates(a & b)
        #expect(candidates.contains(a) && candidates.contains(b))
      }
    }
    #expect(memory.candidates(8) == [8, 9] && memory.candidates(7) == [7])
  }

  private func meters(_ serials: UInt32...) -> [MeterIdentity] {
    serials.map { MeterIdentity(serial: MeterSerial(digits: $0)) }
  }

  @Test func serialsInARowDecideTheOrder() {
    // 12345598–12345602: tens and hundreds change once, ones always.
    let plan = SeriesPlan(.any, found: meters(0x1234_5598, 0x1234_5600, 0x1234_5602))
    #expect(plan?.order.contains(0) == true)
    #expect(plan.map { Set($0.order) } == [0, 1, 2])
    #expect(SeriesPlan(.any, found: meters(0x1234_5598)) == nil)
    #expect(SeriesPlan(.any, found: meters(0x1234_5598, 0x8765_4321)) == nil)
    #expect(SeriesPlan(.any, found: meters(0x1234_559A, 0x1234_559B)) == nil, "hex digits")
  }

  @Test func aRangeLiesWithinAnother() {
    func select(_ digits: UInt32, _ medium: UInt8 = 0xFF) -> SlaveSelect {
      var select = SlaveSelect.any
      (select.serial, select.medium) = (MeterSerial(digits: digits), medium)
      return select
    }
    #expect(select(0x1234_5678).isWithin(select(0x12FF_5678)))
    #expect(select(0x12FF_5678).isWithin(.any))
    #expect(!select(0x12FF_5678).isWithin(select(0x1234_5678)))
    #expect(!select(0x1234_5677).isWithin(select(0x12FF_5678)))
    #expect(select(0x1234_5678, 7).isWithin(select(0x1234_5678)))
    #expect(!select(0x1234_5678).isWithin(select(0x1234_5678, 7)))
    #expect(select(0x1234_5678).with(0, at: 0) == select(0x1234_5670))
    #expect(select(0x12F4_5FF8).places == [1, 2, 5])
  }

  /// 00000008 and 00000009 in step: bits 8 in common.
  @Test func aBurstInStepShowsCommonBits() throws {
    let frames = try [UInt8(8), 9].map { digit in
      let header: [UInt8] = [digit, 0, 0, 0, 0x2D, 0x2C, 1, 7, 0x55, 0, 0, 0]
      return try Frame.long(
        control: .rspUD(), address: 5, ci: 0x72, data: header + [0x0C, 0x13, 1, 2, 3, 4]
      ).encoded
    }
    let bytes = zip(frames[0], frames[1]).map { $0 & $1 }
    let burst = Burst(bytes, damaged: [7, 25], isContiguous: true)
    #expect(burst.common?.digits == [8, 0, 0, 0, 0, 0, 0, 0])
    #expect(burst.common?.manufacturer == 0x2C2D && burst.common?.medium == 7)
    #expect(Burst(bytes, damaged: [], isContiguous: false).common == nil)
    #expect(Burst(Array(bytes.dropLast()), damaged: [], isContiguous: true).common == nil)
  }

  @Test func manufacturersOfTheTableAreCodesOnce() {
    let codes = KnownManufacturers.codes
    #expect(codes.count > 80)
    #expect(Set(codes).count == codes.count)
    #expect(codes.first.map { ManufacturerCode(rawValue: $0).description } == "KAM")
  }
}
