import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings
import TextFormats
import Time

/// `/api/v1/log` and `/api/v1/log.csv`: the gateway's own log, and the bytes of the M-Bus.
struct LogAPI: Sendable {
  /// The most lines of a table.
  static let longestTable = 50_000

  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("log") { request, context in
      try context.known().needs(.read, .log)
      return Response(json: try await page(request, count: LogQuery.page))
    }
    group.get("log.csv") { request, context in
      try context.known().needs(.read, .log)
      let page = try await page(request, count: Self.longestTable)
      let text = Self.table(page.entries)
      return Response(file: Array(text.utf8), type: "text/csv; charset=utf-8", name: "log.csv")
    }
  }

  private func page(_ request: Request, count: Int) async throws -> LogPage {
    let query = try Self.query(request)
    let source = try await source(request.uri.queryParameters["source"].map(String.init))
    return try await api.blocking { source.page(query, count: count) }
  }

  private func source(_ name: String?) async throws(APIError) -> LogSource {
    switch name {
    case nil, "application": return .application(api.environment.log)
    case "mbus": return .mbus(folder: try await api.app().ext)
    case let other?:
      throw APIError(
        .badRequest, "there is no log \(other.excerpt): there are application and mbus")
    }
  }

  static func query(_ request: Request) throws(APIError) -> LogQuery {
    let parameters = request.uri.queryParameters
    var query = LogQuery()
    func seconds(_ name: String) throws(APIError) -> Int64? {
      guard let text = parameters[name[...]], !text.isEmpty else { return nil }
      guard let number = Double(text), number.magnitude < 1e11,
        let milliseconds = Int64(exactly: (number * 1000).rounded())
      else { throw APIError(.badRequest, "\(name) is no Unix time in seconds") }
      return milliseconds
    }
    query.from = try seconds("from")
    query.to = try seconds("to")
    if let text = parameters["page"] {
      guard let page = Int(text), (0...100_000).contains(page) else {
        throw APIError(.badRequest, "page is no number from 0 to 100000")
      }
      query.page = page
    }
    if let filter = parameters["filter"], !filter.isEmpty {
      query.filter = try LogFilter(String(filter), isExpression: try request.flag("regex"))
    }
    return query
  }

  /// The lines as a table for spreadsheets, with times in UTC.
  static func table(_ entries: [LogEntryJSON]) -> String {
    let heads: [SeparatedText.Cell] = [
      "Time", "Level", "Event", "Direction", "Serial", "Text", "Bytes",
    ]
    .map { .text($0) }
    let rows = entries.map { entry -> [SeparatedText.Cell] in
      [
        .text(time(entry.time)), .text(entry.level ?? ""), .text(entry.code ?? ""),
        .text(entry.direction ?? ""), .text(entry.serial ?? ""), .words(entry.text),
        .text(entry.hex ?? ""),
      ]
    }
    return SeparatedText.semicolons([heads] + rows)
  }

  /// ISO 8601 with thousandths.
  private static func time(_ seconds: Double) -> String {
    guard let thousandths = Int64(exactly: (seconds * 1000).rounded()) else { return "" }
    let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
    return WallTime(unixSeconds: whole, milliseconds: UInt16(clamping: rest)).iso8601
  }
}
