import Metering
import Station
import Testing
import Time

@testable import WebUI

/// `/app/api/serial/<serial>.csv` and `.json`.
@Suite struct SerialAPITests {
  private struct Failure: Decodable {
    var error: String
  }

  private func bench() throws -> ServiceBench {
    let identity = MeterIdentity(
      serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
      version: 2, medium: .heat)
    var station = Station(
      configuration: .init(),
      meters: [MeterConfiguration(identity: identity, userLabel: "=cellar")])
    let start = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200))
    _ = station.handle(.start, at: start)
    _ = station.handle(.line(.state(LineID(.mbus), .up)), at: start)
    let report = MeterReport(
      identity: identity,
      values: [
        MeterValue(
          key: ValueKey(dif: [0x0C], vif: [0x06]), meaning: ValueMeaning(.energy, .wattHour),
          reading: .integer(25541), scale: 3, data: [0x41, 0x55, 0x02, 0x00]),
        MeterValue(
          key: ValueKey(dif: [0x0C], vif: [0x14]), meaning: ValueMeaning(.volume, .cubicMetre),
          reading: .invalid("no BCD digits"), scale: -2),
      ])
    _ = station.handle(
      .line(
        .readout(
          Readout(line: LineID(.mbus), meter: MeterID(1), time: start, outcome: .success(report)))),
      at: start)
    return try ServiceBench(station)
  }

  @Test func theNewestDataAsJSON() async throws {
    let answer = try await bench().get("/app/api/serial/66600106.json")
    #expect(answer.status == 200)
    #expect(
      answer.text == """
        [{"serial":"66600106","manufacturer":"LUG","medium":"Heat (outlet)","name":"=cellar",\
        "lastRead":"2023-11-14T22:00:00.000Z","values":[\
        {"register":1,"obis":null,"description":"Energy","label":null,"storage":0,"tariff":0,"value":25541000,\
        "text":null,"unit":"Wh","quality":"good","timestamp":"2023-11-14T22:00:00.000Z","meterTime":null},\
        {"register":2,"obis":null,"description":"Volume","label":null,"storage":0,"tariff":0,"value":null,\
        "text":null,"unit":"m^3","quality":"invalid","timestamp":null,"meterTime":null}]}]
        """)
  }

  @Test func theSameAsATable() async throws {
    let answer = try await bench().get("/app/api/serial/66600106.csv")
    let lines = answer.text.split(separator: "\r\n").map(String.init)
    #expect(
      lines.first
        == "\u{FEFF}serial;manufacturer;medium;name;lastRead;register;obis;description;label;storage;tariff;value;"
        + "text;unit;quality;timestamp;meterTime")
    #expect(
      lines.dropFirst().first
        == "66600106;LUG;Heat (outlet);'=cellar;2023-11-14T22:00:00.000Z;1;;Energy;;0;0;25541000;;Wh;good;"
        + "2023-11-14T22:00:00.000Z;")
    #expect(lines.count == 3)
  }

  @Test(arguments: [
    ("12345678.json", "there is no meter with the serial 12345678 in the list"),
    (
      "66600106.xml",
      "66600106.xml is not served: the serial of a meter is expected, with .csv or .json"
    ),
    ("66600106", "66600106 is not served: the serial of a meter is expected, with .csv or .json"),
  ])
  func whatIsNotThereIsSaid(name: String, message: String) async throws {
    let answer = try await bench().get("/app/api/serial/\(name)")
    #expect(answer.status == 404)
    #expect(try answer.json(Failure.self).error == message)
  }

  @Test func itNeedsTheRightToSeeMeters() async throws {
    let answer = try await bench().get(
      "/app/api/serial/66600106.json", ServiceBench.caller(without: [.meter: .none]))
    #expect(answer.status == 403)
  }
}
