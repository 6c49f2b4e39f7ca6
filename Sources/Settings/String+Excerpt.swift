/// How messages show texts that somebody else wrote: nothing of them acts on a terminal, breaks a line of a log,
/// or fills a screen. All targets show them by this.
extension StringProtocol {
  /// Without control characters, those of C1 among them; tabs and ends of lines are blanks.
  package var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.value {
          case 0x09, 0x0A, 0x0D: " "
          case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// Its beginning, printable.
  package var excerpt: String { excerpt(60) }

  /// Its first characters, printable.
  package func excerpt(_ limit: Int) -> String {
    // A single character can have any number of combining marks.
    let head = prefix(limit)
    let scalars = head.unicodeScalars.prefix(4 * limit)
    let isCut = count > limit || scalars.count < head.unicodeScalars.count
    return String(String.UnicodeScalarView(scalars)).printable + (isCut ? "…" : "")
  }

  /// An excerpt in quotes: for names.
  package var shownName: String { "\"" + excerpt(80) + "\"" }
}
