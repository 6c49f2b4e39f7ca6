import Metering

/// How the meters of a list are reached, to be asked for many of them: no two may be in the same way.
struct WaysToMeters {
  /// A way to a meter.
  private enum Way: Hashable {
    case primary(InterfaceKind, UInt8)
    /// By the serial; what else is known of a meter tells it from others that have it, too.
    case secondary(InterfaceKind, MeterSerial)

    init(_ configuration: MeterConfiguration) {
      self =
        configuration.usesPrimaryAddress
        ? .primary(configuration.interface, configuration.primaryAddress)
        : .secondary(configuration.interface, configuration.identity.serial)
    }
  }

  /// A list that comes from a file may have several of a kind.
  private var meters: [Way: [(id: MeterID, identity: MeterIdentity)]] = [:]

  init(_ meters: [Meter]) { for meter in meters { add(meter) } }

  /// The first meter of the list that is reached as this one is, but for one: at the same primary address, or by a
  /// secondary address that both may answer to.
  func meter(_ configuration: MeterConfiguration, besides id: MeterID?) -> MeterID? {
    meters[Way(configuration)]?.first { other in
      other.id != id
        && (configuration.usesPrimaryAddress || other.identity.agrees(with: configuration.identity))
    }?.id
  }

  mutating func add(_ meter: Meter) {
    meters[Way(meter.configuration), default: []].append((meter.id, meter.configuration.identity))
  }

  mutating func remove(_ meter: Meter) {
    meters[Way(meter.configuration)]?.removeAll { $0.id == meter.id }
  }
}
