import PeerSupport

/// `metergate sim` as its own process.
struct SimulatorProcess {
  let peer: RunningPeer
  let port: Int

  struct NotReady: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts it on a free port and waits until it is ready.
  init(_ arguments: [String]) throws {
    peer = try PeerProcess.start(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0"] + arguments)
    guard peer.waitForOutput(containing: "\n"), let port = Self.port(in: peer.standardOutput) else {
      peer.stop()
      throw NotReady(description: peer.standardOutput + peer.standardError)
    }
    self.port = port
  }

  @discardableResult func stop() -> Int32 { peer.stop() }

  private static func port(in text: String) -> Int? {
    let address = text.split(separator: " ").first { $0.hasPrefix("mbus=tcp://") }
    return address?.split(separator: ":").last.flatMap { Int($0) }
  }
}
