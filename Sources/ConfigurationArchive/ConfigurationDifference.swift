import Settings

/// What differs between two configurations, file by file and line by line, as `diff -u` writes it. Passwords and
/// keys are not shown; that they differ is.
public enum ConfigurationDifference {
  /// What is shown in place of a secret.
  static let hidden = "(not shown)"

  /// The lines; none when both say the same.
  /// - Parameters:
  ///   - old: the configuration before.
  ///   - new: the one after it.
  ///   - titles: what each is called.
  public static func lines(
    from old: ConfigurationContents, to new: ConfigurationContents,
    titles: (old: String, new: String)
  ) -> [String] {
    // What could not be read is not gone.
    let unknown = Set(old.leftOut + new.leftOut)
    return Set(old.files.keys).union(new.files.keys).subtracting(unknown).sorted().flatMap {
      name -> [String] in
      let (before, after) = (old.files[name], new.files[name])
      guard before != after else { return [] }
      let heads = [
        before == nil ? "--- nothing" : "--- \(titles.old)/\(name)",
        after == nil ? "+++ nothing" : "+++ \(titles.new)/\(name)",
      ]
      let isSecret =
        old.names.isSecret(name, before ?? []) || new.names.isSecret(name, after ?? [])
      guard !isSecret else { return heads + ["its content is \(hidden)"] }
      guard let a = shownLines(name, before ?? [], old), let b = shownLines(name, after ?? [], new)
      else { return heads + ["it is no text"] }
      return heads + UnifiedDifference.hunks(a, b)
    }
  }

  /// The lines of a file; nil: it is no text.
  private static func shownLines(
    _ name: String, _ bytes: [UInt8], _ contents: ConfigurationContents
  ) -> [UnifiedDifference.Line]? {
    if name == ConfigurationNames.settings {
      let document = INIDocument(bytes)
      let known = Dictionary(
        document.entries.map { ($0.index, $0.isSecret) }, uniquingKeysWith: { $1 })
      return document.lines.enumerated().map { index, line in
        shownLine(line, isSecret: known[index] ?? line.isLikelySecret)
      }
    }
    guard !bytes.contains(0) else { return nil }
    let shown = contents.names.part(of: name) == .meters ? ElementMask.masked(bytes) : bytes
    return zip(split(bytes), split(shown)).map { raw, shown in
      UnifiedDifference.Line(
        raw: Array(raw), shown: String(decoding: shown, as: UTF8.self).printable)
    }
  }

  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  /// A line of chip.ini. A comment may be a setting that somebody has put out of force.
  private static func shownLine(
    _ line: INIDocument.Line, isSecret: Bool
  ) -> UnifiedDifference.Line {
    var bytes = line.bytes
    while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
    let text = String(decoding: bytes, as: UTF8.self).printable
    let shown: String
    switch line.content {
    case .blank: shown = text
    // What follows the bracket has no effect, and may be a setting all the same.
    case .group(let name, true) where text.contains("="): shown = "[\(name.printable)] \(hidden)"
    case .group: shown = text
    case .comment: shown = isLikelySecret(comment: text) ? "; \(hidden)" : text
    case .entry(let key, _, _):
      // The comment behind a value, or an address in it, may have one, too.
      let rest = text.drop { $0 != "=" }.dropFirst()
      let isHidden = isSecret || isLikelySecret(comment: String(rest))
      shown = isHidden ? "\(key.printable)=\(hidden)" : text
    case .unreadable: shown = hidden
    }
    return UnifiedDifference.Line(raw: line.bytes, shown: shown)
  }
}

extension ConfigurationDifference {
  private static func isLikelySecret(comment text: String) -> Bool {
    guard let end = text.lastIndex(where: { $0 == "=" || $0 == ":" }) else { return false }
    return SecretName.isLikely(String(text[..<end]))
  }
}

extension INIDocument.Line {
  /// Of an entry before the first group the name alone tells.
  fileprivate var isLikelySecret: Bool {
    guard case .entry(let key, _, _) = content else { return false }
    return SecretName.isLikely(key)
  }
}

/// Hides the texts of secret elements in a meter list, wherever they stand: also in comments, and in lists that
/// are no XML.
enum ElementMask {
  /// Bytes of a name that are looked at.
  private static let longestName = 100

  /// The same bytes, with a star for each byte of a secret; line ends stay.
  static func masked(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 0
    while index < bytes.count {
      defer { index += 1 }
      guard bytes[index] == 0x3C else { continue }
      let name = bytes[(index + 1)...].prefix(longestName).prefix {
        !" \t\r\n/>".utf8.contains($0)
      }
      guard SecretName.isLikely(element: String(decoding: name, as: UTF8.self)) else { continue }
      let end = bytes[index...].firstIndex(of: 0x3E) ?? bytes.count - 1
      // Up to the end tag of this name; without one, all that follows may be secret.
      let endTag = Array("</".utf8) + Array(name)
      var place = end + 1
      while place < bytes.count, !bytes[place...].starts(with: endTag) {
        if bytes[place] != 0x0A, bytes[place] != 0x0D { result[place] = 0x2A }
        place += 1
      }
      index = place
    }
    return result
  }
}
