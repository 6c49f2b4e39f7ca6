import TextFormats
import Time

/// What `metergate bench bus` has measured.
struct BusBenchReport: Sendable {
  let bench: BusBench
  let rounds: [ReadoutRounds.Round]
  /// CPU time of the whole process, the simulator included.
  let cpuTime: Span
  /// CPU time of the driver's thread; over memory the simulator is on it, too.
  let driverTime: Span
  let peakResidentBytes: Int

  /// Seconds of the rounds, the shortest first.
  private var seconds: [Double] { rounds.map(\.traffic.duration.seconds).sorted() }

  private var median: Double {
    let seconds = seconds
    let middle = seconds.dropFirst((seconds.count - 1) / 2).prefix(seconds.count % 2 == 0 ? 2 : 1)
    return middle.isEmpty ? 0 : middle.reduce(0, +) / Double(middle.count)
  }

  private var bound: Double { bench.bound.seconds }
  private var ratio: Double { bound > 0 ? median / bound : 0 }
  private var failures: [String] { rounds.flatMap(\.failures) }
  private var meters: Int { bench.population.slaves.count }

  /// No readout has failed.
  var isComplete: Bool { failures.isEmpty }

  /// For programs: one object on one line.
  var json: String {
    let traffic = rounds.last?.traffic
    return JSONText.object([
      ("schema", .whole(1)), ("bench", .string("bus")), ("over", .string(bench.path.rawValue)),
      ("addressing", .string(bench.addressing.rawValue)), ("baud", .whole(bench.settings.baud)),
      ("seed", .whole(bench.settings.seed)), ("meters", .whole(meters)),
      ("readouts", .whole(rounds.count)), ("telegrams", .whole(rounds.last?.telegrams ?? 0)),
      ("sentBytes", .whole(traffic?.sent ?? 0)),
      ("receivedBytes", .whole(traffic?.received ?? 0)),
      (
        "seconds",
        .object([
          ("min", Self.number(seconds.first ?? 0)), ("median", Self.number(median)),
          ("max", Self.number(seconds.last ?? 0)),
        ])
      ),
      ("boundSeconds", Self.number(bound)), ("ratio", Self.number(ratio)),
      ("failedReadouts", .whole(failures.count)), ("cpuSeconds", Self.number(cpuTime.seconds)),
      ("driverCpuSeconds", Self.number(driverTime.seconds)),
      ("peakResidentBytes", .whole(peakResidentBytes)),
    ]).text
  }

  /// For people.
  var text: String {
    let traffic = rounds.last?.traffic
    let driver = bench.path == .memory ? "driver and bus on one thread" : "driver"
    let lines = [
      ("line", "\(bench.path.rawValue), \(bench.settings.baud) baud"),
      ("meters", "\(meters), by \(bench.addressing.rawValue) address"),
      ("readouts", "\(rounds.count)"),
      (
        "a readout",
        "\(rounds.last?.telegrams ?? 0) telegrams, \(traffic?.sent ?? 0) bytes sent, "
          + "\(traffic?.received ?? 0) received"
      ),
      (
        "measured",
        "min \(Self.text(seconds.first ?? 0)) s, median \(Self.text(median)) s, "
          + "max \(Self.text(seconds.last ?? 0)) s"
      ),
      ("bound", "\(Self.text(bound)) s"), ("ratio", "\(Self.text(ratio, places: 4))"),
      ("failed", "\(failures.count) of \(rounds.count * meters) readouts"),
      (
        "CPU time",
        "\(Self.text(cpuTime.seconds)) s, \(driver) \(Self.text(driverTime.seconds)) s"
      ),
      ("memory", "\(Self.text(Double(peakResidentBytes) / 1e6, places: 1)) MB at most"),
    ]
    let table = lines.map { name, value in
      name + String(repeating: " ", count: 12 - name.count) + value
    }
    return (table + Self.counted(failures).prefix(5).map { "  \($0)" }).joined(separator: "\n")
  }

  /// Equal reasons once, with their number, the most frequent first.
  private static func counted(_ reasons: [String]) -> [String] {
    Dictionary(reasons.map { ($0, 1) }, uniquingKeysWith: +)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) × \($0.key)" }
  }

  /// To the millionth: what is beyond is noise.
  private static func number(_ number: Double) -> JSONText {
    .number((number * 1e6).rounded() / 1e6)
  }

  /// A number with some decimal places.
  static func text(_ number: Double, places: Int = 3) -> String {
    let factor = (0..<places).reduce(Int64(1)) { product, _ in product * 10 }
    guard let scaled = Int64(exactly: (number * Double(factor)).rounded()) else { return "–" }
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: factor)
    guard places > 0 else { return "\(whole)" }
    let digits = String(rest.magnitude)
    let zeros = String(repeating: "0", count: max(0, places - digits.count))
    return "\(scaled < 0 && whole == 0 ? "-" : "")\(whole).\(zeros)\(digits)"
  }
}
