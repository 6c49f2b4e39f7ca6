import Foundation
import PeerSupport
import Testing
import Users
import HTTPSupport

@testable import WebUI

/// The factory reset as a browser makes it, over a port.
@Suite struct ResetOverHTTPTests {
  /// What comes back from a request.
  private func send(
    _ server: TestHTTPServer, _ browser: DoorBench.Browser, _ body: String
  ) async throws -> String {
    try await InBackground {
      Result {
        let client = try RawClient(port: #require(server.boundPort(within: 5)))
        try client.send(
          Array(
            """
            POST /api/v1/service/reset HTTP/1.1\r
            Host: localhost\r
            Cookie: \(browser.cookie)\r
            X-CSRF-Token: \(browser.csrf)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            Connection: close\r
            \r
            \(body)
            """.utf8))
        var text = ""
        while case let piece = client.receiveOnce(4096), !piece.isEmpty {
          text += String(decoding: piece, as: UTF8.self)
        }
        return text
      }
    }.end().get()
  }

  @Test func whatTheDeviceComesWithIsBackAndTheGatewayBeginsAnew() async throws {
    let bench = try await DoorBench([
      "chip.ini": "[SOLVIMUS]\nMETER_TIME=300\n[DEVICE]\nNAME=Cellar\n",
      "Device_Handle.cfg":
        "<root><meter><interface>M-Bus</interface><serial>12345678</serial></meter></root>\n",
    ])
    let admin = try await bench.login("admin", "admin", from: "127.0.0.1")
    let change = #"{"old":"admin","new":"correct horse"}"#
    #expect(try await admin.ask(.post, "/api/v1/session/password", change).status == 200)
    let server = try TestHTTPServer(serving: bench.page)
    _ = try await offThePool { try server.start() }

    let unnamed = try await send(server, admin, #"{"confirm":"cellar"}"#)
    #expect(unnamed.hasPrefix("HTTP/1.1 422 "))
    #expect(
      unnamed.hasSuffix(
        "{\"error\":\"\\\"confirm\\\" must be the name of the device, \\\"Cellar\\\", and is \\\"cellar\\\"; nothing "
          + "is changed\"}"), "\(unnamed)")
    let missing = try await send(server, admin, #"{"confirm":"Cellar"}"#)
    #expect(missing.hasPrefix("HTTP/1.1 422 ") && bench.restarts.count == 0)

    try FileManager.default.createDirectory(
      atPath: bench.folder["shipped"], withIntermediateDirectories: true)
    try bench.folder.write("[SOLVIMUS]\nMETER_TIME=60\n", to: "shipped/chip.ini")
    let done = try await send(server, admin, #"{"confirm":"Cellar"}"#)
    #expect(done.hasPrefix("HTTP/1.1 202 "), "\(done)")
    #expect(done.hasSuffix("\"the gateway restarts\"]}"), "\(done)")
    #expect(bench.restarts.count == 1)
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\nMETER_TIME=60\n")
    #expect(bench.folder.read("Device_Handle.cfg")?.contains("12345678") != true)
    // The passwords are those of delivery again; whoever was logged in by another one is out.
    // A file that is gone counts as gone after a second.
    await bench.office.refresh()
    bench.clock.advance(2)
    await bench.office.refresh()
    let list = UsersFile.load(bench.folder.path).file.list
    #expect(list.withDeliveredPassword.map(\.name) == ["admin", "web", "ftp"])
    #expect(try await admin.ask(.get, "/api/v1/status").status == 401)
    #expect(try await bench.login("admin", "admin").first.mustChangePassword)
    try server.stop()
  }
}
