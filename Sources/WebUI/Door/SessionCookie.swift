import HTTPTypes

/// The cookie that carries a session (RFC 6265). By HTTPS it has another name, which browsers take from nowhere else
/// (`__Host-`), and which is none by HTTP: a session that began securely stays so.
enum SessionCookie {
  private static func name(isSecure: Bool) -> String {
    isSecure ? "__Host-metergate-session" : "metergate-session"
  }

  /// The session of a request; nil: it shows none.
  static func session(in fields: HTTPFields, isSecure: Bool) -> String? {
    let wanted = name(isSecure: isSecure) + "="
    return fields[values: .cookie].lazy
      .flatMap { $0.split(separator: ";") }
      .map { $0.drop { $0 == " " } }
      .first { $0.hasPrefix(wanted) }
      .map { String($0.dropFirst(wanted.count)) }
  }

  /// What a response says for the browser to keep; nil: to forget it.
  static func field(_ session: String?, isSecure: Bool) -> String {
    var parts = [
      "\(name(isSecure: isSecure))=\(session ?? "")", "Path=/", "HttpOnly", "SameSite=Strict",
    ]
    if isSecure { parts.append("Secure") }
    if session == nil { parts.append("Max-Age=0") }
    return parts.joined(separator: "; ")
  }
}
