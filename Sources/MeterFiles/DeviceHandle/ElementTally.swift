import Settings

/// How often names stand in a file, and where first: for things to say once a name, not once a place.
struct ElementTally {
  private var found: [String: (count: Int, first: TextPlace, kind: ElementPlace)] = [:]
  private var order: [String] = []

  mutating func add(_ name: String, at place: TextPlace, in kind: ElementPlace) {
    if let earlier = found[name] {
      // The elements beside the meters are looked at last, wherever they stand.
      let first = place < earlier.first ? (place, kind) : (earlier.first, earlier.kind)
      found[name] = (earlier.count + 1, first.0, first.1)
    } else {
      found[name] = (1, place, kind)
      order.append(name)
    }
  }

  /// One diagnostic a name, in the order of the file.
  /// - Parameter message: what there is to say of a name where it stands first, and how bad it
  ///   is; the number says how many names there were before.
  func diagnostics(
    file: String,
    _ message: (String, ElementPlace, Int) -> (severity: Diagnostic.Severity, text: String)
  ) -> [Diagnostic] {
    order.enumerated().compactMap { index, name in
      guard let tally = found[name] else { return nil }
      let times = tally.count == 1 ? "" : " (\(tally.count) times, first here)"
      let (severity, text) = message(name, tally.kind, index)
      return Diagnostic(severity, file: file, at: tally.first, key: name, text + times)
    }
  }
}
