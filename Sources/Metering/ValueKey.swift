/// Which value of a meter: stable over readouts, restarts and rescans.
public struct ValueKey: Hashable, Sendable {
  /// How the meter came by the value (EN 13757-3, function field of the DIF).
  public enum Function: UInt8, CaseIterable, Sendable {
    /// The value as it is now, or was at the storage time.
    case instantaneous = 0
    /// The highest value of a period.
    case maximum = 1
    /// The lowest value of a period.
    case minimum = 2
    /// The value during an error state.
    case error = 3

    /// `instantaneous`, `maximum`, `minimum` or `error`.
    public var name: String { "\(self)" }
  }

  /// The bytes that say how the value is coded and which of several it is; for M-Bus the DIF and its
  /// DIFEs, for interfaces that have none empty.
  public var dif: [UInt8]
  /// The bytes that say what the value is; for M-Bus the VIF, its VIFEs and a text VIF.
  public var vif: [UInt8]
  /// 0: the current value; above: historic ones.
  public var storage: UInt64
  /// 0: total; above: the tariff.
  public var tariff: UInt32
  /// The part of the device that measured it.
  public var subunit: UInt32
  /// How the meter came by the value.
  public var function: Function
  /// 0 for the first value with all of the above alike, 1 for the second, and so on.
  public var occurrence: Int

  /// A key; everything that is left out is 0 or instantaneous.
  public init(
    dif: [UInt8] = [], vif: [UInt8] = [], storage: UInt64 = 0, tariff: UInt32 = 0,
    subunit: UInt32 = 0, function: Function = .instantaneous, occurrence: Int = 0
  ) {
    self.dif = dif
    self.vif = vif
    self.storage = storage
    self.tariff = tariff
    self.subunit = subunit
    self.function = function
    self.occurrence = occurrence
  }
}
