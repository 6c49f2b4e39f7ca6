import Settings

/// Where elements of Device_Handle.cfg stand, and what may have been meant by one that is unknown
/// there.
enum ElementPlace: String, CaseIterable {
  case root
  case meter
  case value

  /// The elements that have a meaning here.
  private var names: [String] {
    switch self {
    case .root: DeviceHandleRules.root.map(\.name) + ["meter"]
    case .meter: DeviceHandleRules.meter.map(\.name) + ["value"]
    case .value: DeviceHandleRules.value.map(\.name)
    }
  }

  /// What to say of an unknown element; what looks like a mistake is a warning, since it is none of
  /// the elements that another version knows.
  func message(unknown name: String, withHint: Bool) -> (Diagnostic.Severity, String) {
    let message = "<\(name)> is not an element that this version knows; it has no effect"
    guard withHint else { return (.note, message) }
    let key = name.lowercased()
    if let right = Self.allCases.first(where: { $0 != self && $0.names.contains(key) }) {
      return (.warning, "<\(name)> has no effect here; it belongs into <\(right.rawValue)>")
    }
    guard let nearest = Spelling.nearest(to: name, in: names) else { return (.note, message) }
    return (.warning, message + "; did you mean <\(nearest)>?")
  }
}
