extension Settings {
  /// The settings that a file and the command line give. Whatever is wrong with them, there are
  /// settings: a wrong value is reported, and for its key what was in force before, or else the default.
  /// - Parameters:
  ///   - document: chip.ini; nil: there is none.
  ///   - file: its name in messages.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`; they win over the file.
  ///   - before: the settings that have been in force so far.
  ///   - secrets: turns encrypted secrets of the file into clear ones.
  public static func read(
    _ document: INIDocument?, file: String = "chip.ini", overrides: [String] = [],
    before: Settings? = nil, secrets: SecretCoder = .verbatim
  ) -> (settings: Settings, diagnostics: [Diagnostic]) {
    var reader = SettingsReader(file: file)
    reader.secrets = secrets
    var document = document
    if let flaw = document?.flaw, !reader.tell(flaw) { document = nil }
    if let document { reader.findDialect(document) }
    if let before, before.dialect == reader.dialect { reader.before = before }
    let given = overrides.map(SettingOverride.init)
    for override in given { reader.note(override) }
    if let document { reader.read(document) }
    for override in given { reader.apply(override) }
    reader.lookAtWhole()
    return (Settings(dialect: reader.dialect, given: reader.given), reader.diagnostics)
  }
}

/// Collects settings and what there is to say about them.
struct SettingsReader {
  let file: String
  var dialect = Dialect.solvimus
  var given: [String: SettingValue] = [:]
  var diagnostics: [Diagnostic] = []
  /// What has been in force so far.
  var before: Settings?
  /// Turns encrypted secrets into clear ones.
  var secrets = SecretCoder.verbatim
  /// Where the values stand that the file gives, by `Setting.id`.
  private var places: [String: TextPlace] = [:]
  /// Keys that nobody knows, so far.
  private var unknownKeys = 0
  /// What the command line sets, by `Setting.id`: in force whatever the file says.
  private var overridden: [String: SettingValue] = [:]

  init(file: String) { self.file = file }

  mutating func read(_ document: INIDocument) {
    var group: (name: String, group: SettingGroup?)?
    for line in document.lines {
      if line.isLatin1 {
        say(.warning, line.place, nil, "the line is not UTF-8; read as Latin-1")
      }
      switch line.content {
      case .blank, .comment: break
      case .group(let name, let isClosed):
        group = (name, SettingGroup(name: name))
        sayGroup(name, isClosed: isClosed, at: line.place)
        if line.hasMoreThanGroup {
          doubt(
            line.place, nil,
            "what follows the ] has no effect: each KEY=VALUE needs a line of its own")
        }
      case .entry(let key, let value, _):
        guard let current = group else {
          let key = key.excerpt
          doubt(line.place, nil, "\(key) stands before the first group and has no effect")
          continue
        }
        guard let known = current.group else { continue }
        entry(known, current.name, key, value, in: line)
      case .unreadable(let text):
        // The rest of the line may be a secret.
        let word = text.prefix { $0 != " " && $0 != "\t" }
        let shown = word.excerpt + (word.count < text.count ? " …" : "")
        doubt(
          line.place, nil,
          "\"\(shown)\" is no group, no KEY=VALUE and no comment; it has no effect")
      }
    }
  }

  /// The first main group decides; a second one is read, too.
  mutating func findDialect(_ document: INIDocument) {
    var found: (dialect: Dialect, line: Int)?
    for line in document.lines {
      guard case .group(let name, _) = line.content else { continue }
      let wanted = SettingName.normalized(name)
      let match = Dialect.allCases.first {
        SettingName.normalized(SettingGroup.main.name(in: $0)) == wanted
      }
      guard let match else { continue }
      if let first = found {
        guard first.dialect != match else { continue }
        say(
          .warning, line.place, nil,
          "[\(name)] stands beside [\(SettingGroup.main.name(in: first.dialect))] of line "
            + "\(first.line), which decides ranges and defaults; the settings of both are read")
        return
      }
      found = (match, line.number)
      dialect = match
    }
  }

