import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings
import Users

/// `/api/v1/settings…`: chip.ini as the fields of the page.
struct SettingsAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("settings") { request, context in
      let caller = try context.known()
      let tabs = try tabs(Query(request).text("tab"), caller)
      return Response(json: try await list(tabs, caller))
    }
    group.post("settings/check") { request, context in
      let caller = try context.known()
      let wish = try await request.strictJSON(SettingsWish.self)
      let app = try await api.app()
      let check = api.environment.check
      let problems = try await api.blocking { () throws -> [Problem] in
        try SettingsChange(wish, app.folder, caller, check).problems
      }
      return Response(json: Checked(problems: problems))
    }
    group.put("settings") { request, context in
      let caller = try context.known()
      let wish = try await request.strictJSON(SettingsWish.self)
      return try await Deed("saving settings", by: caller, context.logger).done {
        try await save(wish, caller)
      }
    }
  }

  /// The tabs that are wanted and may be seen.
  func tabs(_ name: String?, _ caller: Caller) throws(APIError) -> Set<User.Tab> {
    guard let name else {
      return Set(User.Tab.allCases.filter { caller.right($0) >= .read })
    }
    guard let tab = User.Tab(rawValue: name) else {
      let all = User.Tab.allCases.map(\.rawValue).joined(separator: ", ")
      throw APIError(.badRequest, "there is no tab \(name.excerpt): there are \(all)")
    }
    try caller.needs(.read, tab)
    return [tab]
  }

  private func list(_ tabs: Set<User.Tab>, _ caller: Caller) async throws -> FieldList {
    let inForce = try await api.app()
    let waiting = await waiting(caller)
    return try await api.blocking {
      let app = inForce.edited
      var fields = SettingFields(app.settings, SettingInForce.all(of: app)).fields(of: tabs)
      for index in fields.indices {
        let target = try? SettingsWish.target(fields[index].id)
        fields[index].isReadOnly = target.flatMap {
          SettingsWish.lockedBy($0.row, nil, caller, from: app.settings)
        }
      }
      let pending = waiting.map { Self.news(app, inForce, $0, caller) }
      return FieldList(
        dialect: "\(app.settings.dialect)", file: app.settingsFile.name,
        hash: app.settingsFile.version?.token ?? "unreadable", fields: fields,
        problems: app.diagnostics.filter {
          $0.file == app.settingsFile.name && Self.shows($0, to: caller)
        }.map { Problem($0) },
        pending: pending.flatMap { $0.isEmpty ? nil : $0 })
    }
  }

  /// What waits in the files; nil: they hold what is in force.
  private func waiting(_ caller: Caller) async -> GatewayStatus.Pending? {
    await api.control.perform(ControlRequest(.status), by: caller.name).status?.pending
  }

  /// What of it somebody may see, a line each, but for what that person has just changed.
  private static func news(
    _ edited: AppFolder, _ inForce: AppFolder, _ waiting: GatewayStatus.Pending, _ caller: Caller,
    besides own: Set<String> = []
  ) -> [String] {
    edited.settings.differences(from: inForce.settings) {
      !own.contains($0.id) && SettingsTabs.isShown(SettingsTabs.of($0), to: caller)
    } + (caller.right(.meter) >= .read ? waiting.meters ?? [] : [])
  }

  /// Whether somebody may see what a message is about.
  private static func shows(_ diagnostic: Diagnostic, to caller: Caller) -> Bool {
    let key = diagnostic.key.map { SettingName.normalized($0.split(separator: ".").last ?? "") }
    let rows = SettingsTable.rows.filter { row in
      Dialect.allCases.contains { SettingName.normalized(row.key(in: $0)) == key }
    }
    return rows.isEmpty
      ? SettingsTabs.isShown([], to: caller)
      : rows.contains { SettingsTabs.isShown(SettingsTabs.of($0), to: caller) }
  }

  private func save(
    _ wish: SettingsWish, _ caller: Caller
  ) async throws -> (Response, Deed.Outcome) {
    guard let hash = wish.hash else {
      throw APIError(.badRequest, "\"hash\" is missing: GET settings has it")
    }
    // What is saved is applied, with all that others have changed: nobody gets that without a right to change something.
    guard !wish.changes.isEmpty else {
      throw APIError(.unprocessableContent, "\"changes\" is empty: there is nothing to save")
    }
    let app = try await api.app()
    let (check, origin) = (api.environment.check, api.environment.origin)
    let waiting = await waiting(caller)
    let outcome = try await api.blocking { () throws -> Outcome in
      let change = try SettingsChange(wish, app.folder, caller, check)
      let now = change.file.version?.token ?? "unreadable"
      guard now == hash else { return .conflict(now) }
      guard !change.problems.contains(where: { $0.severity == "error" }) else {
        throw APIError(
          .unprocessableContent, "something of it is not allowed; nothing is saved",
          problems: change.problems)
      }
      let others = waiting.map {
        Self.news(app.edited, app, $0, caller, besides: Set(change.changes.map(\.setting.id)))
      }
      return try change.save(
        FolderHistory(folder: app.folder, origin: origin), others ?? [], by: caller)
    }
    switch outcome {
    case .conflict(let hash):
      let conflict = Conflict(hash: hash)
      return (
        Response(json: conflict, status: .conflict), .init(news: [], refusal: conflict.error)
      )
    case .saved(var saved):
      let answer = await api.control.perform(ControlRequest(.reload), by: caller.words)
      if answer.error != nil { saved.others = [] }
      saved.notes += answer.shortfalls + (answer.notes ?? [])
      let news = saved.news + saved.others + answer.shortfalls
      return (Response(json: saved), .init(news: news))
    }
  }

  private struct FieldList: Encodable, Sendable {
    var dialect: String
    var file: String
    var hash: String
    var fields: [SettingFieldJSON]
    var problems: [Problem]
    var pending: [String]?
  }

  private struct Checked: Encodable { var problems: [Problem] }
}

