import NIOSSL

/// The certificates and the key in force, as they were read.
public struct TLSCredentials: Sendable {
  /// What the files held, to tell whether they have changed.
  public let contents: [[UInt8]]
  /// What connections are made with. Sessions can be taken up again only with the context that they began
  /// with, so another file of authorities ends them.
  public let context: NIOSSLContext
  /// The server's own certificate.
  public let subject: String
  /// When it ends.
  public let notAfter: CertificateTime
  /// Those who issue client certificates; none when nobody is asked for one.
  public let authorities: [PeerCertificate]

  /// - Parameters: the files, and what they hold. Without authorities clients are not asked for certificates.
  init(
    _ authorities: (file: PEMFile, certificates: [NIOSSLCertificate])?,
    _ chain: (file: PEMFile, certificates: [NIOSSLCertificate]),
    _ key: (file: PEMFile, key: NIOSSLPrivateKey)
  ) throws(TLSFileFailure) {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.certificates.map { .certificate($0) },
      privateKey: .privateKey(key.key))
    if let authorities {
      configuration.trustRoots = .certificates(authorities.certificates)
      configuration.sendCANameList = true
      configuration.certificateVerification = .noHostnameVerification
    }
    configuration.minimumTLSVersion = .tlsv12
    configuration.renegotiationSupport = .none
    configuration.shutdownTimeout = .seconds(1)
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      let place = chain.file.shownPath.isEmpty ? "beside it" : "in \(chain.file.shownPath)"
      throw key.file.failure("is not the key of the first certificate \(place)")
    }
    guard let own = chain.certificates.first.flatMap(PeerCertificate.init) else {
      throw chain.file.failure("its first certificate cannot be read")
    }
    contents = [authorities?.file.bytes ?? [], chain.file.bytes, key.file.bytes]
    subject = own.subject
    notAfter = own.notAfter
    self.authorities = authorities?.certificates.compactMap(PeerCertificate.init) ?? []
  }

  /// When the issuer of a client's certificate has expired; nil: it has not, or is none of the file.
  /// - Parameter now: seconds since 1970.
  public func expiredIssuer(of client: PeerCertificate, now: Int64) -> CertificateTime? {
    let issuers = authorities.filter { $0.subjectName == client.issuerName }
    guard !issuers.contains(where: { $0.notAfter.unixSeconds >= now }) else { return nil }
    return issuers.map(\.notAfter).max()
  }
}
