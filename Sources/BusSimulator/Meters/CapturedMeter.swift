import Metering

/// A meter of which only telegrams are known: it answers with them as they are.
public struct CapturedMeter: Hashable, Sendable {
  /// What the telegram with the first records is called in its file.
  public let name: String
  /// The A field of its first telegram.
  public let primaryAddress: UInt8
  /// Who it says it is; nil when its telegrams do not tell.
  public let identity: MeterIdentity?
  /// Its telegrams in the order of the chain.
  public internal(set) var telegrams: [[UInt8]]
  /// True while its last telegram says that another one follows.
  public internal(set) var lacksNextTelegram: Bool

  /// A meter.
  /// - Parameters:
  ///   - name: what people call it.
  ///   - primaryAddress: where it is reached.
  ///   - identity: what a slave select is compared with.
  ///   - telegrams: the frames in the order of the chain.
  ///   - lacksNextTelegram: whether the last one says that another one follows.
  public init(
    name: String, primaryAddress: UInt8, identity: MeterIdentity?, telegrams: [[UInt8]],
    lacksNextTelegram: Bool = false
  ) {
    self.name = name
    self.primaryAddress = primaryAddress
    self.identity = identity
    self.telegrams = telegrams
    self.lacksNextTelegram = lacksNextTelegram
  }

  /// How many telegrams make up a readout, one that is missing included.
  public var telegramCount: Int { telegrams.count + (lacksNextTelegram ? 1 : 0) }

  /// A telegram; nil where the chain goes on with one that is missing.
  /// - Parameter index: its place in the chain, from 0.
  public func telegram(_ index: Int) -> [UInt8]? {
    telegrams.dropFirst(max(index, 0)).first
  }
}
