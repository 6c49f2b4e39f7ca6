import HTTPServer
import Settings
import Users

/// What somebody wants changed in chip.ini, by the names of the fields; nil: back to the default.
struct SettingsWish: Codable, Sendable {
  /// Values by name.
  var changes: [String: String?]
  /// Which chip.ini was shown when that was wished for; left out where nothing is written.
  var hash: String?

  /// A field, as its name means it.
  struct Target: Equatable {
    let row: Setting
    /// One bit of the number; nil: all of it.
    let bit: Int?
    /// Where the page shows it.
    let tab: User.Tab
  }

  /// The field with this name.
  /// - Throws: `Problem` when there is none.
  static func target(_ name: String) throws(FieldProblem) -> Target {
    let parts = name.split(separator: "#", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2,
      case .success(let rows) = SettingsTable.named(String(first)), rows.count == 1,
      let row = rows.first
    else {
      throw FieldProblem(name, "\(name.excerpt) is not a setting that this version knows")
    }
    if parts.count == 2 {
      guard let bit = row.bits.first(where: { "\($0.value)" == parts[1] }) else {
        throw FieldProblem(name, "\(name.excerpt) is no switch of this setting")
      }
      return Target(row: row, bit: bit.value, tab: bit.field.tab)
    }
    guard let tab = row.field?.tab else {
      throw FieldProblem(
        name, "\(name.excerpt) has no field on the web page: it is set in the file")
    }
    return Target(row: row, bit: nil, tab: tab)
  }

  /// The changes of the file, or what is wrong with the wish; one of both is empty.
  /// - Parameters:
  ///   - caller: who wishes it.
  ///   - document: the file that is to be changed.
  func changes(
    for caller: Caller, in document: INIDocument?
  ) throws(APIError) -> (changes: [SettingChange], problems: [Problem]) {
    let settings = Settings.read(document).settings
    var problems: [Problem] = []
    var assignments: [String] = []
    var removals: [String] = []
    var numbers: [String: (row: Setting, value: Int)] = [:]
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      let target: Target
      do throws(FieldProblem) { target = try Self.target(name) } catch {
        problems.append(error.problem)
        continue
      }
      try caller.needs(.write, target.tab)
      if let why = Self.lockedBy(target.row, value, caller, from: settings) {
        problems.append(FieldProblem(name, why).problem)
        continue
      }
      let id = target.row.fieldName(in: settings.dialect)
      guard let bit = target.bit else {
        if let value { assignments.append("\(id)=\(value)") } else { removals.append(id) }
        continue
      }
      let isOn = value ?? (target.row.defaultValue[settings.dialect].has(bit) ? "1" : "0")
      guard isOn == "0" || isOn == "1" else {
        problems.append(
          FieldProblem(name, "\(name) = '\(isOn.excerpt)': not allowed; allowed: 0 (no) or 1 (yes)")
            .problem)
        continue
      }
      var number = numbers[id]?.value ?? settings[target.row].number
      number = isOn == "1" ? number | bit : number & ~bit
      numbers[id] = (target.row, number)
    }
    assignments += numbers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.value)" }
    let read = SettingChange.read(assignments, removing: removals, in: document)
    problems += read.mistakes.map { mistake in
      // It is about the wish, which is in no file.
      Problem(
        severity: "\(mistake.severity)", message: mistake.message,
        field: mistake.key.flatMap { Self.field($0, of: changes.keys) })
    }
    return problems.isEmpty ? (read.changes, []) : ([], problems)
  }

  /// Nobody saws off the branch on which he sits: HTTP is switched by HTTPS, and HTTPS by HTTP (MUC500 manual 1.1,
  /// ch. 4.9). Nor does anybody send the page where he could not find it. That goes for programs, too, since others are
  /// locked out with them.
  /// - Parameters:
  ///   - value: what it is to be; nil: its default, or nothing yet.
  ///   - settings: as they are so far.
  /// - Returns: why the setting cannot be changed; nil: it can.
  static func lockedBy(
    _ row: Setting, _ value: String?, _ caller: Caller, from settings: Settings
  ) -> String? {
    switch row.id {
    case "WEB.HTTP_ENABLE" where !caller.isSecure:
      return "HTTP can be switched over HTTPS only: "
        + (settings.flag(.httpsEnable)
          ? "open the page by https" : "switch HTTPS on first, then come by https")
    case "WEB.HTTPS_ENABLE" where caller.isSecure:
      return "HTTPS can be switched over HTTP only: "
        + (settings.flag(.httpEnable)
          ? "open the page by http" : "switch HTTP on first, then come by http")
    case "WEB.IP":
      if let value, IPAddress.isLoopback(value), !IPAddress.isLoopback(settings.text(.webIP)) {
        return
          "\(value.excerpt) is reached on the gateway itself only: the page could not be reached any more"
      }
      return value.flatMap(MachineAddresses.why(cannotServeAt:)).map {
        "\($0): the page could not be reached any more"
      }
    default: return value.flatMap { tooSmall($0, for: row) }
    }
  }

  /// Why a number is too small for the field of a port, though the file may have it; nil: it is not.
  private static func tooSmall(_ value: String, for row: Setting) -> String? {
    let isHex = value.lowercased().hasPrefix("0x")
    guard let least = row.field?.least,
      let number = isHex ? Int(value.dropFirst(2), radix: 16) : Int(value), number < least
    else { return nil }
    return
      "a port that the system chooses could not be found again from here: "
      + "\(row.fieldType[.solvimus].allowed()); the file may have \(number)"
  }

  /// The name of the field that a key means, among those that somebody has given.
  static func field(_ key: String, of names: some Sequence<String>) -> String? {
    let wanted = SettingName.normalized(key)
    return names.first { name in
      let plain = name.prefix { $0 != "#" }
      return SettingName.normalized(plain.drop { $0 != "." }.dropFirst()) == wanted
        || SettingName.normalized(plain) == wanted
    }
  }
}

/// What is wrong with one field.
struct FieldProblem: Error {
  let problem: Problem

  init(_ field: String, _ message: String) {
    problem = Problem(severity: "error", message: message, field: field)
  }
}

extension SettingValue {
  fileprivate var number: Int { if case .integer(let number) = self { number } else { 0 } }
}
