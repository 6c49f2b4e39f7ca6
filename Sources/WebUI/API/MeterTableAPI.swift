import ConfigurationArchive
import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings

/// `/api/v1/meters.csv` and `/api/v1/meters/import`: the meter list as a table for spreadsheets.
struct MeterTableAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("meters.csv") { _, context in
      try context.known().needs(.read, .meter)
      let app = try await api.freshApp()
      guard app.metersState != .unreadable else {
        throw APIError(
          .unprocessableContent,
          "\(app.meterListFile.name) cannot be read: metergate check says why")
      }
      let text = MeterTable.text(
        app.meterListFile.meters, separator: .semicolon, withSecrets: false)
      return Response(file: Array(text.utf8), type: "text/csv; charset=utf-8", name: "meters.csv")
    }
    group.post("meters/import") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      let isDry = try Query(request).flag("dryRun")
      return try await api.environment.bodies.alone(.meters) {
        let body = try await request.bytes(upTo: MeterAPI.largestEdits)
        return try await Deed(
          "import of a table of meters", by: caller, context.logger, isDry: isDry
        ).done { try await take(body, isDry, caller) }
      }
    }
  }

  private func take(_ bytes: [UInt8], _ isDry: Bool, _ caller: Caller) async throws -> (
    Response, Deed.Outcome
  ) {
    let app = try await api.freshApp()
    let api = api
    var outcome = try await api.blocking { () throws -> Outcome in
      let result = app.importing(bytes, file: "the table")
      let problems = result.diagnostics.map { Problem($0) }
      guard !result.hasErrors else {
        throw APIError(
          .unprocessableContent, "nothing is imported until the errors are mended",
          problems: problems)
      }
      var outcome = Outcome(news: result.changes, problems: problems)
      guard !isDry, !result.changes.isEmpty else { return outcome }
      let keeper = FolderHistory(folder: app.folder, origin: api.environment.origin)
      let before = keeper.contents
      do throws(SaveFailure) {
        let saved = try app.meterListFile.saving(result.list)
        outcome.saved = saved.name
        outcome.notes = ([saved.warning] + [keeper.keep(before, by: caller)]).compactMap(\.self)
      } catch {
        if case .conflict = error { throw APIError(.conflict, "\(error)") }
        throw APIError(.unprocessableContent, "\(error)")
      }
      return outcome
    }
    let told = Deed.Outcome(news: outcome.news)
    guard outcome.saved != nil else { return (Response(json: outcome), told) }
    let answer = await api.control.perform(ControlRequest(.reload), by: caller.words)
    // It is written, whatever became of it then.
    outcome.notes = (outcome.notes ?? []) + answer.shortfalls
    return (Response(json: outcome), Deed.Outcome(news: outcome.news + answer.shortfalls))
  }

  /// What an import has done, or would do.
  private struct Outcome: Encodable, Sendable {
    var news: [String]
    var problems: [Problem]
    var notes: [String]?
    var saved: String?
  }
}
