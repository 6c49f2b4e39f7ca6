import Bytes

/// What the records of a telegram look like without their data: DIF, DIFEs, VIF and VIFEs of each, in order
/// (EN 13757-3:2018, annex G). With it a compact frame, which has the data alone, can be read.
public struct RecordFormat: Hashable, Sendable {
  /// The CRC of all of it: by it a compact frame names its format.
  public let signature: UInt16
  /// DIF, DIFEs, VIF and VIFEs of all records.
  public let bytes: [UInt8]
  /// How many of them each record has.
  private let lengths: [UInt8]

  /// The format of a telegram; nil where no compact frame can stand for it: with a problem, with data of the maker's
  /// own behind the records, without records.
  public init?(of telegram: Telegram) {
    guard telegram.problem == nil, !telegram.moreRecordsFollow, !telegram.records.isEmpty else {
      return nil
    }
    var (bytes, lengths): ([UInt8], [UInt8]) = ([], [])
    for record in telegram.records {
      guard record.type != .manufacturer, !record.dif.isEmpty,
        let length = UInt8(exactly: record.dif.count + record.vif.count)
      else { return nil }
      bytes += record.dif
      bytes += record.vif
      lengths.append(length)
    }
    self.bytes = bytes
    self.lengths = lengths
    signature = Checksum.mbus(bytes)
  }

  /// From DIF, DIFEs, VIF and VIFEs of all records; nil when they are not whole.
  /// - Parameter textVIF: where the texts of text VIFs stand.
  public init?(_ bytes: [UInt8], textVIF: DecodingOptions.TextVIFPlacement = .behindVIF) {
    guard let lengths = Self.lengths(bytes, textVIF) else { return nil }
    self.bytes = bytes
    self.lengths = lengths
    signature = Checksum.mbus(bytes)
  }

  /// From the data of a format frame: length, signature, then the bytes; nil unless all of it fits together.
  /// - Parameter textVIF: where the texts of text VIFs stand.
  init?(frame data: [UInt8], textVIF: DecodingOptions.TextVIFPlacement = .behindVIF) {
    var cursor = ByteCursor(data)
    guard let length = try? cursor.readByte(),
      let signature = try? cursor.readLittleEndian(UInt16.self),
      let bytes = try? cursor.read(Int(length) - Self.signatureLength),
      cursor.readRest().allSatisfy({ $0 == DataInformation.Special.filler }),
      Checksum.mbus(bytes) == signature
    else { return nil }
    self.init(bytes, textVIF: textVIF)
  }

  /// The data of a format frame; nil when it is too long for one.
  public var frameData: [UInt8]? {
    UInt8(exactly: bytes.count + Self.signatureLength).map {
      [$0] + signature.littleEndianBytes + bytes
    }
  }

  private static let signatureLength = 2

  /// How many bytes each record has.
  private static func lengths(
    _ bytes: [UInt8], _ textVIF: DecodingOptions.TextVIFPlacement
  ) -> [UInt8]? {
    var cursor = ByteCursor(bytes)
    var lengths: [UInt8] = []
    while !cursor.isAtEnd {
      let start = cursor.consumed
      guard let dif = try? cursor.readByte(),
        dif & DataInformation.Special.mask != DataInformation.Special.mask,
        (try? DataInformation.read(dif: dif, &cursor)) != nil,
        (try? ValueInformation.read(&cursor, textVIF: textVIF)) != nil,
        let length = UInt8(exactly: cursor.consumed - start)
      else { return nil }
      lengths.append(length)
    }
    return lengths.isEmpty ? nil : lengths
  }

  /// The records with their data put between.
  /// - Parameter data: of a compact frame; it is at the end when the format fits.
  /// - Returns: the bytes, and for each record the place of its data; nil when there is too little data.
  func filled(from data: inout ByteCursor) -> (bytes: [UInt8], places: [Int])? {
    var headers = ByteCursor(bytes)
    var filled: [UInt8] = []
    var places: [Int] = []
    for length in lengths {
      guard let header = try? headers.read(Int(length)), let dif = header.first else { return nil }
      filled += header
      places.append(data.offset)
      guard let value = Self.value(dif, &data) else { return nil }
      filled += value
    }
    return (filled, places)
  }

  private static func value(_ dif: UInt8, _ data: inout ByteCursor) -> [UInt8]? {
    if let length = DataType.fixed(dataField: dif)?.length { return try? data.read(length) }
    guard let lvar = try? data.readByte(), let variable = VariableLength(lvar: lvar),
      let bytes = try? data.read(variable.length)
    else { return nil }
    return [lvar] + bytes
  }
}

/// The formats that a meter's telegrams have been seen to have, for its compact frames. A few: a meter has as many
/// as it has telegrams.
public struct FormatCache: Hashable, Sendable {
  /// How many are kept; the oldest goes first.
  public static let limit = 8

  private var formats: [RecordFormat] = []

  /// Knows none yet.
  public init() {}

  /// True when it knows none.
  public var isEmpty: Bool { formats.isEmpty }

  /// The format with a signature; nil when it has not been seen.
  public func format(_ signature: UInt16) -> RecordFormat? {
    formats.last { $0.signature == signature }
  }

  /// Takes a format in. One with the same signature goes: what has been seen last counts.
  public mutating func learn(_ format: RecordFormat) {
    guard formats.last != format else { return }
    formats.removeAll { $0.signature == format.signature }
    formats.append(format)
    if formats.count > Self.limit { formats.removeFirst() }
  }

  /// Takes in what an answer tells of formats.
  public mutating func learn(from response: Response) {
    switch response {
    case .format(let format): learn(format)
    case .data(let telegram):
      if let format = RecordFormat(of: telegram) { learn(format) }
    case .applicationError, .alarm: break
    }
  }
}
