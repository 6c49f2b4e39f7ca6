import MeterFiles
import Settings

/// Works out a plan: what the files will be.
struct Planner {
  let folder: ConfigurationFolder
  let new: ConfigurationContents
  let parts: Set<ConfigurationPart>
  let manner: ConfigurationPlan.Manner
  let present: ConfigurationContents
  /// The files as they will be.
  var result: ConfigurationContents
  var warnings: [String] = []

  init(
    folder: ConfigurationFolder, new: ConfigurationContents, parts: Set<ConfigurationPart>,
    manner: ConfigurationPlan.Manner, present: ConfigurationContents
  ) {
    (self.folder, self.new, self.parts) = (folder, new, parts)
    (self.manner, self.present) = (manner, present)
    result = present
  }

  func names(_ contents: ConfigurationContents) -> ConfigurationNames {
    ConfigurationNames(contents.document, folder: folder.path)
  }

  /// chip.ini as it will be.
  mutating func settings() throws(ConfigurationFailure) {
    guard !parts.isDisjoint(with: ConfigurationPart.ofSettings) else { return }
    let name = ConfigurationNames.settings
    if manner == .replace, parts.isSuperset(of: ConfigurationPart.ofSettings) {
      // One that is gone is taken for a loss by a running gateway, which keeps its settings then.
      let nothing = present.document.map { document in
        Array("[\(SettingGroup.main.name(in: document.dialect))]\n".utf8)
      }
      result.files[name] = new.files[name] ?? nothing
    } else {
      let merge = SettingsMerge(
        source: new.document ?? INIDocument([]), parts: parts, hasSecrets: new.hasSecrets)
      let merged = try merge.merged(into: present.document)
      if !merged.lines.isEmpty || present.files[name] != nil { result.files[name] = merged.bytes }
    }
    tellDialect()
    // The list may have another name now.
    let (before, after) = (names(present).meterList, names(result).meterList)
    guard before != after, let list = result.files.removeValue(forKey: before),
      !replacesList
    else { return }
    result.files[after] = result.files[after] ?? list
    warnings.append("the meter list so far stays where it is, as \(before)")
  }

  private var replacesList: Bool { manner == .replace && parts.contains(.meters) }

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
    let list = present.files[before.meterList]
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
    // A list that is gone is taken for a loss by a running gateway, which keeps its meters then.
    if replacesList, result.files[to.meterList] == nil, list != nil || new.meterList != nil {
      result.files[to.meterList] = DeviceHandleFile.empty
    }
  }

  /// Other defaults are in force in the other dialect.
  private mutating func tellDialect() {
    guard let after = result.document, let source = new.document, !source.entries.isEmpty else {
      return
    }
    if let before = present.document, !before.entries.isEmpty, before.dialect != after.dialect {
      warnings.append(
        "chip.ini so far is in the \(before.dialect.title), and will be in the \(after.dialect.title), which has "
          + "other defaults")
    } else if source.dialect != after.dialect {
      warnings.append(
        "the settings come from the \(source.dialect.title), and are written in the \(after.dialect.title) of "
          + "chip.ini here")
    }
  }

  /// What is said of the files as they will be, where the text stands from which they are made.
  func placed(_ found: [Diagnostic]) -> [Diagnostic] {
    guard let source = new.source else { return found }
    let list = names(result).meterList
    guard parts.contains(.meters), let bytes = result.files[list] else { return found }
    let ofList = source.ofList(found.filter { $0.file == list }, bytes)
    let said = Set(saidOfSource.map(\.message))
    return found.filter { $0.file != list && !said.contains($0.message) } + ofList
  }

  /// What is wrong with the new settings for themselves: merging would lose a value that is not allowed.
  var saidOfSource: [Diagnostic] {
    // Rubbish has no parts.
    guard parts.isEmpty || !parts.isDisjoint(with: ConfigurationPart.ofSettings),
      let document = new.document
    else { return [] }
    guard document.entries.isEmpty,
      document.lines.contains(where: { if case .unreadable = $0.content { true } else { false } })
    else {
      let found = Settings.read(document.masking(allBut: parts)).diagnostics
      return new.source?.ofSettings(found) ?? found
    }
    return [
      Diagnostic(
        .error, file: ConfigurationNames.settings,
        "there is nothing of a configuration in it: no [GROUP] with KEY=VALUE")
    ]
  }

  /// What has to be done. chip.ini comes last: until then nothing refers to what is not there yet.
  func steps() throws(ConfigurationFailure) -> [ConfigurationPlan.Step] {
    let (before, after) = (names(present), names(result))
    let listBefore = folder.place(of: before.meterList, with: present.document)
    let listAfter = folder.place(of: after.meterList, with: result.document)
    let isInside =
      ConfigurationNames.relative(listAfter, folder: folder.path)
      .map(ConfigurationNames.mayBeMeterList) ?? false
    guard isInside || listBefore == listAfter else {
      throw ConfigurationFailure(
        "METER_STAT_CONFIG would place the meter list at \(listAfter), outside of \(folder.path) or where no "
          + "meter list may be; nothing is changed")
    }
    let all = Set(present.files.keys).union(result.files.keys).sorted { a, b in
      let (isA, isB) = (a == ConfigurationNames.settings, b == ConfigurationNames.settings)
      return isA == isB ? a < b : isB
    }
    var steps: [ConfigurationPlan.Step] = []
    for name in all where name != before.meterList || name == after.meterList || replacesList {
      let isList = name == after.meterList
      let path =
        isList
        ? listAfter
        : name == before.meterList ? listBefore : folder.place(of: name, with: present.document)
      let isKnown = present.files[name] != nil && (!isList || listBefore == listAfter)
      let old = isKnown ? present.files[name] : try folder.bytes(of: path)
      guard old != result.files[name] else { continue }
      let wanted = result.files[name]
      steps.append(
        ConfigurationPlan.Step(
          name: try inFolder(path, name), before: old, after: wanted,
          isPrivate: after.isSecret(name, wanted ?? [])))
    }
    return steps
  }

  /// The name under which a file is written; only what lies in the folder is.
  private func inFolder(_ path: String, _ name: String) throws(ConfigurationFailure) -> String {
    guard let place = folder.name(of: path), ConfigurationNames.isSound(place) else {
      throw ConfigurationFailure(
        "\(name) lies at \(path), outside of \(folder.path), and is no part of the configuration there; choose "
          + "the other parts, or move it. Nothing is changed")
    }
    guard name != names(result).meterList || ConfigurationNames.mayBeMeterList(place) else {
      throw ConfigurationFailure(
        "METER_STAT_CONFIG places the meter list at \(place), where other files of the configuration are, and it is not "
          + "written there; nothing is changed")
    }
    if let link = FolderLinks.first(on: place, in: folder.path),
      link != place || ![ConfigurationNames.settings, names(result).meterList].contains(name)
    {
      throw ConfigurationFailure(
        "\(link) in \(folder.path) is a symbolic link; nothing is written through it. Nothing is changed"
      )
    }
    return place
  }
}

extension Dialect {
  /// What it is called, for people.
  var title: String {
    self == .anybus ? "Anybus dialect ([CONFIG])" : "solvimus dialect ([SOLVIMUS])"
  }
}

extension INIDocument {
  /// The same lines, with those of other parts blank: what is said of it names the right lines.
  func masking(allBut parts: Set<ConfigurationPart>) -> INIDocument {
    let others = Set(entries.filter { !parts.contains($0.part) }.map(\.index))
    return INIDocument(
      lines.enumerated().flatMap { index, line in
        others.contains(index) ? Array("\n".utf8) : line.bytes
      })
  }
}
