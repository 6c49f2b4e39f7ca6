import Bytes
import Metering

/// A meter's answer to be sent: header and records.
public struct ResponseEncoder: Hashable, Sendable {
  /// What stands before the records, and in which order the bytes of numbers are.
  public enum Layout: Hashable, CaseIterable, Sendable {
    /// CI 72
    case longHeader
    /// CI 7A
    case shortHeader
    /// CI 78
    case noHeader
    /// CI 76: the most significant byte first (old meters).
    case longHeaderBigEndian
  }

  /// What stands before the records.
  public var header: ResponseHeader
  /// How much of it is sent, and how.
  public var layout: Layout
  /// The records in order.
  public var records: [RecordEncoder]
  /// What follows them of the maker's own; nil: nothing, not even its DIF.
  public var manufacturerData: [UInt8]?
  /// Another telegram follows: the block of the maker's own begins with 1F.
  public var moreRecordsFollow: Bool
  /// Encrypts all records with this key, in security mode 5; nil: they are sent plain.
  public var key: TelegramKey?

  /// An answer; what is left out is empty.
  public init(
    header: ResponseHeader, records: [RecordEncoder], manufacturerData: [UInt8]? = nil,
    moreRecordsFollow: Bool = false, layout: Layout = .longHeader, key: TelegramKey? = nil
  ) {
    self.header = header
    self.layout = layout
    self.records = records
    self.manufacturerData = manufacturerData
    self.moreRecordsFollow = moreRecordsFollow
    self.key = key
  }

  /// The frame; whether it is too long shows when it is encoded.
  /// - Parameter address: the meter's link layer address.
  public func frame(
    address: UInt8, control: ControlField = .rspUD()
  ) throws(ResponseEncodingError) -> Frame {
    var header = header
    var body = try body()
    if let key {
      let sealed = try sealed(body, key)
      header.signature = sealed.signature
      body = sealed.bytes
    }
    return .long(
      control: control, address: address, ci: layout.ci, data: bytes(of: header) + body)
  }

  private func body() throws(ResponseEncodingError) -> [UInt8] {
    var body: [UInt8] = []
    for record in records {
      do {
        let bytes = try record.encoded
        body += layout == .longHeaderBigEndian ? Self.turned(bytes) : bytes
      } catch {
        throw .record(error)
      }
    }
    if moreRecordsFollow {
      body.append(DataInformation.Special.moreRecordsFollow)
    } else if manufacturerData != nil {
      body.append(DataInformation.Special.manufacturer)
    }
    return body + (manufacturerData ?? [])
  }

  private func bytes(of header: ResponseHeader) -> [UInt8] {
    switch layout {
    case .longHeader: header.longBytes
    case .shortHeader: Array(header.longBytes.suffix(ResponseHeader.shortLength))
    case .noHeader: []
    case .longHeaderBigEndian: header.longBytesBigEndian
    }
  }

  /// A record with its data turned around. LVAR stays in front of its data.
  private static func turned(_ record: [UInt8]) -> [UInt8] {
    var cursor = ByteCursor(record)
    guard let dif = try? cursor.readByte(), (try? DataInformation.read(dif: dif, &cursor)) != nil,
      (try? ValueInformation.read(&cursor)) != nil
    else { return record }
    let isFixed = DataType.fixed(dataField: dif) != nil
    let head = record.prefix(cursor.consumed + (isFixed ? 0 : 1))
    return head + record.dropFirst(head.count).reversed()
  }

  /// Encrypts: two fillers in front, as many behind as the last block needs.
  private func sealed(
    _ body: [UInt8], _ key: TelegramKey
  ) throws(ResponseEncodingError) -> (bytes: [UInt8], signature: UInt16) {
    guard layout == .longHeader || layout == .shortHeader else { throw .layoutWithoutEncryption }
    var plain = SecuredAnswer.proof + body
    let blocks = (plain.count + SecurityMode.block - 1) / SecurityMode.block
    guard blocks <= SecurityMode.mostBlocks else { throw .tooLongToEncrypt(bytes: body.count) }
    let missing = blocks * SecurityMode.block - plain.count
    plain += [UInt8](repeating: DataInformation.Special.filler, count: missing)
    guard let identity = header.identity,
      let vector = SecurityMode.initialVector(identity, access: header.access),
      let sealed = key.cipher.encryptCBC(plain, key: key.bytes, initialVector: vector)
    else { throw .identityMissing }
    let signature = UInt16(SecurityMode.five) << 8 | UInt16(truncatingIfNeeded: blocks) << 4
    return (sealed, signature)
  }
}

extension ResponseEncoder.Layout {
  fileprivate var ci: UInt8 {
    switch self {
    case .longHeader: ControlInformation.longHeader
    case .shortHeader: ControlInformation.shortHeader
    case .noHeader: ControlInformation.noHeader
    case .longHeaderBigEndian: ControlInformation.longHeaderBigEndian
    }
  }
}

/// Why an answer cannot be sent.
public enum ResponseEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A record cannot be sent.
  case record(RecordEncodingError)
  /// There is no header that could say that the records are encrypted.
  case layoutWithoutEncryption
  /// Serial, manufacturer, version and medium must be known to encrypt.
  case identityMissing
  /// More than 238 bytes of records.
  case tooLongToEncrypt(bytes: Int)

  /// What cannot be sent.
  public var description: String {
    switch self {
    case .record(let error): "\(error)"
    case .layoutWithoutEncryption: "telegrams with CI 76 and 78 cannot be encrypted"
    case .identityMissing: "who sends an encrypted telegram must be known in full"
    case .tooLongToEncrypt(let bytes):
      "\(bytes) bytes of records; at most \(SecurityMode.mostBlocks * SecurityMode.block - 2) can be encrypted"
    }
  }
}
