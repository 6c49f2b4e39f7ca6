import Time
import TextFormats

/// What `metergate bench modbus` has measured.
struct ModbusBenchReport: Sendable {
  let bench: ModbusBench
  var parts: [InProcessBench.Part] = []
  var runs: [LoadRun.Result] = []

  /// Everything was answered, and rightly.
  var isFaultless: Bool {
    parts.allSatisfy { $0.errors == 0 } && runs.allSatisfy { $0.tally.errors.isEmpty }
  }

  /// Who was loaded.
  private var server: String { bench.host.map { "\($0.name):\($0.port)" } ?? "this process" }

  /// For programs: one object on one line.
  var json: String {
    JSONText.object([
      ("schema", .whole(1)), ("bench", .string("modbus")), ("server", .string(server)),
      ("registers", .whole(bench.question.registers)),
      ("inProcess", .array(parts.map(Self.json))), ("runs", .array(runs.map(Self.json))),
      ("faultless", .bool(isFaultless)),
    ]).text
  }

  private static func json(_ part: InProcessBench.Part) -> JSONText {
    .object([
      ("name", .string(part.name)), ("requests", .whole(part.requests)),
      ("seconds", number(part.duration.seconds)),
      ("requestsPerSecond", number(rate(part.requests, part.duration), places: 0)),
      ("errors", .whole(part.errors)),
    ])
  }

  private static func json(_ result: LoadRun.Result) -> JSONText {
    let latencies = result.tally.latencies
    func microseconds(_ thousandths: Int) -> JSONText {
      latencies.percentile(thousandths: thousandths).map { number(Double($0) / 1000) } ?? .null
    }
    return .object([
      ("connections", .whole(result.run.connections)), ("depth", .whole(result.run.question.depth)),
      ("requests", .whole(latencies.count)), ("seconds", number(result.duration.seconds)),
      ("requestsPerSecond", number(rate(latencies.count, result.duration), places: 0)),
      ("p50Microseconds", microseconds(500)), ("p99Microseconds", microseconds(990)),
      ("serverCpuMicroseconds", cpu(result).map { number($0) } ?? .null),
      (
        "errors",
        .object(result.tally.errors.sorted { $0.key < $1.key }.map { ($0.key, .whole($0.value)) })
      ),
    ])
  }

  /// For people: a table, and below it what was wrong.
  var text: String {
    var lines = ["server: \(server); \(bench.question.registers) registers a request"]
    for part in parts {
      let nanoseconds = part.requests > 0 ? part.duration.seconds * 1e9 / Double(part.requests) : 0
      lines.append(
        "\(part.name): \(Self.whole(Self.rate(part.requests, part.duration))) requests/s, "
          + "\(Self.whole(nanoseconds)) ns a request")
    }
    let names = ["connections", "depth", "requests/s", "p50 µs", "p99 µs", "CPU µs", "errors"]
    let rows = [names] + runs.map(Self.row)
    lines += rows.map { row in
      zip(row, names).map { cell, name in
        String(repeating: " ", count: max(0, max(10, name.count) - cell.count)) + cell
      }.joined(separator: "  ")
    }
    let faults =
      parts.filter { $0.errors > 0 }.map { "\($0.name): \($0.errors) wrong answers" }
      + runs.flatMap { run in
        run.tally.errors.sorted { $0.key < $1.key }.map {
          "connections: \(run.run.connections), depth: \(run.run.question.depth): "
            + "\($0.value) × \($0.key)"
        }
      }
    return (lines + faults).joined(separator: "\n")
  }

  private static func row(_ result: LoadRun.Result) -> [String] {
    let latencies = result.tally.latencies
    func microseconds(_ thousandths: Int) -> String {
      latencies.percentile(thousandths: thousandths)
        .map { BusBenchReport.text(Double($0) / 1000, places: 1) } ?? "–"
    }
    return [
      "\(result.run.connections)", "\(result.run.question.depth)",
      whole(rate(latencies.count, result.duration)), microseconds(500), microseconds(990),
      cpu(result).map { BusBenchReport.text($0, places: 2) } ?? "–",
      "\(result.tally.errors.values.reduce(0, +))",
    ]
  }

  /// CPU time of the server for a request, in microseconds.
  private static func cpu(_ result: LoadRun.Result) -> Double? {
    guard let time = result.serverTime, result.tally.latencies.count > 0 else { return nil }
    return time.seconds * 1e6 / Double(result.tally.latencies.count)
  }

  private static func rate(_ count: Int, _ duration: Span) -> Double {
    duration.seconds > 0 ? Double(count) / duration.seconds : 0
  }

  private static func whole(_ number: Double) -> String { BusBenchReport.text(number, places: 0) }

  private static func number(_ number: Double, places: Int = 3) -> JSONText {
    let factor: Double = places == 0 ? 1 : 1000
    return .number((number * factor).rounded() / factor)
  }
}
