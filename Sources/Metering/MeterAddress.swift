/// A meter in this gateway's list: given once, never used again; it survives a rescan and the swap of
/// the meter, and is the key of addresses and stored values.
public struct MeterID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 1 and up, in the order of creation.
  public let number: Int

  /// - Parameter number: 1 and up.
  public init(_ number: Int) { self.number = number }

  /// The number.
  public var description: String { String(number) }

  /// Which of two was created first.
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// How a meter is reached: one case for each kind of interface.
public enum MeterAddress: Hashable, Sendable {
  /// A meter on the wired M-Bus.
  case mbus(MBusAddress)
}

/// How a meter on the wired M-Bus is reached (EN 13757-2; MUC500 manual 1.1, ch. 5.3.2).
public enum MBusAddress: Hashable, Sendable {
  /// By its link layer address, 0–250.
  case primary(UInt8)
  /// By a slave select with its identity; parts that are nil are sent as wildcards.
  case secondary(MeterIdentity)
}

/// A kind of interface, as the meter file and the web page name it (MUC500 manual 1.1, table 26).
public enum InterfaceKind: String, CaseIterable, Sendable {
  case mbus = "M-Bus"
  case wirelessMBus = "wM-Bus"
  case dlde = "DLDERs"
  case s0 = "S0"
  case modbus = "Modbus"
  case system = "System"
}

/// One line of one interface.
public struct LineID: Hashable, Sendable {
  /// What kind of line it is.
  public var kind: InterfaceKind
  /// 0 for the first of its kind.
  public var index: Int

  /// - Parameters:
  ///   - kind: what kind of line it is.
  ///   - index: 0 for the first of its kind.
  public init(_ kind: InterfaceKind, index: Int = 0) {
    self.kind = kind
    self.index = index
  }
}
