import NIOSSL
import SwiftASN1

/// What a certificate says of its owner (RFC 5280, ch. 4.1), as far as the log and the roles need it.
public struct PeerCertificate: Equatable, Sendable {
  /// The extension with the role (Modbus/TCP Security Protocol Specification V36, ch. 8.4).
  public static let roleOID = "1.3.6.1.4.1.50316.802.1"

  /// What it says of roles.
  public enum Role: Equatable, Sendable {
    /// It names none.
    case none
    /// One text.
    case named(String)
    /// Something else than one UTF8String.
    case unclear
  }

  /// The owner's name, such as `CN=plc1, O=Plant`.
  public let subject: String
  /// The name of who issued it.
  public let issuer: String
  /// Both as they are encoded, to compare them.
  public let subjectName, issuerName: [UInt8]
  /// The owner's role.
  public let role: Role
  /// From when to when it is valid.
  public let notBefore, notAfter: CertificateTime
  /// Whether its owner may issue certificates: its basicConstraints say so (RFC 5280, ch. 4.2.1.9), or it is a root of
  /// version 1, which has none, and its keyUsage does not hinder that. It is what counts where certificates are verified.
  public let isAuthority: Bool
  /// Whether its key may sign certificates: its keyUsage says so, or there is none (RFC 5280, ch. 4.2.1.3).
  public let maySign: Bool
  /// Whether whoever trusts it may take it for its own issuer.
  public var vouchesForItself: Bool { subjectName == issuerName && maySign }
  /// How long its RSA key is, in bits; nil: it has another one.
  public let rsaBits: Int?

  /// nil when it cannot be read.
  public init?(_ certificate: NIOSSLCertificate) {
    let before = CertificateTime(unixSeconds: Int64(certificate.notValidBefore))
    let after = CertificateTime(unixSeconds: Int64(certificate.notValidAfter))
    guard let bytes = try? certificate.toDERBytes() else { return nil }
    self.init(der: bytes, notBefore: before, notAfter: after)
  }

  /// - Parameter der: the certificate.
  init?(der: [UInt8], notBefore: CertificateTime, notAfter: CertificateTime) {
    self.notBefore = notBefore
    self.notAfter = notAfter
    guard let certificate = try? DER.parse(der), let body = certificate.parts.first else {
      return nil
    }
    // Version (which may be left out), serial number, signature, issuer, validity, subject, key …
    let fields = body.parts.drop { $0.identifier == Self.tag(0) }
    guard let issuer = fields.dropFirst(2).first, let subject = fields.dropFirst(4).first else {
      return nil
    }
    self.issuer = Self.name(issuer)
    self.subject = Self.name(subject)
    issuerName = Array(issuer.encodedBytes)
    subjectName = Array(subject.encodedBytes)
    let list = body.parts.first { $0.identifier == Self.tag(3) }?.parts.first
    role = Self.role(in: list?.parts ?? [])
    maySign = Self.maySign(list?.parts ?? [])
    // Version 1 is the one that is left out (RFC 5280, ch. 4.1.2.1).
    let isRoot = fields.count == body.parts.count && subjectName == issuerName
    isAuthority = maySign && (isRoot || Self.isAuthority(list?.parts ?? []))
    rsaBits = fields.dropFirst(5).first.flatMap(Self.rsaBits)
  }

  /// Whether the time is between its beginning and its end.
  /// - Parameter time: seconds since 1970.
  public func isValid(at time: Int64) -> Bool {
    notBefore.unixSeconds <= time && time <= notAfter.unixSeconds
  }

  private static func tag(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }

  /// An extension is an identifier, a mark if it is critical, and its value in an octet string.
  private static func role(in extensions: [ASN1Node]) -> Role {
    let values = extensions.filter { $0.parts.first?.objectIdentifier == roleOID }
      .map { $0.parts.last }
    guard let value = values.first else { return .none }
    guard values.count == 1, let value, let text = try? DER.parse(value.bytes),
      text.identifier == .utf8String, let role = String(validating: text.bytes, as: UTF8.self)
    else { return .unclear }
    return .named(role)
  }

  /// A sequence of a mark, which is left out when it is false, and a number.
  private static func isAuthority(_ extensions: [ASN1Node]) -> Bool {
    let values = extensions.filter { $0.parts.first?.objectIdentifier == "2.5.29.19" }
    guard values.count == 1, let value = values.first?.parts.last,
      let mark = (try? DER.parse(value.bytes))?.parts.first
    else { return false }
    return (try? Bool(derEncoded: mark)) ?? false
  }

  /// A bit string, whose bit 5 is keyCertSign.
  private static func maySign(_ extensions: [ASN1Node]) -> Bool {
    let values = extensions.filter { $0.parts.first?.objectIdentifier == "2.5.29.15" }
    guard let value = values.first else { return true }
    guard values.count == 1, let text = value.parts.last, let node = try? DER.parse(text.bytes),
      let bits = try? ASN1BitString(derEncoded: node), let first = bits.bytes.first
    else { return false }
    return first & 0x04 != 0
  }

  /// The modulus of a key of the kind rsaEncryption (RFC 3279, ch. 2.3.1).
  private static func rsaBits(_ key: ASN1Node) -> Int? {
    guard key.parts.first?.parts.first?.objectIdentifier == "1.2.840.113549.1.1.1",
      let text = key.parts.last, let inner = try? ASN1BitString(derEncoded: text),
      let modulus = (try? DER.parse(inner.bytes))?.parts.first?.bytes
    else { return nil }
    let digits = modulus.drop { $0 == 0 }
    return digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
  }

  /// A sequence of sets of pairs of an identifier and a text.
  private static func name(_ node: ASN1Node) -> String {
    let parts = node.parts.flatMap(\.parts).compactMap { pair -> String? in
      guard let oid = pair.parts.first?.objectIdentifier, let value = pair.parts.dropFirst().first
      else { return nil }
      let text = LogText.plain(String(decoding: value.bytes, as: UTF8.self))
      return "\(shortNames[oid] ?? oid)=\(text)"
    }
    return parts.isEmpty
      ? "a certificate without a name" : String(parts.joined(separator: ", ").prefix(200))
  }

  /// RFC 4514, ch. 3
  private static let shortNames = [
    "2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O",
    "2.5.4.11": "OU",
  ]
}

/// Text from outside on its way to the log.
public enum LogText {
  static let limit = 100

  /// Without what would break the line, and not too long.
  public static func plain(_ text: some StringProtocol) -> String {
    let shown = text.unicodeScalars.prefix(limit).map { scalar -> Character in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: "�"
      default: Character(scalar)
      }
    }
    return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
  }
}

extension ASN1Node {
  /// The nodes within it; none when it holds a value.
  fileprivate var parts: [ASN1Node] {
    guard case .constructed(let nodes) = content else { return [] }
    return Array(nodes)
  }

  /// The value's bytes; none when it holds nodes.
  fileprivate var bytes: ArraySlice<UInt8> {
    guard case .primitive(let bytes) = content else { return [] }
    return bytes
  }

  /// The identifier that it holds, with dots.
  fileprivate var objectIdentifier: String? {
    (try? ASN1ObjectIdentifier(derEncoded: self)).map { "\($0)" }
  }
}
