import NIOSSL

extension OwnCertificate {
  /// So many seconds before its end a certificate is made anew: half a year, since devices may be off for long.
  public static let renewal: Int64 = 180 * 86_400

  /// Whether a file has one certificate that was made by this program for a key, and another one is due: it ends soon, or
  /// begins later than now, since the clock was wrong when it was made.
  /// - Parameters:
  ///   - pem: the file.
  ///   - key: its key.
  ///   - time: now, as Unix time.
  public static func isDue(_ pem: [UInt8], for key: Key, at time: Int64) -> Bool {
    guard let found = try? NIOSSLCertificate.fromPEMBytes(pem), found.count == 1,
      let certificate = found.first, let shown = PeerCertificate(certificate),
      isOwn(certificate, shown, key)
    else { return false }
    return !shown.isValid(at: time) || shown.notAfter.unixSeconds - time < renewal
  }

  /// It says who it is itself, is valid for exactly as long as those that are made here, and belongs to the key.
  private static func isOwn(
    _ certificate: NIOSSLCertificate, _ shown: PeerCertificate, _ key: Key
  ) -> Bool {
    let length = shown.notAfter.unixSeconds - shown.notBefore.unixSeconds
    guard shown.subjectName == shown.issuerName, length == (years * 365 + 1) * 86_400,
      let own = try? NIOSSLPublicKey.bytes(of: certificate)
    else { return false }
    return own == Array(key.secret.publicKey.derRepresentation)
  }
}

extension NIOSSLPublicKey {
  fileprivate static func bytes(of certificate: NIOSSLCertificate) throws -> [UInt8] {
    try certificate.extractPublicKey().toSPKIBytes()
  }
}