  private mutating func sayGroup(_ name: String, isClosed: Bool, at place: TextPlace) {
    if !isClosed { doubt(place, nil, "[\(name.excerpt) lacks its closing ]") }
    guard SettingGroup(name: name) == nil else { return }
    let hint = Self.hint(group: name)
    let message =
      "[\(name.excerpt)] is not a group that this version knows; kept without effect\(hint)"
    if hint.isEmpty { say(.note, place, nil, message) } else { doubt(place, nil, message) }
  }

  /// What looks like a typing mistake is none of the keys that a later version will know. Of a file that is full
  /// of strange keys the first are named.
  private mutating func sayUnknown(
    _ group: SettingGroup, _ groupName: String, _ key: String, at place: TextPlace
  ) {
    unknownKeys += 1
    guard unknownKeys <= Self.mostUnknownKeys else {
      if unknownKeys == Self.mostUnknownKeys + 1 {
        say(
          .note, place, nil,
          "from here on further keys that this version does not know are not named")
      }
      return
    }
    let hint = Self.hint(group, key)
    let message =
      "[\(groupName)] \(key.excerpt) is not a key that this version knows; kept without effect\(hint)"
    if hint.isEmpty {
      say(.note, place, key, message)
      diagnostics[diagnostics.count - 1].isUnknownKey = true
    } else {
      doubt(place, key, message)
    }
  }

  /// So many keys that nobody knows are named, and looked at for typing mistakes: an old device has a few dozen.
  static let mostUnknownKeys = 200

  private mutating func entry(
    _ group: SettingGroup, _ groupName: String, _ key: String, _ text: String,
    in line: INIDocument.Line
  ) {
    guard let row = SettingsTable.row(group, key) else {
      return sayUnknown(group, groupName, key, at: line.place)
    }
    if let earlier = places.updateValue(line.valuePlace, forKey: row.id) {
      say(
        .warning, line.place, key,
        "[\(groupName)] \(key) stands in line \(earlier.line) already; this one counts")
      given[row.id] = nil
    }
    // An empty value is how devices write "not set".
    guard !text.isEmpty else { return }
    let subject = "[\(groupName)] \(key)"
    guard let text = clear(row, subject, text, at: line.valuePlace) else { return }
    // Encrypted, it is longer than the password may be.
    if row.isSecret, SecretForm.of(text) != .plain {
      given[row.id] = .text(text)
      return
    }
    do throws(SettingType.Refusal) {
      given[row.id] = try row.type[dialect].parse(text, unit: row.unit)
    } catch {
      given[row.id] = before?.givenValue(row)
      refuse(
        row, subject, text, error, in: file, at: line.valuePlace,
        instead: overridden[row.id] ?? given[row.id] ?? row.defaultValue[dialect])
      return
    }
    // What says the default does what it says.
    guard let why = row.status.whyWithoutEffect, given[row.id] != row.defaultValue[dialect] else {
      return
    }
    say(.note, line.place, key, "\(subject) \(why)")
    diagnostics[diagnostics.count - 1].isWithoutEffect = true
  }

  /// What a text says; nil: it is encrypted and stays so, which has been told.
  private mutating func clear(
    _ row: Setting, _ subject: String, _ text: String, at place: TextPlace
  ) -> String? {
    guard row.isSecret else { return text }
    switch secrets.clear(text) {
    case .success(let clear): return clear
    case .failure(let why):
      given[row.id] = before?.givenValue(row)
      let rest =
        given[row.id] == nil
        ? "it counts as not set" : "the value that was in force before stays in force"
      diagnostics.append(
        Diagnostic(
          .error, file: file, at: place, key: row.key,
          "\(subject) cannot be decrypted: \(why); \(rest)"))
      return nil
    }
  }

  /// Takes note of a setting of the command line, for messages on the file.
  mutating func note(_ override: SettingOverride) {
    guard let row = override.row else { return }
    overridden[row.id] = try? row.type[dialect].parse(override.value, unit: row.unit)
  }

