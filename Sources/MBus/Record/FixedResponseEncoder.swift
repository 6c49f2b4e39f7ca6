import Bytes
import Metering

/// An answer of the fixed data structure to be sent, CI 73 or 77: two counters (EN 13757-3:2013, annex on the fixed
/// data structure).
public struct FixedResponseEncoder: Hashable, Sendable {
  /// Serial and medium; the rest of an identity has no place here. A medium that has no code here is sent as "other".
  public var identity: MeterIdentity
  /// Counts the answers.
  public var access: UInt8
  /// Bit 0: the counters are binary, else BCD; bit 1: they were stored at a fixed date; the others as everywhere.
  public var status: UInt8
  /// One counter.
  public var first: Counter
  /// The other; with unit 3E an older value of the first.
  public var second: Counter
  /// The most significant byte comes first (CI 77).
  public var isBigEndian: Bool

  /// One of the two counters.
  public struct Counter: Hashable, Sendable {
    /// The code of the unit, 0–3F.
    public var unit: UInt8
    /// What it shows; what does not fit is cut off at the top.
    public var number: UInt32

    /// - Parameters:
    ///   - unit: the code of the unit, 0–3F.
    ///   - number: what it shows.
    public init(unit: UInt8, number: UInt32) {
      self.unit = unit
      self.number = number
    }
  }

  /// An answer; what is left out is 0.
  public init(
    identity: MeterIdentity, access: UInt8 = 0, status: UInt8 = 0, first: Counter, second: Counter,
    isBigEndian: Bool = false
  ) {
    self.identity = identity
    self.access = access
    self.status = status
    self.first = first
    self.second = second
    self.isBigEndian = isBigEndian
  }

  /// The frame.
  /// - Parameter address: the meter's link layer address.
  public func frame(address: UInt8, control: ControlField = .rspUD()) -> Frame {
    let medium = identity.medium.map(FixedDataStructure.sent)?.rawValue ?? 0
    let units = [
      first.unit & FixedUnit.mask | medium << 6, second.unit & FixedUnit.mask | (medium >> 2) << 6,
    ]
    let isBinary = FixedDataStructure.isBinary(status)
    let numbers = [first, second].flatMap { counter -> [UInt8] in
      let bytes =
        isBinary
        ? counter.number.littleEndianBytes : BCD.encode(UInt64(counter.number), count: 4)
      return isBigEndian ? bytes.reversed() : bytes
    }
    let serial = identity.serial.digits
    return .long(
      control: control, address: address,
      ci: isBigEndian ? ControlInformation.fixedDataBigEndian : ControlInformation.fixedData,
      data: (isBigEndian ? serial.bigEndianBytes : serial.littleEndianBytes)
        + [access, status] + units + numbers)
  }
}
