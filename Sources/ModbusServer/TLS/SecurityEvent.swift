import Certificates

/// What Modbus/TCP Security has to tell, for the log; the description is the message.
public enum SecurityEvent: Equatable, Sendable, CustomStringConvertible {
  /// What became of its files.
  case certificates(CertificateEvent)
  /// A client has shown a certificate with a role that may read.
  case admitted(client: String, subject: String, role: String)
  /// A client was refused.
  case refused(client: String, subject: String?, Refusal)
  /// Others were refused, too, and not told of one by one.
  case moreRefused(Int)

  /// Why a client was refused.
  public enum Refusal: Equatable, Sendable, CustomStringConvertible {
    /// It has shown no certificate.
    case noCertificate
    /// Its certificate is not valid any more.
    case expired(CertificateTime)
    /// Its certificate is not valid yet, by the clock of this machine.
    case notYetValid(CertificateTime)
    /// Its certificate does not lead to one of the authorities, or is not meant for clients.
    case foreign(issuer: String)
    /// Its certificate names no role.
    case noRole
    /// What its certificate says of roles is not one text in UTF-8.
    case unclearRole
    /// Its role may not read.
    case role(String, allowed: [String])
    /// It did not end the handshake in time.
    case slow
    /// It has gone during the handshake.
    case left
    /// The authority that has issued its certificate is not valid any more.
    case authorityExpired(String, CertificateTime)
    /// Too many clients want a handshake at the same time.
    case tooMany
    /// The system gives no descriptor for another connection.
    case noDescriptors
    /// The handshake failed.
    case handshake(String)

    /// For people.
    public var description: String {
      switch self {
      case .noCertificate: "it has shown no certificate"
      case .expired(let time): "its certificate has expired on \(time)"
      case .notYetValid(let time):
        "its certificate is valid from \(time) on, by the clock of this gateway not yet"
      case .foreign(let issuer):
        "its certificate, issued by \(issuer), is none for clients of an authority in MODBUS_CA_FILE"
      case .noRole: "its certificate names no role (extension \(PeerCertificate.roleOID))"
      case .unclearRole:
        "what its certificate has as role (extension \(PeerCertificate.roleOID)) is not one UTF8String"
      case .role(let role, let allowed):
        "its role \(role) may not read; MODBUS_TLSROLES allows \(allowed.joined(separator: ","))"
      case .slow: "the handshake took too long"
      case .left: "it has gone during the handshake"
      case .authorityExpired(let issuer, let time):
        "its certificate is issued by \(issuer), whose own in MODBUS_CA_FILE has expired on \(time)"
      case .tooMany:
        "too many clients want a handshake at the same time, most of them from its address"
      case .noDescriptors:
        "the system gives no more file descriptors; raise LimitNOFILE of the service"
      case .handshake(let error): "the handshake failed: \(error)"
      }
    }
  }

  /// For people.
  public var description: String {
    switch self {
    case .certificates(let event): event.text(of: "\(ModbusTransport.tls)")
    case .admitted(let client, let subject, let role):
      "\(ModbusTransport.tls) client \(client) is \(subject), role \(role)"
    case .refused(let client, let subject, let reason):
      "\(ModbusTransport.tls) client \(client)\(subject.map { " (\($0))" } ?? "") refused: \(reason)"
    case .moreRefused(let count):
      "\(ModbusTransport.tls): \(count) more \(count == 1 ? "client was" : "clients were") refused"
    }
  }
}
