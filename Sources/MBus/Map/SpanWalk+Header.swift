import Bytes
import Metering

/// Short and long headers.
extension SpanWalk {
  /// Takes what stands before the data, as far as it is there.
  mutating func header(_ kind: AnswerKind, end: Int) {
    let length =
      switch kind.header {
      case .none: 0
      case .short: ResponseHeader.shortLength
      case .long: ResponseHeader.longLength
      }
    let there = next(min(length, end - offset))
    // What is missing is taken for 0, and not shown.
    var ahead = ByteCursor(there + [UInt8](repeating: 0, count: length - there.count))
    guard let header = (try? ResponseHeader.read(kind, &ahead)) ?? nil else { return }
    if kind.header == .long { identity(header, end: end) }
    access(header, end: end)
    // What stands between the configuration field and the encrypted data (EN 13757-7:2018, ch. 7.7.5).
    if header.securityMode == SecurityMode.seven, offset < end {
      let hasVersion = (peek ?? 0) & ConfigurationExtension.Bits.keyVersion != 0
      take(1, .header, "configuration field extension: which key")
      if header.signature & ConfigurationExtension.Bits.counter != 0 {
        field(4, "message counter", end: end)
      }
      if hasVersion { field(1, "key version", end: end) }
    }
  }

  private mutating func identity(_ header: ResponseHeader, end: Int) {
    let identity = header.identity
    field(4, "serial", identity?.serial.description, end: end)
    field(2, "manufacturer", identity?.manufacturer?.words, end: end)
    field(1, "version", identity?.version.map(String.init), end: end)
    field(1, "medium", identity?.medium?.name, end: end)
  }

  private mutating func access(_ header: ResponseHeader, end: Int) {
    field(1, "access number", "\(header.access)", end: end)
    field(1, "status", "\(MeterStatus(rawValue: header.meterStatus))", ": ", end: end)
    let hex = Hex.encode(header.signature.bigEndianBytes)
    field(2, "configuration field", "\(hex): \(header.securityWords)", end: end)
  }

  /// Takes a field, or what is there of it.
  mutating func field(
    _ count: Int, _ name: String, _ value: String? = nil, _ between: String = " ", end: Int
  ) {
    let left = end - offset
    if left >= count {
      take(count, .header, name + (value.map { between + $0 } ?? ""))
    } else if left > 0 {
      take(left, .unread, "\(name), cut short: \(left) of \(count) bytes")
      lack("the rest of the \(name)", count - left)
    } else {
      lack(name, count)
    }
  }
}

extension ManufacturerCode {
  /// The letters; two codes that stand for no manufacturer say so.
  public var words: String {
    switch rawValue {
    case 0: "none (0000)"
    case SlaveSelect.Wildcard.manufacturer: "any (FFFF)"
    default: description
    }
  }
}
