import Metering
import RegisterMap

/// How people name a meter of the list: `66600106`, `66600106:LUG`, or `@5` for one that is read by that
/// primary address.
public enum MeterName: Hashable, Sendable, CustomStringConvertible {
  /// By the number on it, and its manufacturer where that is needed.
  case serial(MeterSerial, ManufacturerCode?)
  /// By the link layer address by which it is read.
  case primary(UInt8)

  /// Nil for text of another form.
  public init?(_ text: some StringProtocol) {
    if text.hasPrefix("@") {
      guard let address = UInt8(text.dropFirst()), address <= 250 else { return nil }
      self = .primary(address)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let serial = parts.first.flatMap({ MeterSerial(text: $0, .pattern) })
    else {
      return nil
    }
    guard parts.count == 2 else {
      self = .serial(serial, nil)
      return
    }
    guard let manufacturer = ManufacturerCode(letters: parts[1]) else { return nil }
    self = .serial(serial, manufacturer)
  }

  /// What names look like.
  public static let form =
    "a serial such as 66600106, with the manufacturer where several meters have it, as in 66600106:LUG, "
    + "or @5 for the meter that is read by primary address 5"

  /// The name as it is given.
  public var description: String {
    switch self {
    case .serial(let serial, let manufacturer):
      "\(serial)" + (manufacturer.map { ":\($0)" } ?? "")
    case .primary(let address): "@\(address)"
    }
  }
}

/// How people name entries: a meter with its values, with `/0` the meter's own entry, with `/N` its Nth
/// value.
public struct EntryName: Hashable, Sendable, CustomStringConvertible {
  /// The meter.
  public var meter: MeterName
  /// What of it: 0 is its own entry, 1 its first value; nil: all.
  public var number: Int?

  /// Nil for text of another form.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let meter = parts.first.flatMap({ MeterName($0) }) else { return nil }
    self.meter = meter
    guard parts.count == 2 else { return }
    guard let number = Int(parts[1]), (0...Meter.longestList).contains(number) else { return nil }
    self.number = number
  }

  /// The name as it is given.
  public var description: String { "\(meter)" + (number.map { "/\($0)" } ?? "") }

  /// What names look like.
  public static let form =
    "\(MeterName.form); behind it /0 for the meter's own entry, or /3 for its third value"
}

/// How people name the meter that takes another one's place: `66600107`, `66600107:LUG`,
/// `66600107:LUG:2:4`.
public enum NewMeterName {
  /// Nil for text of another form, and for a serial that means any meter.
  public static func identity(_ text: String) -> MeterIdentity? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 4, let serial = parts.first.flatMap({ MeterSerial(text: $0, .hex) })
    else { return nil }
    var identity = MeterIdentity(serial: serial)
    if parts.count > 1 {
      guard let code = ManufacturerCode(letters: parts[1]) else { return nil }
      identity.manufacturer = code
    }
    if parts.count > 2 {
      guard let version = UInt8(parts[2]) else { return nil }
      identity.version = version
    }
    if parts.count > 3 {
      guard let medium = UInt8(parts[3]) else { return nil }
      identity.medium = Medium(rawValue: medium)
    }
    return identity
  }

  /// What names look like.
  public static let form =
    "a serial such as 66600107, then if you like a manufacturer of three letters, version and medium (0 "
    + "to 255), with colons between them, as in 66600107:LUG:2:4"
}

/// Finds what a name means in the list as it is now.
extension Station {
  /// The shortest name that means this meter and no other; nil: there is none.
  public func name(of meter: Meter) -> MeterName? {
    let serial = meter.identity.serial
    var names: [MeterName] = []
    if serial != .any {
      names.append(.serial(serial, nil))
      if let manufacturer = meter.identity.manufacturer {
        names.append(.serial(serial, manufacturer))
      }
    }
    if meter.configuration.usesPrimaryAddress {
      names.append(.primary(meter.configuration.primaryAddress))
    }
    // A code that is no three letters cannot be typed.
    return names.first { name in
      MeterName(name.description) == name && meters.count { $0.answers(to: name) } == 1
    }
  }

  /// The meter of this name.
  public func meter(named name: MeterName) throws(ListRefusal) -> Meter {
    let found = meters.filter { $0.answers(to: name) }
    guard let first = found.first else { throw .noSuchMeter(name) }
    guard found.count == 1 else { throw .ambiguous(name, found.map(\.fullName)) }
    return first
  }

  /// What of the list has this name.
  public func part(named name: EntryName) throws(ListRefusal) -> MeterPart {
    let meter = try meter(named: name.meter)
    switch name.number {
    case nil: return MeterPart(meter.id)
    case 0: return MeterPart(meter.id, .meterEntry)
    case let number?:
      guard number <= meter.values.count else {
        throw .noSuchValue(meter.label, number: number, count: meter.values.count)
      }
      return MeterPart(meter.id, .value(number - 1))
    }
  }
}

extension Meter {
  fileprivate func answers(to name: MeterName) -> Bool {
    switch name {
    case .primary(let address):
      configuration.usesPrimaryAddress && configuration.primaryAddress == address
    case .serial(let serial, let manufacturer):
      (identity.serial == serial || configuration.identity.serial == serial)
        && (manufacturer == nil || identity.manufacturer == nil
          || identity.manufacturer == manufacturer)
    }
  }

  /// Who it is and how it is reached: what tells it from another one with the same number.
  var fullName: String {
    identity.serial == .any || !configuration.usesPrimaryAddress
      ? (identity.serial == .any ? label : identity.label)
      : "\(identity.label) at address \(configuration.primaryAddress)"
  }
}
