import Control
import Hummingbird
import Logging
import Settings

/// Something that somebody does to the configuration by the API, as the log tells it: who, what, and what came of it,
/// in one line.
struct Deed: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    /// What changes, or would change, a line each.
    var news: [String]
    /// Why nothing was done, though it was no mistake of the request; nil: it was done.
    var refusal: String?
  }

  /// The most characters that are told of what changes.
  private static let longest = 500

  private let what: String
  private let caller: Caller
  private let logger: Logger
  private let isDry: Bool

  /// - Parameters:
  ///   - what: what is done, as `import of a configuration`.
  ///   - caller: who does it.
  ///   - logger: where it is told.
  ///   - isDry: it is only tried.
  init(_ what: String, by caller: Caller, _ logger: Logger, isDry: Bool = false) {
    self.what = what
    self.caller = caller
    self.logger = logger
    self.isDry = isDry
  }

  /// Does it, and has the log tell it.
  func done(_ work: () async throws -> (Response, Outcome)) async throws -> Response {
    do {
      let (response, outcome) = try await work()
      tell(outcome)
      return response
    } catch {
      tell(Outcome(news: [], refusal: (error as? APIError)?.words ?? "\(error)"))
      throw error
    }
  }

  private func tell(_ outcome: Outcome) {
    let tried = isDry ? ", tried without effect" : ""
    if let refusal = outcome.refusal {
      let words = refusal.excerpt(Self.longest)
      logger.notice("\(caller.words): \(what)\(isDry ? tried + "," : "") is refused: \(words)")
      return
    }
    let news = outcome.news.joined(separator: "; ").excerpt(Self.longest)
    let said = news.isEmpty ? "nothing \(isDry ? "would change" : "changes")" : news
    logger.log(level: isDry ? .info : .notice, "\(caller.words): \(what)\(tried): \(said)")
  }
}

extension APIError {
  /// What is wrong, with the first of its problems.
  fileprivate var words: String {
    let errors = (problems ?? []).filter { $0.severity == "error" }
    guard let first = errors.first else { return error }
    let place = [first.file, first.line.map(String.init), first.column.map(String.init)]
      .compactMap(\.self).joined(separator: ":")
    let more = errors.count > 1 ? ", and \(errors.count - 1) more" : ""
    return "\(error): \(place.isEmpty ? "" : place + ": ")\(first.message)\(more)"
  }
}

extension ControlAnswer {
  /// What did not come of it.
  var shortfalls: [String] { [error].compactMap(\.self) + (problems ?? []) }
}
