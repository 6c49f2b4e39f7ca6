import Foundation
import PeerSupport
import Testing

/// A gateway whose system gives no more file descriptors, through real sockets.
@Suite(.ownThread) struct DescriptorLimitTests {
  private let chip = """
    [SOLVIMUS]
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    MODBUS_MAXCONNECTIONS=0

    """
  private let request = "0001 0000 0006 01 03 0000 0001"

  /// The highest descriptor that a process has open, and how many below it are free.
  private func descriptors(of process: Int32) throws -> (highest: Int, free: Int) {
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
    let highest = try #require(names.compactMap(Int.init).max())
    return (highest, highest + 1 - names.count)
  }

  /// Sets how many descriptors a process may have; its hard limit stays, so that it can be raised again.
  private func limit(_ process: Int32, to count: Int) throws -> Bool {
    try PeerProcess.run("prlimit", ["--pid", "\(process)", "--nofile=\(count):"]).status == 0
  }

  private func isAnswered(_ client: RawClient) -> Bool {
    ((try? client.exchange(request)) ?? "").hasPrefix("0001000000050103")
  }

  /// Newcomers take the places of the oldest; the others are served as before.
  @Test func newcomersTakeThePlacesOfTheOldest() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, found) = try bench.startGateway()
    let port = try #require(found)
    var clients: [RawClient] = []
    let process = gateway.processIdentifier
    func connect(_ count: Int) throws {
      for _ in 0..<count {
        let client = try RawClient(port: port)
        #expect(isAnswered(client))
        clients.append(client)
      }
    }
    try connect(4)
    let (highest, free) = try descriptors(of: process)
    #expect(try limit(process, to: highest + 1))
    // One is kept free, see `AcceptGuard`; from then on each newcomer costs the oldest its place.
    try connect(free - 1)
    for number in 0..<2 {
      let newcomer = try RawClient(port: port)
      #expect(isAnswered(newcomer), "\(number)")
      #expect(clients[number].isClosedByServer)
      clients.append(newcomer)
      for established in clients[(number + 1)...] { #expect(isAnswered(established)) }
    }
    #expect(
      gateway.waitForErrors(
        containing: "a newer client took its place, the system gives no more file descriptors"))
    // When some have gone, nobody has to go for newcomers.
    clients.removeFirst(4)
    #expect(eventually { ((try? descriptors(of: process).free) ?? 0) >= 3 })
    let later = try (0..<2).map { _ in try RawClient(port: port) }
    for client in later + clients { #expect(isAnswered(client)) }
    #expect(gateway.stop() == 0)
  }

  /// Where nobody can be sent away, newcomers wait until there are descriptors again.
  @Test func withoutAnyItWaits() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, found) = try bench.startGateway()
    let port = try #require(found)
    let process = gateway.processIdentifier
    // Those that it has open stay; a new one is refused.
    #expect(try limit(process, to: 3))
    let waiting = try RawClient(port: port)
    try waiting.send(request)
    #expect(
      gateway.waitForErrors(containing: "gives no file descriptor for another Modbus client"))
    #expect(try limit(process, to: 200))
    #expect(waiting.answer().hasPrefix("0001000000050103"))
    #expect(isAnswered(try RawClient(port: port)))
    #expect(gateway.stop() == 0)
  }

  /// A flood of connections for a second: the gateway lives, and the last ones are served.
  @Test func aFlood() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", chip)
    let (gateway, found) = try bench.startGateway()
    let port = try #require(found)
    let process = gateway.processIdentifier
    #expect(try limit(process, to: try descriptors(of: process).highest + 9))
    var flood: [RawClient] = []
    for _ in 0..<500 { flood.append(try RawClient(port: port)) }
    let last = try #require(flood.last)
    #expect(isAnswered(last))
    for client in flood.suffix(4) { #expect(isAnswered(client)) }
    flood = []
    #expect(eventually { (try? RawClient(port: port)).map(isAnswered) ?? false })
    #expect(gateway.stop() == 0)
  }
}
