/// How messages show texts that somebody else wrote: nothing of them acts on a terminal, breaks a line of a log,
/// or fills a screen. All targets show them by this.
extension StringProtocol {
  /// Without control characters, those of C1 among them; tabs and ends of lines are blanks. Characters that nobody
  /// sees are named: a no-break space from a manual looks like nothing at all.
  package var printable: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: text += " "
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: text += "\u{FFFD}"
      case 0xA0, 0xAD, 0x200B...0x200F, 0x202F, 0x2060, 0xFEFF:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "<U+\(String(repeating: "0", count: 4 - digits.count))\(digits)>"
      default: text.unicodeScalars.append(scalar)
      }
    }
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
