import Metering

/// What encryption needs of a library: AES with 128 bits. MBus itself computes nothing of it.
public protocol TelegramCipher: Sendable {
  /// Decrypts by AES-128-CBC without padding (EN 13757-7:2018, ch. 7.7 and 9.4).
  /// - Parameters:
  ///   - bytes: a multiple of 16 bytes.
  ///   - key: 16 bytes.
  ///   - initialVector: 16 bytes.
  /// - Returns: as many bytes; nil when the lengths are not as they should be.
  func decryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]?
  /// The other way round.
  func encryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]?
  /// AES-128-CMAC (RFC 4493): 16 bytes; nil when the key has not 16 bytes.
  func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]?
}

/// The key of a meter, with what it is used with. Two are the same when their bytes are.
public struct TelegramKey: Hashable, Sendable {
  /// 16 bytes.
  @Secret public private(set) var bytes: [UInt8]
  /// Does the work.
  public let cipher: any TelegramCipher

  /// nil: the key has not 16 bytes.
  public init?(_ bytes: [UInt8], cipher: any TelegramCipher) {
    guard bytes.count == 16 else { return nil }
    self.bytes = bytes
    self.cipher = cipher
  }

  /// The same bytes.
  public static func == (a: Self, b: Self) -> Bool { a.bytes == b.bytes }

  /// By its bytes.
  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
