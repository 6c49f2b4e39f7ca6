import Settings
import Time
import Users

/// What the settings say of logging in.
public struct AccessSettings: Equatable, Sendable {
  /// What shorter times of WEBCOM_TIMEOUT count as. The manuals allow 1 ms, with which nobody could use the page to mend
  /// it; while its window can be seen, the page gives a sign of life in each third of the time.
  public static let shortestTimeout = Span.seconds(10)

  /// After how long without a sign of life a session ends (WEBCOM_TIMEOUT).
  public var timeout: Span
  /// What new passwords have to match (WEBCOM_PASSWORDPATTERN); nil: anything.
  public var pattern: PasswordPattern?
  /// The names by which the page may be called beside addresses and names without dots.
  public var hosts: Set<String>

  /// - Parameters:
  ///   - timeout: after how long without a sign of life a session ends.
  ///   - pattern: what new passwords have to match.
  ///   - hosts: the names by which the page may be called.
  public init(timeout: Span, pattern: PasswordPattern? = nil, hosts: Set<String> = []) {
    self.timeout = timeout
    self.pattern = pattern
    self.hosts = Set(hosts.map { $0.lowercased() })
  }

  /// From the settings in force. A pattern that is none has been told of by `check`, and asks nothing.
  public init(_ settings: Settings) {
    let text = settings.text(.webPasswordPattern)
    var pattern: PasswordPattern?
    if !text.isEmpty { pattern = try? PasswordPattern(text) }
    let names = [settings.text(.deviceName), settings.text(.webCommonName)]
    self.init(
      timeout: max(.milliseconds(Int64(settings.integer(.webTimeout))), Self.shortestTimeout),
      pattern: pattern,
      hosts: Set(names.filter { !$0.isEmpty }))
  }
}
