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
  /// Files hold something else than what is in force: which, how many errors keep them from being applied,
  /// and the first of these.
  case pending(files: [String], errors: Int = 0, first: String? = nil)
  /// Files that waited to be applied hold what is in force again.
  case pendingGone
  /// The configuration could not be written into the history: why.
  case notRecorded(String)

  /// How much it matters.
  var severity: GatewayEvent.Severity {
    switch self {
    case .reread(_, _, let left): left.isEmpty ? .info : .warning
    case .listSaved, .pendingGone: .info
    case .pending(_, let errors, _): errors == 0 ? .info : .warning
    case .unsettled, .notRecorded: .warning
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
    case .pending: "files-pending"
    case .pendingGone: "files-pending-gone"
    case .notRecorded: "history-not-written"
    }
  }

  /// The event in words.
  var text: String {
    switch self {
    case .listSaved(let file, let meters):
      "\(file) saved with \(meters == 1 ? "1 meter" : "\(meters) meters")"
    case .notSaved(let why), .unsettled(let why), .notRecorded(let why): why
    case .reread(let meters, let changed, let left):
      "the files have been read anew: \(meters == 1 ? "1 meter" : "\(meters) meters"), "
        + (changed.isEmpty
          ? "the settings are as before" : "other settings for \(changed.joined(separator: ", "))")
        + (left.isEmpty ? "" : "; not taken over: \(left.joined(separator: ", "))")
    case .pending(let files, 0, _):
      "\(Self.names(files)) changed on the disk and not applied yet: \"metergate apply\" or SIGHUP does that"
    case .pending(let files, let errors, let first):
      "\(Self.names(files)) changed on the disk and cannot be applied for "
        + (errors == 1 ? "an error" : "\(errors) errors")
        + (first.map { "; the first: \($0)" } ?? "")
    case .pendingGone: "the files hold what is in force again; nothing waits to be applied"
    }
  }

  private static func names(_ files: [String]) -> String {
    files.joined(separator: " and ") + (files.count == 1 ? " has" : " have")
  }
}
