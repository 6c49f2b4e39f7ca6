/// What user labels may be (MUC500 manual 1.1, table 9; Anybus gateway manual 2.4, ch. 4.3).
public enum LabelRule {
  /// The most characters.
  public static let longest = 50
  /// What is allowed, to follow "allowed: ".
  public static let allowed =
    "at most \(longest) characters, without <, > and \" and control characters"

  /// Whether a text may be one.
  public static func allows(_ text: String) -> Bool {
    text.count <= longest
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
          && !["<", ">", "\""].contains(scalar)
      }
  }
}
