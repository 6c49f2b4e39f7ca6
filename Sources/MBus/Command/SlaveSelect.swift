import Bytes
import Metering

/// Which parts of an identity a slave select leaves open (MUC500 manual 1.1, MBUS_SELECTMASK: the
/// sum of the numbers).
public struct SelectMask: OptionSet, Hashable, Sendable {
  /// The sum as configured.
  public let rawValue: UInt8

  /// - Parameter rawValue: the sum as configured, 0–15.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Any serial
  public static let serial = SelectMask(rawValue: 1)
  /// Any manufacturer
  public static let manufacturer = SelectMask(rawValue: 2)
  /// Any version
  public static let version = SelectMask(rawValue: 4)
  /// Any medium
  public static let medium = SelectMask(rawValue: 8)
}

/// Selects the slaves that an identity fits; from then on they answer at
/// `LinkAddress.networkLayer`, until another select or SND_NKE (EN 13757-3, ch. 11.3).
public struct SlaveSelect: Hashable, Sendable {
  /// Eight digits; each digit F stands for any.
  public var serial: MeterSerial
  /// FFFF: any.
  public var manufacturer: UInt16
  /// FF: any.
  public var version: UInt8
  /// FF: any.
  public var medium: UInt8

  /// What stands for any part of its kind.
  public enum Wildcard {
    /// One digit of the serial.
    public static let digit: UInt32 = 0xF
    /// The manufacturer.
    public static let manufacturer: UInt16 = 0xFFFF
    /// Version or medium.
    public static let byte: UInt8 = 0xFF
  }

  /// How many bytes of data a select has.
  public static let dataLength = 8

  /// Every slave.
  public static let any = SlaveSelect(MeterIdentity(serial: .any))

  /// Selects by an identity.
  /// - Parameters:
  ///   - identity: what is nil in it is sent as a wildcard, as are digits F of the serial.
  ///   - mask: what is sent as a wildcard though it is known.
  public init(_ identity: MeterIdentity, mask: SelectMask = []) {
    serial = mask.contains(.serial) ? .any : identity.serial
    manufacturer =
      (mask.contains(.manufacturer) ? nil : identity.manufacturer?.rawValue)
      ?? Wildcard.manufacturer
    version = (mask.contains(.version) ? nil : identity.version) ?? Wildcard.byte
    medium = (mask.contains(.medium) ? nil : identity.medium?.rawValue) ?? Wildcard.byte
  }

  /// The select that a slave received; nil when the frame is none.
  public init?(_ frame: Frame) {
    guard
      case .long(let control, LinkAddress.networkLayer, ControlInformation.slaveSelect, _) =
        frame, control.kind == .sndUD(fcb: nil)
    else { return nil }
    self.init(data: frame.data)
  }

  /// From the data of a frame; nil unless there are exactly `dataLength` bytes.
  public init?(data: [UInt8]) {
    var cursor = ByteCursor(data)
    guard data.count == Self.dataLength,
      let digits = try? cursor.readLittleEndian(UInt32.self),
      let manufacturer = try? cursor.readLittleEndian(UInt16.self),
      let version = try? cursor.readByte(), let medium = try? cursor.readByte()
    else { return nil }
    serial = MeterSerial(digits: digits)
    self.manufacturer = manufacturer
    self.version = version
    self.medium = medium
  }

  /// The data of the frame.
  public var data: [UInt8] {
    serial.digits.littleEndianBytes + manufacturer.littleEndianBytes + [version, medium]
  }

  /// The frame.
  /// - Parameter fcb: the frame count bit; a select needs none to be new, and resets the slave's.
  public func frame(fcb: Bool = false) -> Frame {
    .long(
      control: .sndUD(fcb: fcb), address: LinkAddress.networkLayer,
      ci: ControlInformation.slaveSelect, data: data)
  }

  /// Whether a slave with this identity is selected. A part that the slave does not have fits the
  /// wildcard only.
  public func matches(_ identity: MeterIdentity) -> Bool {
    return serial.matches(identity.serial)
      && (manufacturer == Wildcard.manufacturer || manufacturer == identity.manufacturer?.rawValue)
      && (version == Wildcard.byte || version == identity.version)
      && (medium == Wildcard.byte || medium == identity.medium?.rawValue)
  }
}
