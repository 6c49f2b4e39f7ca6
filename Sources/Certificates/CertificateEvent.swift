/// What became of the files of a port with TLS.
public enum CertificateEvent: Equatable, Sendable {
  /// Certificates and key are in use from now on.
  case uses(subject: String, notAfter: CertificateTime)
  /// Something about the files that their owner should know.
  case warning(TLSFileFinding)
  /// The files cannot be used.
  case unusable(TLSFileFailure, isServing: Bool)

  /// Whether somebody has to do something.
  public var isWarning: Bool {
    if case .uses = self { false } else { true }
  }

  /// For the log.
  /// - Parameter service: what the port is for, such as `Modbus/TCP Security`.
  public func text(of service: String) -> String {
    switch self {
    case .uses(let subject, let time):
      "\(service) uses the certificate of \(subject), valid until \(time)"
    case .warning(let finding): "\(finding)"
    case .unusable(let failure, let isServing):
      "\(failure); "
        + (isServing
          ? "the certificates that were read before stay in force"
          : "\(service) is not served until that is mended and the files are read anew")
    }
  }
}
