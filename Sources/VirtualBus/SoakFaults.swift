import BusSimulator
import Metering

/// The faults of a soak, hour by hour, the same for the same seed.
struct SoakFaults: Sendable {
  /// What becomes otherwise at the begin of an hour.
  enum Change: Hashable, Sendable {
    case mute(Int, Bool)
    case line(isThere: Bool)
  }

  /// Meters that another one answers together with, now and then.
  static let twins = 3

  /// The meter that falls silent in the first hours for good.
  let deadPlace: Int
  /// Where the twins are among the slaves.
  let twinPlaces: Range<Int>
  /// The most faults of single meters at one time.
  let most: Int

  private let meters: Int
  private var random: SplitMix64
  private var hour = 0
  /// Places with a fault, and the hour in which it ends. A place of `twinPlaces` is a collision.
  private var ends: [Int: Int] = [:]
  private var lineEnd: Int?
  /// When a fault of a meter ended: it may be paused for an hour and a turn after that.
  private var recovered: [Int: Int] = [:]
  private var lineBack: Int?
  private let begin: Int64 = 1_767_225_600

  init(meters: Int, seed: UInt64) {
    self.meters = meters
    deadPlace = max(0, meters - 1)
    twinPlaces = meters..<(meters + min(Self.twins, meters))
    most = 1 + max(2, meters / 25)
    random = SplitMix64(seed: seed)
  }

  /// Faults just now.
  var count: Int { ends.count + (lineEnd == nil ? 0 : 1) }

  /// What changes at the begin of the next hour.
  /// - Parameter isCalm: all faults end, but for the dead meter.
  mutating func hour(isCalm: Bool) -> [Change] {
    defer { hour += 1 }
    var changes: [Change] = []
    for (place, end) in ends.sorted(by: { $0.key < $1.key }) where isCalm || end <= hour {
      guard place != deadPlace else { continue }
      ends[place] = nil
      recovered[meter(of: place)] = hour
      changes.append(.mute(place, twinPlaces.contains(place)))
    }
    if let end = lineEnd, isCalm || end <= hour {
      lineEnd = nil
      lineBack = hour
      changes.append(.line(isThere: true))
    }
    if hour == 2 {
      ends[deadPlace] = .max
      changes.append(.mute(deadPlace, true))
    }
    guard !isCalm, hour > 2 else { return changes }
    return changes + begun()
  }

  private mutating func begun() -> [Change] {
    var changes: [Change] = []
    if happens(300), ends.count < most {
      let place = below(meters)
      if ends[place] == nil {
        ends[place] = hour + 1 + below(12)
        changes.append(.mute(place, true))
      }
    }
    if happens(50), ends.count < most, !twinPlaces.isEmpty {
      let place = twinPlaces.lowerBound + below(twinPlaces.count)
      if ends[place] == nil {
        ends[place] = hour + 1 + below(4)
        changes.append(.mute(place, false))
      }
    }
    if happens(20), lineEnd == nil {
      lineEnd = hour + 1 + below(3)
      changes.append(.line(isThere: false))
    }
    return changes
  }

  private mutating func below(_ bound: Int) -> Int {
    Int(random.next() % UInt64(max(1, bound)))
  }

  private mutating func happens(_ perMille: Int) -> Bool { below(1000) < perMille }

  /// Which meter a fault concerns: a twin has the serial of one of the first.
  private func meter(of place: Int) -> Int { place >= meters ? place - meters : place }

  /// Whether a meter has a fault, or had one so shortly ago that it may still be paused.
  func isDisturbed(_ meter: MeterID, at wall: Int64) -> Bool {
    let place = meter.number - 1
    if ends[place] != nil || ends[meters + place] != nil { return true }
    // Two hours: METER_BACKOFFMAX, and a turn.
    return recovered[place].map { hourOf(wall) < $0 + 2 } ?? false
  }

  /// Whether readouts are made up for just now, or were.
  func wasLineDown(at wall: Int64) -> Bool {
    lineEnd != nil || lineBack.map { hourOf(wall) < $0 + 1 } ?? false
  }

  /// Forgets what is long ago.
  mutating func note(_ wall: Int64) {
    guard recovered.count > meters / 2 else { return }
    recovered = recovered.filter { hourOf(wall) < $0.value + 2 }
  }

  private func hourOf(_ wall: Int64) -> Int { Int((wall - begin) / 3600) }
}
