import Metering
import PeerSupport
import Station
import Testing

@testable import WebUI

/// The list at its largest: how long it takes, and that only what has changed goes out.
@Suite(.ownThread) struct ScaleTests {
  @Test func theWholeListAndFiveOfItsMeters() throws {
    var large = LargeStation()
    let clock = ContinuousClock()
    let style = DescriptionStyle.standard
    var list: [UInt8] = []
    let whole = clock.measure { list = MeterListJSON(large.view(1), style).list() }
    let text = String(decoding: list, as: UTF8.self)
    #expect(text.split(separator: "\"index\":").count == 12_501)

    // Five meters are read, one value of each is another one.
    let known = large.station.meters.map(\.id)
    var changed: [MeterID: UInt64] = [:]
    for index in [3, 77, 200, 311, 499] {
      large.read(index, values: 25, number: 25_542)
      changed[MeterID(index + 1)] = 2
    }
    var update: [UInt8] = []
    let view = large.view(2, changed)
    let part = clock.measure {
      update = MeterListJSON(view, style).changes(since: 1, known: known) ?? []
    }
    let said = String(decoding: update, as: UTF8.self)
    for meter in [4, 78, 201, 312, 500] { #expect(said.contains("{\"id\":\(meter),\"name\"")) }
    #expect(said.split(separator: "\"name\":").count == 6, "only these five")
    #expect(said.split(separator: "\"index\":").count == 126, "with their values")
    #expect(!said.contains("\"order\""))
    #expect(update.count * 50 < list.count)
    #expect(MeterListJSON(view, style).changes(since: 2, known: known) == nil)
    print(
      "scale: 500 meters x 25 values: the list has \(list.count) bytes and takes \(whole); an update of 5 meters has "
        + "\(update.count) bytes and takes \(part)")
  }
}
