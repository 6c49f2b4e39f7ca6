import Bytes
import Metering

/// Data for a meter behind a short or a long header, CI 5A and 5B (EN 13757-7:2018, table 2). Only read: what is
/// sent here has no header.
struct HeadedCommand {
  let header: ResponseHeader
  /// What follows the header.
  let data: [UInt8]

  /// Nil for other commands, and for a header that is cut short.
  init?(_ frame: Frame) {
    guard let ci = frame.ci else { return nil }
    self.init(ci, frame.data)
  }

  init?(_ ci: UInt8, _ data: [UInt8]) {
    guard Self.headerLength(ci) != nil else { return nil }
    var cursor = ByteCursor(data)
    let header =
      ci == ControlInformation.dataSendLongHeader
      ? try? ResponseHeader.long(&cursor, isBigEndian: false) : try? ResponseHeader.short(&cursor)
    guard let header else { return nil }
    self.header = header
    self.data = cursor.readRest()
  }

  /// Bytes of the header; nil for other commands.
  static func headerLength(_ ci: UInt8) -> Int? {
    switch ci {
    case ControlInformation.dataSendShortHeader: ResponseHeader.shortLength
    case ControlInformation.dataSendLongHeader: ResponseHeader.longLength
    default: nil
    }
  }

  /// Commands are not decrypted.
  var isEncrypted: Bool { header.securityMode != 0 }

  /// Nil: they cannot be read to their end.
  var records: [CommandRecord]? {
    isEncrypted ? nil : MasterCommand.records(data, isBigEndian: false)
  }

  /// For whom it is; nil behind a short header.
  var addressee: String? {
    header.identity.map { identity in
      [
        "for \(identity.serial)", identity.manufacturer?.description,
        identity.version.map { "version \($0)" }, identity.medium?.name,
      ].compactMap { $0 }.joined(separator: " ")
    }
  }
}
