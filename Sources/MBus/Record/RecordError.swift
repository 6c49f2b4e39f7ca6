import Bytes

/// Why the records of a telegram cannot be read on from some place.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A part of a record.
  public enum Part: String, Hashable, Sendable {
    case dataInformation = "its DIF and DIFEs"
    case valueInformation = "its VIF and VIFEs"
    case data = "its data"
  }

  /// What is wrong (EN 13757-3, ch. 6).
  public enum Reason: Hashable, Sendable {
    /// The telegram ends in the middle of a record.
    case ends(OutOfBytes, in: Part)
    /// More than ten DIFEs.
    case tooManyDIFEs
    /// More than ten VIFEs.
    case tooManyVIFEs
    /// A DIF without a meaning.
    case reservedDIF
    /// A DIF that asks for data, in a meter's answer.
    case readoutRequest
    /// A length of variable data without a meaning.
    case reservedLVAR
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, counted from the start of the telegram.
  public let offset: Int
  /// The bytes that it is about.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - offset: where, counted from the start of the telegram.
  ///   - bytes: the bytes that it is about.
  public init(_ reason: Reason, offset: Int, bytes: [UInt8]) {
    self.reason = reason
    self.offset = offset
    self.bytes = bytes
  }

  /// What is wrong, where, and what is allowed.
  public var description: String {
    let found = Hex.encode(bytes, separator: " ")
    return switch reason {
    case .ends(let end, let part):
      "the telegram ends in the middle of a record, in \(part.rawValue): \(end)"
    case .tooManyDIFEs:
      "more than \(DataInformation.maxDIFEs) DIFEs at offset \(offset): \(found)"
    case .tooManyVIFEs:
      "more than \(ValueInformation.maxVIFEs) VIFEs at offset \(offset): \(found)"
    case .reservedDIF: "reserved DIF \(found) at offset \(offset)"
    case .readoutRequest:
      "DIF \(found) at offset \(offset) asks for data and has no place in an answer"
    case .reservedLVAR: "reserved length \(found) of variable data at offset \(offset)"
    }
  }
}
