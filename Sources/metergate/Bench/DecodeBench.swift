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
    /// What of the heap is in use by what was read.
    var heapBytesPerTelegram: Double
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
        heapBytesPerTelegram: heap(part))
    }
  }

  /// The heap that all telegrams, read and kept, take, for one of them.
  private func heap(_ part: Part) -> Double {
    var kept: [Kept] = []
    kept.reserveCapacity(telegrams.count)
    let before = heap_in_use()
    for bytes in telegrams { read(bytes, part).map { kept.append($0) } }
    let after = heap_in_use()
    return after > before ? Double(after - before) / Double(max(1, kept.count)) : 0
  }

  /// What comes out of a telegram.
  private enum Kept {
    case frame(Frame)
    case telegram(Telegram)
    case report(MeterReport)
  }

  private func read(_ bytes: [UInt8], _ part: Part) -> Kept? {
    guard case .frame(let frame, _) = FrameDecoder.decode(bytes) else { return nil }
    if part == .frame { return .frame(frame) }
    guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { return nil }
    if part == .records { return .telegram(telegram) }
    return MeterReport(chain: [telegram], primaryAddress: 1).map { .report($0) }
  }

  /// Reads all telegrams once.
  /// - Returns: how many could be read, so that nothing is left out as useless.
  private func once(_ part: Part) -> Int { telegrams.count { read($0, part) != nil } }
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
                "heapBytesPerTelegram", .number(one.heapBytesPerTelegram.rounded())
              ),
            ])
          })
      ),
    ]).text
  }

  /// For people.
  func text(_ measured: [Measured]) -> String {
    let rows =
      [["part", "telegrams/s", "MB/s", "heap bytes"]]
      + measured.map { one in
        [
          one.part.rawValue, BusBenchReport.text(one.telegramsPerSecond, places: 0),
          BusBenchReport.text(one.megabytesPerSecond, places: 1),
          BusBenchReport.text(one.heapBytesPerTelegram, places: 0),
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
