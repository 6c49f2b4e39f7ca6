import Glibc
import NIOSSL

/// The files of a port with TLS as they were read, each for itself, so that everything that is wrong can be told
/// at once.
public struct ServerCertificates: Sendable {
  /// Certificates that end within so many seconds are told of: 30 days.
  static let noticeTime: Int64 = 30 * 86_400
  /// The shortest RSA key that browsers take (CA/Browser Forum, Baseline Requirements 2.0, ch. 6.1.5).
  static let leastRSABits = 2048

  /// nil: clients are not asked for certificates.
  private let authorities: Result<(PEMFile, [NIOSSLCertificate]), TLSFileFailure>?
  private let certificate: Result<(PEMFile, [NIOSSLCertificate]), TLSFileFailure>
  private let key: Result<(PEMFile, NIOSSLPrivateKey), TLSFileFailure>
  /// All of them together.
  public let credentials: Result<TLSCredentials, TLSFileFailure>

  /// Reads the files. Blocks.
  /// - Parameter planned: what files are to hold instead, by path; nil: they are to be removed.
  public init(_ files: TLSServerFiles, planned: [String: [UInt8]?] = [:]) {
    let read = { (entry: TLSServerFiles.Entry) in
      Result { () throws(TLSFileFailure) in
        let file = try PEMFile(entry, for: files.reason, planned)
        return (file, try file.certificates())
      }
    }
    let authorities = files.asksClients(planned) ? read(files.authorities) : nil
    let certificate = read(files.certificate)
    let key = Result { () throws(TLSFileFailure) in
      let file = try PEMFile(files.key, for: files.reason, planned)
      return (file, try file.privateKey())
    }
    (self.authorities, self.certificate, self.key) = (authorities, certificate, key)
    credentials = Result { () throws(TLSFileFailure) in
      try TLSCredentials(authorities?.get(), certificate.get(), key.get())
    }
  }

  /// What there is to say of them.
  /// - Parameter now: seconds since 1970.
  public func findings(now: Int64) -> [TLSFileFinding] {
    var failures = [authorities?.failure, certificate.failure, key.failure].compactMap { $0 }
    if failures.isEmpty, let failure = credentials.failure { failures = [failure] }
    let found = failures.map { TLSFileFinding(.unusable, $0.setting, "\($0)") }
    return found + authorityFindings(now) + strangerFindings() + certificateFindings(now)
      + shortKeyFindings() + keyFindings()
  }

  // MARK: -

  private func authorityFindings(_ now: Int64) -> [TLSFileFinding] {
    guard let (file, certificates) = try? authorities?.get() else { return [] }
    let all = certificates.compactMap(PeerCertificate.init)
    let isUseless = all.allSatisfy { !$0.isValid(at: now) }
    return all.compactMap { authority in
      guard let trouble = Trouble(authority, now) else { return nil }
      let subject = "\(file.words): the certificate of \(authority.subject)"
      let outcome =
        switch trouble {
        case .soon: "clients of this authority are refused from then on"
        case .expired, .early: "clients of this authority are refused"
        }
      return TLSFileFinding(
        trouble.isNow && isUseless ? .useless : .notice, file.setting,
        "\(subject) \(trouble); \(outcome)")
    }
  }

  /// Certificates among the authorities that are of none (RFC 5280, ch. 4.2.1.3 and 4.2.1.9).
  private func strangerFindings() -> [TLSFileFinding] {
    guard let (file, certificates) = try? authorities?.get() else { return [] }
    let all = certificates.compactMap(PeerCertificate.init)
    // A client that shows the very certificate of the file is let in, if that one vouches for itself.
    let isUseless = all.allSatisfy { !$0.isAuthority && !$0.vouchesForItself }
    return all.filter { !$0.isAuthority }.map { stranger in
      let why =
        stranger.maySign
        ? "its basicConstraints do not say CA:TRUE" : "its keyUsage does not say keyCertSign"
      return TLSFileFinding(
        isUseless ? .useless : .improper, file.setting,
        "\(file.words): the certificate of \(stranger.subject) is that of no authority, since \(why); it vouches for no "
          + "certificates of clients")
    }
  }

  private func shortKeyFindings() -> [TLSFileFinding] {
    guard let (file, certificates) = try? certificate.get() else { return [] }
    return certificates.compactMap(PeerCertificate.init).compactMap { shown in
      guard let bits = shown.rsaBits, bits < Self.leastRSABits else { return nil }
      return TLSFileFinding(
        .improper, file.setting,
        "\(file.words): the certificate of \(shown.subject) has an RSA key of \(bits) bits; today's clients refuse "
          + "those of fewer than \(Self.leastRSABits)")
    }
  }

  private func certificateFindings(_ now: Int64) -> [TLSFileFinding] {
    guard let (file, certificates) = try? certificate.get() else { return [] }
    return certificates.compactMap(PeerCertificate.init).enumerated().compactMap { index, shown in
      guard let trouble = Trouble(shown, now) else { return nil }
      let subject = file.words
      // Those behind the first lead to its issuer.
      let which = index == 0 ? "" : ": the certificate of \(shown.subject) in it"
      let outcome = trouble.isNow ? "clients will refuse it" : "clients will refuse it then"
      return TLSFileFinding(
        trouble.isNow ? .useless : .notice, file.setting,
        "\(subject)\(which) \(trouble); \(outcome)")
    }
  }

  private func keyFindings() -> [TLSFileFinding] {
    guard let (file, _) = try? key.get(), file.isReadableByOthers else { return [] }
    return [
      TLSFileFinding(
        .notice, file.setting,
        "\(file.words) can be read by every user of this machine (chmod 600 "
          + "mends it)")
    ]
  }

  /// What the dates of a certificate mean today.
  private enum Trouble: CustomStringConvertible {
    case expired(CertificateTime)
    case early(CertificateTime)
    case soon(CertificateTime)

    /// nil: none.
    init?(_ certificate: PeerCertificate, _ now: Int64) {
      let end = certificate.notAfter
      if end.unixSeconds < now {
        self = .expired(end)
      } else if certificate.notBefore.unixSeconds > now {
        self = .early(certificate.notBefore)
      } else if end.unixSeconds.subtractingReportingOverflow(now).partialValue < noticeTime {
        self = .soon(end)
      } else {
        return nil
      }
    }

    /// Whether it is not valid now.
    var isNow: Bool {
      if case .soon = self { false } else { true }
    }

    var description: String {
      switch self {
      case .expired(let time): "has expired on \(time)"
      case .early(let time): "is valid from \(time) on, by the clock of this gateway not yet"
      case .soon(let time): "expires on \(time)"
      }
    }
  }
}

extension TLSServerFiles {
  /// Whether clients have to show a certificate. Blocks.
  fileprivate func asksClients(_ planned: [String: [UInt8]?]) -> Bool {
    switch clients {
    case .anonymous: false
    case .known: true
    case .knownIfListed:
      planned[authorities.path].map { $0 != nil } ?? (access(authorities.path, F_OK) == 0)
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
