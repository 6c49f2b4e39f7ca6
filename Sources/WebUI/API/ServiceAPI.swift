import ConfigurationArchive
import Control
import FoundationEssentials
import Glibc
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings

/// `/api/v1/service…`: versions, restart, and what helps whoever helps.
struct ServiceAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("service") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .service)
      let answer = await api.control.perform(ControlRequest(.status), by: caller.name)
      guard let status = answer.status else { throw WebAPI.ending }
      let ext = try await api.app().ext
      return Response(json: try await api.blocking { ServiceJSON(status, ext: ext) })
    }
    group.post("service/restart") { _, context in
      try context.known().needs(.write, .service)
      api.environment.restart()
      return Response(json: Told(news: ["the gateway restarts"]), status: .accepted)
    }
    group.get("service/support") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .service)
      // It has everything in it but secrets.
      try caller.needs(.read, .configuration)
      try caller.needs(.read, .log)
      return try await support(caller)
    }
  }

  private func support(_ caller: Caller) async throws -> Response {
    let status = try await StatusAPI(api: api).status(for: caller)
    let app = try await api.freshApp()
    let log = api.environment.log
    let origin = api.environment.origin
    let bytes = try await api.blocking { () throws -> [UInt8] in
      let contents = try ConfigurationFolder(app.folder).contents()
      let backup = try JSONBackup.write(
        contents, origin: origin, hasSecrets: false, time: FolderHistory.now)
      let raw = LogSource.mbus(folder: app.ext).page(LogQuery(), count: Self.rawLines)
      let files: [(name: String, text: String)] = [
        ("configuration.json", backup),
        ("status.json", String(decoding: try JSONEncoder().encode(status), as: UTF8.self)),
        (
          "check.txt",
          api.environment.check(app).diagnostics.map(\.report).joined(separator: "\n")
        ),
        ("log.csv", LogAPI.table(log.entries.map { LogEntryJSON($0) })),
        ("mbus.csv", LogAPI.table(raw.entries.reversed())),
      ]
      return try SupportBundle.archive(files.map { ($0.name, Array($0.text.utf8)) })
    }
    return Response(file: bytes, type: "application/gzip", name: "support.tar.gz")
  }

  /// So many lines of the raw log are in a support bundle.
  private static let rawLines = 5000
}

/// What has been done, for people.
struct Told: Encodable {
  var news: [String]
}

/// What `GET /service` answers.
struct ServiceJSON: Encodable, Sendable {
  var version: String
  var os: String
  var hardware: String
  var uptime: Int64
  var licences: [Licences.Entry]
  /// Bytes.
  var freeLog: Int64?
  var freeFlash: Int64?
  var folder: String
  var ext: String

  /// It blocks.
  init(_ status: GatewayStatus, ext: String) {
    var system = utsname()
    uname(&system)
    version = status.version
    os = "\(Self.distribution() ?? "Linux"), kernel \(Self.text(&system.release))"
    hardware = Self.text(&system.machine)
    uptime = status.uptime
    licences = Licences.all
    folder = status.folder
    self.ext = ext
    freeLog = Self.free(ext)
    freeFlash = Self.free(status.folder)
  }

  private static func text<Buffer>(_ buffer: inout Buffer) -> String {
    withUnsafeBytes(of: &buffer) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// PRETTY_NAME of os-release(5).
  private static func distribution() -> String? {
    guard case .read(let bytes) = FileBytes.read("/etc/os-release", limit: 65_536) else {
      return nil
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix("PRETTY_NAME=") }.map {
      String($0.dropFirst("PRETTY_NAME=".count)).filter { $0 != "\"" }
    }
  }

  private static func free(_ path: String) -> Int64? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int64(
      clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        .partialValue)
  }
}
