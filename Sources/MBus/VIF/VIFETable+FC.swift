extension VIFETable {
  /// All codes behind VIFE FC, in order. Which way the codes 13 to 15 point is not the same in all
  /// sources; no code for direct current is in any of them.
  public static let rowsBehindFC: [VIFERow] = [
    .reserved(0x00...0x00, source: Clause.behindFC),
    row(0x01, "phase L1"),
    row(0x02, "phase L2"),
    row(0x03, "phase L3"),
    row(0x04, "neutral"),
    row(0x05, "between phases L1 and L2", source: Clause.behindFC2018),
    row(0x06, "between phases L2 and L3", source: Clause.behindFC2018),
    row(0x07, "between phases L3 and L1", source: Clause.behindFC2018),
    row(0x08, "quadrant Q1", source: Clause.behindFC2018),
    row(0x09, "quadrant Q2", source: Clause.behindFC2018),
    row(0x0A, "quadrant Q3", source: Clause.behindFC2018),
    row(0x0B, "quadrant Q4", source: Clause.behindFC2018),
    row(0x0C, "difference of import and export", source: Clause.behindFC2018),
    row(0x0D, "alternate non-metric unit system", source: Clause.unchecked2025),
    row(0x0E, "secondary sensor", source: Clause.unchecked2025),
    row(0x0F, "higher resolution", source: Clause.unchecked2025),
    row(0x10, "accumulation of the absolute value"),
    row(0x11, "data of type C", .unsigned, source: Clause.behindFC2018),
    row(0x12, "data of type D", .bits, source: Clause.behindFC2018),
    row(0x13, "from the partner to the meter", source: Clause.behindFC2018),
    row(0x14, "from the meter to the partner", source: Clause.behindFC2018),
    .reserved(0x15...0x15, source: Clause.behindFC),
    row(0x16, "liquid pressure", source: Clause.unchecked2025),
    row(0x17, "gas pressure", source: Clause.unchecked2025),
    row(0x18, "outdoors", source: Clause.unchecked2025),
    .reserved(0x19...0x24, source: Clause.behindFC),
    row(0x25, "from phase L1 to L2", source: Clause.unchecked2025),
    row(0x26, "from phase L2 to L3", source: Clause.unchecked2025),
    row(0x27, "from phase L3 to L1", source: Clause.unchecked2025),
    .reserved(0x28...0x7F, source: Clause.behindFC),
  ]

  private static func row(
    _ code: UInt8, _ words: String, _ effect: VIFERow.Effect = .words,
    source: String = Clause.behindFC
  ) -> VIFERow {
    VIFERow(code...code, effect, words, source: source)
  }
}
