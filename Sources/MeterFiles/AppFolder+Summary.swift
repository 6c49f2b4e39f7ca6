import Settings

extension AppFolder {
  /// One line on what has been read: `2 meters with 3 values; 1 error, no warnings, 2 notes`.
  public var summary: String {
    let values = meters.reduce(0) { $0 + $1.values.count }
    let found = [(Diagnostic.Severity.error, "error"), (.warning, "warning"), (.note, "note")]
      .map { severity, name in
        Self.count(diagnostics.count { $0.severity == severity }, name)
      }
    return "\(Self.count(meters.count, "meter")) with \(Self.count(values, "value")); "
      + found.joined(separator: ", ")
  }

  private static func count(_ number: Int, _ name: String) -> String {
    switch number {
    case 0: "no \(name)s"
    case 1: "1 \(name)"
    default: "\(number) \(name)s"
    }
  }
}
