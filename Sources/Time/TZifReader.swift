/// Reads files of the time zone database: TZif, versions 1 to 4 (RFC 8536 and 9636).
enum TZifReader {
  /// What a header says: how many of each there are.
  private struct Header {
    let version: UInt8
    let universalFlags, standardFlags, leapSeconds, transitions, types, characters: Int

    /// Bytes of the data behind it.
    /// - Parameter time: bytes of a point in time.
    func length(time: Int) -> Int {
      transitions * (time + 1) + types * typeLength + characters + leapSeconds * (time + 4)
        + standardFlags + universalFlags
    }
  }

  private static let magic = Array("TZif".utf8)
  private static let typeLength = 6
  /// More than any zone has: a count beyond it is damage.
  private static let mostEntries: Int64 = 10_000
  /// The widest distances from UTC, RFC 8536, ch. 3.2.
  private static let offsets: ClosedRange<Int64> = -89_999...93_599

  static func rules(_ bytes: [UInt8]) -> TimeZoneRules? {
    var rest = bytes[...]
    guard let header = header(&rest) else { return nil }
    guard header.version >= 0x32 else { return block(header, time: 4, rest).map { $0.rules(nil) } }
    // The first block is for readers that know 32 bits only.
    guard rest.count >= header.length(time: 4) else { return nil }
    rest = rest.dropFirst(header.length(time: 4))
    guard let wide = self.header(&rest), let block = block(wide, time: 8, rest) else { return nil }
    let footer = rest.dropFirst(wide.length(time: 8))
    guard footer.first == 0x0A, let end = footer.dropFirst().firstIndex(of: 0x0A) else {
      return nil
    }
    let text = String(decoding: footer[(footer.startIndex + 1)..<end], as: UTF8.self)
    guard !text.isEmpty else { return block.rules(nil) }
    return YearlyTimeRule(posix: text).map(block.rules)
  }

  private static func header(_ rest: inout ArraySlice<UInt8>) -> Header? {
    guard rest.starts(with: magic), let version = rest.dropFirst(magic.count).first else {
      return nil
    }
    rest = rest.dropFirst(20)
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = number(&rest, 4), (0...mostEntries).contains(count) else { return nil }
      counts.append(Int(count))
    }
    guard counts[4] > 0, counts[4] <= 256 else { return nil }
    return Header(
      version: version, universalFlags: counts[0], standardFlags: counts[1],
      leapSeconds: counts[2], transitions: counts[3], types: counts[4], characters: counts[5])
  }

  /// What a block of data says of transitions.
  private struct Block {
    var first: TimeZoneRules.LocalTime
    var transitions: [TimeZoneRules.Transition]

    func rules(_ yearly: YearlyTimeRule?) -> TimeZoneRules {
      TimeZoneRules(first: first, transitions: transitions, yearly: yearly)
    }
  }

  private static func block(
    _ header: Header, time: Int, _ bytes: ArraySlice<UInt8>
  ) -> Block? {
    guard bytes.count >= header.length(time: time) else { return nil }
    var rest = bytes
    let starts = (0..<header.transitions).compactMap { _ in number(&rest, time) }
    let indices = rest.prefix(header.transitions).map(Int.init)
    rest = rest.dropFirst(header.transitions)
    var types: [TimeZoneRules.LocalTime] = []
    for _ in 0..<header.types {
      guard let offset = number(&rest, 4), offsets.contains(offset) else { return nil }
      // Whether it is called summer time, and its name.
      rest = rest.dropFirst(2)
      types.append(TimeZoneRules.LocalTime(offset: offset))
    }
    guard let first = types.first, indices.allSatisfy(types.indices.contains),
      zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    return Block(
      first: first,
      transitions: zip(starts, indices).map {
        TimeZoneRules.Transition(start: $0, local: types[$1])
      })
  }

  /// A signed number, most significant byte first; of one byte unsigned.
  private static func number(_ rest: inout ArraySlice<UInt8>, _ length: Int) -> Int64? {
    guard rest.count >= length else { return nil }
    let pattern = rest.prefix(length).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(length)
    switch length {
    case 4: return Int64(Int32(truncatingIfNeeded: pattern))
    default: return Int64(bitPattern: pattern)
    }
  }
}
