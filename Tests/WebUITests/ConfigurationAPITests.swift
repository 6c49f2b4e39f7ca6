import Control
import PeerSupport
import Testing
import Users

@testable import WebUI

/// The configuration as a whole, and service, by the API.
@Suite struct ConfigurationAPITests {
  @Test func aConfigurationGoesOutAndComesBack() async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\nMETER_TIME=300\n")
    let archive = await bench.ask(.get, "/api/v1/config/export")
    #expect(archive.status == 200)
    #expect(archive.type == "application/gzip")
    let json = """
      {"schema":1,"product":"metergate","parts":["device"],"hasSecrets":false,
      "settings":{"SOLVIMUS":{"METER_TIME":"60"}},"meterList":null,"files":{}}
      """
    let tried = await bench.ask(.post, "/api/v1/config/import?dryRun=1", json)
    #expect(tried.status == 200, "\(tried.text)")
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\nMETER_TIME=300\n")
    #expect(bench.gateway.wanted.isEmpty)
    let taken = await bench.ask(.post, "/api/v1/config/import", json)
    #expect(taken.status == 200, "\(taken.text)")
    #expect(taken.text.contains("chip.ini is changed"))
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\nMETER_TIME=60\n")
    #expect(bench.gateway.wanted.map(\.command) == [.reload])
  }

  @Test func whatIsNoConfigurationIsRefused() async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.post, "/api/v1/config/import", "rubbish")
    #expect(answer.status == 422)
    #expect(bench.gateway.wanted.isEmpty)
    let part = await bench.ask(.get, "/api/v1/config/export?parts=device,metres")
    #expect(
      part.text
        == "{\"error\":\"there is no part metres: there are certificates, device, network, name, meters, users\"}"
    )
  }

  @Test func nobodyGetsRoundRightsByAnArchive() async throws {
    let bench = try WebBench()
    var rights = WebBench.administrator.rights
    rights[.user] = nil
    bench.be(Caller(name: "web", rights: rights))
    let backup = """
      {"schema":1,"product":"metergate","parts":["device","users"],"hasSecrets":false,
      "settings":{"SOLVIMUS":{"METER_TIME":"60"}},"meterList":null,"files":{"users":""}}
      """
    for answer in [
      await bench.ask(.get, "/api/v1/config/export"),
      await bench.ask(.post, "/api/v1/config/import", backup),
      await bench.ask(.post, "/api/v1/config/import?parts=users", backup),
      await bench.ask(.post, "/api/v1/config/import?dryRun=1&parts=users", backup),
      await bench.ask(.post, "/api/v1/service/reset", "{\"confirm\":\"\"}"),
    ] {
      #expect(answer.status == 403)
      #expect(answer.text == "{\"error\":\"web may not change what is on the tab User\"}")
    }
    #expect(await bench.ask(.get, "/api/v1/config/export?parts=device,meters").status == 200)
    // What it would do is said of the parts that he may change, and which there are besides.
    let tried = await bench.ask(.post, "/api/v1/config/import?dryRun=1", backup)
    #expect(tried.status == 200, "\(tried.text)")
    #expect(tried.text.contains("\"parts\":[\"device\",\"users\"]"), "\(tried.text)")
    #expect(bench.gateway.wanted.isEmpty)
  }
}
