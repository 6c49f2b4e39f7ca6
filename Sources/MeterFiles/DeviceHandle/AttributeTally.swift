import Settings

/// How many attributes a file has, and where the first one stands: none of them means anything.
struct AttributeTally {
  private var count = 0
  private var first: (name: String, element: String, place: TextPlace)?

  /// Counts those of an element and of all that is in it.
  mutating func add(_ element: XMLElement) {
    count += element.attributes.count
    if first == nil { first = Self.first(of: element) }
    for child in element.children { add(child) }
  }

  /// Counts those of the root, which stands before all that has been counted.
  mutating func addRoot(_ root: XMLElement) {
    count += root.attributes.count
    first = Self.first(of: root) ?? first
  }

  private static func first(of element: XMLElement) -> (
    name: String, element: String, place: TextPlace
  )? {
    element.attributes.first.map { ($0, element.name, element.place) }
  }

  /// One diagnostic for all of them; none when there are none.
  func diagnostics(file: String) -> [Diagnostic] {
    guard let first else { return [] }
    let times = count == 1 ? "" : " (\(count) attributes, first here)"
    return [
      Diagnostic(
        .note, file: file, at: first.place, key: first.name,
        "<\(first.element) \(first.name)=…>: attributes have no effect; what counts stands in "
          + "elements\(times)")
    ]
  }
}
