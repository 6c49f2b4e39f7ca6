import Glibc
import Settings
import Time

/// What somebody wants to see of a log: which lines, and which page of them.
struct LogQuery: Sendable {
  /// So many lines a page (MUC500 manual 1.1, ch. 4.11).
  static let page = 500
  /// The longest filter, in bytes.
  static let longestFilter = 200
  /// The shortcut of the manuals: only what is about this meter.
  static let serialMark = "serial="

  /// Unix time in milliseconds; nil: from the beginning.
  var from: Int64?
  /// Up to this time; nil: to the end.
  var to: Int64?
  /// What the text has to have; nil: anything.
  var filter: LogFilter?
  /// From 0, the newest lines.
  var page = 0

  /// Whether a line is wanted.
  func passes(time: Int64, text: String) -> Bool {
    if let from, time < from { return false }
    if let to, time > to { return false }
    return filter?.passes(text) ?? true
  }
}

/// What the text of a line has to have.
struct LogFilter: Sendable {
  private enum Kind: Sendable {
    case text(String)
    case expression(LogExpression)
  }

  private let kind: Kind
  /// The meter that it has to be about; nil: any.
  let serial: String?

  /// - Parameters:
  ///   - text: what is looked for, whatever its case; `serial=12345678` in it is a meter.
  ///   - isExpression: it is a regular expression.
  /// - Throws: what is wrong with it.
  init(_ text: String, isExpression: Bool) throws(APIError) {
    guard text.utf8.count <= LogQuery.longestFilter, !text.utf8.contains(0) else {
      throw APIError(.badRequest, "a filter has at most \(LogQuery.longestFilter) bytes")
    }
    var words = text.split(separator: " ").map(String.init)
    let mark = words.firstIndex { $0.hasPrefix(LogQuery.serialMark) }
    serial = mark.map { words.remove(at: $0).dropFirst(LogQuery.serialMark.count).uppercased() }
    let rest = mark == nil ? text : words.joined(separator: " ")
    if isExpression {
      kind = .expression(try LogExpression(rest))
    } else {
      kind = .text(rest.lowercased())
    }
  }

  /// Whether a line has it.
  func passes(_ text: String) -> Bool {
    if let serial, !text.uppercased().contains(serial) { return false }
    switch kind {
    case .text(let wanted): return wanted.isEmpty || text.lowercased().contains(wanted)
    case .expression(let expression): return expression.matches(text)
    }
  }
}

/// A regular expression of POSIX (extended, whatever the case). glibc takes exponential time and memory for references,
/// counts, and many + within each other, each of which doubles what it stands behind; these are not taken, and lines are
/// cut to a length.
final class LogExpression: @unchecked Sendable {
  // regexec does not change what regcomp has made (POSIX), and nothing else touches it.
  private var compiled = regex_t()
  /// So many characters of a line are looked at.
  private static let longestText = 2000

  /// - Throws: 400 with what is wrong with it.
  init(_ text: String) throws(APIError) {
    if let why = Self.danger(text) {
      throw APIError(.badRequest, "the regular expression is not taken: \(why)")
    }
    let code = regcomp(&compiled, text, REG_EXTENDED | REG_ICASE | REG_NOSUB)
    guard code == 0 else {
      var buffer = [CChar](repeating: 0, count: 200)
      regerror(code, &compiled, &buffer, buffer.count)
      let why = String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      // What regcomp could not make must not be freed.
      compiled = regex_t()
      throw APIError(.badRequest, "the regular expression cannot be read: \(why)")
    }
  }

  deinit { regfree(&compiled) }

  /// Whether a text has it.
  func matches(_ text: String) -> Bool {
    regexec(&compiled, String(text.prefix(Self.longestText)), 0, nil, 0) == 0
  }

  /// So many + make it at most a thousand times as large.
  private static let mostPluses = 10

  /// Why it could take too long; nil: it cannot.
  private static func danger(_ text: String) -> String? {
    var isEscaped = false
    guard text.count(where: { $0 == "+" }) <= mostPluses else {
      return "at most \(mostPluses) + are allowed"
    }
    for character in text {
      if isEscaped, character.isNumber { return "references such as \\1 are not allowed" }
      if !isEscaped, character == "{" { return "counts in braces are not allowed" }
      isEscaped = !isEscaped && character == "\\"
    }
    return nil
  }
}
