import Metering

/// How the meters of a list are reached, to be asked for many of them: no two may be in the same way.
struct WaysToMeters {
  /// A way to a meter.
  private enum Way: Hashable {
    case primary(InterfaceKind, UInt8)
    case secondary(InterfaceKind, MeterIdentity)

    init(_ configuration: MeterConfiguration) {
      self =
        configuration.usesPrimaryAddress
        ? .primary(configuration.interface, configuration.primaryAddress)
        : .secondary(configuration.interface, configuration.identity)
    }
  }

  /// A list that comes from a file may have several of a kind.
  private var meters: [Way: [MeterID]] = [:]

  init(_ meters: [Meter]) { for meter in meters { add(meter) } }

  /// The first meter of the list that is reached as this one is, but for one.
  func meter(_ configuration: MeterConfiguration, besides id: MeterID?) -> MeterID? {
    meters[Way(configuration)]?.first { $0 != id }
  }

  mutating func add(_ meter: Meter) {
    meters[Way(meter.configuration), default: []].append(meter.id)
  }

  mutating func remove(_ meter: Meter) {
    meters[Way(meter.configuration)]?.removeAll { $0 == meter.id }
  }
}
