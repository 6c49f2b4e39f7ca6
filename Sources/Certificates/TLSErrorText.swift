/// What an error of TLS means for people; the library tells it in its descriptions only.
public enum TLSErrorText {
  /// Why a client was refused.
  public static func reason(_ error: any Error) -> String {
    if isWithoutCertificate(error) { return "it has shown no certificate" }
    if isFlight(error) { return "it has gone during the handshake" }
    if isUnverified(error) {
      return "its certificate is none for clients of an authority that counts"
    }
    return "the handshake failed: \(summary(error))"
  }

  /// The client should have shown a certificate.
  public static func isWithoutCertificate(_ error: any Error) -> Bool {
    "\(error)".contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
  }

  /// Its certificate does not count.
  public static func isUnverified(_ error: any Error) -> Bool {
    "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
  }

  /// It has gone.
  public static func isFlight(_ error: any Error) -> Bool {
    let text = "\(error)"
    return text.contains("uncleanShutdown") || text.contains("EOF during handshake")
  }

  /// The part of BoringSSL's message that names the reason.
  public static func summary(_ error: any Error) -> String {
    let text = "\(error)"
    let reasons = text.split { $0 == ":" || $0 == " " || $0 == "[" || $0 == "]" || $0 == ")" }
      .filter { $0.count > 6 && $0.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber } }
      .filter { !$0.hasPrefix("OPENSSL") }
    return LogText.plain(reasons.first.map(String.init) ?? text)
  }
}
