import Foundation
import PeerSupport
import Testing

/// The web page's door and its API before programs that are not ours: `Tests/WebPeers`, each with gateways of its own.
@Suite(.serialized, .ownThread) struct WebPeerTests {
  /// schemathesis makes requests of the description of the API, and judges the answers. METERGATE_CONTRACT has how many
  /// random ones of each operation.
  @Test func theAPIIsAsItIsDescribed() throws {
    let examples = ProcessInfo.processInfo.environment["METERGATE_CONTRACT"] ?? "3"
    try run("contract.py", [examples])
  }

  /// Each operation against callers with a single right, and against those with all others.
  @Test func eachOperationWantsItsRight() throws { try run("rights.py") }

  /// Slow heads, idle connections and uploads of 1 GB, while a PLC polls and a person works.
  @Test func clientsThatMeanHarmDisturbNobody() throws { try run("badclients.py") }

  private func run(_ name: String, _ arguments: [String] = []) throws {
    let output = try PeerProcess.run(
      PeerProcess.python,
      [PeerProcess.root + "/Tests/WebPeers/" + name, PeerProcess.metergate] + arguments,
      timeout: 300)
    #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
  }
}
