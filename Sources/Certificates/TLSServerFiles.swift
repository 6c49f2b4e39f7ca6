/// The files of a port that is secured by TLS, with the settings that name them.
public struct TLSServerFiles: Hashable, Sendable {
  /// A file, and what names it.
  public struct Entry: Hashable, Sendable {
    /// The setting, for messages.
    public var setting: String
    /// Where it is; empty: not set.
    public var path: String
    /// Whether messages name the path: whoever has just brought a file knows none.
    public var isNamed = true

    /// All parts.
    public init(_ setting: String, path: String) {
      self.setting = setting
      self.path = path
    }

    /// The path as messages have it; empty: they do not name it.
    var shownPath: String { isNamed ? path : "" }
  }

  /// What clients have to show.
  public enum Clients: Hashable, Sendable {
    /// Nothing; they are not asked.
    case anonymous
    /// A certificate of one of the authorities.
    case known
    /// The same if there is a file of authorities, otherwise nothing.
    case knownIfListed
  }

  /// The setting that asks for TLS, for messages.
  public var reason: String
  /// The certificate of this server and those that lead to its issuer, in PEM.
  public var certificate: Entry
  /// The key of that certificate, in PEM, not encrypted.
  public var key: Entry
  /// The certificates of those who may issue client certificates, in PEM; of no matter for anonymous clients.
  public var authorities: Entry
  /// What clients have to show.
  public var clients: Clients

  /// All parts.
  public init(
    reason: String, certificate: Entry, key: Entry, authorities: Entry, clients: Clients
  ) {
    self.reason = reason
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
    self.clients = clients
  }

  /// The same files for whoever brings them, to whom no message names a path.
  public var withoutPaths: Self {
    var files = self
    files.certificate.isNamed = false
    files.key.isNamed = false
    files.authorities.isNamed = false
    return files
  }

  /// What a server would say of the files if it read them now; it is the servers' own code that reads them.
  /// Blocks.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - planned: what files are to hold instead, by path; nil: they are to be removed.
  public func findings(now: Int64, planned: [String: [UInt8]?] = [:]) -> [TLSFileFinding] {
    ServerCertificates(self, planned: planned).findings(now: now)
  }
}
