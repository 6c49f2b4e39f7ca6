import HTTPTypes

/// Whether a request was made by our own page: browsers tell which page has made it (Fetch Metadata, and RFC 6454). Programs
/// tell nothing of it, and are believed, since they have no cookies of others.
enum SiteCheck {
  /// - Throws: 403 when another page has made it.
  static func check(_ request: HTTPRequest) throws(APIError) {
    if let site = request.headerFields[HTTPField.Name.fetchSite],
      !["same-origin", "none"].contains(site)
    {
      throw refusal
    }
    if let origin = request.headerFields[.origin] {
      let host = origin.lowercased().split(separator: "/", maxSplits: 2).last
      guard let host, let own = request.authority?.lowercased(), host == own else { throw refusal }
    }
  }

  private static let refusal = APIError(
    .forbidden, "another web page has made this request; only the page of the gateway itself may")
}

extension HTTPField.Name {
  static let fetchSite = Self("Sec-Fetch-Site") ?? .origin
  static let csrfToken = Self("X-CSRF-Token") ?? .origin
}
