import Bytes
import Metering

/// Whether data that the header calls encrypted is plain. Encrypted bytes are random, and random bytes are sometimes
/// records that can be read; but they are no row of valid decimal digits, dates and leading zeros, but by a
/// chance that can be told: each sign of order counts as many bits as random bytes would have to hit.
struct PlainDataCheck {
  /// How many bytes the header calls encrypted.
  let encrypted: Int
  /// The place of the first of them.
  let place: Int
  /// What is known before the data is looked at.
  let evidence: Evidence

  /// What a header says that is not true of encrypted data, and how many bits that is worth.
  enum Evidence: Double {
    /// Nothing.
    case none = 0
    /// The security mode is none of the standard's, so that it is probably none at all.
    case unassignedMode = 8
    /// More bytes are announced as encrypted than there are, and yet the checksum of the frame is right.
    case impossibleLength = 24
  }

  init(encrypted: Int, at place: Int, evidence: Evidence = .none) {
    self.encrypted = encrypted
    self.place = place
    self.evidence = evidence
  }

  /// One chance in 268 million: a meter that is read every minute hits it once in 500 years.
  static let enough = 28.0

  /// What a value costs that can be read but is none. Meters send such values; random bytes do most often.
  private static let costOfInvalid = 16.0

  /// Whether the data as sent is plain.
  func isPlain(_ response: Response, _ data: [UInt8]) -> Bool {
    switch response {
    case .data(let telegram):
      guard telegram.problem == nil else { return false }
      let bits = bits(of: telegram, data)
      return bits >= 0 && bits + evidence.rawValue >= Self.enough
    // Both are shorter than any encrypted block.
    case .applicationError, .alarm: return data.count < SecurityMode.block
    case .format: return true
    }
  }

  /// How many bits random bytes would have to hit; below 0 when there is a sign that nobody sends.
  func bits(of telegram: Telegram, _ data: [UInt8]) -> Double {
    var bits = data.starts(with: SecuredAnswer.proof) ? 16.0 : 0
    bits += bitsOfSerial(telegram.header?.identity, data)
    for record in telegram.records {
      if record.type == .manufacturer { continue }
      let end = record.offset + record.dif.count + record.vif.count + record.data.count
      if end > place + encrypted { continue }
      guard record.meaning.ownDescription != VIFRow.reservedDescription || isText(record),
        !record.qualifiers.contains(VIFERow.reservedWords)
      else { return -1 }
      bits += Self.bits(of: record)
    }
    return bits
  }

  /// Whether the meter itself has named what it measures.
  private func isText(_ record: DataRecord) -> Bool {
    record.vif.first.map { $0 & 0x7F == PrimaryVIF.text } ?? false
  }

  /// The four bytes of the meter's own serial, which some makers repeat in their block: 32 bits, less those for the
  /// choice among all places where they may stand.
  private func bitsOfSerial(_ identity: MeterIdentity?, _ data: [UInt8]) -> Double {
    guard let serial = identity?.serial.digits.littleEndianBytes else { return 0 }
    let sealed = data.prefix(encrypted)
    let places = sealed.indices.dropLast(serial.count - 1)
    guard places.contains(where: { sealed[$0...].starts(with: serial) }) else { return 0 }
    // 8 bits for 256 places: there are fewer.
    return 32 - Double(Int.bitWidth - places.count.leadingZeroBitCount)
  }

  private static func bits(of record: DataRecord) -> Double {
    switch record.reading {
    case .invalid(_, .noData): return 0
    case .invalid: return -costOfInvalid
    case .time: return 2
    case .text(let text):
      let isPrintable = text.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }
      return isPrintable ? Double(text.unicodeScalars.count) : -costOfInvalid
    case .real(0): return bitsOfZero
    case .real(let number): return usual.contains(number.magnitude) ? 2 : 0
    case .integer(let number) where record.type.isBCD:
      return digitBits(number, digits: 2 * (record.type.length ?? 0))
    case .integer, .binary:
      let zeros = record.data.reversed().prefix { $0 == 0 }.count
      let free = record.type.length == nil ? 0 : zeros
      // Two bits for the choice among so many lengths.
      return free == 0 ? 0 : Double(8 * free - 2)
    }
  }

  /// Floating point numbers that meters send; of random ones every fifth is among them.
  private static let usual = 1e-6...1e9
  /// What zero as a floating point number counts: 32 bits, less those for what records have anyway.
  private static let bitsOfZero = 20.0

  /// Ten of sixteen patterns are a digit: 0.68 bits; a zero on top counts four, less two for the choice among so
  /// many lengths.
  private static func digitBits(_ number: Int64, digits: Int) -> Double {
    var rest = number.magnitude
    var used = 0
    while rest > 0 {
      rest /= 10
      used += 1
    }
    let zeros = max(0, digits - used)
    return 0.67 * Double(used) + max(0.67 * Double(zeros), Double(4 * zeros - 2))
  }
}

extension DataType {
  fileprivate var isBCD: Bool {
    switch self {
    case .bcd2, .bcd4, .bcd6, .bcd8, .bcd12: true
    default: false
    }
  }
}
