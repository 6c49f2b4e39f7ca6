import Control
import Metering
import Station
import Time

/// A list as large as the manuals allow: 500 meters with 25 values each, all of them read.
struct LargeStation {
  private(set) var station: Station
  private static let start = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_795_305_600))

  init(meters: Int = 500, values: Int = 25) {
    station = Station(
      configuration: .init(),
      meters: (0..<meters).map { MeterConfiguration(identity: Self.identity($0)) })
    _ = station.handle(.start, at: Self.start)
    _ = station.handle(.line(.state(LineID(.mbus), .up)), at: Self.start)
    for index in 0..<meters { read(index, values: values, number: 25_541) }
  }

  /// A readout of a meter.
  /// - Parameter number: what its values are.
  mutating func read(_ index: Int, values: Int, number: Int64) {
    let report = MeterReport(
      identity: Self.identity(index), values: (0..<values).map { Self.value($0, number) })
    let outcome = Readout(
      line: LineID(.mbus), meter: MeterID(index + 1), time: Self.start, outcome: .success(report))
    _ = station.handle(.line(.readout(outcome)), at: Self.start)
  }

  private static func value(_ index: Int, _ number: Int64) -> MeterValue {
    let isEnergy = index < 16
    let storage = UInt64(index % 16) * 2
    let key = ValueKey(
      dif: [0x84, UInt8(index % 16)], vif: [isEnergy ? 0x06 : 0x14], storage: storage)
    let meaning: ValueMeaning =
      isEnergy ? ValueMeaning(.energy, .wattHour) : ValueMeaning(.volume, .cubicMetre)
    return MeterValue(
      key: key, meaning: meaning, reading: .integer(number + Int64(index)),
      scale: isEnergy ? 3 : -2, data: [0xC5, 0x63, 0x00, 0x00])
  }

  private static func identity(_ index: Int) -> MeterIdentity {
    MeterIdentity(
      serial: MeterSerial(digits: 0x6660_0000 + bcd(index)),
      manufacturer: ManufacturerCode(letters: "LUG"), version: 2, medium: .heat)
  }

  private static func bcd(_ number: Int) -> UInt32 {
    UInt32(String(number), radix: 16) ?? 0
  }

  /// How it is seen.
  /// - Parameter changed: when each meter was changed last.
  func view(_ revision: UInt64, _ changed: [MeterID: UInt64] = [:]) -> StationView {
    StationView(
      station, revision: revision, changed: changed, listRevision: 1, at: Self.start)
  }
}
