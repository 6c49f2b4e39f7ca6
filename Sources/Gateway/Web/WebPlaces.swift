/// Where the web page is served.
public struct WebPlaces: Hashable, Sendable {
  /// A way to it.
  public enum Way: String, CaseIterable, Sendable {
    /// Without TLS.
    case http
    /// With TLS.
    case https
  }

  private var places: [Way: String] = [:]

  /// Nowhere.
  public init() {}

  /// As a URL such as `http://127.0.0.1:8080`; nil: it is off or cannot be had yet.
  public subscript(way: Way) -> String? {
    get { places[way] }
    set { places[way] = newValue }
  }

  /// As `metergate run` prints it: `web=http://127.0.0.1:8080 web-tls=https://127.0.0.1:8443`.
  var words: [String] {
    [self[.http].map { "web=\($0)" }, self[.https].map { "web-tls=\($0)" }].compactMap { $0 }
  }
}
