/// What people may want to know of the configuration files.
public enum FileEvent: Hashable, Sendable {
  /// The meter list has been written to its file.
  case listSaved(file: String, meters: Int)
  /// A file could not be written: why, and what to do.
  case notSaved(String)
  /// A file has been written, but not everything about that went well.
  case unsettled(String)
  /// The files have been read anew: how many meters there are now, which parts of the gateway have other
  /// settings, whether any setting differs at all, and which files were left as they were since they could not
  /// be taken over.
  case reread(
    meters: Int, changed: [String], hasOtherSettings: Bool = false, left: [String] = [])
  /// Files hold something else than what is in force: which, and what becomes of them.
  case pending(files: [String], PendingFate)
  /// The meter list cannot be written, since somebody has changed its file; what the gateway knows is merged
  /// into it when it is read: how many meters are new.
  case waitsForMerge(file: String, meters: Int)
  /// Files that waited to be applied hold what is in force again.
  case pendingGone
  /// The configuration could not be written into the history: why.
  case notRecorded(String)

  /// How much it matters.
  var severity: GatewayEvent.Severity {
    switch self {
    case .reread(_, _, _, let left): left.isEmpty ? .info : .warning
    case .listSaved, .pendingGone: .info
    case .pending(_, let fate): fate.isBlocked ? .warning : .info
    case .unsettled, .notRecorded, .waitsForMerge: .warning
    case .notSaved: .error
    }
  }

  /// A stable name for filters and alarms.
  var code: String {
    switch self {
    case .listSaved: "list-saved"
    case .notSaved: "file-not-saved"
    case .waitsForMerge: "list-waits"
    case .unsettled: "file-unsettled"
    case .reread: "files-reread"
    case .pending: "files-pending"
    case .pendingGone: "files-pending-gone"
    case .notRecorded: "history-not-written"
    }
  }

  /// The event in words.
  public var text: String {
    switch self {
    case .listSaved(let file, let meters):
      "\(file) saved with \(meters == 1 ? "1 meter" : "\(meters) meters")"
    case .notSaved(let why), .unsettled(let why), .notRecorded(let why): why
    case .reread(let meters, let changed, let hasOtherSettings, let left):
      "the files have been read anew: \(meters == 1 ? "1 meter" : "\(meters) meters"), "
        + (changed.isEmpty
          ? (hasOtherSettings
            ? "other settings, for which no part had to begin anew" : "the settings are as before")
          : "other settings for \(changed.joined(separator: ", "))")
        + (left.isEmpty ? "" : "; not taken over: \(left.joined(separator: ", "))")
    case .pending(let files, let fate):
      "\(Self.names(files)) changed on the disk and \(fate.text)"
    case .waitsForMerge(let file, let meters):
      "\(file) is changed on the disk, so that "
        + (meters == 0
          ? "what the gateway has learned waits"
          : "\(meters == 1 ? "1 found meter waits" : "\(meters) found meters wait")")
        + " in memory: \"metergate apply\" or SIGHUP merges both"
    case .pendingGone: "the files hold what is in force again; nothing waits to be applied"
    }
  }

  private static func names(_ files: [String]) -> String {
    files.joined(separator: " and ") + (files.count == 1 ? " is" : " are")
  }
}

/// What becomes of files that hold something else than what is in force.
public enum PendingFate: Hashable, Sendable {
  /// They wait until somebody applies them.
  case waits
  /// They are applied when nobody has written them for so many seconds.
  case byItself(seconds: Int)
  /// They are not applied without being asked, since something in them is probably a mistake: which.
  case heldBack(String)
  /// They cannot be applied: how many errors they have, and the first of these.
  case blocked(errors: Int, first: String?)

  /// Whether somebody has to do something.
  var isBlocked: Bool {
    switch self {
    case .waits, .byItself: false
    case .heldBack, .blocked: true
    }
  }

  /// To follow what is changed.
  var text: String {
    switch self {
    case .waits: "not applied yet: \"metergate apply\" or SIGHUP does that"
    case .byItself(let seconds): "will be applied when nobody has written for \(seconds) s"
    case .heldBack(let why):
      "not applied by itself for what is probably a mistake: \(why); \"metergate apply\" applies it all the same"
    case .blocked(let errors, let first):
      "cannot be applied for " + (errors == 1 ? "an error" : "\(errors) errors")
        + (first.map { "; the first: \($0)" } ?? "")
    }
  }
}
