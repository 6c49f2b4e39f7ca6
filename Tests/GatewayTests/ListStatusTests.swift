import Metering
import Station
import Testing
import Time

@testable import Gateway

/// What is counted through the whole list for the status.
@Suite struct ListStatusTests {
  private func key(_ revision: UInt64 = 1) -> ListStatus.Key {
    ListStatus.Key(
      revision: revision, second: 1_700_000_000, notSaved: "why", file: "Device_Handle.cfg",
      isTestData: false)
  }

  private let now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))

  @Test func namesAreThoseOfCommands() {
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x6660_0106))
    let station = Station(
      configuration: .init(),
      meters: [
        MeterConfiguration(identity: identity),
        MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true),
        MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true),
      ])
    let list = ListStatus(station, key(), at: now)
    #expect(list.meters.readouts?.map(\.meter) == ["66600106", "address 5", "address 5"])
    #expect(list.meters.file == "Device_Handle.cfg" && list.meters.notSaved == "why")
    #expect(list.meters.listed == 3 && list.meters.never == 3)
    #expect(list.registers.layout == station.configuration.layout.name)
  }

  /// Twice the meters take twice the time: comparing each with each takes minutes for so many.
  @Test(.timeLimit(.minutes(1))) func manyMetersTakeNoTime() {
    let station = Station(
      configuration: .init(),
      meters: (1...20_000).map {
        MeterConfiguration(identity: MeterIdentity(serial: MeterSerial(digits: $0)))
      })
    let list = ListStatus(station, key(), at: now)
    #expect(list.meters.readouts?.count == 20_000)
  }
}
