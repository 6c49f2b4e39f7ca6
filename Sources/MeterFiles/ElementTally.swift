import Settings

/// How often names stand in a file, and where first: for things to say once a name, not once a place.
struct ElementTally {
  private var found: [String: (count: Int, line: Int)] = [:]
  private var order: [String] = []

  mutating func add(_ name: String, line: Int) {
    if let earlier = found[name] {
      found[name] = (earlier.count + 1, earlier.line)
    } else {
      found[name] = (1, line)
      order.append(name)
    }
  }

  /// One diagnostic a name, in the order of the file.
  /// - Parameter message: what there is to say of a name, and how bad it is.
  func diagnostics(
    file: String, _ message: (String) -> (severity: Diagnostic.Severity, text: String)
  ) -> [Diagnostic] {
    order.compactMap { name in
      guard let place = found[name] else { return nil }
      let times = place.count == 1 ? "" : " (\(place.count) times, first here)"
      let (severity, text) = message(name)
      return Diagnostic(severity, file: file, line: place.line, key: name, text + times)
    }
  }
}
