/// Which name may have been meant.
package enum Spelling {
  /// Names that are compared with many others: taken apart once.
  package struct Names: Sendable {
    fileprivate let known: [(name: String, initial: String?, letters: [Character])]

    /// - Parameter names: how they are spelt.
    package init(_ names: [String]) {
      known = names.map { name in
        (name, name.first?.uppercased(), Array(SettingName.normalized(name)))
      }
    }
  }

  /// The name that is a typing mistake away: one letter wrong, missing, too much or two swapped; two
  /// such mistakes where the first word is right, since `MODBUS_…` is not a misspelt `MBUS_…`.
  package static func nearest(to text: String, in names: [String]) -> String? {
    nearest(to: text, in: Names(names))
  }

  /// The same for names that are compared with many others.
  package static func nearest(to text: String, in names: Names) -> String? {
    let limit = 40
    guard text.count <= limit else { return nil }
    let wanted = Array(SettingName.normalized(text))
    // The table is long, and few names are near.
    let initial = text.first?.uppercased()
    let near = names.known.lazy.filter {
      $0.initial == initial && abs($0.letters.count - wanted.count) <= 2
    }
    let best = near.map { (name: $0.name, distance: distance(wanted, $0.letters)) }
      .min { $0.distance < $1.distance }
    guard let best, wanted.count > 3 else { return nil }
    let sameFirstWord = firstWord(best.name.uppercased()) == firstWord(text.uppercased())
    return best.distance <= (sameFirstWord && wanted.count > 6 ? 2 : 1) ? best.name : nil
  }

  private static func firstWord(_ name: String) -> Substring { name.prefix { $0 != "_" } }

  /// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
