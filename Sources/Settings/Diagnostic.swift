/// Something to say about a configuration file, for the person who can change it.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// How bad it is; the worst first.
  public enum Severity: Int, Comparable, Sendable, CustomStringConvertible {
    /// Something is not as its user wants it.
    case error
    /// Something is probably not as its user wants it.
    case warning
    /// Good to know.
    case note

    /// `error`, `warning` or `note`.
    public var description: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .note: "note"
      }
    }

    /// Worse comes first.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// How bad it is.
  public var severity: Severity
  /// The file's name, or the option of the command line.
  public var file: String
  /// The line in it, 1 and up.
  public var line: Int?
  /// The character in the line, 1 and up.
  public var column: Int?
  /// The key or element that it is about.
  public var key: String?
  /// What stands there; nil for secrets.
  public var value: String?
  /// A whole sentence without the place: what is wrong, what is allowed, what is in force instead.
  public var message: String
  /// Whether it is about where an entry lies in the register map. Another layout can bring hundreds of
  /// these, and a gateway tells them in its own words.
  public var isOfRegisterMap = false
  /// True for notes on settings that are kept, and do nothing.
  public var isWithoutEffect = false
  /// True for notes on keys that this version does not know.
  public var isUnknownKey = false
  /// True for warnings on what nobody writes on purpose, such as half a line or a mistyped name: a file with
  /// one of these is not applied without being asked.
  public var isDoubt = false

  /// All parts of a diagnostic; what is left out is not known.
  public init(
    _ severity: Severity, file: String, line: Int? = nil, column: Int? = nil, key: String? = nil,
    value: String? = nil, _ message: String
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.value = value
    self.message = message
  }

  /// The same, where it is known at which place it is.
  public init(
    _ severity: Severity, file: String, at place: TextPlace?, key: String? = nil,
    value: String? = nil,
    _ message: String
  ) {
    self.init(
      severity, file: file, line: place?.line, column: place?.column, key: key, value: value,
      message)
  }

  /// Place and message: `chip.ini:12:15: [SOLVIMUS] MBUS_MAXRETRY = 'x': not allowed; allowed: …`.
  public var description: String { "\(place): \(message)" }

  /// The same with its severity, in the form in which editors find the place: `chip.ini:12:15: error: …`.
  public var report: String { "\(place): \(severity): \(message)" }

  private var place: String {
    [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
  }
}

extension Sequence where Element == Diagnostic {
  /// Errors first, then warnings, then notes; otherwise in the order in which they came.
  public var worstFirst: [Diagnostic] {
    enumerated().sorted {
      ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset)
    }.map(\.element)
  }

  /// For a log: the notes on settings without effect, and those on unknown keys, become one a file each, in the
  /// place of the first, when there are more than a few.
  public var condensed: [Diagnostic] {
    condensed(\.isWithoutEffect) { "\($0) of its settings have no effect" }
      .condensed(\.isUnknownKey) { "\($0) of its keys are not known to this version" }
  }

  private func condensed(
    _ isOfKind: (Diagnostic) -> Bool, _ sum: (Int) -> String
  ) -> [Diagnostic] {
    let few = 3
    let counts = reduce(into: [String: Int]()) { counts, diagnostic in
      if isOfKind(diagnostic) { counts[diagnostic.file, default: 0] += 1 }
    }
    var summed: Set<String> = []
    return compactMap { diagnostic in
      guard isOfKind(diagnostic), let count = counts[diagnostic.file], count > few else {
        return diagnostic
      }
      guard summed.insert(diagnostic.file).inserted else { return nil }
      return Diagnostic(
        .note, file: diagnostic.file, "\(sum(count)); \"metergate check\" lists them")
    }
  }
}
