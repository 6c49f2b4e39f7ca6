import MBus
import Metering

/// A meter that the simulator makes up: it counts on plausibly with its clock, and shows the same at
/// the same time whenever it is asked.
public struct BuiltInMeter: Hashable, Sendable {
  /// The kinds of meters that are built in.
  public enum Kind: CaseIterable, Hashable, Sendable {
    /// Electricity, a chain of two telegrams.
    case electricity
    /// Heat, measured in the return.
    case heat
    /// Cold water.
    case coldWater
    /// Warm water.
    case warmWater
    /// Gas.
    case gas
    /// A heat cost allocator on a radiator.
    case heatCostAllocator
    /// Temperature and humidity of a room.
    case roomSensor
  }

  /// What it measures.
  public let kind: Kind
  /// The number on it.
  public let serial: MeterSerial
  /// Makes its readings differ from those of its neighbours.
  let seed: UInt64
  /// Encrypts its telegrams with this key, in security mode 5; nil: they are plain.
  public var key: TelegramKey?

  /// How many telegrams its chain has, 1–255; nil: as many as its kind needs. Further ones have values of
  /// earlier days.
  public var chain: Int?

  /// - Parameters:
  ///   - kind: what it measures.
  ///   - serial: the number on it.
  ///   - seed: makes its readings differ from those of its neighbours.
  public init(_ kind: Kind, serial: MeterSerial, seed: UInt64 = 1) {
    self.kind = kind
    self.serial = serial
    self.seed = seed
  }

  /// What it says of itself. The makers are invented: no maker of meters has these letters.
  public var identity: MeterIdentity {
    MeterIdentity(
      serial: serial, manufacturer: ManufacturerCode(letters: kind.manufacturer),
      version: kind.version,
      medium: kind.medium)
  }

  /// How many telegrams make up a readout.
  public var telegramCount: Int {
    chain.map { min(max($0, 1), 255) } ?? kind.telegramCount
  }

  /// A telegram.
  /// - Parameters:
  ///   - index: its place in the chain, from 0.
  ///   - seconds: the meter's clock, in seconds since 1970-01-01 00:00 as that clock shows it.
  ///   - accessNumber: counts the telegrams sent.
  ///   - primaryAddress: 0–250.
  /// - Returns: nil when there is no such telegram.
  public func telegram(
    _ index: Int, at seconds: Int64, accessNumber: UInt8, primaryAddress: UInt8
  ) -> [UInt8]? {
    guard (0..<telegramCount).contains(index) else { return nil }
    return telegram(
      records(index, at: seconds), accessNumber: accessNumber, identity: identity,
      primaryAddress: primaryAddress, moreRecordsFollow: index + 1 < telegramCount)
  }

  /// A telegram with other records, or from somebody of another name: what commands have made of it.
  func telegram(
    _ records: [RecordEncoder], accessNumber: UInt8, identity: MeterIdentity,
    primaryAddress: UInt8, moreRecordsFollow: Bool
  ) -> [UInt8]? {
    let response = ResponseEncoder(
      header: ResponseHeader(identity: identity, access: accessNumber), records: records,
      moreRecordsFollow: moreRecordsFollow, key: key)
    return try? response.frame(address: primaryAddress).encoded
  }

  /// What one of its telegrams has.
  func records(_ index: Int, at seconds: Int64) -> [RecordEncoder] {
    MeterReadings(meter: self, seconds: seconds)?.records(index) ?? []
  }

  /// What it is there to measure, as it is at a moment.
  func counter(at seconds: Int64) -> RecordEncoder? {
    let records = records(0, at: seconds)
    return records.first { $0.vif != [PrimaryCode.fabrication] } ?? records.first
  }

  private enum PrimaryCode {
    static let fabrication: UInt8 = 0x78
  }
}

extension BuiltInMeter.Kind {
  /// How many telegrams its own values take.
  var telegramCount: Int { self == .electricity ? 2 : 1 }

  fileprivate var manufacturer: String {
    switch self {
    case .electricity: "XQE"
    case .heat: "XQH"
    case .coldWater, .warmWater: "XQW"
    case .gas: "XQG"
    case .heatCostAllocator: "XQA"
    case .roomSensor: "XQR"
    }
  }

  fileprivate var version: UInt8 {
    switch self {
    case .electricity: 3
    case .heat: 2
    case .coldWater, .warmWater, .gas, .heatCostAllocator, .roomSensor: 1
    }
  }

  fileprivate var medium: Medium {
    switch self {
    case .electricity: .electricity
    case .heat: .heat
    case .coldWater: .coldWater
    case .warmWater: .warmWater
    case .gas: .gas
    case .heatCostAllocator: .heatCostAllocator
    case .roomSensor: .roomSensor
    }
  }
}
