import Control
import Foundation
import Logs
import Testing

@testable import WebUI

/// `/api/v1/log`, `/api/v1/log.csv` and `/api/v1/telegram`.
@Suite struct LogAPITests {
  private struct Failure: Decodable {
    var error: String
    var offset: Int?
  }

  private func bench(_ count: Int = 3) throws -> ServiceBench {
    let bench = try ServiceBench()
    for index in 0..<count {
      bench.log.append(
        ApplicationLog.Entry(
          time: 1_763_769_600_123 + Int64(index) * 1000, level: "warning", code: "meter-failed",
          text: "meter \(index); \"=1+2\""))
    }
    try FileManager.default.createDirectory(
      atPath: bench.folder["ext/Log/2026/11"], withIntermediateDirectories: true)
    try bench.folder.write(
      "2026-11-22T00:48:42.123Z M-Bus TX serial=66600106 10 7B FD 78 16\n",
      to: "ext/Log/2026/11/mbus-20261122.log")
    return bench
  }

  @Test func entriesComeAsTheContractSays() async throws {
    let answer = try await bench(1).get("/api/v1/log")
    #expect(answer.status == 200)
    #expect(
      answer.text
        == #"{"entries":[{"code":"meter-failed","level":"warning","text":"meter 0; \"=1+2\"","time":1763769600.123}],"#
        + #""more":false,"page":0}"#)
  }

  @Test func bytesHaveAFewWords() async throws {
    let answer = try await bench().get("/api/v1/log?source=mbus")
    #expect(
      answer.text
        == #"{"entries":[{"direction":"→","hex":"10 7B FD 78 16","line":"M-Bus","serial":"66600106","#
        + #""text":"REQ_UD2, address 253","time":1795308522.123}],"more":false,"page":0}"#)
  }

  @Test func aTableHasAllPages() async throws {
    let bench = try bench(1_201)
    let answer = try await bench.get("/api/v1/log.csv?filter=meter+")
    let lines = answer.text.split(separator: "\r\n")
    #expect(lines.count == 1_202)
    #expect(lines.first == "\u{FEFF}time (UTC);level;code;line;direction;serial;text;hex")
    #expect(
      lines.last == "2025-11-22T00:00:00.123Z;warning;meter-failed;;;;\"meter 0; \"\"=1+2\"\"\";")
    #expect(!answer.text.dropFirst().contains("\u{FEFF}"))
    let raw = try await bench.get("/api/v1/log.csv?source=mbus&filter=serial%3D66600106")
    #expect(
      raw.text.hasSuffix(
        "2026-11-22T00:48:42.123Z;;;M-Bus;→;'66600106;REQ_UD2, address 253;10 7B FD 78 16\r\n"))
  }

  @Test(arguments: [
    ("source=system", 400, "source=system is not allowed: application or mbus"),
    ("page=-1", 400, "page=-1 is not allowed: a whole number from 0 to 1000000"),
    ("from=x", 400, "from=x is not allowed: a whole number from 0 to 253402300799"),
    ("to=", 400, "to= is not allowed: a whole number from 0 to 253402300799"),
    ("regex=2", 400, "regex=2 is not allowed: 0 or 1"),
    (
      "colour=1", 400,
      "\"colour\" is not known behind the ? of this address; allowed is source, from, to, filter, regex, page"
    ),
    ("page=1&page=2", 400, "\"page\" stands twice behind the ? of this address"),
    (
      "filter=%28&regex=1", 422,
      "the filter \"(\" is no regular expression: a ) is missing, at character 2"
    ),
  ])
  func whatIsWrongIsSaid(query: String, status: Int, message: String) async throws {
    let answer = try await bench().get("/api/v1/log?\(query)")
    #expect(answer.status == status)
    #expect(try answer.json(Failure.self).error == message)
  }

  @Test func whoMayNotSeeTheLogDoesNot() async throws {
    let bench = try bench()
    let caller = ServiceBench.caller(without: [.log: .none])
    for path in ["/api/v1/log", "/api/v1/log.csv"] {
      let answer = try await bench.get(path, caller)
      #expect(answer.status == 403)
      #expect(try answer.json(Failure.self).error == "fitter may not see the tab Log")
    }
    #expect(try await bench.get("/api/v1/log", nil).status == 401)
  }

  // MARK: The analyser

  @Test func aTelegramIsExplainedByteByByte() async throws {
    let answer = try await bench().post("/api/v1/telegram", #"{"hex":"10 7B FD 78 16"}"#)
    #expect(answer.status == 200)
    #expect(
      answer.text.hasPrefix(#"{"telegram":{"schema":1,"protocol":"mbus","frame":{"c":"7B","a":253"#)
    )
    #expect(
      answer.text.contains(
        #"{"offset":0,"count":1,"bytes":"10","part":"frame","meaning":"start of a short frame"}"#))
    #expect(!answer.text.contains(#""more""#))
  }

  @Test(arguments: [
    (#"{"hex":""}"#, 422, "there are no bytes"),
    (#"{"hex":"E5","key":"00"}"#, 422, "\"key\" must be an AES key of 32 hexadecimal digits"),
    (#"{"hexa":""}"#, 400, "the body is not understood: \"hex\" is missing"),
    (
      #"{"hex":"E5","x":1}"#, 400,
      "the body is not understood: \"x\" is not known here; nothing is done"
    ),
  ])
  func whatIsNoTelegramIsSaid(body: String, status: Int, message: String) async throws {
    let answer = try await bench().post("/api/v1/telegram", body)
    #expect(answer.status == status)
    #expect(try answer.json(Failure.self).error == message)
  }
}
