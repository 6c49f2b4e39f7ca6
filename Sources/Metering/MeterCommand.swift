import Time

/// Something that a meter is told to do, in terms of people; what is sent for it is the interface's matter.
public enum MeterCommand: Hashable, Sendable {
  /// Another primary address, 1–250. Unless forced, nothing is sent when somebody answers there.
  case setAddress(UInt8, force: Bool)
  /// Another speed, one of `MeterSpeed`, from its acknowledgement on.
  case setBaud(Int)
  /// Another serial; with manufacturer, version and medium where all of them are given. Unless forced, nothing is
  /// sent when somebody has it.
  case setIdentity(MeterIdentity, force: Bool)
  /// Date and time as its clock is to show them, with seconds (type I) or without (type F).
  case setClock(CivilTime, withSeconds: Bool)
  /// Its application begins anew (EN 13757-3, CI 50).
  case applicationReset(subcode: UInt8?)
  /// What it sends from now on: VIFs with their VIFEs.
  case select([[UInt8]])
  /// A value of it is written, with its own record: the bytes of DIF with DIFEs, VIF with VIFEs, and data.
  case setValue(dif: [UInt8], vif: [UInt8], data: [UInt8])
  /// All that it has is sent from now on; short: 7F without 7E.
  case globalReadout(isShort: Bool)
  /// Its values are frozen, under a storage number unless that is 0.
  /// - Parameter is2018: CI 5C in place of 54 (EN 13757-3:2018).
  case freeze(storage: UInt64, is2018: Bool)
}
