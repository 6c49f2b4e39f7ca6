import RegisterMap

/// Names of points that are different from each other, whatever the labels of meters and values are.
enum PointNames {
  /// For people: meter, what is measured, and which of several values.
  /// - Parameter cleaned: takes away what the format has no room for.
  static func labels(
    _ points: [ExportPoint], cleaned: (String) -> String = { $0 }
  ) -> [String] {
    unique(points, base: { cleaned(parts($0).joined(separator: " ")) }) {
      "\($0) (\(place($1)))"
    }
  }

  /// For programs that want ASCII letters, digits and underscores.
  /// - Parameters:
  ///   - prefix: what all begin with: a letter and an underscore, as no reserved word does.
  ///   - limit: the most characters.
  static func identifiers(_ points: [ExportPoint], prefix: String, limit: Int) -> [String] {
    unique(points, base: { Identifier.make(prefix, parts($0), limit: limit) }) {
      let suffix = "_u\($1.unit)_r\($1.register)"
      return Identifier.cut($0, to: limit - suffix.count) + suffix
    }
  }

  /// For the values of one meter: as `identifiers`, in small letters, with the unit and without the
  /// meter.
  static func fieldNames(_ points: [ExportPoint], limit: Int) -> [String] {
    unique(
      points,
      base: { point in
        let unit = point.isValue ? [point.row.unit] : []
        return Identifier.make("", parts(point).dropFirst() + unit, limit: limit).lowercased()
      }
    ) {
      let suffix = "_r\($1.register)"
      return Identifier.cut($0, to: limit - suffix.count) + suffix
    }
  }

  /// The register in words.
  static func place(_ point: ExportPoint) -> String {
    let address = point.row.address
    return address.unit == nil
      ? "register \(point.register)"
      : RegisterAddress(point.register, unit: address.unit).description
  }

  private static func parts(_ point: ExportPoint) -> [String] {
    let row = point.row
    guard row.kind == .value else { return [row.meter, point.field.name] }
    let description = row.description.isEmpty ? "value" : row.description
    let what = row.keyText.isEmpty ? description : "\(description), \(row.keyText)"
    return [row.meter, what] + (point.isValue ? [] : [point.field.name])
  }

  /// Names that several points have get `distinguished`; what is still taken then, an underscore. Case
  /// does not make a difference.
  private static func unique(
    _ points: [ExportPoint], base: (ExportPoint) -> String,
    distinguished: (String, ExportPoint) -> String
  ) -> [String] {
    let names = points.map(base)
    let counts = Dictionary(names.map { ($0.lowercased(), 1) }, uniquingKeysWith: +)
    var taken = Set(counts.filter { $0.value == 1 }.keys)
    return zip(names, points).map { name, point in
      guard counts[name.lowercased()] != 1 else { return name }
      var candidate = distinguished(name, point)
      while !taken.insert(candidate.lowercased()).inserted { candidate += "_" }
      return candidate
    }
  }
}

/// Names of ASCII letters, digits and underscores.
enum Identifier {
  /// Joins parts with underscores; never two of them in a row, none at an end.
  /// - Parameter prefix: what it begins with, as it is.
  static func make(_ prefix: String, _ parts: some Sequence<String>, limit: Int) -> String {
    var name = ""
    for scalar in parts.joined(separator: "_").unicodeScalars {
      let text = Self.ascii(scalar) ?? "_"
      if text == "_", name.isEmpty || name.last == "_" { continue }
      name += text
    }
    return cut(prefix + (name.isEmpty ? "value" : name), to: limit)
  }

  /// The beginning, without an underscore at the end.
  static func cut(_ name: String, to limit: Int) -> String {
    var name = name.prefix(max(limit, 1))
    while name.last == "_", name.count > 1 { name = name.dropLast() }
    return String(name)
  }

  /// Text in ASCII, for comments: what has no likeness becomes a question mark.
  static func plain(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      (0x20..<0x7F).contains(scalar.value) ? String(scalar) : likeness[scalar] ?? "?"
    }.joined()
  }

  private static func ascii(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": String(scalar)
    case "^": ""
    case "%": "percent"
    default: likeness[scalar]
    }
  }

  /// How letters of the neighbourhood, and what stands in units, are written in ASCII.
  private static let likeness: [Unicode.Scalar: String] = [
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "å": "aa",
    "Å": "Aa", "æ": "ae", "Æ": "Ae", "ø": "oe", "Ø": "Oe", "à": "a", "á": "a", "â": "a", "ã": "a",
    "ç": "c", "Ç": "C", "è": "e", "é": "e", "ê": "e", "ë": "e", "É": "E", "È": "E", "ì": "i",
    "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o", "õ": "o", "ù": "u",
    "ú": "u", "û": "u", "č": "c", "š": "s", "ž": "z", "ě": "e", "ř": "r", "ů": "u", "ý": "y",
    "ł": "l", "ś": "s", "ż": "z", "ź": "z", "ć": "c", "ń": "n", "ę": "e", "ą": "a", "²": "2",
    "³": "3", "°": "deg", "µ": "u", "–": "-",
  ]
}
