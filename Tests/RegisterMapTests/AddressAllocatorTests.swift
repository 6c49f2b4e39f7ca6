import Metering
import RegisterMap
import Testing

@Suite struct AddressAllocatorTests {
  private func meter(_ number: Int, _ wanted: Int = 0) -> AddressRequest {
    AddressRequest(.meter(MeterID(number)), label: "meter \(number)", wanted: wanted)
  }

  private func value(_ number: Int, _ index: Int, _ wanted: Int = 0) -> AddressRequest {
    AddressRequest(
      .value(MeterID(number), index: index), label: "meter \(number), value \(index)",
      wanted: wanted)
  }

  /// The addresses in the order of the requests; nil for none.
  private func registers(_ requests: [AddressRequest]) -> [Int?] {
    let plan = AddressAllocator().allocate(requests)
    return requests.map { plan[$0.entry] }
  }

  @Test func listOrderInStepsOfTen() {
    let requests = [meter(1), value(1, 0), value(1, 1), meter(2), value(2, 0)]
    #expect(registers(requests) == [10, 20, 30, 40, 50])
    #expect(AddressAllocator().allocate(requests).problems.isEmpty)
  }

  @Test func claimsAreSteppedOver() {
    #expect(
      registers([meter(1), value(1, 0, 20), value(1, 1), meter(2, 10), value(2, 0)])
        == [30, 20, 40, 10, 50])
    #expect(
      registers([meter(1, 25), value(1, 0), value(1, 1), value(1, 2)]) == [25, 10, 40, 50],
      "a claim off the grid blocks both steps that it touches")
    #expect(
      registers([meter(1, 15), meter(2, 25), meter(3)]) == [15, 25, 40])
  }

  @Test func overlapsNameBoth() {
    let requests = [meter(1, 20), value(1, 0, 29), value(1, 1, 30), meter(2, 20)]
    let plan = AddressAllocator().allocate(requests)
    #expect(requests.map { plan[$0.entry] } == [20, nil, 30, nil])
    #expect(
      plan.problems.map(\.description) == [
        """
        meter 1, value 0: registers 29–38 overlap those of meter 1 (registers 20–29); it gets no \
        address until its register is changed, or removed
        """,
        """
        meter 2: registers 20–29 overlap those of meter 1 (registers 20–29); it gets no address \
        until its register is changed, or removed
        """,
      ])
  }

  @Test func theDeviceEntryIsTaken() {
    let plan = AddressAllocator().allocate([meter(1, 9), meter(2, 10)])
    #expect(plan.addresses == [.meter(MeterID(2)): 10])
    #expect(
      plan.problems.map(\.description) == [
        """
        meter 1: registers 9–18 overlap those of the device entry (registers 0–9); it gets no \
        address until its register is changed, or removed
        """
      ])
  }

  @Test func theEndIs65535() {
    let plan = AddressAllocator().allocate(
      [meter(1, 65_526), meter(2, 65_527), meter(3, -10), meter(4, .max), meter(5, .min)])
    #expect(plan.addresses == [.meter(MeterID(1)): 65_526])
    #expect(
      plan.problems.first?.description
        == "meter 2: an entry at register 65527 does not fit; allowed are 10–65526; without a register it gets a free one"
    )
    #expect(plan.problems.count == 4)
  }

  /// 10 to 65,520 in steps of 10 are 6552 entries; register 65,530 would end at 65,539.
  @Test func theFirstWithoutAddressIsNamedOnce() {
    let requests = (1...6560).map { meter($0) }
    let plan = AddressAllocator().allocate(requests)
    #expect(plan.addresses.count == 6552)
    #expect(plan[.meter(MeterID(6552))] == 65_520)
    #expect(plan[.meter(MeterID(6553))] == nil)
    #expect(plan.problems == [.mapIsFull(first: requests[6552], count: 8, .standard)])
    #expect(
      plan.problems.first?.description == """
        meter 6553 is the first of 8 entries for which no register address is left: the map ends \
        at 65,535; float only needs 2 registers an entry instead of 10, multi slave gives each \
        meter a map of its own (MODBUSMETER_PROTOCOLVERSION)
        """)
  }

  @Test func explicitAddressesAreServedBeforeAFullMap() {
    let requests = (1...6552).map { meter($0) } + [meter(9999, 30)]
    let plan = AddressAllocator().allocate(requests)
    #expect(plan[.meter(MeterID(9999))] == 30)
    #expect(plan[.meter(MeterID(3))] == 40)
    #expect(plan.problems == [.mapIsFull(first: requests[6551], count: 1, .standard)])
  }

  /// Whatever is asked for: no two entries share a register, none leaves the map.
  @Test func randomRequestsNeverOverlap() {
    var generator = LinearGenerator(state: 2)
    for _ in 0..<50 {
      let requests = (1...200).map { number in
        meter(
          number, Bool.random(using: &generator) ? Int.random(in: 1...3000, using: &generator) : 0)
      }
      let plan = AddressAllocator().allocate(requests)
      let starts = plan.addresses.values.sorted()
      #expect(starts.first ?? 10 >= 10)
      #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= 10 })
      #expect(plan.addresses.count + plan.problems.count == requests.count)
      let automatic = requests.filter { $0.wanted == 0 }.compactMap { plan[$0.entry] }
      #expect(automatic == automatic.sorted(), "list order")
      #expect(automatic.count == requests.count { $0.wanted == 0 })
    }
  }
}

/// A generator that gives the same numbers on every machine (Knuth's MMIX constants).
struct LinearGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
