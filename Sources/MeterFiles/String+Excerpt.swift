extension String {
  /// Its beginning, in one line: how messages show what stands in a file.
  var excerpt: String { excerpt(60) }

  /// Its first characters, in one line.
  func excerpt(_ limit: Int) -> String {
    let clean = prefix(limit).map { $0.isNewline ? " " : $0 }
    return String(clean) + (count > limit ? "…" : "")
  }
}
