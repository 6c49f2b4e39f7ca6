import MBus
import Metering

/// The order in which a scan asks, and what it makes of the answers; without any time in it.
protocol ScanSearch: Sendable {
  /// What the master knows of link addresses; the search brings it up to date.
  var countBits: FrameCountBits { get }
  /// The share of the range that has been looked at, 0–1000.
  var thousandths: Int { get }
  /// What a person should look after.
  var problems: [String] { get }
  /// The next request; nil when the search is over.
  mutating func nextRequest() -> (frame: Frame, expectation: Exchange.Expectation)?
  /// Takes what came of it; a meter, if that shows one.
  mutating func take(_ outcome: Exchange.Outcome) -> ScanHit?
}

extension ScanHit {
  /// - Parameters:
  ///   - address: how it was reached.
  ///   - identity: who it says it is.
  ///   - frame: its answer.
  init(address: MBusAddress, identity: MeterIdentity, frame: Frame) {
    let sender = frame.address.flatMap { $0 <= LinkAddress.meters.upperBound ? $0 : nil }
    self.init(address: address, identity: identity, primaryAddress: sender)
  }
}
