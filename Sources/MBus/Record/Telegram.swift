import Bytes
import Metering

/// One telegram with a meter's data.
public struct Telegram: Hashable, Sendable {
  /// What stands before the records; nil for CI 78.
  public var header: ResponseHeader?
  /// The records that could be read, in order; blocks of the maker's own included.
  public var records: [DataRecord]
  /// The meter has another telegram to send.
  public var moreRecordsFollow: Bool
  /// What became of its encryption.
  public var security: SecurityReport
  /// Why the records could not be read to the end; those before it are kept.
  public var problem: RecordError?
  /// What was encrypted, in plain; nil: nothing was decrypted.
  public var opened: OpenedData?

  /// A telegram; what is left out is empty.
  public init(
    header: ResponseHeader?, records: [DataRecord] = [], moreRecordsFollow: Bool = false,
    security: SecurityReport = SecurityReport(), problem: RecordError? = nil
  ) {
    self.header = header
    self.records = records
    self.moreRecordsFollow = moreRecordsFollow
    self.security = security
    self.problem = problem
  }

  /// The values of a profile among its records, as if the meter had sent each as a record; none where steps have no
  /// base value in this telegram.
  public func values(ofProfile record: DataRecord) -> [DataRecord] {
    ProfileExpansion.values(of: record, among: records)
  }

  /// False when nothing can be said of its records, since they are encrypted or their format is not known: then
  /// there are none, and `problem` says why.
  public var isReadable: Bool { problem?.isOfTheWhole != true }
}

/// What a meter answers to REQ_UD2.
public enum Response: Hashable, Sendable {
  /// Data
  case data(Telegram)
  /// It cannot.
  case applicationError(ApplicationError)
  /// Something is wrong at the meter.
  case alarm(Alarm)
  /// What its compact frames look like.
  case format(RecordFormat)
}

/// Why a frame is no answer that can be read.
public struct ResponseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// E5 or a short frame: no data.
    case noData
    /// The frame comes from a master.
    case fromMaster
    /// Data of a kind that is not read here.
    case unknownCI
    /// The header is cut short.
    case header(OutOfBytes)
    /// The fixed data structure ends before its counters, behind so many bytes.
    case fixedData(Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, counted from the start of the frame.
  public let offset: Int
  /// The bytes that it is about.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - offset: where, counted from the start of the frame.
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
    case .noData: "the frame carries no data"
    case .fromMaster: "C field \(found) at offset \(offset): the frame comes from a master"
    case .unknownCI:
      "CI \(found) at offset \(offset) is not known (\(Self.known) are)"
    case .header(let end): "the header behind CI \(found) is too short: \(end)"
    case .fixedData(let count): FixedDataStructure.cutShort(count, at: offset)
    }
  }

  /// The CI fields that are read.
  private static let known =
    AnswerKind.rows.map { Hex.byte($0.ci) }.joined(separator: ", ") + " and "
    + Hex.byte(ControlInformation.authentication)
}
