/// A place in a text file, for those who look for what a message is about. As small as two numbers: a long meter
/// list has tens of thousands of them.
public struct TextPlace: Hashable, Comparable, Sendable {
  private let packedLine: UInt32
  private let packedColumn: UInt32

  /// - Parameters:
  ///   - line: 1 and up.
  ///   - column: the character in the line, 1 and up; nil: not known.
  public init(line: Int, column: Int? = nil) {
    packedLine = UInt32(clamping: line)
    packedColumn = column.map { UInt32(clamping: $0) } ?? 0
  }

  /// The line, 1 and up.
  public var line: Int { Int(packedLine) }
  /// The character in the line, 1 and up; nil: not known.
  public var column: Int? { packedColumn == 0 ? nil : Int(packedColumn) }

  /// How a message about another place names this one: `line 3`, or `line 3, column 17` where that is the same line.
  public func words(besides other: TextPlace) -> String {
    guard line == other.line, let column else { return "line \(line)" }
    return "line \(line), column \(column)"
  }

  /// What stands first comes first.
  public static func < (a: Self, b: Self) -> Bool {
    (a.packedLine, a.packedColumn) < (b.packedLine, b.packedColumn)
  }
}
