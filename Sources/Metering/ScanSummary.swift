/// What came of a scan.
public struct ScanSummary: Hashable, Sendable {
  /// How many meters were found, those that the list had before included.
  public var found: Int
  /// What a person should look after: meters that acknowledge and do not answer, addresses at which several
  /// answer.
  public var problems: [ScanProblem]
  /// A person has ended it before it had looked everywhere.
  public var wasCancelled: Bool
  /// What looking for the digits A–E has cost (MBUS_SCANHEX); nil: they were not looked for.
  public var hex: HexScanCost?

  /// - Parameters:
  ///   - found: the meters that were found.
  ///   - problems: what a person should look after.
  ///   - wasCancelled: a person has ended it before it had looked everywhere.
  ///   - hex: what looking for the digits A–E has cost.
  public init(
    found: Int, problems: [ScanProblem] = [], wasCancelled: Bool = false, hex: HexScanCost? = nil
  ) {
    self.found = found
    self.problems = problems
    self.wasCancelled = wasCancelled
    self.hex = hex
  }
}
