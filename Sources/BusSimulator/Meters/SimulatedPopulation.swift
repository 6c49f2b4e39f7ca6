import Metering

/// The slaves of a bus, and what could not become one.
public struct SimulatedPopulation: Sendable {
  /// A telegram that has no place on the bus.
  public struct Skipped: Hashable, Sendable {
    /// Its name in the file.
    public let name: String
    /// Why, for people.
    public let reason: String

    /// - Parameters:
    ///   - name: its name in the file.
    ///   - reason: why, for people.
    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// The slaves in the order of their creation.
  public var slaves: [SimulatedSlave]
  /// What could not become a slave.
  public var skipped: [Skipped]

  /// - Parameters:
  ///   - slaves: in the order in which lists show them.
  ///   - skipped: what could not become one.
  public init(slaves: [SimulatedSlave], skipped: [Skipped] = []) {
    self.slaves = slaves
    self.skipped = skipped
  }

  /// The meters of `sim:demo`: 20 of all kinds, the same on every machine.
  public static let demo = SimulatedPopulation.builtIn(count: 20, seed: 1)

  /// The highest primary address of a meter (EN 13757-2, ch. 5.7.5).
  public static let lastPrimaryAddress = 250

  /// Built-in meters of all kinds, with primary addresses from 1 on; from the 251st on they have
  /// none (address 0).
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: draws serials and consumption; the first meters are the same for every count.
  public static func builtIn(count: Int, seed: UInt64) -> SimulatedPopulation {
    var random = SplitMix64(seed: seed, stream: 4)
    var taken: Set<UInt32> = []
    let kinds = mix
    let slaves = (0..<max(count, 0)).map { index in
      let serial = freeSerial(&random, &taken)
      let meter = BuiltInMeter(
        kinds[index % kinds.count], serial: MeterSerial(digits: serial), seed: random.next() >> 8)
      let address = index < lastPrimaryAddress ? UInt8(truncatingIfNeeded: index + 1) : 0
      return SimulatedSlave(meter, primaryAddress: address)
    }
    return SimulatedPopulation(slaves: slaves)
  }

  /// A house: water and heat of the flats come most often.
  private static let mix: [BuiltInMeter.Kind] = [
    .electricity, .heat, .coldWater, .warmWater, .gas, .heatCostAllocator, .roomSensor, .heat,
    .coldWater, .warmWater,
  ]

  /// Eight decimal digits that no meter has yet.
  private static func freeSerial(
    _ random: inout SplitMix64, _ taken: inout Set<UInt32>
  ) -> UInt32 {
    while true {
      let digits = (0..<7).reduce(UInt32(1 + random.below(8))) { number, _ in
        number << 4 | UInt32(random.below(10))
      }
      if taken.insert(digits).inserted { return digits }
    }
  }
}
