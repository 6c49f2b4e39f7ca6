import MeterFiles
import Settings

/// What is to be written to bring a configuration, or parts of one, into a folder. It has been checked.
public struct ConfigurationPlan: Sendable {
  /// A file that is to be written or removed.
  struct Step: Equatable, Sendable {
    /// Its name in the folder.
    let name: String
    /// What it held when the plan was made; nil: it was not there.
    let before: [UInt8]?
    /// What it is to hold; nil: it is to be removed.
    let after: [UInt8]?
    /// Whether it is for its owner only.
    let isPrivate: Bool
  }

  /// How the files meet those that are there.
  public enum Manner: Sendable {
    /// Settings are merged key by key, and files that are not among the new ones stay: for what comes from
    /// another device.
    case merge
    /// Afterwards the parts are as in the new files: what is not among them is removed.
    case replace
  }

  /// What `metergate check` says of a folder beyond the reading of its two files: of certificates, of users.
  public typealias Check = (AppFolder) -> AppFolder

  /// What is to be done, in this order.
  let steps: [Step]
  /// Warnings on the files as they will be, as far as they are new, the worst first.
  public let diagnostics: [Diagnostic]
  /// What people should know besides.
  public let warnings: [String]
  /// The settings and the meters that change.
  let changes: PlannedChanges

  /// All settings as they are, and as they will be.
  public var settings: (before: Settings, after: Settings) { changes.settings }

  /// What becomes of a file; nil: it stays as it is.
  /// - Parameter name: its name in the folder.
  /// - Returns: what it held, and what it is to hold; nil: it is not there.
  public func change(of name: String) -> (before: [UInt8]?, after: [UInt8]?)? {
    steps.first { $0.name == name }.map { ($0.before, $0.after) }
  }

  /// True when the folder says the same already.
  public var isEmpty: Bool { steps.isEmpty }

  /// What it does, a line for each file, and the names of the settings.
  public var lines: [String] { files + changes.short }

  /// The same with every setting, what it was and what it will be.
  public var details: [String] { files + changes.lines }

  private var files: [String] {
    steps.map { step in
      switch (step.before, step.after) {
      case (_, nil): "\(step.name) is removed"
      case (nil, _): "\(step.name) is new"
      default: "\(step.name) is changed"
      }
    }
  }
}

extension ConfigurationFolder {
  /// Plans to bring a configuration into the folder, and checks what would come of it.
  /// - Parameters:
  ///   - new: the configuration.
  ///   - parts: the parts of it; nil: all that it has.
  ///   - manner: what becomes of what is there.
  ///   - allowsErrors: values that are not allowed do not stand against it.
  ///   - check: what else there is to say of a folder.
  /// - Throws: `ConfigurationFailure`, with what is wrong in the files.
  public func plan(
    for new: ConfigurationContents, parts: Set<ConfigurationPart>? = nil,
    manner: ConfigurationPlan.Manner = .merge, allowsErrors: Bool = false,
    check: ConfigurationPlan.Check = { $0 }
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    let parts = parts ?? new.parts
    guard parts.isSubset(of: new.parts) else {
      throw ConfigurationFailure(
        "it has no \(parts.subtracting(new.parts).titles); it has: "
          + "\(new.parts.isEmpty ? "nothing" : new.parts.titles)")
    }
    let present = try contents()
    var planner = Planner(folder: self, new: new, parts: parts, manner: manner, present: present)
    try planner.settings()
    planner.others()
    let sealing = try planner.secrets()
    try ArchiveLimit.check(planner.result.files, "the configuration in \(path) then")
    let steps = try planner.steps()
    let found = PlanCheck(
      folder: self, steps: steps, ofSource: planner.saidOfSource, ofSecrets: sealing,
      place: planner.placed, check: check)
    let errors = found.diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty || allowsErrors else {
      throw ConfigurationFailure(
        "it has \(errors.count == 1 ? "an error" : "\(errors.count) errors"), and nothing is changed",
        diagnostics: errors)
    }
    return ConfigurationPlan(
      steps: steps, diagnostics: found.diagnostics,
      warnings: planner.warnings,
      changes: PlannedChanges(
        from: present.document, to: planner.result.document, meters: found.meters))
  }
}
