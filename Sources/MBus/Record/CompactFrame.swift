import Bytes

/// A telegram of the data alone: signature of the format, CRC of the whole telegram as it would be with its DIFs
/// and VIFs, data (EN 13757-3:2018, annex G).
struct CompactFrame {
  /// Signature and CRC.
  static let leastLength = 4

  /// Of the format.
  let signature: UInt16
  private let crc: UInt16
  private let data: ByteCursor

  /// nil: there is less than signature and CRC.
  init?(_ bytes: some Sequence<UInt8>, offset: Int) {
    var cursor = ByteCursor(bytes, base: offset)
    guard let signature = try? cursor.readLittleEndian(UInt16.self),
      let crc = try? cursor.readLittleEndian(UInt16.self)
    else { return nil }
    self.signature = signature
    self.crc = crc
    data = cursor
  }

  /// The telegram with its DIFs and VIFs, and the place of each record's data; nil when its format is not known, or
  /// is another one by chance: then the CRC does not fit.
  func expanded(_ formats: FormatCache) -> (bytes: [UInt8], places: [Int])? {
    var rest = data
    guard let format = formats.format(signature), let filled = format.filled(from: &rest),
      rest.readRest().allSatisfy({ $0 == DataInformation.Special.filler }),
      Checksum.mbus(filled.bytes) == crc
    else { return nil }
    return filled
  }
}
