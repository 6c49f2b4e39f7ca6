import Metering

/// A meter of the list to which a command may go.
public struct Addressee: Hashable, Sendable {
  fileprivate let configuration: MeterConfiguration
  fileprivate let identity: MeterIdentity

  /// - Parameters:
  ///   - configuration: as its user wrote it down.
  ///   - identity: who it is, as far as that is known; nil: what the list says.
  public init(_ configuration: MeterConfiguration, identity: MeterIdentity? = nil) {
    self.configuration = configuration
    self.identity = identity ?? configuration.identity
  }

  /// Whether a command to an address goes to this meter, as far as the list tells it.
  func isMeant(by address: MeterAddress) -> Bool {
    guard configuration.isToBeRead, case .mbus(let address) = address else { return false }
    switch address {
    case .primary(let primary):
      // 0 is what a list has that does not know it.
      return configuration.primaryAddress == primary
        && (configuration.usesPrimaryAddress || primary != 0)
    case .secondary(let asked):
      return identity.serial != .any && asked.agrees(with: identity)
    }
  }
}

extension SendJob {
  /// With the speed and the key of the meter that it goes to, if the list says which one that is; of several with what
  /// they have in common.
  public func completed(by list: [Addressee]) -> SendJob {
    guard let order else { return self }
    let meant = list.filter { $0.isMeant(by: order.address) }
    guard let meter = meant.first else { return self }
    var job = self
    let speed = meter.configuration.baud
    if baud == nil, meant.allSatisfy({ $0.configuration.baud == speed }) { job.baud = speed }
    if meant.count == 1 {
      job.identity = meter.identity
      job.encryptionKey = meter.configuration.encryptionKey
    }
    return job
  }
}
