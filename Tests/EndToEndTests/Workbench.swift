import Foundation
import PeerSupport

/// A folder with configuration files, and the programs that a test starts on it.
final class Workbench {
  let folder: URL
  private var running: [RunningPeer] = []

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    for peer in running { peer.stop() }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Writes a file and gives its path.
  @discardableResult func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// What a file says now.
  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// A port that nobody uses just now: another gateway had it a moment ago.
  func freePort() throws -> Int? {
    let other = try Workbench()
    try other.write(
      "chip.ini", "[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_IP=127.0.0.1\nMODBUS_NWPORT=0\n")
    let (gateway, port) = try other.startGateway()
    gateway.stop()
    return port
  }

  /// Starts `metergate sim` and gives its port.
  func startSimulator(_ arguments: [String]) throws -> Int? {
    try startSimulator(at: ["--tcp", "127.0.0.1:0"], arguments).port
  }

  /// Starts `metergate sim` where `place` says and gives it with its port, if it has one.
  func startSimulator(at place: [String], _ arguments: [String]) throws -> (
    peer: RunningPeer, port: Int?
  ) {
    let peer = try PeerProcess.start(PeerProcess.metergate, ["sim"] + place + arguments)
    running.append(peer)
    guard peer.waitForOutput(containing: "\n") else { return (peer, nil) }
    return (peer, port(in: peer.standardOutput, after: "mbus=tcp://127.0.0.1:"))
  }

  /// Starts `metergate run` on the folder and gives it with its Modbus port. The web page is off, since tests run
  /// beside each other, and beside others; `withPage` leaves it to the files.
  func startGateway(
    _ arguments: [String] = [], withPage: Bool = false
  ) throws -> (peer: RunningPeer, port: Int?) {
    let page = withPage ? [] : PeerProcess.withoutWebPage
    let peer = try PeerProcess.start(
      PeerProcess.metergate, ["run", "--app", folder.path] + page + arguments)
    running.append(peer)
    guard peer.waitForOutput(containing: "\n") else { return (peer, nil) }
    return (peer, port(in: peer.standardOutput, after: "modbus=127.0.0.1:"))
  }

  private func port(in text: String, after marker: String) -> Int? {
    guard let range = text.range(of: marker) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }
}

/// Asks again and again until something holds, or time is up.
func eventually(within seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = Date().addingTimeInterval(seconds)
  while Date() < end {
    if try condition() { return true }
    usleep(20_000)
  }
  return try condition()
}
