/// What a value is, in the six groups of the OBIS (IEC 62056-61), written `A-B:C.D.E*F`
/// (MUC500 manual 1.1, table 9, OBIS-ID).
public struct OBISCode: Hashable, Sendable, CustomStringConvertible {
  /// How many groups there are.
  public static let groupCount = 6
  /// What stands behind each group.
  private static let separators = ["-", ":", ".", ".", "*", ""]

  /// The groups A to F, 0–255 each.
  public let groups: [UInt8]

  /// - Parameter groups: nil unless there are six.
  public init?(groups: [UInt8]) {
    guard groups.count == Self.groupCount else { return nil }
    self.groups = groups
  }

  /// From `1-0:1.8.0*255`, numbers in decimal; without `*F` the last group is 255, which stands for the
  /// current value. Nil for everything else.
  public init?(_ text: some StringProtocol) {
    var groups: [UInt8] = []
    var rest = text[...]
    for separator in Self.separators {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard (1...3).contains(digits.count), let group = UInt8(digits) else { return nil }
      groups.append(group)
      rest = rest.dropFirst(digits.count)
      // What ends behind group E leaves F open.
      if rest.isEmpty, groups.count == Self.groupCount - 1 { groups.append(0xFF) }
      guard !rest.isEmpty else { break }
      guard rest.first.map(String.init) == separator else { return nil }
      rest = rest.dropFirst()
    }
    guard rest.isEmpty else { return nil }
    self.init(groups: groups)
  }

  /// `1-0:1.8.0*255`
  public var description: String {
    zip(groups, Self.separators).map { "\($0)\($1)" }.joined()
  }
}
