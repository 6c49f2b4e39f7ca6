import ArgumentParser
import Control
import Gateway
import Settings
import TextFormats

/// `metergate get`: the settings that are in force.
struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the settings that are in force, and where each comes from.",
    discussion: """
      If a gateway runs on the folder, it tells by which settings it works; chip.ini may say something else \
      by then ("metergate status" shows what waits). Otherwise they are those with which "metergate run" would \
      start.

      Without names all settings are printed that chip.ini or --set give, with --all also those that have \
      their defaults. A name is GROUP.KEY, or GROUP for all of a group. Each line has the setting, its value, \
      and its source: chip.ini with the line, --set, default, or "before" for a chip.ini that was in force \
      and is not there any more. Passwords are not shown.

      With --json it is one JSON object: {"schema":1,"running":true,"settings":[{"group":"SOLVIMUS", \
      "key":"METER_TIME","value":"300","source":"chip.ini","line":4}]}; a secret has no value but \
      "isSecretSet", and what does nothing in this version has "hasEffect":false.

      The exit code is 1 when a name is not known, or the gateway cannot be asked.

      Examples:
        metergate get
        metergate get SOLVIMUS.METER_TIME DEVICE
        metergate get --all --json
      """)

  @OptionGroup var files: FileOptions

  @Flag(help: "Also settings that nobody has given.")
  var all = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(help: ArgumentHelp("What to print.", valueName: "GROUP.KEY"))
  var names: [String] = []

  func run() throws {
    let wanted = try names.isEmpty ? nil : rows()
    let answer = try ControlOptions.ask(ControlRequest(.settings), of: files.app)
    if let error = answer?.error {
      Output.note(error)
      throw ExitCode(1)
    }
    let isRunning = answer != nil
    if isRunning, !files.overrides.isEmpty {
      Output.note(
        "the gateway that runs on \(files.app) tells its own settings; --set has no effect")
    }
    let settings = try answer?.settings ?? SettingInForce.all(of: files.loadForStart())
    let chosen = settings.filter { setting in
      guard let wanted else { return all || setting.source != "default" }
      return wanted.contains { $0.matches(setting) }
    }
    Output.line(json ? Self.json(chosen, isRunning) : Self.table(chosen))
  }

  private func rows() throws -> [Setting] {
    var found: [Setting] = []
    var isKnown = true
    for name in names {
      switch SettingsTable.named(name) {
      case .success(let rows): found += rows
      case .failure(let mistake):
        Output.note("\(mistake)")
        isKnown = false
      }
    }
    guard isKnown else { throw ExitCode(1) }
    return found
  }

  static func table(_ settings: [SettingInForce]) -> String {
    guard !settings.isEmpty else { return "every setting has its default" }
    return TextColumns.joined(
      settings.map { setting in
        let value = setting.value ?? (setting.isSecretSet == true ? "(not shown)" : "")
        let place = setting.line.map { "\(setting.source):\($0)" } ?? setting.source
        return [
          "\(setting.group).\(setting.key)", value.isEmpty ? "not set" : value,
          place + (setting.hasEffect == false ? ", without effect in this version" : ""),
        ]
      })
  }

  private static func json(_ settings: [SettingInForce], _ isRunning: Bool) -> String {
    let list = settings.map { setting -> JSONText in
      let known: [(String, JSONText?)] = [
        ("group", .string(setting.group)), ("key", .string(setting.key)),
        ("value", setting.value.map(JSONText.string)),
        ("isSecretSet", setting.isSecretSet.map(JSONText.bool)),
        ("source", .string(setting.source)), ("line", setting.line.map { JSONText.whole($0) }),
        ("hasEffect", setting.hasEffect.map(JSONText.bool)),
      ]
      return .object(known.compactMap { name, value in value.map { (name, $0) } })
    }
    return JSONText.object([
      ("schema", .integer(1)), ("running", .bool(isRunning)), ("settings", .array(list)),
    ]).text
  }
}

extension Setting {
  /// Whether it is this one, in either dialect.
  fileprivate func matches(_ setting: SettingInForce) -> Bool {
    SettingGroup(name: setting.group) == group && SettingsTable.row(group, setting.key)?.id == id
  }
}
