import Bytes
import Metering

/// What stands before the records of an answer (EN 13757-3, ch. 5).
public struct ResponseHeader: Hashable, Sendable {
  /// Who answers, as sent; nil for headers that do not say (CI 78 and 7A).
  public var identity: MeterIdentity?
  /// Counts the answers of the meter.
  public var access: UInt8
  /// The meter's status as sent.
  public var status: UInt8
  /// The signature or configuration field: 0 where nothing is encrypted.
  public var signature: UInt16
  /// The header is that of the fixed data structure (CI 73), in which medium and status are coded in a
  /// way of their own.
  public var isFixed: Bool

  /// All parts of a header.
  public init(
    identity: MeterIdentity?, access: UInt8 = 0, status: UInt8 = 0, signature: UInt16 = 0,
    isFixed: Bool = false
  ) {
    self.identity = identity
    self.access = access
    self.status = status
    self.signature = signature
    self.isFixed = isFixed
  }

  /// Who answers, with the medium as the MUC500 manual 1.1, table 27 numbers it, whatever data
  /// structure the meter uses.
  public var meterIdentity: MeterIdentity? {
    guard isFixed, var identity else { return identity }
    identity.medium = identity.medium.map(FixedDataStructure.medium)
    return identity
  }

  /// The meter's errors; 0 means none. What else the fixed data structure says in its status is left
  /// out.
  public var meterStatus: UInt8 { isFixed ? FixedDataStructure.errors(status) : status }

  /// The security mode that the configuration field names (EN 13757-7, ch. 7.5.2): 0 for none. Old
  /// wired meters put other things here.
  public var securityMode: UInt8 { UInt8(signature >> 8 & 0x1F) }

  /// How many blocks of 16 bytes are encrypted, as modes 5 and 7 announce it; nil in other modes.
  public var encryptedBlocks: Int? {
    [SecurityMode.five, SecurityMode.seven].contains(securityMode)
      ? SecurityMode.blocks(signature) : nil
  }

  /// What the configuration field says of encryption, for people.
  public var securityWords: String {
    guard signature != 0 else { return "not encrypted" }
    let mode = securityMode == 0 ? "mode 0" : "security mode \(securityMode)"
    guard let blocks = encryptedBlocks else { return mode }
    let of = "of \(SecurityMode.block) bytes encrypted"
    return mode + (blocks == 1 ? ", 1 block \(of)" : ", \(blocks) blocks \(of)")
  }

  /// Bytes of the long header.
  static let longLength = 12
  /// Bytes of the short header, with which the long one ends.
  static let shortLength = 4

  /// Reads the long header: of CI 72 with the least, of CI 76 with the most significant byte first.
  static func long(_ cursor: inout ByteCursor, isBigEndian: Bool) throws(OutOfBytes) -> Self {
    let serial: UInt32
    let manufacturer: UInt16
    if isBigEndian {
      serial = try cursor.readBigEndian(UInt32.self)
      manufacturer = try cursor.readBigEndian(UInt16.self)
    } else {
      serial = try cursor.readLittleEndian(UInt32.self)
      manufacturer = try cursor.readLittleEndian(UInt16.self)
    }
    let version = try cursor.readByte()
    let medium = try cursor.readByte()
    let identity = MeterIdentity(
      serial: MeterSerial(digits: serial),
      manufacturer: ManufacturerCode(rawValue: manufacturer), version: version,
      medium: Medium(rawValue: medium))
    return try short(&cursor, identity: identity, isBigEndian: isBigEndian)
  }

  /// Who sent a long header, as far as it is there; nil: not even the serial.
  static func identity(_ bytes: [UInt8], isBigEndian: Bool) -> MeterIdentity? {
    var cursor = ByteCursor(bytes)
    func read(_ count: Int) -> [UInt8]? {
      guard let bytes = try? cursor.read(count) else { return nil }
      return isBigEndian ? bytes : bytes.reversed()
    }
    guard let serial = read(4)?.reduce(0, { $0 << 8 | UInt32($1) }) else { return nil }
    var identity = MeterIdentity(serial: MeterSerial(digits: serial))
    identity.manufacturer = read(2).map {
      ManufacturerCode(rawValue: $0.reduce(0) { $0 << 8 | UInt16($1) })
    }
    identity.version = read(1)?.first
    identity.medium = read(1)?.first.map { Medium(rawValue: $0) }
    return identity
  }

  /// Reads the short header of CI 7A, which is the end of the long one.
  static func short(
    _ cursor: inout ByteCursor, identity: MeterIdentity? = nil, isBigEndian: Bool = false
  ) throws(OutOfBytes) -> Self {
    let access = try cursor.readByte()
    let status = try cursor.readByte()
    let signature =
      isBigEndian
      ? try cursor.readBigEndian(UInt16.self) : try cursor.readLittleEndian(UInt16.self)
    return Self(identity: identity, access: access, status: status, signature: signature)
  }

  /// The bytes of the long header, least significant first. What the identity lacks is sent as 0.
  var longBytes: [UInt8] {
    let serial = identity?.serial.digits ?? 0
    let manufacturer = identity?.manufacturer?.rawValue ?? 0
    return serial.littleEndianBytes + manufacturer.littleEndianBytes
      + [identity?.version ?? 0, identity?.medium?.rawValue ?? 0, access, status]
      + signature.littleEndianBytes
  }

  /// The same, most significant first (CI 76).
  var longBytesBigEndian: [UInt8] {
    let serial = identity?.serial.digits ?? 0
    let manufacturer = identity?.manufacturer?.rawValue ?? 0
    return serial.bigEndianBytes + manufacturer.bigEndianBytes
      + [identity?.version ?? 0, identity?.medium?.rawValue ?? 0, access, status]
      + signature.bigEndianBytes
  }
}
