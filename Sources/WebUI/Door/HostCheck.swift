import HTTPTypes
import Settings

/// Whether a request is meant for this gateway: the page of a stranger can give its own name our address (DNS
/// rebinding), and then reads what we answer. Addresses, names without dots and names of the local network (RFC 6762)
/// cannot be given out by a stranger.
enum HostCheck {
  /// - Parameters:
  ///   - authority: the name and port that the request is for.
  ///   - names: by which the gateway is known, in lower case.
  /// - Throws: 400 without a name, 421 with one that is not ours.
  static func check(_ authority: String?, names: Set<String>) throws(APIError) {
    guard let host = authority.flatMap({ name(in: $0) }), !host.isEmpty else {
      throw APIError(.badRequest, "the request does not say which host it is for")
    }
    let isLocal = !host.contains(".") || host.hasSuffix(".local") || host.hasSuffix(".localhost")
    guard isLocal || IPAddress.isValid(host) || names.contains(host) else {
      throw APIError(
        .misdirectedRequest,
        "this gateway does not know the name \(host.excerpt) as its own: call it by its address, or set "
          + "CERT_COMMON_NAME of the group [WEB] to this name")
    }
  }

  /// The host of `host:port` or `[::1]:port` in lower case; nil: it has no such form.
  static func name(in authority: String) -> String? {
    let text = authority.lowercased()
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let address = String(text[text.index(after: text.startIndex)..<end])
      return IPAddress.isValid(address) && address.contains(":") ? address : nil
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2,
      host.utf8.allSatisfy({
        $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@")
      })
    else { return nil }
    // A name may end with the dot of the root.
    return host.hasSuffix(".") ? String(host.dropLast()) : String(host)
  }
}
