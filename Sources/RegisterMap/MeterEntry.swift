import Metering
import Time

/// The registers that describe a meter (MUC500 manual 1.1, table 33).
public struct MeterEntry: Hashable, Sendable {
  /// Register 8.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// Bits as in the register.
    public let rawValue: UInt16

    /// - Parameter rawValue: bits as in the register.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The last readout brought nothing, or there was none yet (bit 0).
    public static let notRead = Flags(rawValue: 1)
    /// At least one value was not in the last readout (bit 1).
    public static let notAllUpToDate = Flags(rawValue: 2)
  }

  /// The serial as a number; `MeterSerial.registerValue`.
  public var serial: UInt32
  /// Three letters in 15 bits; 0: unknown.
  public var manufacturer: UInt16
  /// The maker's version.
  public var version: UInt8
  /// The device type number.
  public var medium: UInt8
  /// The last readout that brought values, as Unix time; 0: none yet.
  public var readoutTime: UInt32
  /// How much of the entry and its values can be trusted.
  public var flags: Flags

  /// A meter before its first readout: zeros, and both flags set.
  public static let neverRead = MeterEntry(
    serial: 0, manufacturer: 0, version: 0, medium: 0, readoutTime: 0,
    flags: [.notRead, .notAllUpToDate])

  /// All fields.
  public init(
    serial: UInt32, manufacturer: UInt16, version: UInt8, medium: UInt8, readoutTime: UInt32,
    flags: Flags
  ) {
    self.serial = serial
    self.manufacturer = manufacturer
    self.version = version
    self.medium = medium
    self.readoutTime = readoutTime
    self.flags = flags
  }

  /// A meter that has been read.
  /// - Parameters:
  ///   - identity: what the meter said of itself; parts that it did not say are 0.
  ///   - readoutTime: the last readout that brought values; 0 outside the years 1970–2106.
  public init(_ identity: MeterIdentity, readoutTime: WallTime, flags: Flags = []) {
    self.init(
      serial: identity.serial.registerValue,
      manufacturer: identity.manufacturer?.rawValue ?? 0,
      version: identity.version ?? 0,
      medium: identity.medium?.rawValue ?? 0,
      readoutTime: readoutTime.registerValue,
      flags: flags)
  }
}
