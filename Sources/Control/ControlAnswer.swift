import FoundationEssentials
import Station

/// What has become of a request: one JSON object a line. What does not apply is left out.
public struct ControlAnswer: Codable, Hashable, Sendable {
  /// An entry that lies elsewhere than before.
  public struct Change: Codable, Hashable, Sendable {
    /// How people recognise it.
    public var entry: String
    /// The register, with multi slave also the unit id, where it lay; left out: nowhere.
    public var before: String?
    /// Where it lies.
    public var now: String?
  }

  /// The version of this form.
  public var schema = ControlRequest.schema
  /// Why nothing was done.
  public var error: String?
  /// Nothing was done since a file was changed on the disk meanwhile, or the list is another one; left out: neither is so.
  public var isConflict: Bool?
  /// What lies elsewhere than before.
  public var changes: [Change]?
  /// What else has happened.
  public var news: [String]?
  /// What could not be done.
  public var problems: [String]?
  /// What is good to know.
  public var notes: [String]?
  /// The file that says it, too; left out: nothing had to be saved, or it could not be.
  public var saved: String?
  /// Why the file does not say it.
  public var notSaved: String?
  /// The meters that are read now, by their names in commands; left out: it was not about readouts.
  public var meters: [String]?
  /// The bytes that came, in hexadecimal; left out where no bytes were sent.
  public var received: String?
  /// What the gateway does.
  public var status: GatewayStatus?
  /// The settings that are in force.
  public var settings: [SettingInForce]?

  /// Nothing has been done.
  public init() {}

  /// - Parameter error: why nothing was done.
  public init(error: String) { self.error = error }

  /// - Parameter conflict: why nothing was done: what is another one by now than whoever asks has seen.
  package init(conflict: String) { (error, isConflict) = (conflict, true) }

  /// What has become of a command for the list.
  package init(_ outcome: ListOutcome) {
    changes = outcome.changes.map {
      Change(entry: $0.entry, before: $0.before?.description, now: $0.now?.description)
    }
    news = outcome.news
    problems = outcome.problems
    notes = outcome.notes
  }

  /// Reads a line; nil: it is no answer.
  package init?(line: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(ControlAnswer.self, from: Data(line)) else {
      return nil
    }
    self = answer
  }

  /// The answer as it goes over the control socket, without the end of the line.
  public var json: String { String(decoding: ControlLine.encode(self).dropLast(), as: UTF8.self) }

  /// True when everything that was wanted has been done.
  public var isSuccess: Bool { error == nil && (problems ?? []).isEmpty && notSaved == nil }

  /// What has come of it, for the log, in one line.
  package var words: String {
    if let error { return "refused: \(error)" }
    let said = lines + (problems ?? []) + [notSaved].compactMap(\.self)
    return said.isEmpty ? "done" : said.joined(separator: "; ")
  }

  /// What has been done, for people, one line each.
  public var lines: [String] {
    guard error == nil else { return [] }
    let moved = (changes ?? []).map { change in
      let place = change.now.map { Self.place($0) } ?? "no register any more"
      return "\(change.entry): \(place)" + (change.before.map { " (was \($0))" } ?? "")
    }
    let done = moved + (news ?? [])
    let nothing = done.isEmpty && changes != nil ? ["nothing to change"] : []
    return nothing + done + (saved.map { ["\($0) is saved"] } ?? [])
  }

  /// What people should know, one line each; for standard error.
  public var complaints: [String] {
    ([error].compactMap { $0 }) + (problems ?? []) + (notes ?? [])
      + [notSaved].compactMap { $0 }
  }

  private static func place(_ address: String) -> String {
    address.hasPrefix("unit") ? address : "register \(address)"
  }
}
