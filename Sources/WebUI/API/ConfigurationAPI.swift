import Certificates
import ConfigurationArchive
import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings
import Users

/// `/api/v1/config/export` and `/config/import`: the configuration as a whole.
struct ConfigurationAPI: Sendable {
  /// The largest file that is taken: 40 MB, as an archive may have.
  static let largestArchive = ArchiveLimit.archive

  let api: WebAPI

  /// How an import is wanted.
  private struct Want: Sendable {
    /// Nothing is to be done.
    let isDry: Bool
    let caller: Caller
    /// How the request has come.
    let way: CertificatesAPI.Way
    /// The files of HTTPS.
    let files: TLSServerFiles?

    /// The rules of the fields of the page go for what a file brings, too.
    func check(_ plan: ConfigurationPlan) throws(APIError) {
      let (before, after) = plan.settings
      if let mistake = PageWays.mistake(from: before, to: after, by: caller) {
        throw APIError(.unprocessableContent, mistake)
      }
      if let files { try PageWays.check(plan, over: way, files) }
      try PageWays.check(plan, over: way)
    }
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("config/export") { request, context in
      let caller = try context.known()
      // An archive has all secrets in it.
      try caller.needs(.write, .service)
      let parts = try Self.parts(Query(request).text("parts"))
      try Self.check(caller, parts ?? ConfigurationPart.all)
      return try await export(parts, caller)
    }
    group.post("config/import") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      let query = try Query(request)
      let parts = try Self.parts(query.text("parts"))
      if let parts { try Self.check(caller, parts) }
      let isDry = try query.flag("dryRun")
      return try await api.environment.bodies.alone(.configuration) {
        let way = await CertificatesAPI.Way(context, caller)
        let bytes = try await request.bytes(upTo: Self.largestArchive)
        return try await Deed(
          "import of a configuration", by: caller, context.logger, isDry: isDry
        ).done {
          try await take(
            bytes, parts,
            Want(isDry: isDry, caller: caller, way: way, files: api.environment.certificates))
        }
      }
    }
  }

  /// Whoever must not see users or change them must not get round that by an archive.
  static func check(
    _ caller: Caller, _ parts: Set<ConfigurationPart>
  ) throws(APIError) {
    if parts.contains(.users) { try caller.needs(.write, .user) }
    if parts.contains(.certificates) { try caller.needs(.write, .security) }
    if parts.contains(.meters) { try caller.needs(.write, .meter) }
    if !parts.isDisjoint(with: [.device, .network, .name]) {
      try caller.needs(.write, .configuration)
    }
  }

  /// The same for what a plan does: also who may change Configuration must not change what is on another tab by it.
  static func check(_ caller: Caller, _ plan: ConfigurationPlan) throws(APIError) {
    let (before, after) = plan.settings
    try SettingsTabs.check(caller, SettingsTabs.changed(from: before, to: after))
    if let mistake = PageWays.mistake(from: before, to: after) {
      throw APIError(.unprocessableContent, mistake)
    }
  }

  /// The parts that are named; nil: none is, which means all.
  static func parts(_ text: String?) throws(APIError) -> Set<ConfigurationPart>? {
    guard let text, !text.isEmpty else { return nil }
    var parts = Set<ConfigurationPart>()
    for word in text.split(separator: ",") {
      guard let part = ConfigurationPart(rawValue: word.lowercased()) else {
        let all = ConfigurationPart.allCases.map(\.rawValue).joined(separator: ", ")
        throw APIError(
          .badRequest, "there is no part \(String(word).excerpt): there are \(all)")
      }
      parts.insert(part)
    }
    return parts
  }

  private func export(
    _ parts: Set<ConfigurationPart>?, _ caller: Caller
  ) async throws -> Response {
    let app = try await api.freshApp()
    let origin = api.environment.origin
    let bytes = try await api.blocking { () throws -> [UInt8] in
      let chosen: ConfigurationContents
      do throws(ConfigurationFailure) {
        let all = try ConfigurationFolder(app.folder).contents()
        chosen = parts.map { all.limited(to: $0) } ?? all
      } catch { throw APIError(error) }
      // The settings of all tabs are in it, with their secrets.
      let tabs = Set(chosen.givenSettings.flatMap { SettingsTabs.of($0) })
      try SettingsTabs.check(caller, tabs)
      do throws(ConfigurationFailure) {
        return try ArchiveFile.write(
          chosen, origin: origin, cause: .export, user: caller.name, time: FolderHistory.now)
      } catch { throw APIError(error) }
    }
    let name = FileName.dated(app.settings.text(.deviceName), at: FolderHistory.now)
    return Response(file: bytes, type: "application/gzip", name: "\(name).tar.gz")
  }

  private func take(
    _ bytes: [UInt8], _ named: Set<ConfigurationPart>?, _ want: Want
  ) async throws -> (Response, Deed.Outcome) {
    let app = try await api.freshApp()
    let check = api.environment.check
    let contents = try await api.blocking { () throws -> ConfigurationContents in
      do throws(ConfigurationFailure) {
        return try ConfigurationContents.read(bytes, file: "the file")
      } catch { throw APIError(error) }
    }
    let present = contents.parts.intersection(ConfigurationPart.all)
    let parts = try named ?? Self.parts(of: present, want.isDry, want.caller)
    return try await carryOut(app, present, want) {
      folder throws(ConfigurationFailure) in
      try folder.plan(for: contents, parts: parts, check: check)
    }
  }

  /// What is taken when nobody says which parts: all that there are. What would become of a file is told of those
  /// that the caller may change, as long as there is one.
  private static func parts(
    of present: Set<ConfigurationPart>, _ isDry: Bool, _ caller: Caller
  ) throws(APIError) -> Set<ConfigurationPart> {
    let allowed = present.filter { part in
      do throws(APIError) {
        try check(caller, [part])
        return true
      } catch { return false }
    }
    guard isDry, !allowed.isEmpty else {
      try check(caller, present)
      return present
    }
    return allowed
  }

  /// Makes a plan, carries it out unless that is only tried, and has the gateway read what came of it.
  private func carryOut(
    _ app: AppFolder, _ present: Set<ConfigurationPart>, _ want: Want,
    _ makePlan:
      @escaping @Sendable (ConfigurationFolder) throws(ConfigurationFailure) ->
      ConfigurationPlan
  ) async throws -> (Response, Deed.Outcome) {
    let history = FolderHistory(folder: app.folder, origin: api.environment.origin)
    var outcome = try await api.blocking { () throws -> ImportOutcome in
      let folder = ConfigurationFolder(app.folder)
      let plan: ConfigurationPlan
      do throws(ConfigurationFailure) { plan = try makePlan(folder) } catch {
        throw APIError(error)
      }
      try Self.check(want.caller, plan)
      try want.check(plan)
      do throws(ConfigurationFailure) {
        var outcome = ImportOutcome(
          parts: ConfigurationPart.allCases.filter(present.contains).map(\.rawValue),
          news: want.isDry ? plan.details : plan.lines, notes: plan.warnings,
          problems: plan.diagnostics.map { Problem($0) })
        guard !want.isDry, !plan.isEmpty else { return outcome }
        // Without a way back nothing is done.
        _ = try history.history.record(cause: .file, time: FolderHistory.now)
        outcome.notes += try folder.perform(plan)
        if let why = history.keep(nil, by: want.caller, .import) { outcome.notes.append(why) }
        outcome.isWritten = true
        return outcome
      } catch { throw APIError(error) }
    }
    let told = Deed.Outcome(news: outcome.news)
    guard outcome.isWritten else { return (Response(json: outcome), told) }
    let answer = await api.control.perform(ControlRequest(.reload), by: want.caller.words)
    outcome.notes += answer.shortfalls
    return (Response(json: outcome), .init(news: outcome.news + answer.shortfalls))
  }
}

/// What an import has done, or would do.
private struct ImportOutcome: Encodable, Sendable {
  /// The parts that the file has.
  var parts: [String]
  var news: [String]
  var notes: [String]
  var problems: [Problem]
  /// Whether something has been done.
  var isWritten = false

  private enum CodingKeys: CodingKey {
    case parts, news, notes, problems
  }
}

extension APIError {
  /// Why a configuration cannot be taken.
  init(_ failure: ConfigurationFailure) {
    self.init(
      .unprocessableContent, failure.description,
      problems: failure.diagnostics.isEmpty ? nil : failure.diagnostics.map { Problem($0) })
  }
}
