import Bytes
import Metering

/// How the data behind a header is encrypted (EN 13757-7:2018, ch. 7.7).
enum SecurityMode {
  /// AES-128-CBC with the key of the meter.
  static let five: UInt8 = 5
  /// AES-128-CBC with a key of the message, which is derived from that of the meter.
  static let seven: UInt8 = 7
  /// Modes of the standard: five bits are there, four are used. Who sends more means something else.
  static let assigned: ClosedRange<UInt8> = 0...15
  /// The bytes that are encrypted at a time.
  static let block = 16
  /// The most blocks that the header can announce.
  static let mostBlocks = 15

  /// How many blocks of 16 bytes are encrypted.
  static func blocks(_ signature: UInt16) -> Int { Int(signature >> 4 & 0xF) }

  /// Where the ciphers of mode 5 begin: who sent it, and the access number eight times.
  static func initialVector(_ identity: MeterIdentity, access: UInt8) -> [UInt8]? {
    guard let manufacturer = identity.manufacturer, let version = identity.version,
      let medium = identity.medium, !identity.serial.hasWildcards
    else { return nil }
    return manufacturer.rawValue.littleEndianBytes + identity.serial.digits.littleEndianBytes
      + [version, medium.rawValue] + [UInt8](repeating: access, count: 8)
  }
}

/// What stands between header and data in mode 7 (EN 13757-7:2018, ch. 7.7.5).
struct ConfigurationExtension: Hashable, Sendable {
  /// How the key of the message comes about: 0: it is that of the meter, 1: by KDF-A.
  var derivation: UInt8
  /// The message counter; nil when it stands in the authentication layer.
  var counter: UInt32?

  /// What says that more follows.
  enum Bits {
    /// In the configuration field: the counter follows.
    static let counter: UInt16 = 1 << 13
    /// In the extension: the version of the key follows.
    static let keyVersion: UInt8 = 1 << 6
  }

  static func read(
    _ signature: UInt16, _ cursor: inout ByteCursor
  ) throws(OutOfBytes) -> ConfigurationExtension {
    let byte = try cursor.readByte()
    var field = ConfigurationExtension(derivation: byte >> 4 & 0x3)
    if signature & Bits.counter != 0 { field.counter = try cursor.readLittleEndian(UInt32.self) }
    if byte & Bits.keyVersion != 0 { _ = try cursor.readByte() }
    return field
  }
}

/// The keys of a message (EN 13757-7:2018, ch. 9.6.1).
struct MessageKeys {
  let encryption: [UInt8]
  let authentication: [UInt8]

  /// What a key is for, in a message from the meter.
  private enum Purpose {
    static let encryption: UInt8 = 0x00
    static let authentication: UInt8 = 0x01
  }

  /// Fills the last block of what the keys are computed of.
  private static let filler = [UInt8](repeating: 0x07, count: 7)

  /// nil: they cannot be had.
  init?(_ key: TelegramKey, derivation: UInt8, counter: UInt32?, serial: MeterSerial) {
    switch derivation {
    case 0:
      encryption = key.bytes
      authentication = key.bytes
    case 1:
      guard let counter else { return nil }
      let behind = counter.littleEndianBytes + serial.digits.littleEndianBytes + Self.filler
      let derive = { (purpose: UInt8) in
        key.cipher.authenticationCode([purpose] + behind, key: key.bytes)
      }
      guard let encryption = derive(Purpose.encryption),
        let authentication = derive(Purpose.authentication)
      else { return nil }
      self.encryption = encryption
      self.authentication = authentication
    default: return nil
    }
  }
}

extension MeterSerial {
  /// True when a digit stands for any.
  fileprivate var hasWildcards: Bool {
    (0..<8).contains {
      digits >> UInt32(4 * $0) & SlaveSelect.Wildcard.digit == SlaveSelect.Wildcard.digit
    }
  }
}
