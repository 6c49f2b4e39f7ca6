import Bytes
import Metering

@testable import MBus

/// `docs/vif.md`, written from the tables.
enum VIFDocumentation {
  static let markdown = ([head] + tables + [vifes, behindFC, actions, nonMetric, types, quirks])
    .joined(separator: "\n")

  private static let head = """
    # Value information

    How metergate reads the records of EN 13757-3. This file is written from the tables in `Sources/MBus/VIF`;
    a test compares it with them, and `METERGATE_REGENERATE=1 swift test --filter MBusTests` renews it.

    Codes are hexadecimal and without the extension bit. Description and unit are rows of the MUC500 manual 1.1,
    tables 28 and 29, with their index there; what those tables lack has index 31 or 0 and a text of its own.
    The value in the unit is number × 10^scale × factor. kVARh and kVAR are kilo units: the scale belongs to
    them. In all other units kilo and mega are part of the scale, so that whole numbers stay exact.

    What a binary number is, by the column "data":

    | data | meaning |
    |---|---|
    | number | with a sign; the lowest of its length means that there is none (type B) |
    | unsigned | without a sign; the highest of its length means that there is none (type C) |
    | counter | without a sign; every number counts |
    | bits | without a sign; every pattern counts (type D) |
    | date | 2 bytes are type G, 3 type J, 4 type F, 6 type I |
    | bytes | shown as bytes, of variable length too |
    | type K | when summer time begins and ends: shown as bytes |

    """

  private static var tables: [String] {
    VIFTable.allCases.map { table in
      let rows = VIFRow.rows(of: table).map { row in
        "| \(codes(row.codes)) | \(description(row)) | \(unit(row.meaning)) | \(scale(row)) "
          + "| \(data(row.content)) | \(row.source) |"
      }
      return """
        ## \(title(table))

        | code | description | unit | scale | data | source |
        |---|---|---|---|---|---|
        \(rows.joined(separator: "\n"))

        """
    }
  }

  private static func title(_ table: VIFTable) -> String {
    table.prefix.isEmpty
      ? "VIF" : "Behind VIF \(Hex.encode(table.prefix, separator: " "))"
  }

  private static func codes(_ codes: ClosedRange<UInt8>) -> String {
    let (first, last) = (Hex.byte(codes.lowerBound), Hex.byte(codes.upperBound))
    return first == last ? first : "\(first)–\(last)"
  }

  private static func description(_ row: VIFRow) -> String {
    "\(row.meaning.description) (\(row.meaning.type.rawValue))"
  }

  private static func unit(_ meaning: ValueMeaning) -> String {
    "\(meaning.unitName) (\(meaning.unit.rawValue))"
  }

  private static func scale(_ row: VIFRow) -> String {
    let (first, last) = (
      row.exponent(of: row.codes.lowerBound), row.exponent(of: row.codes.upperBound)
    )
    let power = first == last ? (first == 0 ? "1" : "10^\(first)") : "10^\(first) … 10^\(last)"
    return row.factor.map { "\(power) × \($0)" } ?? power
  }

  private static func data(_ content: VIFRow.Content) -> String {
    content == .daylightSaving ? "type K" : "\(content)"
  }

  private static func effect(_ row: VIFERow) -> String {
    switch row.effect {
    case .words: dimension(row)
    case .scale(let first):
      "× 10^\(first)" + (row.codes.count > 1 ? " … 10^\(first + row.codes.count - 1)" : "")
    case .add(let first): "+ 10^\(first) … 10^\(first + row.codes.count - 1) of the unit"
    case .error:
      "no value: the meter reports an error, \(codes(row.codes)) in the quality registers"
    case .date: "the data is a date"
    case .duration(let unit): "the data is a duration in \(unit.name)"
    case .count: "the data is a number of events"
    case .unsigned: "the data is unsigned"
    case .bits: "the data is bits"
    case .nonMetric: "another unit, see below"
    case .profile: "the data is a series of values, see below"
    }
  }

