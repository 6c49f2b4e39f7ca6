/// How machines in the network are named in chip.ini.
enum NetworkName {
  /// The forms of a host, to follow "allowed: ".
  static let allowedHost = "an IP address, or a name such as time.example.org"

  /// The forms of a server.
  static let allowedServer =
    "an IP address or a name such as meters.example.org, also with the protocol in front "
    + "(https://…, sftp://…, mqtt://…)"

  /// The longest name, and the longest of the parts between its dots (RFC 1123, ch. 2.1).
  private static let longest = (name: 253, part: 63)

  /// True for an IP address, or a host name (RFC 1123, ch. 2.1), also with underscores. A name whose last
  /// part is a number is a mistyped address.
  static func isHost(_ text: some StringProtocol) -> Bool {
    if IPAddress.isValid(String(text)) { return true }
    var name = Substring(text)
    if name.hasSuffix(".") { name.removeLast() }
    guard name.utf8.count <= longest.name else { return false }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(\.utf8)
    guard let last = parts.last, !last.allSatisfy(\.isDigit) else { return false }
    return parts.allSatisfy { part in
      (1...longest.part).contains(part.count) && part.first != 0x2D && part.last != 0x2D
        && part.allSatisfy { $0.isDigit || $0.isLetter || $0 == 0x2D || $0 == 0x5F }
    }
  }

  /// True for a host, with `protocol://` in front or not, and port and path behind it or not.
  static func isServer(_ text: String) -> Bool {
    var rest = text[...]
    if let end = rest.firstIndex(of: ":"), rest[end...].hasPrefix("://") {
      let scheme = rest[..<end].utf8
      guard scheme.first?.isLetter == true, scheme.allSatisfy({ $0.isLetter || $0.isDigit })
      else { return false }
      rest = rest[end...].dropFirst(3)
    }
    let path = rest.drop { $0 != "/" }
    // http//… lacks its colon.
    guard !path.contains(" "), !path.hasPrefix("//") else { return false }
    return isAuthority(rest.prefix { $0 != "/" })
  }

  /// True for a host with a port behind it, or without; an IPv6 address then stands in brackets.
  private static func isAuthority(_ text: Substring) -> Bool {
    if isHost(text) { return true }
    let end = text.lastIndex(of: ":") ?? text.endIndex
    let hasPort = end < text.endIndex && !text.hasSuffix("]")
    let host = hasPort ? text[..<end] : text
    if hasPort {
      let digits = text[end...].dropFirst()
      guard digits.utf8.allSatisfy(\.isDigit), let port = Int(digits), (1...65535).contains(port)
      else { return false }
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      return host.contains(":") && IPAddress.isValid(String(host.dropFirst().dropLast()))
    }
    return !host.contains(":") && isHost(host)
  }
}
