/// The difference between two texts in the unified form of `diff -u`.
enum UnifiedDifference {
  /// A line, and how it is shown.
  struct Line: Hashable {
    var raw: [UInt8]
    var shown: String

    static func == (a: Line, b: Line) -> Bool { a.raw == b.raw }
    func hash(into hasher: inout Hasher) { hasher.combine(raw) }
  }

  /// Lines around a change that are shown, too.
  private static let context = 3
  /// The most lines that are compared each with each; where more differ, they are shown as replaced together.
  private static let comparable = 4_000

  private enum Edit {
    case same(Line)
    case removed(Line)
    case added(Line)
  }

  /// The hunks with their heads.
  static func hunks(_ old: [Line], _ new: [Line]) -> [String] {
    let edits = edits(old, new)
    let changed = edits.indices.filter { if case .same = edits[$0] { false } else { true } }
    var ranges: [Range<Int>] = []
    for index in changed {
      let range = max(0, index - context)..<min(edits.count, index + context + 1)
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    var (lines, place, oldLine, newLine) = ([String](), 0, 1, 1)
    for range in ranges {
      // Between hunks all lines are the same.
      oldLine += range.lowerBound - place
      newLine += range.lowerBound - place
      var body: [String] = []
      var (oldCount, newCount) = (0, 0)
      for edit in edits[range] {
        switch edit {
        case .same(let line):
          (oldCount, newCount) = (oldCount + 1, newCount + 1); body.append(" " + line.shown)
        case .removed(let line): oldCount += 1; body.append("-" + line.shown)
        case .added(let line): newCount += 1; body.append("+" + line.shown)
        }
      }
      // An empty side is named by the line before it.
      let heads = [(oldLine, oldCount), (newLine, newCount)].map { line, count in
        "\(count == 0 ? line - 1 : line)" + (count == 1 ? "" : ",\(count)")
      }
      lines += ["@@ -\(heads[0]) +\(heads[1]) @@"] + body
      (oldLine, newLine, place) = (oldLine + oldCount, newLine + newCount, range.upperBound)
    }
    return lines
  }

  private static func edits(_ old: [Line], _ new: [Line]) -> [Edit] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed())
      .prefix { $0 == $1 }.count
    let (a, b) = (Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)]))
    return old[..<head].map { .same($0) } + middle(a, b)
      + old[(old.count - tail)...].map { .same($0) }
  }

  private static func middle(_ old: [Line], _ new: [Line]) -> [Edit] {
    guard !old.isEmpty, !new.isEmpty, old.count + new.count <= comparable else {
      return old.map { .removed($0) } + new.map { .added($0) }
    }
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map(\.offset))
    let added = Set(difference.insertions.map(\.offset))
    var edits: [Edit] = []
    var (a, b) = (0, 0)
    while a < old.count || b < new.count {
      if a < old.count, removed.contains(a) {
        edits.append(.removed(old[a]))
        a += 1
      } else if b < new.count, added.contains(b) {
        edits.append(.added(new[b]))
        b += 1
      } else if a < old.count {
        edits.append(.same(old[a]))
        (a, b) = (a + 1, b + 1)
      } else {
        break
      }
    }
    return edits
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
