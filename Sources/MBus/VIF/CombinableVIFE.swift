/// One VIFE that qualifies a value, by the table that its code is in; the extension bit is left out.
public enum CombinableVIFE: Hashable, Sendable {
  /// A code of the main table (`VIFETable.rows`).
  case main(UInt8)
  /// A code behind VIFE FC (`VIFETable.rowsBehindFC`).
  case behindFC(UInt8)
  /// A code of the maker's own, behind VIFE or VIF FF.
  case manufacturer(UInt8)
}
