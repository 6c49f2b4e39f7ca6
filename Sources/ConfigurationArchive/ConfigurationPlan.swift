import MeterFiles
import Settings

/// What is to be written to bring a configuration, or parts of one, into a folder. It has been checked.
public struct ConfigurationPlan: Sendable {
  /// A file that is to be written or removed.
  struct Step: Equatable, Sendable {
    /// Its path.
    let path: String
    /// How it is called.
    let name: String
    /// What it held when the plan was made; nil: it was not there.
    let before: [UInt8]?
    /// What it is to hold; nil: it is to be removed.
    let after: [UInt8]?
    /// Whether a new file is for its owner only.
    let isSecret: Bool
  }

  /// How the files meet those that are there.
  public enum Manner: Sendable {
    /// Settings are merged key by key, and files that are not among the new ones stay: for what comes from
    /// another device.
    case merge
    /// Afterwards the parts are as in the new files: what is not among them is removed.
    case replace
  }

  /// What is to be done, in this order.
  let steps: [Step]
  /// Warnings on the files as they will be, the worst first.
  public let diagnostics: [Diagnostic]
  /// What people should know besides.
  public let warnings: [String]

  /// True when the folder says the same already.
  public var isEmpty: Bool { steps.isEmpty }

  /// What it does, a line for each file.
  public var lines: [String] {
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
  /// - Throws: `ConfigurationFailure`, with what is wrong in the files.
  public func plan(
    for new: ConfigurationContents, parts: Set<ConfigurationPart>? = nil,
    manner: ConfigurationPlan.Manner = .merge, allowsErrors: Bool = false
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
    let diagnostics = planner.check()
    let errors = diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty || allowsErrors else {
      throw ConfigurationFailure(
        "it has \(errors.count == 1 ? "an error" : "\(errors.count) errors"), and nothing is changed",
        diagnostics: errors)
    }
    return ConfigurationPlan(
      steps: try planner.steps(), diagnostics: diagnostics.worstFirst, warnings: planner.warnings)
  }
}

/// Works out a plan.
private struct Planner {
  let folder: ConfigurationFolder
  let new: ConfigurationContents
  let parts: Set<ConfigurationPart>
  let manner: ConfigurationPlan.Manner
  let present: ConfigurationContents
  /// The files as they will be.
  private(set) var result: ConfigurationContents
  private(set) var warnings: [String] = []

  init(
    folder: ConfigurationFolder, new: ConfigurationContents, parts: Set<ConfigurationPart>,
    manner: ConfigurationPlan.Manner, present: ConfigurationContents
  ) {
    (self.folder, self.new, self.parts) = (folder, new, parts)
    (self.manner, self.present) = (manner, present)
    result = present
  }

  /// chip.ini as it will be.
  mutating func settings() throws(ConfigurationFailure) {
    guard !parts.isDisjoint(with: ConfigurationPart.ofSettings) else { return }
    let name = ConfigurationNames.settings
    if manner == .replace, parts.isSuperset(of: ConfigurationPart.ofSettings) {
      result.files[name] = new.files[name]
    } else {
      let merge = SettingsMerge(
        source: new.document ?? INIDocument([]), parts: parts, hasSecrets: new.hasSecrets)
      let merged = try merge.merged(into: present.document)
      if !merged.lines.isEmpty || present.files[name] != nil { result.files[name] = merged.bytes }
    }
    // The list may have another name now. The file so far stays.
    let (before, after) = (names(present).meterList, names(result).meterList)
    guard before != after, let list = result.files.removeValue(forKey: before) else { return }
    result.files[after] = result.files[after] ?? list
    warnings.append("the meter list so far stays where it is, as \(before)")
  }

