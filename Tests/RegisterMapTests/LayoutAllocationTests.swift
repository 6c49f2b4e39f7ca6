import Metering
import RegisterMap
import Testing

/// Addresses in the layouts with two registers an entry, and with a map for each meter.
@Suite struct LayoutAllocationTests {
  private func meter(_ number: Int, _ wanted: Int = 0) -> AddressRequest {
    AddressRequest(.meter(MeterID(number)), label: "meter \(number)", wanted: wanted)
  }

  private func value(_ number: Int, _ index: Int, _ wanted: Int = 0) -> AddressRequest {
    AddressRequest(
      .value(MeterID(number), index: index), label: "meter \(number), value \(index)",
      wanted: wanted)
  }

  private func plan(_ requests: [AddressRequest], _ layout: RegisterLayout) -> (
    addresses: [Int?], problems: [String]
  ) {
    let plan = AddressAllocator(layout: layout).allocate(requests)
    return (requests.map { plan[$0.entry] }, plan.problems.map(\.description))
  }

  private static let floatOnly = RegisterLayout(isFloatOnly: true)
  private static let multiSlave = RegisterLayout(isMultiSlave: true)
  private static let both = RegisterLayout(isFloatOnly: true, isMultiSlave: true)

  @Test func floatOnlyGoesFromTwoInStepsOfTwo() {
    let (addresses, problems) = plan(
      [meter(1), value(1, 0), value(1, 1), meter(2, 6), value(2, 0)], Self.floatOnly)
    #expect(addresses == [2, 4, 8, 6, 10])
    #expect(problems.isEmpty)
  }

  @Test func floatOnlyRefusesWhatDoesNotFit() {
    let (addresses, problems) = plan(
      [meter(1, 1), meter(2, 10), meter(3, 11), meter(4, 65_535), meter(5, 65_534)],
      Self.floatOnly)
    #expect(addresses == [nil, 10, nil, nil, 65_534])
    #expect(
      problems == [
        "meter 1: registers 1–2 reach before the first entry, which is at register 2; it gets no address "
          + "until its register is changed, or removed",
        "meter 3: registers 11–12 overlap those of meter 2 (registers 10–11); it gets no address until "
          + "its register is changed, or removed",
        "meter 4: an entry at register 65535 does not fit; allowed are 2–65534; without a register it "
          + "gets a free one",
      ])
  }

  /// 2 to 65,534 in steps of 2 are 32,767 entries.
  @Test func aFullMapOfFloatOnlyNamesTheRemedy() {
    let requests = [meter(1)] + (0..<32_768).map { value(1, $0) }
    let plan = AddressAllocator(layout: Self.floatOnly).allocate(requests)
    #expect(plan.addresses.count == 32_767)
    #expect(
      plan.problems.map(\.description) == [
        "meter 1, value 32766 is the first of 2 entries for which no register address is left: the map "
          + "ends at 65,535; multi slave gives each meter a map of its own (MODBUSMETER_PROTOCOLVERSION)"
      ])
  }

  @Test func multiSlaveGivesUnitIDsAndAMapEach() {
    let (addresses, problems) = plan(
      [meter(1), value(1, 0), value(1, 1), meter(2), value(2, 0), value(2, 1, 10), value(2, 2)],
      Self.multiSlave)
    #expect(addresses == [1, 10, 20, 2, 20, 10, 30])
    #expect(problems.isEmpty)
    #expect(
      plan([meter(1), value(1, 0), meter(2), value(2, 0)], Self.both).addresses == [1, 2, 2, 2])
  }

  @Test func multiSlaveRefusesWhatDoesNotFit() {
    let (addresses, problems) = plan(
      [
        meter(1, 3), meter(2, 3), meter(3, 248), meter(4, 247), value(4, 0, 9), value(4, 1, 12),
        value(4, 2, 20), value(2, 0, 10),
      ], Self.multiSlave)
    #expect(addresses == [3, nil, nil, 247, nil, 12, nil, nil])
    #expect(
      problems == [
        "meter 2: unit id 3 is that of meter 1; it gets no address until its register is changed, or "
          + "removed",
        "meter 3: there is no unit id 248 for a meter; allowed are 1–247; without a register it gets a "
          + "free one",
        "meter 4, value 0: registers 9–18 overlap those of its meter's own entry (registers 0–9); it gets "
          + "no address until its register is changed, or removed",
        "meter 4, value 2: registers 20–29 overlap those of meter 4, value 1 (registers 12–21); it gets "
          + "no address until its register is changed, or removed",
        "meter 2, value 0: its meter has no unit id, so that register 10 is in no map; give the meter a "
          + "register of 1–247",
      ])
  }

  @Test func the248thMeterHasNoUnitID() {
    let requests = (1...249).flatMap { [meter($0), value($0, 0)] }
    let plan = AddressAllocator(layout: Self.multiSlave).allocate(requests)
    #expect(plan.addresses.count == 2 * 247)
    #expect(
      plan.problems.map(\.description) == [
        "meter 248 is the first of 2 entries for which no unit id is left: unit ids end at 247, and the "
          + "map of each at 65,535; without multi slave meters share one map (MODBUSMETER_PROTOCOLVERSION)"
      ])
  }

  /// Each map of its own, and only what is really full: 65,535 is the end of that of unit 1 alone.
  @Test func oneFullMapIsNotAll() {
    let values = (0..<6554).map { value(1, $0) }
    let plan = AddressAllocator(layout: Self.multiSlave).allocate(
      [meter(1)] + values + [meter(2, 300), value(2, 0), meter(3), value(3, 0)])
    #expect(plan[.meter(MeterID(3))] == 2)
    #expect(plan[.value(MeterID(3), index: 0)] == 10)
    #expect(plan[.value(MeterID(2), index: 0)] == nil)
    #expect(plan.problems.compactMap(\.fullSpace) == [.values(MeterID(1))])
    // 10 to 65,520 in steps of 10 are 6,552 entries.
    #expect(
      plan.problems.last
        == .mapIsFull(first: values[6552], count: 2, Self.multiSlave))
    #expect(plan.problems.count == 2, "and that 300 is no unit id")
  }

  @Test func whatIsReservedIsNotGiven() {
    let plan = AddressAllocator(layout: .standard).allocate(
      [meter(3), meter(4, 45), meter(5, 70)], besides: [meter(1, 10)],
      reserving: [meter(2, 15), value(2, 0, 40), value(2, 1, 44), value(2, 2, 70_000)])
    #expect(
      plan.addresses == [.meter(MeterID(1)): 10, .meter(MeterID(3)): 30, .meter(MeterID(5)): 70])
    #expect(plan.problems == [.overlap(meter(4, 45), with: value(2, 0, 40), .standard)])
  }

  @Test func whereTheNumbersLead() {
    #expect(Self.multiSlave.address(ofMeter: 3) == RegisterAddress(0, unit: 3))
    #expect(Self.multiSlave.address(ofMeter: 248) == nil)
    #expect(Self.multiSlave.address(ofValue: 20, of: 3) == RegisterAddress(20, unit: 3))
    #expect(Self.multiSlave.address(ofValue: 20, of: nil) == nil)
    #expect(Self.floatOnly.address(ofMeter: 3) == RegisterAddress(3))
    #expect(Self.floatOnly.address(ofValue: 20, of: nil) == RegisterAddress(20))
    #expect("\(RegisterAddress(20, unit: 3))" == "unit 3, register 20")
    #expect(RegisterAddress(90, unit: 1) < RegisterAddress(10, unit: 2))
  }
}
