extension String {
  /// A name of somebody else's for messages: cut, and without control characters.
  var shownName: String {
    let limit = 80
    let clean = unicodeScalars.prefix(limit).map { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "�" : String(scalar)
    }
    return "\"" + clean.joined() + (unicodeScalars.count > limit ? "…" : "") + "\""
  }
}
