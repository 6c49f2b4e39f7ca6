/// Addresses of the link layer with a meaning of their own (EN 13757-2, ch. 5.7.5).
public enum LinkAddress {
  /// Meters with an address of their own: 1–250.
  public static let meters: ClosedRange<UInt8> = 1...250
  /// Slaves, those without an address of their own included: 0–250.
  public static let slaves: ClosedRange<UInt8> = 0...250
  /// A meter that has not been given an address.
  public static let unconfigured: UInt8 = 0x00
  /// The slaves that a slave select has selected: the address of the network layer.
  public static let networkLayer: UInt8 = 0xFD
  /// Every slave, and every one answers: for a bus with a single meter.
  public static let test: UInt8 = 0xFE
  /// Every slave, and none answers.
  public static let broadcast: UInt8 = 0xFF
}
