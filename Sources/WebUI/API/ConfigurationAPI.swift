import ConfigurationArchive
import Control
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Time

/// `/api/v1/config/export` and `/api/v1/config/import`: the configuration as one file, out and in (MUC500 manual 1.1,
/// ch. 4.12). There are passwords in it, so that both need the right to write.
struct ConfigurationAPI: Sendable {
  /// The most bytes of what is imported.
  static let longestImport = 64 << 20

  let api: WebAPI
  /// An import holds the whole archive in memory: one after the other.
  private let isImporting = Gate()

  init(api: WebAPI) { self.api = api }

  /// Lets one in at a time.
  private final class Gate: Sendable {
    private let isTaken = Mutex(false)

    func enter() -> Bool {
      isTaken.withLock { taken in
        defer { taken = true }
        return !taken
      }
    }

    func leave() { isTaken.withLock { $0 = false } }
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("config/export") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      let parts = try Self.parts(Query(request, ["parts"])) ?? ConfigurationPart.all
      try Self.check(caller, parts)
      return try await export(parts, caller)
    }
    group.post("config/import") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      let query = try Query(request, ["parts", "dryRun"])
      let (parts, isDry) = (try Self.parts(query), try query.flag("dryRun"))
      guard isImporting.enter() else {
        throw APIError(
          .serviceUnavailable, "another import is under way; try again when it is done")
      }
      defer { isImporting.leave() }
      let body = try await request.bytes(upTo: Self.longestImport)
      return Response(json: try await take(Array(body.readableBytesView), parts, isDry, caller))
    }
  }

  /// The parts that are named; nil: none are.
  private static func parts(_ query: Query) throws(APIError) -> Set<ConfigurationPart>? {
    guard let text = query.text("parts") else { return nil }
    return Set(
      try text.split(separator: ",", omittingEmptySubsequences: false).map {
        word throws(APIError) in
        guard let part = ConfigurationPart(rawValue: String(word)) else {
          let allowed = ConfigurationPart.allCases.map(\.rawValue).joined(separator: ", ")
          throw APIError(
            .badRequest,
            "parts=\(text) is not allowed: some of \(allowed), with commas between them")
        }
        return part
      })
  }

  /// Whoever brings users in could make an administrator, and whoever gets them has their hashes.
  static func check(_ caller: Caller, _ parts: Set<ConfigurationPart>) throws(APIError) {
    guard parts.contains(.users), caller.right(.user) < .write else { return }
    throw APIError(
      .forbidden,
      "\(caller.name) may not change what is on the tab User: leave out the part users")
  }

  private func export(
    _ parts: Set<ConfigurationPart>, _ caller: Caller
  ) async throws -> Response {
    let app = try await api.app()
    // What it has found and learned is in the files by then.
    _ = await api.control.perform(ControlRequest(.save), by: caller.name)
    let origin = api.environment.origin
    let bytes = try await Self.told(by: api) {
      let contents = try ConfigurationFolder(app.folder).contents().limited(to: parts)
      return try ArchiveFile.write(
        contents, origin: origin, cause: .export, user: caller.name, time: FolderHistory.now)
    }
    let name = FileName.dated(app.settings.text(.deviceName), at: FolderHistory.now)
    return Response(file: bytes, type: "application/gzip", name: "\(name).tar.gz")
  }

  /// What has become of an import, or would.
  struct Outcome: Encodable, Sendable {
    /// What is another way now.
    var news: [String]
    /// What people should know.
    var notes: [String]
    /// What is wrong in the files, as far as it is no reason to refuse them.
    var problems: [Problem]
  }

  private func take(
    _ bytes: [UInt8], _ parts: Set<ConfigurationPart>?, _ isDry: Bool, _ caller: Caller
  ) async throws -> Outcome {
    let contents = try await Self.told(by: api) {
      try ConfigurationContents.read(bytes, file: "the file")
    }
    try Self.check(caller, parts ?? contents.parts)
    let app = try await api.app()
    _ = await api.control.perform(ControlRequest(.save), by: caller.name)
    let (origin, check) = (api.environment.origin, api.environment.check)
    let (plan, said) = try await Self.told(by: api) {
      let change = ConfigurationChange(folder: app.folder, origin: origin)
      let plan = try change.folder.plan(for: contents, parts: parts, check: check)
      guard !isDry, !plan.isEmpty else { return (plan, [String]()) }
      return (
        plan,
        try change.carryOut(plan, as: .import, by: caller.name, at: { FolderHistory.now })
      )
    }
    var outcome = Outcome(
      news: isDry ? plan.details : plan.lines, notes: plan.warnings + said,
      problems: plan.diagnostics.map { Problem($0) })
    guard !isDry, !plan.isEmpty else { return outcome }
    let answer = await api.control.perform(ControlRequest(.reload), by: caller.name)
    outcome.news += answer.lines
    outcome.notes += answer.complaints
    return outcome
  }

  /// Does something with files.
  /// - Throws: 422 with what is wrong in them.
  static func told<Result: Sendable>(
    by api: WebAPI, _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    do {
      return try await api.blocking(work)
    } catch let failure as ConfigurationFailure {
      let problems = failure.diagnostics.map { Problem($0) }
      throw APIError(
        .unprocessableContent, failure.description, problems: problems.isEmpty ? nil : problems)
    }
  }
}

/// Names of files that are sent to a browser.
enum FileName {
  /// `boiler-house-3-2026-11-22`: of what may be in any name of a file only.
  static func dated(_ name: String, at time: WallTime) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let date = CivilTime(unixSeconds: time.unixSeconds).map { "\($0.iso8601.prefix(10))" }
    return ((words.isEmpty ? ["metergate"] : words.map(String.init)) + [date].compactMap(\.self))
      .joined(separator: "-")
  }
}
