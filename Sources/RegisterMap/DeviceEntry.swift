import Time

/// The registers that describe the gateway itself (MUC500 manual 1.1, table 32).
public struct DeviceEntry: Hashable, Sendable {
  /// What registers 4–5 show. The manuals differ.
  public enum ClockRule: Hashable, Sendable {
    /// The device's clock at the moment of the answer (MUC500 manual 1.1, table 32).
    case systemTime
    /// When a meter was last read (Anybus gateway manual 2.4, ch. 6.2).
    case lastReadout
    /// Always this, as Unix time: test data.
    case standsStill(UInt32)
  }

  /// The serial number of the gateway.
  public var serial: UInt32
  /// The version of the register map: 1.
  public var protocolVersion: UInt16
  /// The software version: 111 is 1.11.
  public var version: UInt16
  /// What the time registers show.
  public var clockRule: ClockRule
  /// Registers 4–5 as Unix time; `RegisterBank` keeps them up to date.
  var time: UInt32 = 0

  /// A device entry; its time is filled in by the bank.
  public init(
    serial: UInt32, protocolVersion: UInt16 = 1, version: UInt16, clockRule: ClockRule
  ) {
    self.serial = serial
    self.protocolVersion = protocolVersion
    self.version = version
    self.clockRule = clockRule
  }
}
