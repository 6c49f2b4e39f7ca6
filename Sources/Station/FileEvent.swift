/// What people may want to know of the configuration files.
public enum FileEvent: Hashable, Sendable {
  /// The meter list has been written to its file.
  case listSaved(file: String, meters: Int)
  /// A file could not be written: why, and what to do.
  case notSaved(String)
  /// A file has been written, but not everything about that went well.
  case unsettled(String)
  /// The files have been read anew: how many meters there are now, which parts of the gateway have other
  /// settings, and which files were left as they were since they could not be taken over.
  case reread(meters: Int, changed: [String], left: [String] = [])

  /// How much it matters.
  var severity: GatewayEvent.Severity {
    switch self {
    case .reread(_, _, let left): left.isEmpty ? .info : .warning
    case .listSaved: .info
    case .unsettled: .warning
    case .notSaved: .error
    }
  }

  /// A stable name for filters and alarms.
  var code: String {
    switch self {
    case .listSaved: "list-saved"
    case .notSaved: "file-not-saved"
    case .unsettled: "file-unsettled"
    case .reread: "files-reread"
    }
  }

  /// The event in words.
  var text: String {
    switch self {
    case .listSaved(let file, let meters):
      "\(file) saved with \(meters == 1 ? "1 meter" : "\(meters) meters")"
    case .notSaved(let why), .unsettled(let why): why
    case .reread(let meters, let changed, let left):
      "the files have been read anew: \(meters == 1 ? "1 meter" : "\(meters) meters"), "
        + (changed.isEmpty
          ? "the settings are as before" : "other settings for \(changed.joined(separator: ", "))")
        + (left.isEmpty ? "" : "; not taken over: \(left.joined(separator: ", "))")
    }
  }
}