  private static func dimension(_ row: VIFERow) -> String {
    switch row.dimension {
    case .behind(let rest): "another unit: that of the VIF with \(rest) behind it"
    case .ratio: "no unit: a ratio"
    case nil: "–"
    }
  }

  private static func list(_ rows: [VIFERow]) -> String {
    rows.map { "| \(codes($0.codes)) | \($0.words) | \(effect($0)) | \($0.source) |" }
      .joined(separator: "\n")
  }

  private static var vifes: String {
    """
    ## VIFEs

    They qualify what the VIF says, and can be combined. Behind VIFE FF, and behind VIF FF, all codes are the
    maker's: none of them scales. What tells a value from others of its kind stands behind its description: `Energy,
    backward`. Those that make another quantity of it, such as a rate, take its unit away: the description has index 31
    then, the unit index 0 and a name such as m^3/h. Powers of ten and what is to be added count for what the VIFEs before
    them have made of the value.

    | code | meaning | effect | source |
    |---|---|---|---|
    \(list(VIFETable.rows))

    """
  }

  private static var behindFC: String {
    """
    ## VIFEs behind FC

    | code | meaning | effect | source |
    |---|---|---|---|
    \(list(VIFETable.rowsBehindFC))

    """
  }

  private static var actions: String {
    let rows = ObjectAction.allCases.map { "| \(Hex.byte($0.rawValue)) | \($0.words) |" }
    return """
      ## VIFEs to a meter

      In a record that is sent to a meter, codes that report errors from a meter say what it is to do
      (\(Clause.actions)).

      | code | action |
      |---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private static var nonMetric: String {
    let rows = NonMetric.rows.map { row in
      let metric = VIFRow.row(row.codes.lowerBound, in: row.table)
      let first = metric.exponent(of: row.codes.lowerBound) + row.shift
      let prefix = row.table.prefix.map { Hex.byte($0) + " " }.joined()
      return
        "| \(prefix)\(codes(row.codes)) | \(unit(ValueMeaning(.none, row.unit))) | 10^\(first) |"
    }
    return """
      ## VIFE 3D: units that are not metric

      \(Clause.nonMetric). Other quantities have no unit then (index 0): it is not the metric one. Currents, voltages,
      angles and times keep theirs.

      | VIF | unit | scale of the first code |
      |---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private static let types = """
    ## Data

    - BCD: F as first digit is a minus sign; other digits above 9 are an error that the meter shows, no number.
    - Variable length, by its first byte: 00–BF text (ISO 8859-1; nothing in a telegram marks another character
      set), C0–CF decimal digits, D0–DF the same below zero, E0–E8 binary numbers, E9–F6 bytes, F8 floating point
      of double precision. Whole numbers that do not fit into 64 bits are shown as text.
    - Dates with the mark "invalid" and days that do not exist are no values. So are dates that stand for many, as
      every 31st of December: their text tells which.
    - Text of a text VIF (7C): METER_VIFSTRINGMODE 1 at once behind the VIF, 0 behind the last VIFE.
    - DIF 3F, 4F, 5F and 6F are reserved: the records end there.
    - Profiles (VIFE 13, 1E, 1F): each value is listed as if the meter had sent it alone, with the storage number
      that follows the one before, and its time. Seconds, minutes and hours are counted as they pass, whatever is done to
      clocks meanwhile; days and months on the calendar, and months end with the last day
      where the day does not exist. What is coded as a number (a fixed length, BCD, floating point) is no profile, and no
      number either. Steps need a base value: the record with the same storage number, tariff,
      subunit, function and VIF. Without one, and with a length of elements that none can have, the block is
      listed as bytes.

    """

  private static var quirks: String {
    let rows = MeterQuirk.all.map { quirk in
      let meters = quirk.meters.map { "version \($0.version), medium \($0.medium.rawValue)" }
      return
        "| \(quirk.manufacturer) | \(meters.joined(separator: "; ")) | \(quirk.name) | \(quirk.why) |"
    }
    return """
      ## Meters that do otherwise

      | maker | meters | what | why |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }
}
