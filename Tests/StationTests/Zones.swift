import Testing
import Time

/// Clocks that follow one rule in all years: a TZif file (RFC 8536) with nothing but that rule at its end.
func zone(_ rule: String) throws -> TimeZoneRules {
  func header(types: UInt8, characters: UInt8) -> [UInt8] {
    let counts: [[UInt8]] = [0, 0, 0, 0, types, characters].map { [0, 0, 0, $0] }
    return Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { $0 }
  }
  let utc: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
  let block = header(types: 1, characters: 4) + utc
  return try #require(TimeZoneRules(tzif: block + block + [0x0A] + Array(rule.utf8) + [0x0A]))
}

func berlin() throws -> TimeZoneRules { try zone("CET-1CEST,M3.5.0,M10.5.0/3") }

/// `2026-03-29 02:30` or `2026-03-29`.
func civil(_ text: String) throws -> CivilTime {
  let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
  return try #require(
    numbers.count == 3
      ? CivilTime(year: numbers[0], month: numbers[1], day: numbers[2])
      : CivilTime(
        year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4]))
}
