import Metering

/// How the telegrams of certain meters differ from what EN 13757-3 says. Each has a file of its own in
/// this folder, and one line in `all`.
public struct MeterQuirk: Hashable, Sendable {
  /// What is done about it.
  public enum Effect: Hashable, Sendable {
    /// The header names a security mode, and the data is plain all the same.
    case plainDespiteSignature
    /// A BCD number that ends in these hex digits, whatever fills it up before them, stands for "none".
    case placeholder(digits: [UInt8])
    /// The meter's clock begins with this year and counts on from there until somebody sets it: a time
    /// point of the year says nothing about when values were taken.
    case unsetClock(year: Int)
  }

  /// What it is called in tests and documents.
  public let name: String
  /// Whose meters.
  public let manufacturer: ManufacturerCode
  /// Which of them, by version and medium.
  public let meters: [Kind]
  /// What is done about it.
  public let effect: Effect
  /// What is known of it, and from where.
  public let why: String
  /// A telegram with it, built by us, in hex digits.
  public let frame: String

  /// A kind of meter.
  public struct Kind: Hashable, Sendable {
    let version: UInt8
    let medium: Medium
  }

  /// All that are known.
  public static let all = [
    plainDespiteSignatureAMT, plainDespiteSignatureAPA, hydrometerPlaceholder, padPulsClock,
  ].compactMap { $0 }

  /// Those of a meter.
  public static func of(_ identity: MeterIdentity) -> [MeterQuirk] {
    all.filter { $0.matches(identity) }
  }

  /// True for a meter that has it; one that does not say what it is has none.
  public func matches(_ identity: MeterIdentity) -> Bool {
    identity.manufacturer == manufacturer
      && meters.contains { $0.version == identity.version && $0.medium == identity.medium }
  }

  /// nil: the letters are no manufacturer's.
  init?(
    _ name: String, _ letters: String, _ meters: [Kind], _ effect: Effect, why: String,
    frame: String
  ) {
    guard let manufacturer = ManufacturerCode(letters: letters) else { return nil }
    self.name = name
    self.manufacturer = manufacturer
    self.meters = meters
    self.effect = effect
    self.why = why
    self.frame = frame
  }
}
