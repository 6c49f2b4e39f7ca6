import Foundation
import PeerSupport
import Testing

/// A bus that goes away while it is read, and comes back.
@Suite(.ownThread) struct LostLineTests {
  private let options = ["--meters", "3", "--baud", "38400"]

  /// A pseudo terminal has another number each time; the link stays.
  @Test(.timeLimit(.minutes(1))) func aSerialPortThatComesBackIsReadAgain() throws {
    let bench = try Workbench()
    let link = bench.folder.path + "/bus"
    try run(bench, place: ["--pty", link], path: { _ in link }, reason: "the device is gone")
  }

  @Test(.timeLimit(.minutes(1))) func aConverterThatComesBackIsReadAgain() throws {
    let bench = try Workbench()
    // The first simulator takes a free port, the second one the same.
    try run(
      bench, place: ["--tcp", "127.0.0.1:0"], path: { port in "tcp://127.0.0.1:\(port ?? 0)" },
      reason: "the connection was closed")
  }

  private func run(
    _ bench: Workbench, place: [String], path: (Int?) -> String, reason: String
  ) throws {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--write-config"] + options)
    try bench.write("Device_Handle.cfg", list.standardOutput)
    let first = try bench.startSimulator(at: place, options)
    let bus = path(first.port)
    try bench.write("chip.ini", chip(bus))
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    let all = try reader.readAll()
    let meters = stride(from: 10, to: all.count, by: 10).filter { all[$0 + 7] >> 8 == 2 }
    try #require(meters.count == 3)
    let flags = { try meters.map { try reader.entry($0)?.flags } }
    #expect(try eventually { try flags() == [0, 0, 0] }, "\(gateway.standardError)")

    // Keeps the number of a pseudo terminal from going to another test, to which the link would lead.
    let holder = open(bus, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    defer { close(holder) }
    kill(first.peer.processIdentifier, SIGKILL)
    #expect(gateway.waitForErrors(containing: "M-Bus line 0 is down: \(bus): \(reason)"))
    #expect(try eventually { try flags().allSatisfy { ($0 ?? 0) & 1 == 1 } })
    // Long enough for the pauses to grow to their longest.
    usleep(2_000_000)
    let again = place.first == "--tcp" ? ["--tcp", String(bus.dropFirst("tcp://".count))] : place
    _ = try bench.startSimulator(at: again, options)
    // Back within 5 s; at 38,400 baud the readout of three meters takes less than 2 s.
    #expect(try eventually(within: 7) { try flags() == [0, 0, 0] }, "\(gateway.standardError)")
    #expect(gateway.standardError.ranges(of: "line 0 is up").count == 2)
    #expect(gateway.standardError.ranges(of: "line 0 is down").count == 1)
    #expect(gateway.stop() == 0)
  }

  private func chip(_ path: String) -> String {
    """
    [SOLVIMUS]
    MBUS_DEVPATH=\(path)
    MBUS_BAUDRATE=38400
    MBUS_TIMEOUT=300
    METER_TIME=1
    METER_MAXVALUECOUNT=0
    MODBUS_ENABLE=1
    MODBUS_NWPORT=0
    """
  }
}
