/// E-mail addresses in chip.ini.
enum MailAddress {
  /// The form, to follow "allowed: ".
  static let allowed =
    "an e-mail address such as reports@example.org, or several with commas between them"

  /// True for one address or several with commas between them, each also as `Name <address>`.
  static func isList(_ text: String) -> Bool {
    text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
      isAddress(SettingType.trimmed(part))
    }
  }

  /// Something, @ and a host: what stands before @ is for the server to judge.
  private static func isAddress(_ text: String) -> Bool {
    var address = text[...]
    if text.hasSuffix(">"), let start = text.lastIndex(of: "<") {
      address = text[start...].dropFirst().dropLast()
    }
    guard let at = address.lastIndex(of: "@"), at > address.startIndex else { return false }
    let isPlain = !address[..<at].contains { $0 == " " || $0 == "<" || $0 == ">" || $0 == "@" }
    return isPlain && NetworkName.isHost(address[at...].dropFirst())
  }
}
