import Bytes
import MBus
import TextFormats

/// The map of a telegram's bytes, as text for people and as JSON.
package enum TelegramBytes {
  /// How many bytes stand on a line, and where there are many that belong together.
  private static let (width, largeWidth) = (8, 16)

  /// Three columns: where, the bytes, what they are; `!` stands before those that are wrong.
  /// - Parameters:
  ///   - damaged: places of bytes that came with a wrong parity or stop bit; `!` stands behind them, as in the raw log.
  ///   - start: what the first byte is counted as.
  package static func text(_ map: TelegramMap, damaged: [Int] = [], from start: Int = 0) -> String {
    let isLarge = map.spans.contains { $0.bytes.count > largeWidth }
    let width = isLarge ? largeWidth : width
    let head = line("Offset", "Bytes", "Meaning", width)
    let rows = map.spans.flatMap { lines($0, Set(damaged), start, width) }
    return ([head] + rows).joined(separator: "\n")
  }

  private static func lines(
    _ span: ByteSpan, _ damaged: Set<Int>, _ first: Int, _ width: Int
  ) -> [String] {
    stride(from: 0, to: max(span.bytes.count, 1), by: width).map { start in
      let bytes = Array(span.bytes.dropFirst(start).prefix(width))
      let place = span.offset + start
      let marked = bytes.enumerated().map { index, byte in
        Hex.byte(byte) + (damaged.contains(place + index) ? "!" : " ")
      }
      return line(
        "\(first + place)", marked.joined(), start == 0 ? span.meaning : "", width,
        isWrong: span.isWrong)
    }
  }

  /// - Parameter isWrong: marks the bytes as wrong.
  private static func line(
    _ offset: String, _ bytes: String, _ meaning: String, _ width: Int, isWrong: Bool = false
  ) -> String {
    let before = String(repeating: " ", count: max(0, 6 - offset.count))
    let between = String(repeating: " ", count: max(0, 3 * width - bytes.count))
    let line = before + offset + (isWrong ? " !" : "  ") + bytes + between + " " + meaning
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// An array with an object for each run of bytes.
  /// - Parameter start: what the first byte is counted as.
  package static func json(_ map: TelegramMap, from start: Int = 0) -> JSONText {
    .array(
      map.spans.map { span in
        .object(
          [
            ("offset", .whole(start + span.offset)), ("count", .whole(span.bytes.count)),
            ("bytes", .string(Hex.encode(span.bytes))), ("part", .string(span.part.rawValue)),
            ("meaning", .string(span.meaning)),
          ] + (span.isWrong ? [("wrong", .bool(true))] : []))
      })
  }
}
