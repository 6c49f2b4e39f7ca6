import Crypto
import SwiftASN1
import Time

/// A certificate that a server makes for itself (RFC 5280): browsers know it again, though no authority vouches for it.
public struct OwnCertificate: Sendable {
  /// What it says of its owner; what is empty is left out.
  public struct Subject: Hashable, Sendable {
    /// The name of the machine.
    public var commonName = ""
    /// Two letters.
    public var country = ""
    /// State or region.
    public var state = ""
    /// City.
    public var location = ""
    /// Organisation.
    public var organisation = ""
    /// Unit of the organisation.
    public var unit = ""

    /// Nothing.
    public init() {}
  }

  /// How long it is valid.
  public static let years: Int64 = 10

  /// A key on the curve P-256.
  public struct Key: Sendable {
    let secret: P256.Signing.PrivateKey

    /// A new one.
    public init() { secret = P256.Signing.PrivateKey() }

    /// From PEM; nil: it is no such key.
    public init?(pem: [UInt8]) {
      guard
        let secret = try? P256.Signing.PrivateKey(
          pemRepresentation: String(decoding: pem, as: UTF8.self))
      else { return nil }
      self.secret = secret
    }
  }

  /// In PEM.
  public let certificate: String
  /// Its key, in PEM.
  public let key: String
  /// When it ends.
  public let notAfter: CertificateTime

  /// Makes a certificate. Blocks for some milliseconds.
  /// - Parameters:
  ///   - names: the names by which clients reach the server.
  ///   - addresses: its IP addresses, as 4 or 16 bytes.
  ///   - key: its key.
  ///   - time: from when on it is valid, as Unix time: a day before that.
  public init(
    _ subject: Subject, names: [String], addresses: [[UInt8]], key wanted: Key = Key(),
    at time: Int64
  ) throws {
    let key = wanted.secret
    let end = CertificateTime(unixSeconds: time + Self.years * 365 * 86_400)
    var body = DER.Serializer()
    try body.appendConstructedNode(identifier: .sequence) { coder in
      try coder.appendConstructedNode(identifier: Self.tag(0)) { try $0.serialize(2) }
      try coder.serialize(Int64.random(in: 1...(.max)))
      try Self.algorithm(&coder)
      try Self.name(subject, &coder)
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        try Self.time(time - 86_400, &coder)
        try Self.time(end.unixSeconds, &coder)
      }
      try Self.name(subject, &coder)
      coder.serializeRawBytes(key.publicKey.derRepresentation)
      try Self.extensions(names, addresses, &coder)
    }
    let signature = try key.signature(for: body.serializedBytes).derRepresentation
    var whole = DER.Serializer()
    try whole.appendConstructedNode(identifier: .sequence) { coder in
      coder.serializeRawBytes(body.serializedBytes)
      try Self.algorithm(&coder)
      try coder.serialize(ASN1BitString(bytes: Array(signature)[...]))
    }
    certificate = PEMDocument(type: "CERTIFICATE", derBytes: whole.serializedBytes).pemString + "\n"
    self.key = key.pemRepresentation + "\n"
    notAfter = end
  }

  // MARK: -

  private static func tag(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }

  /// ecdsa-with-SHA256 (RFC 5758, ch. 3.2)
  private static func algorithm(_ coder: inout DER.Serializer) throws {
    try coder.appendConstructedNode(identifier: .sequence) {
      try $0.serialize(ASN1ObjectIdentifier(elements: [1, 2, 840, 10045, 4, 3, 2]))
    }
  }

  private static func name(_ subject: Subject, _ coder: inout DER.Serializer) throws {
    // The last number of the identifiers 2.5.4.x (RFC 5280, appendix A.1).
    let parts: [(UInt, String)] = [
      (6, subject.country), (8, subject.state), (7, subject.location), (10, subject.organisation),
      (11, subject.unit), (3, subject.commonName),
    ]
    try coder.appendConstructedNode(identifier: .sequence) { coder in
      for (number, text) in parts where !text.isEmpty {
        try coder.appendConstructedNode(identifier: .set) { coder in
          try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(ASN1ObjectIdentifier(elements: [2, 5, 4, number]))
            // A country is a PrintableString; the shortest limit of the others is 64 characters.
            if number == 6 {
              try coder.serialize(
                ASN1PrintableString(contentBytes: Array(text.uppercased().utf8)[...]))
            } else {
              try coder.serialize(ASN1UTF8String(contentBytes: Array(text.prefix(64).utf8)[...]))
            }
          }
        }
      }
    }
  }

  /// UTCTime until 2049, GeneralizedTime from then on (RFC 5280, ch. 4.1.2.5).
  private static func time(_ time: Int64, _ coder: inout DER.Serializer) throws {
    guard let civil = CivilTime(unixSeconds: time) else { throw ChronologyFailure() }
    if civil.year < 2050 {
      try coder.serialize(
        UTCTime(
          year: civil.year, month: civil.month, day: civil.day, hours: civil.hour,
          minutes: civil.minute, seconds: civil.second))
    } else {
      try coder.serialize(
        GeneralizedTime(
          year: civil.year, month: civil.month, day: civil.day, hours: civil.hour,
          minutes: civil.minute, seconds: civil.second, fractionalSeconds: 0))
    }
  }

  /// The clock shows a time for which there is no date.
  private struct ChronologyFailure: Error {}

  /// That it is no authority, is for signatures and servers, and the names and addresses for which it counts.
  private static func extensions(
    _ names: [String], _ addresses: [[UInt8]], _ coder: inout DER.Serializer
  ) throws {
    try coder.appendConstructedNode(identifier: tag(3)) { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        try add([2, 5, 29, 19], isCritical: true, &coder) {
          $0.appendConstructedNode(identifier: .sequence) { _ in }
        }
        try add([2, 5, 29, 15], isCritical: true, &coder) {
          try $0.serialize(ASN1BitString(bytes: [0x80], paddingBits: 7))
        }
        try add([2, 5, 29, 37], isCritical: false, &coder) { coder in
          try coder.appendConstructedNode(identifier: .sequence) {
            try $0.serialize(ASN1ObjectIdentifier(elements: [1, 3, 6, 1, 5, 5, 7, 3, 1]))
          }
        }
        try add([2, 5, 29, 17], isCritical: false, &coder) { coder in
          coder.appendConstructedNode(identifier: .sequence) { coder in
            for name in names {
              coder.appendPrimitiveNode(identifier: tag(2)) { $0 += Array(name.utf8) }
            }
            for address in addresses {
              coder.appendPrimitiveNode(identifier: tag(7)) { $0 += address }
            }
          }
        }
      }
    }
  }

  private static func add(
    _ identifier: [UInt], isCritical: Bool, _ coder: inout DER.Serializer,
    _ value: (inout DER.Serializer) throws -> Void
  ) throws {
    var inner = DER.Serializer()
    try value(&inner)
    try coder.appendConstructedNode(identifier: .sequence) { coder in
      try coder.serialize(ASN1ObjectIdentifier(elements: identifier))
      if isCritical { try coder.serialize(true) }
      try coder.serialize(ASN1OctetString(contentBytes: inner.serializedBytes[...]))
    }
  }
}
