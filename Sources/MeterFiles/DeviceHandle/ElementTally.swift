import Settings

/// How often names stand in a file, and where first: for things to say once a name, not once a place.
struct ElementTally {
  private var found: [String: (count: Int, line: Int, place: ElementPlace)] = [:]
  private var order: [String] = []

  mutating func add(_ name: String, line: Int, in place: ElementPlace) {
    if let earlier = found[name] {
      found[name] = (earlier.count + 1, earlier.line, earlier.place)
    } else {
      found[name] = (1, line, place)
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
      guard let place = found[name] else { return nil }
      let times = place.count == 1 ? "" : " (\(place.count) times, first here)"
      let (severity, text) = message(name, place.place, index)
      return Diagnostic(severity, file: file, line: place.line, key: name, text + times)
    }
  }
}
