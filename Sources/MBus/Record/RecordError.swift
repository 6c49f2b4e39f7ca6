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
    /// The records are encrypted, and cannot be decrypted.
    case encrypted(EncryptionProblem)
    /// A compact frame without signature and CRC.
    case shortCompactFrame
    /// A compact frame of a format that the meter has not shown.
    case unknownFormat(UInt16)
    /// A compact frame whose data or CRC do not fit the format that it names.
    case otherFormat(UInt16)
    /// A format frame whose signature or length is wrong.
    case badFormat
    /// The fixed data structure ends in its counters, behind so many bytes.
    case shortFixedData(Int)
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
    case .encrypted(let problem): "\(problem)"
    case .shortCompactFrame: "the compact frame ends before its signature and CRC: \(found)"
    case .unknownFormat(let signature):
      "a compact frame of format \(Self.text(signature)), and the meter has sent no full telegram of that format yet"
    case .otherFormat(let signature):
      "the compact frame does not fit format \(Self.text(signature)), or its CRC is wrong"
    case .badFormat: "the format frame has a wrong length or signature"
    case .shortFixedData(let count): FixedDataStructure.cutShort(count, at: offset)
    }
  }

  /// The same without what can be done.
  public var cause: String {
    if case .encrypted(let problem) = reason { return problem.cause }
    return description
  }

  /// True when it says why there are no records at all.
  var isOfTheWhole: Bool {
    switch reason {
    case .encrypted, .shortCompactFrame, .unknownFormat, .otherFormat, .badFormat: true
    case .ends, .tooManyDIFEs, .tooManyVIFEs, .reservedDIF, .readoutRequest, .reservedLVAR,
      .shortFixedData:
      false
    }
  }

  private static func text(_ signature: UInt16) -> String { Hex.encode(signature.bigEndianBytes) }
}