  /// All other files as they will be.
  mutating func others() {
    let (from, to, before) = (new.names, names(result), names(present))
    func isChosen(_ part: ConfigurationPart?) -> Bool { part.map(parts.contains) ?? false }
    if manner == .replace {
      let kept = Set(new.leftOut)
      for name in result.files.keys where isChosen(before.part(of: name)) && !kept.contains(name) {
        if new.hasSecrets || !before.isSecret(name, result.files[name] ?? []) {
          result.files[name] = nil
        }
      }
    }
    let list = present.files[names(present).meterList]
    for (name, bytes) in new.files where isChosen(from.part(of: name)) {
      guard name == from.meterList else {
        result.files[name] = bytes
        continue
      }
      guard !new.hasSecrets else {
        result.files[to.meterList] = bytes
        continue
      }
      let (merged, lost) = MeterListJSON.withSecrets(bytes, of: list)
      result.files[to.meterList] = merged
      warnings += lost
    }
  }

  private func names(_ contents: ConfigurationContents) -> ConfigurationNames {
    ConfigurationNames(contents.document, folder: folder.path)
  }

  /// What "metergate check" would say of what is new.
  func check() -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    let settings = Settings.read(result.document).settings
    if !parts.isDisjoint(with: ConfigurationPart.ofSettings), let document = new.document {
      let found = Settings.read(document.masking(allBut: parts)).diagnostics
      diagnostics += new.source?.ofSettings(found) ?? found
    }
    diagnostics += newErrors(besides: diagnostics)
    let list = names(result).meterList
    if parts.contains(.meters), let bytes = result.files[list], !bytes.isEmpty {
      let found = DeviceHandleFile.parse(bytes, name: list, layout: settings.registerLayout)
        .diagnostics
      diagnostics += new.source?.ofList(found, bytes) ?? found
    }
    return diagnostics.filter { $0.severity < .note }
  }

  /// What the new settings and those that stay do to each other, such as a port that both take.
  private func newErrors(besides known: [Diagnostic]) -> [Diagnostic] {
    guard let document = result.document,
      document.bytes != present.files[ConfigurationNames.settings]
    else { return [] }
    let before = Settings.read(present.document).diagnostics
    let told = Set((before + known).map(\.message))
    return Settings.read(document).diagnostics.filter {
      $0.severity == .error && !told.contains($0.message)
    }
  }

  /// What has to be done. chip.ini comes last: until then nothing refers to what is not there yet.
  func steps() throws(ConfigurationFailure) -> [ConfigurationPlan.Step] {
    let (before, after) = (names(present), names(result))
    let listBefore = folder.place(of: before.meterList, with: present.document)
    let listAfter = folder.place(of: after.meterList, with: result.document)
    let inside = ConfigurationNames.relative(listAfter, folder: folder.path) != nil
    guard inside || listBefore == listAfter else {
      throw ConfigurationFailure(
        "METER_STAT_CONFIG would place the meter list at \(listAfter), outside of \(folder.path) or where no "
          + "meter list may be; nothing is changed")
    }
    let all = Set(present.files.keys).union(result.files.keys).sorted { a, b in
      let (isA, isB) = (a == ConfigurationNames.settings, b == ConfigurationNames.settings)
      return isA == isB ? a < b : isB
    }
    var steps: [ConfigurationPlan.Step] = []
    for name in all where name != before.meterList || name == after.meterList {
      let isList = name == after.meterList
      let path = isList ? listAfter : folder.place(of: name, with: present.document)
      let isKnown = present.files[name] != nil && (!isList || listBefore == listAfter)
      let old = isKnown ? present.files[name] : try folder.bytes(of: path)
      guard old != result.files[name] else { continue }
      // Scripts and style sheets are what a report's programs read; all else may hold passwords and keys.
      let isOpen = after.part(of: name) == .device && name != ConfigurationNames.settings
      steps.append(
        ConfigurationPlan.Step(
          path: path, name: name, before: old, after: result.files[name], isSecret: !isOpen))
    }
    return steps
  }
}

extension INIDocument {
  /// The same lines, with those of other parts blank: what is said of it names the right lines.
  fileprivate func masking(allBut parts: Set<ConfigurationPart>) -> INIDocument {
    let others = Set(entries.filter { !parts.contains($0.part) }.map(\.index))
    return INIDocument(
      lines.enumerated().flatMap { index, line in
        others.contains(index) ? Array("\n".utf8) : line.bytes
      })
  }
}
