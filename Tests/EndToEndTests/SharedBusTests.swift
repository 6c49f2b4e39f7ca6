import Foundation
import PeerSupport
import Testing

/// An outside master at the transparent port of a gateway that runs: another process of metergate, which does
/// not know that there is a gateway in between.
@Suite(.ownThread) struct SharedBusTests {
  /// Three simulated meters at 9600 baud, and a gateway that lists them.
  private struct Site {
    let bench: Workbench
    let gateway: RunningPeer
    let reader: RegisterReader
    let port: Int
    let serials: [String]

    init(_ mode: String) throws {
      bench = try Workbench()
      let options = ["--meters", "3", "--baud", "9600"]
      let list = try PeerProcess.run(
        PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + options)
      try bench.write("Device_Handle.cfg", list.standardOutput)
      serials = list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
      let simulator = try #require(try bench.startSimulator(options))
      port = try #require(try bench.freePort())
      try bench.write(
        "chip.ini",
        """
        [SOLVIMUS]
        MBUS_DEVPATH=tcp://127.0.0.1:\(simulator)
        MBUS_BAUDRATE=9600
        MBUS_TIMEOUT=300
        MBUS_TRANSPARENT=\(mode)
        MBUS_TRANSPARENTIP=127.0.0.1
        MBUS_TRANSPARENTPORT=\(port)
        METER_TIME=1
        MODBUS_ENABLE=1
        MODBUS_NWPORT=0
        """)
      let (gateway, modbus) = try bench.startGateway()
      self.gateway = gateway
      reader = try RegisterReader(port: try #require(modbus))
    }

    func master(_ arguments: [String]) throws -> PeerProcess.Output {
      try PeerProcess.run(
        PeerProcess.metergate,
        arguments + ["--bus", "tcp://127.0.0.1:\(port)", "--baud", "9600", "--timeout", "2000"])
    }

    /// The meter entries in the registers.
    func meters() throws -> [Int] {
      let all = try reader.readAll()
      return stride(from: 10, to: all.count, by: 10).filter { all[$0 + 7] >> 8 == 2 }
    }
  }

  @Test func sharedItIsReadByBoth() throws {
    let site = try Site("SHARED")
    let meters = try site.meters()
    #expect(meters.count == 3)
    let areRead = try eventually {
      try meters.allSatisfy { try site.reader.entry($0)?.flags == 0 }
    }
    #expect(areRead)
    for serial in site.serials {
      let read = try site.master(["read", "--secondary", serial])
      #expect(read.status == 0, "\(read.standardError)")
      #expect(read.standardOutput.contains(serial))
    }
    let flags = try meters.map { try site.reader.entry($0)?.flags }
    #expect(flags.allSatisfy { $0 == 0 })
    #expect(site.gateway.stop() == 0)
  }

  @Test func exclusivelyItIsFlaggedAndComesBack() throws {
    let site = try Site("TCP")
    let meters = try site.meters()
    #expect(
      site.gateway.waitForErrors(
        containing: "is lent to an outside master (MBUS_TRANSPARENT); no meter is read meanwhile"))
    let found = try site.master(["scan", "--mode", "PRIMARYSCAN", "--from", "1", "--to", "3"])
    #expect(found.status == 0, "\(found.standardError)")
    for serial in site.serials { #expect(found.standardOutput.contains(serial)) }
    #expect(try site.reader.entry(try #require(meters.first))?.flags == 3)
    // As it is, but for the mode.
    let chip = site.bench.folder.appendingPathComponent("chip.ini")
    let text = try String(contentsOf: chip, encoding: .utf8)
    try site.bench.write(
      "chip.ini", text.replacingOccurrences(of: "TRANSPARENT=TCP", with: "TRANSPARENT=NONE"))
    let applied = try PeerProcess.run(
      PeerProcess.metergate, ["apply", "--app", site.bench.folder.path])
    #expect(applied.status == 0, "\(applied.standardError)")
    let areRead = try eventually {
      try meters.allSatisfy { try site.reader.entry($0)?.flags == 0 }
    }
    #expect(areRead)
    #expect(site.gateway.stop() == 0)
  }

  @Test func theServiceModeRestsTheReadouts() throws {
    let site = try Site("NONE")
    let meters = try site.meters()
    #expect(try eventually { try meters.allSatisfy { try site.reader.entry($0)?.flags == 0 } })
    let on = try PeerProcess.run(
      PeerProcess.metergate,
      ["service", "on", "--minutes", "5", "--app", site.bench.folder.path])
    #expect(
      on.standardOutput
        == "the service mode is on for 5 minutes: meters are not read, once the job under way is over\n"
    )
    #expect(
      try eventually { try meters.allSatisfy { try (site.reader.entry($0)?.flags ?? 0) & 1 == 1 } })
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--app", site.bench.folder.path])
    #expect(status.standardOutput.contains("is lent to the service mode"))
    #expect(status.standardOutput.contains("service    on for another "))
    let wish = try PeerProcess.run(
      PeerProcess.metergate, ["readout", "--all", "--app", site.bench.folder.path])
    #expect(wish.status == 1)
    #expect(wish.standardError == "the line is lent to the service mode; no meter is read\n")
    let off = try PeerProcess.run(
      PeerProcess.metergate, ["service", "off", "--app", site.bench.folder.path])
    #expect(off.standardOutput == "the service mode is off\n")
    #expect(try eventually { try meters.allSatisfy { try site.reader.entry($0)?.flags == 0 } })
    #expect(site.gateway.stop() == 0)
  }
}