/// The file was changed since it was shown: 409.
struct Conflict: Encodable {
  var error =
    "the file was changed meanwhile: load it again, then repeat the change; nothing is saved"
  /// The file as it is now.
  var hash: String
}

/// What came of a change.
enum Outcome: Sendable {
  case saved(SavedSettings)
  /// The file is another one: which.
  case conflict(String)
}

/// What `PUT /settings` answers.
struct SavedSettings: Encodable, Sendable {
  var hash: String
  var saved: String?
  var news: [String]
  var notes: [String]
  var problems: [Problem]
  /// What others had changed in the files and not applied, and what came into force with it, a line each.
  var others: [String]
}

/// A change of chip.ini, checked before anything is written. It blocks.
struct SettingsChange {
  let file: SettingsFile
  let changes: [SettingChange]
  /// What is wrong with it, and what would be said of the folder then and is not said now.
  let problems: [Problem]

  init(
    _ wish: SettingsWish, _ folder: String, _ caller: Caller,
    _ check: (AppFolder) -> AppFolder
  ) throws(APIError) {
    file = AppFolder.settingsFile(in: folder)
    let read = try wish.changes(for: caller, in: file.document)
    changes = read.changes
    // The whole folder is looked at for those who may change something, and do.
    guard read.problems.isEmpty, !wish.changes.isEmpty else {
      problems = read.problems
      return
    }
    do throws(SaveFailure) {
      let bytes = try file.planning(changes)
      let before = check(AppFolder.load(folder))
      let known = Set(before.diagnostics.map(\.message))
      let after = check(before.planned(settings: bytes))
      let lost = PageWays.mistake(from: before.settings, to: after.settings).map { why in
        Problem(
          severity: "error", message: why,
          field: ["HTTP_ENABLE", "HTTPS_ENABLE"].lazy
            .compactMap { SettingsWish.field($0, of: wish.changes.keys) }.first)
      }
      problems =
        [lost].compactMap(\.self)
        + after.diagnostics
        .filter { !known.contains($0.message) && !$0.isWithoutEffect }
        .map { diagnostic in
          Problem(
            diagnostic,
            field: diagnostic.key.flatMap { SettingsWish.field($0, of: wish.changes.keys) })
        }
    } catch {
      problems = [Problem(severity: "error", message: "\(error)")]
    }
  }

  /// Writes it down, with who did it.
  /// - Parameter others: what others have changed in the files, which is applied with it.
  func save(
    _ history: FolderHistory, _ others: [String], by caller: Caller
  ) throws -> Outcome {
    let before = history.contents
    let saved: SettingsFile
    do throws(SaveFailure) { saved = try file.saving(changes) } catch {
      if case .conflict = error {
        return .conflict(AppFolder.settingsFile(in: history.folder).version?.token ?? "unreadable")
      }
      throw APIError(.unprocessableContent, "\(error)")
    }
    let report = SettingsReport(of: changes, from: file, to: saved)
    let kept = report.isChange ? history.keep(before, by: caller) : nil
    return .saved(
      SavedSettings(
        hash: saved.version?.token ?? "unreadable", saved: report.isChange ? saved.name : nil,
        news: report.news, notes: report.notes + [kept].compactMap(\.self), problems: problems,
        others: others))
  }
}
