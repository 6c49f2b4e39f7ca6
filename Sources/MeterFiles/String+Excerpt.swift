extension String {
  /// Its beginning, in one line: how messages show what stands in a file.
  var excerpt: String { excerpt(60) }

  /// Its first characters, in one line.
  func excerpt(_ limit: Int) -> String {
    let clean = prefix(limit).map { character -> Character in
      if character.isNewline { return " " }
      let isControl = character.unicodeScalars.contains {
        $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
      }
      return isControl ? "�" : character
    }
    return String(clean) + (count > limit ? "…" : "")
  }
}
