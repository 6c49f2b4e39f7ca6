/// A run of bytes of a telegram, and what it is.
public struct ByteSpan: Hashable, Sendable {
  /// What kind of thing it is; the raw value is its name in JSON.
  public enum Part: String, Hashable, Sendable {
    /// The link layer.
    case frame
    /// What stands before the records.
    case header
    /// A DIF or DIFE.
    case dataInformation = "dif"
    /// A VIF, VIFE, or the text of a text VIF.
    case valueInformation = "vif"
    /// The data of a record, with its length byte where it has one.
    case data
    /// Bytes that only fill.
    case filler
    /// The maker's own.
    case manufacturer
    /// What a command carries.
    case command
    /// What could not be read.
    case unread
  }

  /// The place of its first byte in the telegram.
  public var offset: Int
  /// As sent; those of an encrypted part that was decrypted, in plain.
  public var bytes: [UInt8]
  /// What kind of thing it is.
  public var part: Part
  /// What it says, for people.
  public var meaning: String
  /// It is not what it must be: `meaning` says what that is.
  public var isWrong = false

  /// - Parameters:
  ///   - offset: the place of its first byte in the telegram.
  ///   - bytes: as sent.
  ///   - part: what kind of thing it is.
  ///   - meaning: what it says, for people.
  public init(offset: Int, bytes: [UInt8], part: Part, meaning: String) {
    self.offset = offset
    self.bytes = bytes
    self.part = part
    self.meaning = meaning
  }
}