  /// Sets what the command line says.
  mutating func apply(_ override: SettingOverride) {
    guard let row = override.row else {
      diagnostics.append(
        override.diagnostic(hint: override.group.map { Self.hint($0, override.key) }))
      return
    }
    guard !override.value.isEmpty else {
      given[row.id] = row.defaultValue[dialect]
      return
    }
    do throws(SettingType.Refusal) {
      given[row.id] = try row.type[dialect].parse(override.value, unit: row.unit)
    } catch {
      let inForce = given[row.id] ?? row.defaultValue[dialect]
      refuse(
        row, "\(override.groupName).\(override.key)", override.value, error,
        in: SettingOverride.option, at: nil, instead: inForce)
    }
  }

  /// What only the settings together tell.
  mutating func lookAtWhole() {
    let settings = Settings(dialect: dialect, given: given)
    for row in SettingsTable.shortenedRows {
      let count = settings[row].description.utf8.count
      guard let most = row.sentBytes, count > most else { continue }
      warn(row.id, "\(row.key) has \(count) bytes in UTF-8; at most \(most) bytes are sent")
    }
    lookAtRegisters(settings)
    lookAtModbus(settings)
    lookAtPorts(settings)
    lookAtDevices(settings)
    lookAtReports(settings)
    lookAtBus(settings)
  }

  /// The layout of the registers against the rest.
  private mutating func lookAtRegisters(_ settings: Settings) {
    let (version, address) = (
      settings.integer(.modbusProtocolVersion), settings.integer(.modbusAddress)
    )
    if settings.modbusSwitch(.test) {
      let key = IntegerKey.modbusProtocolVersion.rawValue
      warn(
        key,
        "\(key) = \(version) has the switch for test data (\(ModbusSwitch.test.rawValue)) on: no meter "
          + "is in the registers")
    }
    if settings.modbusSwitch(.multiSlave), address != 0 {
      let key = IntegerKey.modbusAddress.rawValue
      warn(
        key,
        "\(key) = \(address) has no effect with multi slave: the meters' own unit ids count", .note)
    }
  }

  /// Something on a key of the main group, where its value in force comes from.
  mutating func warn(
    _ key: String, _ message: String, _ severity: Diagnostic.Severity = .warning
  ) {
    let isOverridden = overridden[key] != nil
    diagnostics.append(
      Diagnostic(
        severity, file: isOverridden ? SettingOverride.option : file,
        at: isOverridden ? nil : places[key], key: key, message))
  }

  mutating func refuse(
    _ row: Setting, _ subject: String, _ text: String, _ refusal: SettingType.Refusal,
    in source: String, at place: TextPlace?, instead: SettingValue
  ) {
    let shown = row.isSecret ? "(not shown)" : "'\(text.excerpt)'"
    // Nothing follows from it, so that it must not keep the rest of a file from being taken over.
    let isIdle = row.status != .effective && source == file
    let rest =
      switch (row.isSecret, instead.description) {
      case _ where isIdle: "it stays in the file, and has no effect"
      case (true, _): "its value so far stays in force"
      case (false, ""): "it stays unset"
      case (false, let value): "\(value) stays in force"
      }
    diagnostics.append(
      Diagnostic(
        isIdle ? .warning : .error, file: source, at: place, key: row.key,
        value: row.isSecret ? nil : text,
        "\(subject) = \(shown): not allowed; allowed: \(refusal.allowed)"
          + "\(Self.hint(value: text, of: row)); \(rest)"))
  }

  /// What nobody writes on purpose: half a line, a mistyped name.
  private mutating func doubt(_ place: TextPlace, _ key: String?, _ message: String) {
    say(.warning, place, key, message)
    diagnostics[diagnostics.count - 1].isDoubt = true
  }

  mutating func say(
    _ severity: Diagnostic.Severity, _ place: TextPlace?, _ key: String?, _ message: String
  ) {
    diagnostics.append(Diagnostic(severity, file: file, at: place, key: key, message))
  }
}
