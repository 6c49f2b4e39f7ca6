import Metering

extension MeterConfiguration {
  /// Whether it is the meter that answers at an address, as far as the list tells it.
  func isReached(at address: MBusAddress) -> Bool {
    guard interface == .mbus else { return false }
    switch address {
    case .primary(let address):
      // 0 is what a list has that does not know it.
      return primaryAddress == address && (usesPrimaryAddress || address != 0)
    case .secondary(let asked):
      return identity.serial != .any
        && (identity.agrees(with: asked) || asked.agrees(with: identity))
    }
  }
}

extension [MeterConfiguration] {
  /// The meter of the list that is reached at an address, first of all one that is read by it; nil: none is known.
  func first(at address: MBusAddress) -> MeterConfiguration? {
    first { $0.isReached(at: address) && $0.usesPrimaryAddress }
      ?? first { $0.isReached(at: address) }
  }
}
