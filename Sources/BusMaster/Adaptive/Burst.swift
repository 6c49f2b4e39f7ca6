import MBus
import Metering

/// Bytes that several slaves have sent at once. Who pulls the line low wins: a 1 shows where all of them have
/// sent a 1. That can be used when they were in step, and the bytes look like one frame.
struct Burst: Hashable, Sendable {
  /// What slaves in step have in common: a digit or a part has at least these bits in each of them.
  struct Common: Hashable, Sendable {
    /// Four bits of each digit of the serial, the last digit of it first.
    var digits: [UInt8]
    /// Of the manufacturer.
    var manufacturer: UInt16
    /// Of the version.
    var version: UInt8
    /// Of the medium.
    var medium: UInt8

    /// All bits.
    static let all = Common(
      digits: [UInt8](repeating: 0xF, count: 8), manufacturer: .max, version: .max, medium: .max)

    /// What is common to this and another one.
    func and(_ other: Common) -> Common {
      Common(
        digits: zip(digits, other.digits).map { $0 & $1 },
        manufacturer: manufacturer & other.manufacturer, version: version & other.version,
        medium: medium & other.medium)
    }

    /// The bits of an identity; what is not known of it has all.
    init(_ identity: MeterIdentity) {
      digits = (0..<8).map { UInt8(identity.serial.digits >> ($0 * 4) & 0xF) }
      manufacturer = identity.manufacturer?.rawValue ?? .max
      version = identity.version ?? .max
      medium = identity.medium?.rawValue ?? .max
    }

    init(digits: [UInt8], manufacturer: UInt16, version: UInt8, medium: UInt8) {
      self.digits = digits
      self.manufacturer = manufacturer
      self.version = version
      self.medium = medium
    }
  }

  /// It looks like one frame, since those who sent it were in step: what they have in common. nil: they were
  /// not, or it cannot be told.
  let common: Common?
  /// So few bytes came damaged that it may be the frame of one slave on a noisy line.
  let isNearlyClean: Bool

  var isRegular: Bool { common != nil }

  init(_ bytes: [UInt8], damaged: [Int], isContiguous: Bool) {
    isNearlyClean =
      (1...Self.mostDamaged).contains(damaged.count) && bytes.count >= Self.least
      && bytes.reduce(0) { $0 + $1.nonzeroBitCount } >= bytes.count * 2
    let head = Array(bytes.prefix(Self.headerEnd))
    guard isContiguous, bytes.count >= Self.headerEnd, bytes.last == Frame.Octet.stop,
      let length = Self.length(of: bytes), bytes.count >= length,
      head.dropFirst(4).first == ControlField.rspUD().rawValue,
      head.dropFirst(6).first == ControlInformation.longHeader,
      let select = SlaveSelect(data: Array(head.dropFirst(7).prefix(SlaveSelect.dataLength)))
    else {
      common = nil
      return
    }
    common = Common(
      digits: (0..<8).map { UInt8(select.serial.digits >> ($0 * 4) & 0xF) },
      manufacturer: select.manufacturer, version: select.version, medium: select.medium)
  }

  /// How many bytes a long frame has that begins so; nil when it does not.
  static func length(of bytes: [UInt8]) -> Int? {
    let head = Array(bytes.prefix(4))
    guard head.count == 4, head.first == Frame.Octet.longStart, head.last == Frame.Octet.longStart,
      let length = head.dropFirst().first, head.dropFirst(2).first == length
    else { return nil }
    return Int(length) + Frame.Length.envelope
  }

  /// The start bytes, lengths, C, A, CI and the long header (EN 13757-3, ch. 5.4).
  private static let headerEnd = 19
  /// Fewer bytes are no frame that could be asked for again.
  private static let least = 11
  private static let mostDamaged = 3
}
