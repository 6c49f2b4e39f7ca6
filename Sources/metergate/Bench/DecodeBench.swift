import BusSimulator
import Bytes
import CAllocator
import MBus
import Metering
import TextFormats
import Time

/// Measures how many telegrams a second are read, and what of the work is done in which layer.
struct DecodeBench {
  /// A part of the work; each one has those before it in it.
  enum Part: String, CaseIterable {
    /// Link layer: lengths and check sum.
    case frame
    /// Application layer: header, records.
    case records
    /// What the station gets: values with keys and times.
    case values
  }

  /// What one part takes.
  struct Measured {
    var part: Part
    var telegramsPerSecond: Double
    var megabytesPerSecond: Double
    /// Of objects by the Swift runtime.
    var allocationsPerTelegram: Double
  }

  let telegrams: [[UInt8]]
  /// How long each part is measured.
  let time: Span

  private var bytes: Int { telegrams.map(\.count).reduce(0, +) }

  /// All telegrams of the built-in meters, of each kind the same.
  static let builtIn: [[UInt8]] = BuiltInMeter.Kind.allCases.flatMap { kind -> [[UInt8]] in
    let meter = BuiltInMeter(kind, serial: MeterSerial(digits: 0x1234_5678))
    return (0..<meter.telegramCount).compactMap {
      meter.telegram($0, at: 1_700_000_000, accessNumber: 1, primaryAddress: 1)
    }
  }

  /// Measures all parts.
  func run() -> [Measured] {
    Part.allCases.map { part in
      _ = once(part)
      let begun = ProcessUsage.cpuTime
      var rounds = 0
      var span = Span.zero
      while span < time {
        _ = once(part)
        rounds += 1
        span = ProcessUsage.cpuTime - begun
      }
      let seconds = max(span.seconds, 1e-9)
      return Measured(
        part: part, telegramsPerSecond: Double(rounds * telegrams.count) / seconds,
        megabytesPerSecond: Double(rounds * bytes) / seconds / 1e6,
        allocationsPerTelegram: 0)
    }
  }

  /// The same with the number of allocations, which slow all others down from then on.
  func counted(_ measured: [Measured]) -> [Measured] {
    count_objects()
    return measured.map { one in
      _ = once(one.part)
      let before = objects_allocated()
      _ = once(one.part)
      let count = objects_allocated() &- before
      var one = one
      one.allocationsPerTelegram = Double(count) / Double(max(1, telegrams.count))
      return one
    }
  }

  /// Reads all telegrams once.
  /// - Returns: how many parts came out, so that nothing is left out as useless.
  private func once(_ part: Part) -> Int {
    var count = 0
    for bytes in telegrams {
      guard case .frame(let frame, _) = FrameDecoder.decode(bytes) else { continue }
      count += 1
      if part == .frame { continue }
      guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { continue }
      count += telegram.records.count
      if part == .records { continue }
      count += MeterReport(chain: [telegram], primaryAddress: 1)?.values.count ?? 0
    }
    return count
  }
}

extension DecodeBench {
  /// For programs: one object on one line.
  func json(_ measured: [Measured]) -> String {
    JSONText.object([
      ("schema", .whole(1)), ("bench", .string("decode")), ("telegrams", .whole(telegrams.count)),
      ("bytes", .whole(bytes)),
      (
        "parts",
        .array(
          measured.map { one in
            .object([
              ("part", .string(one.part.rawValue)),
              ("telegramsPerSecond", .number(one.telegramsPerSecond.rounded())),
              ("megabytesPerSecond", .number((one.megabytesPerSecond * 100).rounded() / 100)),
              (
                "allocationsPerTelegram",
                .number((one.allocationsPerTelegram * 10).rounded() / 10)
              ),
            ])
          })
      ),
    ]).text
  }

  /// For people.
  func text(_ measured: [Measured]) -> String {
    let rows =
      [["part", "telegrams/s", "MB/s", "allocations"]]
      + measured.map { one in
        [
          one.part.rawValue, BusBenchReport.text(one.telegramsPerSecond, places: 0),
          BusBenchReport.text(one.megabytesPerSecond, places: 1),
          BusBenchReport.text(one.allocationsPerTelegram, places: 1),
        ]
      }
    let table = rows.map { row in
      row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: max(0, 12 - cell.count))
        return column == 0 ? cell + gap : gap + cell
      }.joined(separator: " ")
    }
    let average = bytes / max(1, telegrams.count)
    return (["\(telegrams.count) telegrams of \(average) bytes on average"] + table)
      .joined(separator: "\n")
  }
}
