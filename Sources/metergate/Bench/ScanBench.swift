import BusMaster
import BusSimulator
import Metering
import TextFormats
import Time
import VirtualBus

/// Measures the search for meters in virtual time: the master's state machine over a simulated wire on which
/// every bit counts.
struct ScanBench {
  /// How serials lie.
  enum Kind: String, CaseIterable {
    case random
    case consecutive
    /// Pairs with one serial and two makers.
    case twins
    /// As `metergate sim` has them: telegrams of all kinds, and each takes its own time to answer.
    case mixed
  }

  var kind: Kind
  var meters: Int
  var seeds: ClosedRange<UInt64>
  var strategy = ScanPlan.Strategy.adaptive
  /// The share of answers that are lost.
  var loss = 0.0
  var triesHex = false

  /// The makers of twins: real ones, as a search without knowledge must find them.
  private static let makers = ["KAM", "LUG", "DME", "HYD", "EFE", "SON"].compactMap {
    ManufacturerCode(letters: $0)
  }

  /// What came of one scan, and of a second one where the first has missed meters.
  struct Run: Hashable {
    var seed: UInt64
    var frames: Int
    var seconds: Double
    var missed: Int
    /// Missed by both.
    var missedTwice: Int
    var problems: Int
    /// What the digits A–E have cost; nil: they were not looked for.
    var hex: HexScanCost?
  }

  func run() -> [Run] { seeds.map(run) }

  private func population(_ seed: UInt64) -> SimulatedPopulation {
    switch kind {
    case .random: .random(count: meters, seed: seed, digits: triesHex ? 15 : 10)
    case .consecutive: .consecutive(count: meters, seed: seed)
    case .twins: .twins(pairs: meters / 2, seed: seed, makers: Self.makers)
    case .mixed: .builtIn(count: meters, seed: seed)
    }
  }

  private func run(_ seed: UInt64) -> Run {
    let slaves = population(seed).slaves
    let plan = ScanPlan(reset: .standard, strategy: strategy, triesHex: triesHex)
    var bus = VirtualBus(slaves, loss: loss, seed: seed)
    let first = bus.scan(plan)
    var missing = Set(slaves.compactMap(\.identity)).subtracting(first.hits.map(\.identity))
    let missed = missing.count
    if !missing.isEmpty { missing.subtract(bus.scan(plan).hits.map(\.identity)) }
    return Run(
      seed: seed, frames: first.sent.count,
      seconds: Double(first.span.nanoseconds) / 1_000_000_000,
      missed: missed, missedTwice: missing.count, problems: first.result?.problems.count ?? 0,
      hex: first.result?.hex)
  }
}

/// What a bench of scans has measured.
struct ScanBenchReport {
  let bench: ScanBench
  let runs: [ScanBench.Run]

  var meanSeconds: Double { mean(runs.map(\.seconds)) }
  var meanFrames: Double { mean(runs.map { Double($0.frames) }) }
  var worstSeconds: Double { runs.map(\.seconds).max() ?? 0 }
  /// What the digits A–E have cost: frames and seconds; nil: they were not looked for.
  var hex: (frames: Double, seconds: Double)? {
    let costs = runs.compactMap(\.hex)
    guard !costs.isEmpty else { return nil }
    return (
      mean(costs.map { Double($0.frames) }),
      mean(costs.map { Double($0.span.nanoseconds) / 1_000_000_000 })
    )
  }
  var missed: Int { runs.reduce(0) { $0 + $1.missed } }
  var missedTwice: Int { runs.reduce(0) { $0 + $1.missedTwice } }
  /// Meters that may be missed: those of which two answers were lost.
  var allowed: Double {
    Double(bench.meters * runs.count) * bench.loss * bench.loss
  }
  /// The shortest time in seconds; nil where meters do not answer alike.
  var bound: Double? {
    guard bench.kind != .mixed else { return nil }
    let bound = ScanBound(baud: 2400, delay: .milliseconds(50), telegram: 101)
    return Double(bound.time(meters: bench.meters).nanoseconds) / 1_000_000_000
  }
  var peer: PeerScan? { PeerScan.of(bench.kind, bench.meters) }

  /// Nobody was missed, or no more than lost answers explain.
  var isComplete: Bool { Double(missed) <= allowed && missedTwice == 0 }

  private func mean(_ numbers: [Double]) -> Double {
    numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
  }

  static let heading =
    "meters              scans  frames  seconds  worst    x bound  x libmbus  worst  missed"

  /// A row of the table for people.
  var row: String {
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    func number(_ number: Double, _ places: Int) -> String {
      BusBenchReport.text(number, places: places)
    }
    let peers = peer.map { peer in
      (number(meanSeconds / peer.seconds, 3), number(worstSeconds / peer.seconds, 3))
    }
    let digits =
      hex.map { ", \(number($0.frames, 0)) frames and \(number($0.seconds, 1)) s for A-E" } ?? ""
    let lost = missedTwice > 0 ? ", \(missedTwice) twice" : ""
    return cell("\(bench.meters) \(bench.kind.rawValue)", 20) + cell("\(runs.count)", 7)
      + cell(number(meanFrames, 0), 8) + cell(number(meanSeconds, 1), 9)
      + cell(number(worstSeconds, 1), 9) + cell(bound.map { number(meanSeconds / $0, 2) } ?? "–", 9)
      + cell(peers?.0 ?? "–", 11) + cell(peers?.1 ?? "–", 7) + "\(missed)\(lost)\(digits)"
  }

  /// For programs: one object on one line.
  var json: String {
    func number(_ number: Double) -> JSONText { .number((number * 1e6).rounded() / 1e6) }
    return JSONText.object([
      ("schema", .whole(1)), ("bench", .string("scan")), ("kind", .string(bench.kind.rawValue)),
      ("strategy", .string(bench.strategy == .adaptive ? "ADAPTIVE" : "CLASSIC")),
      ("meters", .whole(bench.meters)), ("scans", .whole(runs.count)), ("loss", number(bench.loss)),
      ("frames", number(meanFrames)), ("seconds", number(meanSeconds)),
      ("worstSeconds", number(worstSeconds)), ("boundSeconds", bound.map { number($0) } ?? .null),
      ("ratio", bound.map { number(meanSeconds / $0) } ?? .null),
      ("peerFrames", peer.map { .whole($0.frames) } ?? .null),
      ("peerSeconds", peer.map { number($0.seconds) } ?? .null),
      ("peerRatio", peer.map { number(meanSeconds / $0.seconds) } ?? .null),
      ("missed", .whole(missed)), ("missedTwice", .whole(missedTwice)),
      ("hexFrames", hex.map { number($0.frames) } ?? .null),
      ("hexSeconds", hex.map { number($0.seconds) } ?? .null),
    ]).text
  }
}
