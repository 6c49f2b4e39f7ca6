import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// The frame count bit of the first request to a meter when nothing is reset (reset mode None), behind whatever has been
/// on the line before. A meter that takes it for a repetition sends its old telegram once more. Sums were added up by
/// hand: 7B + 03 = 7E, 5B + 03 = 5E.
@Suite struct FrameCountTests {
  private static let set = "10 7B 03 7E 16"
  private static let clear = "10 5B 03 5E 16"
  private static let reset = "10 40 03 43 16"

  private var bus: VirtualBus { VirtualBus(SimulatedPopulation.builtIn(count: 3, seed: 9).slaves) }

  private func plan(mayReset: Bool = true) -> ReadoutPlan {
    var plan = ReadoutPlan(address: .primary(3), reset: .none, retries: 0)
    plan.manner.mayReset = mayReset
    return plan
  }

  /// Reads water, which sends one telegram, with another access number each time.
  /// - Returns: what was sent for it.
  private func read(
    _ bus: inout VirtualBus, _ telegram: inout Frame?, mayReset: Bool = true
  ) -> [String] {
    let result = bus.read(plan(mayReset: mayReset)).result
    #expect(result?.ending == .complete && result?.telegrams.count == 1)
    #expect(result?.telegrams.last != telegram, "a repetition")
    telegram = result?.telegrams.last
    return bus.sent.map { Hex.encode($0, separator: " ") }
  }

  @Test func behindTheStartAndFromReadoutToReadout() {
    var (bus, telegram) = (bus, Frame?.none)
    #expect(read(&bus, &telegram) == [Self.set])
    #expect(read(&bus, &telegram) == [Self.clear])
    #expect(read(&bus, &telegram) == [Self.set])
    _ = bus.read(ReadoutPlan(address: .primary(2), reset: .none, retries: 0))
    #expect(read(&bus, &telegram) == [Self.clear], "another address has its own")
  }

  /// The selection has a frame count of its own (EN 13757-2, ch. 5.7.2).
  @Test(arguments: [ScanPlan.Strategy.adaptive, .classic], [1, 2])
  func behindASearchBySecondaryAddresses(strategy: ScanPlan.Strategy, readouts: Int) {
    var (bus, telegram) = (bus, Frame?.none)
    for _ in 0..<readouts { _ = read(&bus, &telegram) }
    #expect(bus.scan(ScanPlan(strategy: strategy)).hits.count == 3)
    #expect(read(&bus, &telegram) == [readouts == 1 ? Self.clear : Self.set])
    #expect(read(&bus, &telegram) == [readouts == 1 ? Self.set : Self.clear])
  }

  @Test func behindASearchByPrimaryAddresses() {
    var (bus, telegram) = (bus, Frame?.none)
    _ = read(&bus, &telegram)
    #expect(bus.scan(ScanPlan(.primary(3...3))).sent.count == 1)
    #expect(read(&bus, &telegram) == [Self.set], "the search has asked with 5B")
    // SND_NKE to it, then 7B.
    #expect(bus.scan(ScanPlan(.primary(3...3), reset: .anybusStandard)).sent.count == 2)
    #expect(read(&bus, &telegram) == [Self.clear])
  }

  /// What is read behind a command goes on from its SND_NKE; one behind which nothing is read leaves the chain open.
  @Test(arguments: [false, true]) func behindCommands(countsCommands: Bool) {
    var slaves = SimulatedPopulation.builtIn(count: 3, seed: 9).slaves
    for index in slaves.indices { slaves[index].countsCommands = countsCommands }
    var (bus, telegram) = (VirtualBus(slaves), Frame?.none)
    _ = read(&bus, &telegram)
    #expect(bus.give(.applicationReset(subcode: nil), by: plan())?.ending == .unseen)
    #expect(read(&bus, &telegram) == [Self.clear])
    #expect(bus.give(.freeze(storage: 0, is2018: false), by: plan())?.ending == .acknowledged)
    #expect(read(&bus, &telegram) == [Self.reset, Self.set])
    #expect(read(&bus, &telegram) == [Self.clear])
    var all = plan()
    all.address = .primary(LinkAddress.broadcast)
    #expect(bus.give(.freeze(storage: 0, is2018: false), by: all)?.ending == .sentToAll)
    #expect(read(&bus, &telegram) == [Self.reset, Self.set])
  }

  /// MBUS_RESETDISABLE: the command has the bit that is next, and whether the meter has counted it nobody knows: what may
  /// be its old telegram is dropped.
  @Test(arguments: [false, true]) func behindCommandsWithoutAnyReset(countsCommands: Bool) {
    var slaves = SimulatedPopulation.builtIn(count: 3, seed: 9).slaves
    for index in slaves.indices { slaves[index].countsCommands = countsCommands }
    var (bus, telegram) = (VirtualBus(slaves), Frame?.none)
    #expect(read(&bus, &telegram, mayReset: false) == [Self.set])
    let freeze = MeterCommand.freeze(storage: 0, is2018: false)
    #expect(bus.give(freeze, by: plan(mayReset: false))?.ending == .acknowledged)
    #expect(
      bus.sent.map { Hex.encode($0, separator: " ") } == ["68 03 03 68 53 03 54 AA 16"])
    #expect(read(&bus, &telegram, mayReset: false) == [Self.set, Self.clear])
    #expect(read(&bus, &telegram, mayReset: false) == [Self.set])
  }
}
