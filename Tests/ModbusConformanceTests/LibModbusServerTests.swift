import PeerSupport
import Testing

/// The conformance test sees what a server on libmodbus does wrong, and what it does right.
@Suite(.ownThread) struct LibModbusServerTests {
  /// Protocol identifier and length are not looked at; a refusal takes half a second and the requests
  /// behind it; a request that is not there as a whole holds up all clients and ends its own.
  private static let wrong = [
    "function-write-single-register", "function-write-multiple-registers", "protocol-id-1",
    "protocol-id-65535", "length-0", "length-255", "length-65535", "request-too-long",
    "pipelined-after-exception", "pipelined-one-write", "rest-after-a-pause",
    "half-frame-blocks-nobody",
  ]
  private static let right = [
    "quantity-0", "quantity-126", "beyond-the-map", "beyond-65535", "last-register",
    "single-registers", "pieces-of-entries", "device-time", "device-type", "meter-serial",
    "value-integer", "value-float", "value-scale", "pipeline-100", "byte-by-byte",
    "close-within-a-request", "come-and-go",
  ]

  @Test(.enabled(if: CompiledPeer.isPossible, "libmodbus-dev is not installed"))
  func itsFaultsAreSeen() throws {
    let program = try CompiledPeer("server")
    let server = try PeerProcess.start(program.path, [])
    defer { server.stop() }
    try #require(server.waitForOutput(containing: "\n"))
    let port = try #require(server.standardOutput.firstMatch(of: /:([0-9]+)\n/)?.1)
    let output = try PeerProcess.run(
      PeerProcess.product("ModbusConformance"),
      ["127.0.0.1:\(port)", "--test-data", "--timeout", "1"]
        + (Self.wrong + Self.right).flatMap { ["--only", $0] })
    let lines = output.standardOutput.split(separator: "\n")
    func names(_ beginning: String) -> Set<String> {
      Set(
        lines.filter { $0.hasPrefix(beginning) }.compactMap {
          $0.dropFirst(beginning.count).split(separator: ":").first.map(String.init)
        })
    }
    #expect(names("FAIL ") == Set(Self.wrong))
    #expect(names("ok ") == Set(Self.right))
    #expect(lines.last == "\(Self.right.count) passed, \(Self.wrong.count) failed")
    #expect(output.status == 1)
  }
}
