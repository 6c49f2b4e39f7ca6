import Control
import Foundation
import Metering
import Station
import Testing
import Time

@testable import WebUI

/// Digital outputs of meters.
@Suite struct OutputAPITests {
  /// A meter with an output that is on: 01 FD 1A 01 (EN 13757-3, table 12: digital output), and one that was not read.
  private func station(
    _ identity: MeterIdentity = MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))
  ) -> Station {
    let output = ValueConfiguration(
      dif: [0x01], vif: [0xFD, 0x1A], meaning: ValueMeaning(.digitalOutput, .none),
      userLabel: "Valve")
    var station = Station(
      configuration: .init(),
      meters: [
        MeterConfiguration(identity: identity, values: [output]),
        MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true, values: [output]),
      ])
    let start = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200))
    _ = station.handle(.start, at: start)
    let report = MeterReport(
      identity: identity,
      values: [
        MeterValue(
          key: ValueKey(dif: [0x01], vif: [0xFD, 0x1A]), meaning: output.meaning,
          reading: .integer(1), data: [0x01])
      ])
    _ = station.handle(
      .line(
        .readout(
          Readout(line: LineID(.mbus), meter: MeterID(1), time: start, outcome: .success(report)))),
      at: start)
    return station
  }

  @Test func outputsAreListed() async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    let answer = await bench.ask(.get, "/api/v1/outputs")
    #expect(
      answer.text == """
        {"instance":"","outputs":[{"allowed":true,"description":"Digital output","dif":"01","index":1,"label":"Valve","meter":1,"name":"12345678",\
        "on":true,"quality":"good","vif":"FD1A"},{"allowed":true,"description":"Digital output","dif":"01","index":1,\
        "label":"Valve","meter":2,"name":"@5","quality":"never","vif":"FD1A"}]}
        """)
  }

  @Test(arguments: ["ALL", "INTERNALORDIGTALOUT"])
  func anOutputIsWrittenWithItsOwnRecord(setting: String) async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=\(setting)\n")
    #expect(await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":false}").status == 200)
    let wanted = try #require(bench.gateway.wanted.first)
    #expect(wanted.order == ["set-value", "01", "FD1A", "00"])
    #expect(wanted.secondary == "12345678")
    #expect(wanted.words == "send set-value 12345678")
  }

  /// Two meters with one serial: the whole secondary address tells them apart.
  @Test func theMeterIsToldFromItsTwin() async throws {
    let identity = MeterIdentity(
      serial: MeterSerial(digits: 0x1234_5678), manufacturer: ManufacturerCode(letters: "LUG"),
      version: 2, medium: .heat)
    let bench = try WebBench(
      station(identity), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    #expect(await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":true}").status == 200)
    #expect(bench.gateway.wanted.first?.secondary == "12345678,LUG,2,4")
  }

  @Test func theLogSaysWhoSwitchedWhatAndWhatCameOfIt() async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    var good = ControlAnswer()
    good.news = ["the meter shows 0"]
    bench.gateway.answer(with: good)
    _ = await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":false}")
    var bad = ControlAnswer()
    bad.problems = ["the meter shows 1"]
    bench.gateway.answer(with: bad)
    let undone = await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":false}")
    #expect(undone.status == 422)
    #expect(undone.text == "{\"error\":\"the meter shows 1\"}")
    bench.gateway.answer(with: ControlAnswer(error: "nobody answers"))
    _ = await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":true}")
    #expect(
      bench.said.lines == [
        "notice: boss switches the output 12345678, value 1 (Valve) off: the meter shows 0",
        "warning: boss switches the output 12345678, value 1 (Valve) off: the meter shows 1",
        "warning: boss switches the output 12345678, value 1 (Valve) on: nobody answers",
      ])
  }

  /// The keys of meters are others after a restart.
  @Test func anOutputOfAnotherRunIsNotSwitched() async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    let answer = await bench.ask(
      .post, "/api/v1/outputs/1/1", "{\"on\":true,\"instance\":\"another\"}")
    #expect(answer.status == 409)
    #expect(
      answer.text
        == "{\"error\":\"the gateway has begun anew since this list was read: read it again; nothing is changed\"}"
    )
    #expect(bench.gateway.wanted.isEmpty)
  }

  /// The number of a value may be that of another one by now.
  @Test func anotherOutputIsNotSwitched() async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    let wrong = await bench.ask(
      .post, "/api/v1/outputs/1/1", #"{"on":true,"dif":"41","vif":"FD1A"}"#)
    #expect(wrong.status == 409)
    #expect(
      try error(wrong)
        == "12345678, value 1 is another one than was meant, \"Digital output\": the numbers of values may have changed "
        + "since the list was read: read it again; nothing is changed")
    let half = await bench.ask(.post, "/api/v1/outputs/1/1", #"{"on":true,"dif":"01"}"#)
    #expect(half.status == 422)
    #expect(
      try error(half)
        == "12345678, value 1: \"dif\" and \"vif\" say together which value is meant, each as the list has it: two "
        + "hexadecimal digits a byte; nothing is changed")
    #expect(bench.gateway.wanted.isEmpty)
    let right = await bench.ask(
      .post, "/api/v1/outputs/1/1", #"{"on":true,"dif":"01","vif":"FD1A"}"#)
    #expect(right.status == 200 && bench.gateway.wanted.count == 1)
  }

  private func error(_ answer: WebBench.Answer) throws -> String {
    struct Failure: Decodable { var error: String }
    return try JSONDecoder().decode(Failure.self, from: Data(answer.text.utf8)).error
  }

  @Test(arguments: ["-9223372036854775808", "-1", "0", "9223372036854775807"])
  func aNumberThatIsNoneIsNotFound(number: String) async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    let answer = await bench.ask(.post, "/api/v1/outputs/1/\(number)", "{\"on\":true}")
    #expect(answer.status == 404)
    #expect(
      answer.text == "{\"error\":\"there is no output \(number) of a meter with the key 1\"}")
    #expect(
      await bench.ask(.post, "/api/v1/outputs/\(number)/1", "{\"on\":true}").status == 404)
    #expect(bench.gateway.wanted.isEmpty)
  }

  @Test(arguments: ["INTERNAL", "S0", "NONE"])
  func otherSettingsDoNotLetThem(setting: String) async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=\(setting)\n")
    let answer = await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":true}")
    #expect(answer.status == 422)
    #expect(
      answer.text
        == "{\"error\":\"MUC_SETDEVICES = \(setting) does not let outputs of meters be switched: INTERNALORDIGTALOUT and "
        + "ALL do\"}")
    #expect(bench.gateway.wanted.isEmpty)
  }

  @Test func whatCannotBeSwitched() async throws {
    let bench = try WebBench(station(), settings: "[SOLVIMUS]\nMUC_SETDEVICES=ALL\n")
    let unread = await bench.ask(.post, "/api/v1/outputs/2/1", "{\"on\":true}")
    #expect(
      unread.text
        == "{\"error\":\"address 5, value 1: it has not been read yet, so that nobody knows how to write it\"}"
    )
    let missing = await bench.ask(.post, "/api/v1/outputs/1/2", "{\"on\":true}")
    #expect(missing.status == 404)
    #expect(missing.text == "{\"error\":\"there is no output 2 of a meter with the key 1\"}")
    bench.be(Caller(name: "guest", rights: [.output: .read]))
    #expect(
      await bench.ask(.post, "/api/v1/outputs/1/1", "{\"on\":true}").text
        == "{\"error\":\"guest may not change what is on the tab Output\"}")
    #expect(bench.gateway.wanted.isEmpty)
  }
}
