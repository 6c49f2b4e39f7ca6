import Bytes
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logs
import MeterFiles
import NIOCore
import TelegramText
import TextFormats

/// `GET /api/v1/log` and `/api/v1/log.csv`: the tab Log (MUC500 manual 1.1, ch. 4.11).
struct LogAPI: Sendable {
  /// How long may be searched for what is shown, and for as much of a table.
  private static let (pageBudget, tableBudget) = (Duration.seconds(3), Duration.seconds(60))
  private static let last: Int64 = 253_402_300_799

  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("log") { request, context in
      let caller = try context.known()
      try caller.needs(.read, .log)
      let query = try Query(request)
      let number = Int(try query.whole("page", in: 0...1_000_000) ?? 0)
      let search = try await search(query)
      return Response(json: try await page(number, of: search, for: context.searcher(caller)))
    }
    group.get("log.csv") { request, context in
      let caller = try context.known()
      try caller.needs(.read, .log)
      let query = try Query(request)
      let client = context.searcher(caller)
      // Before anything is said: what is wrong has a status then.
      let first = try await api.environment.searches.find(
        LogBatch(LogSearch.page, of: try await search(query)), for: client, within: Self.tableBudget
      )
      return Response(
        status: .ok,
        headers: [
          .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
          .contentDisposition: "attachment; filename=\"log.csv\"",
        ], body: table(of: first, for: client))
    }
  }

  private func search(_ query: Query) async throws -> LogSearch {
    let filter = LogFilter(
      from: try query.whole("from", in: 0...Self.last),
      to: try query.whole("to", in: 0...Self.last),
      text: query.text("filter") ?? "", isExpression: try query.flag("regex"))
    let source: LogSearch.Source
    switch query.text("source") ?? "application" {
    case "application": source = .application(api.environment.log)
    case "mbus":
      source = .raw(RawLogFiles(folder: try await api.app().ext, limit: 0)) { hex in
        TelegramAnalysis.words((try? Hex.decode(hex)) ?? [])
      }
    case let other:
      throw APIError(.badRequest, "source=\(other) is not allowed: application or mbus")
    }
    do {
      return try await api.blocking { try LogSearch(source, filter) }
    } catch let mistake as LogFilter.Mistake {
      throw APIError(.unprocessableContent, mistake.description)
    }
  }

  private func page(
    _ number: Int, of search: LogSearch, for client: SearchDesk.Client
  ) async throws -> LogSearch.Page {
    let batch = try await api.environment.searches.find(
      LogBatch(pageNumber: number, of: search), for: client, within: Self.pageBudget)
    return batch.page(number)
  }

  /// All entries, a page at a time: nothing is collected in memory. However long the client takes for them, only the
  /// search for each page has its time; one that takes too long ends in the middle, and the connection with it, so that
  /// nobody takes it for whole.
  private func table(of first: LogBatch, for client: SearchDesk.Client) -> ResponseBody {
    ResponseBody { writer in
      try await writer.write(ByteBuffer(string: SeparatedText.semicolons([Self.heads])))
      var batch = first
      while true {
        let rows = SeparatedText.semicolons(batch.entries.map(Self.row))
        // The mark of the encoding stands at the beginning of the whole only.
        let text = String(String.UnicodeScalarView(rows.unicodeScalars.dropFirst()))
        try await writer.write(ByteBuffer(string: text))
        if batch.entries.count < LogSearch.page { break }
        batch = try await api.environment.searches.find(
          LogBatch(LogSearch.page, of: batch.search), for: client, within: Self.tableBudget,
          isPatient: true)
      }
      try await writer.finish(nil)
    }
  }

  private static let heads: [SeparatedText.Cell] = [
    "time (UTC)", "level", "code", "line", "direction", "serial", "text", "hex",
  ].map { .text($0) }

  private static func row(_ entry: LogEntry) -> [SeparatedText.Cell] {
    let texts = [entry.level, entry.code, entry.line, entry.direction]
    return [.text(entry.timeText)] + texts.map { .text($0 ?? "") }
      + [.words(entry.serial ?? ""), .text(entry.text), .text(entry.hex ?? "")]
  }
}

extension WebContext {
  /// Whom a search of logs is for.
  fileprivate func searcher(_ caller: Caller) -> SearchDesk.Client {
    SearchDesk.Client(name: caller.name, isThere: isConnected)
  }
}
