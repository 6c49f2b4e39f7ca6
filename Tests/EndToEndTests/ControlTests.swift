import Foundation
import PeerSupport
import Testing

/// The command line, a gateway that runs, and the registers that a PLC sees.
@Suite(.ownThread) struct ControlTests {
  private let chip = """
    [SOLVIMUS]
    MBUS_DEVPATH=sim:demo
    MBUS_BAUDRATE=38400
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    METER_TIME=5

    """

  private struct Demo {
    let bench: Workbench
    let gateway: RunningPeer
    let reader: RegisterReader
    let serials: [String]

    /// A command on the folder, with its output.
    func command(_ arguments: [String]) throws -> PeerProcess.Output {
      try PeerProcess.run(
        PeerProcess.metergate, [arguments[0], "--app", bench.folder.path] + arguments.dropFirst())
    }
  }

  /// A gateway with two meters of `sim:demo`, both read.
  private func demo() throws -> Demo {
    let bench = try Workbench()
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--meters", "20", "--write-config"])
    let serials = list.standardOutput.matches(of: /<serial>0x([0-9A-F]{8})</).map { String($0.1) }
    try bench.write("chip.ini", chip)
    try bench.write(
      "Device_Handle.cfg",
      "<root>\n"
        + serials.prefix(2).map {
          "<meter><interface>M-Bus</interface><serial>\($0)</serial></meter>\n"
        }.joined() + "</root>\n")
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    #expect(eventually { gateway.standardError.contains("Device_Handle.cfg saved with 2 meters") })
    #expect(
      eventually {
        gateway.standardError.ranges(of: "read for the first time since the start").count == 2
      })
    return Demo(bench: bench, gateway: gateway, reader: reader, serials: serials)
  }

  @Test func registersChangeAtOnceAndAreInTheFileWhenTheCommandEnds() throws {
    let demo = try demo()
    let serial = demo.serials[0]
    #expect(try demo.reader.entry(10)?.serial == UInt32(serial))
    let first = try #require(try demo.reader.entry(20))
    #expect(first.unit == 5, "Wh")

    let taken = try demo.command(["deallocate", "\(serial)/1"])
    #expect(taken.status == 0 && taken.standardError.isEmpty)
    #expect(
      taken.standardOutput.hasSuffix("no register any more (was 20)\nDevice_Handle.cfg is saved\n"))
    #expect(try demo.reader.read(20, 10) == .registers([UInt16](repeating: 0, count: 10)))
    #expect(try demo.bench.read("Device_Handle.cfg").contains("<register>20</register>") == false)

    let given = try demo.command(["allocate", "\(serial)/1", "--register", "5000"])
    #expect(given.standardOutput.contains(": register 5000\n"))
    #expect(try demo.reader.entry(5000)?.unit == first.unit)
    #expect(try demo.reader.read(5010, 1) == .exception(2))
    #expect(try demo.bench.read("Device_Handle.cfg").contains("<register>5000</register>"))

    let refused = try demo.command(["allocate", "\(serial)/2", "--register", "5000"])
    #expect(refused.status == 1 && refused.standardOutput.isEmpty)
    #expect(refused.standardError.contains("registers 5000–5009 overlap those of \(serial) "))
    #expect(refused.standardError.hasSuffix("(registers 5000–5009); nothing is changed\n"))
    let odd = try demo.command(["allocate", "\(serial)/2", "--register", "5005"])
    #expect(odd.status == 1)
    #expect(
      odd.standardError.hasSuffix("the nearest free ones are 4990 and 5010; nothing is changed\n"))

    let all = try demo.command(["allocate", "--all", "--anew"])
    #expect(all.standardOutput.contains(": register 20 (was 5000)\n"))
    #expect(try demo.reader.entry(20)?.unit == first.unit)
    #expect(try demo.reader.read(5000, 1) == .exception(2), "the map is shorter again")
    #expect(demo.gateway.standardError.contains("event=addresses-changed"))
    #expect(
      try demo.command(["allocate", "--all"]).standardOutput == "nothing to change\n")
    #expect(demo.gateway.stop() == 0)
  }

  @Test func metersAreReadNowAndTheStatusTellsWhenTheyAreNext() throws {
    let demo = try demo()
    let one = try demo.command(["readout", demo.serials[0]])
    #expect(one.status == 0 && one.standardOutput.hasPrefix("meter \(demo.serials[0]) "))
    #expect(one.standardOutput.hasSuffix(" is read now\n"))
    #expect(
      try demo.command(["readout", "--all"]).standardOutput
        == "all meters are read now, one after another, besides their turns\n")
    let unknown = try demo.command(["readout", "99999999"])
    #expect(unknown.status == 1)
    #expect(unknown.standardError == "there is no meter 99999999 in the list\n")
    #expect(try demo.command(["readout"]).status == 64)
    let status = try demo.command(["status", "--meters"]).standardOutput
    #expect(status.contains("readout    the next one in "), "\(status)")
    #expect(status.ranges(of: " ago  next in ").count == 2, "\(status)")
    #expect(demo.gateway.stop() == 0)
  }

  @Test func aSwapIsReadAtOnce() throws {
    let demo = try demo()
    let (old, new) = (demo.serials[0], demo.serials[2])
    let swap = try demo.command(["swap", old, new])
    #expect(swap.status == 0)
    #expect(swap.standardOutput.hasSuffix("is swapped for \(new)\nDevice_Handle.cfg is saved\n"))
    #expect(try eventually { try demo.reader.entry(10)?.serial == UInt32(new) })
    let file = try demo.bench.read("Device_Handle.cfg")
    #expect(file.contains(new) && !file.contains(old))
    #expect(demo.gateway.standardError.contains("event=meter-swapped"))
    let again = try demo.command(["swap", old, new])
    #expect(again.status == 1)
    #expect(again.standardError == "there is no meter \(old) in the list\n")
    #expect(demo.gateway.stop() == 0)
  }

  @Test func aFileThatSomebodyElseHasChangedIsLeftAlone() throws {
    let demo = try demo()
    let edited = try demo.bench.read("Device_Handle.cfg") + "<!-- mine -->\n"
    try demo.bench.write("Device_Handle.cfg", edited)
    let taken = try demo.command(["deallocate", demo.serials[0]])
    #expect(taken.status == 1)
    #expect(taken.standardOutput.isEmpty)
    #expect(
      taken.standardError == """
        Device_Handle.cfg is changed on the disk, which the gateway has not taken over: let it do that first \
        ("metergate apply" or SIGHUP), or put the file back, then repeat the command; nothing is changed

        """)
    #expect(try demo.bench.read("Device_Handle.cfg") == edited)
    #expect(
      try demo.command(["status"]).standardOutput.contains(
        "pending    Device_Handle.cfg not applied yet"))
    #expect(demo.gateway.stop() == 0)
  }

  @Test func statusForPeopleAndPrograms() throws {
    let demo = try demo()
    _ = try demo.reader.read(0, 10)
    _ = try demo.reader.read(60_000, 10)
    let text = try demo.command(["status"]).standardOutput
    for pattern in [
      #"^metergate [0-9.]+ runs on .* \(process [0-9]+\) since [0-9]+ s\n"#,
      #"\nModbus     tcp 127\.0\.0\.1:[0-9]+; 1 connection open, 1 since the start; 2 requests, 1 refused \(02: 1\), 24 bytes"#,
      #"\nline       sim:demo, up\n"#, #"\nmeters     2 in Device_Handle\.cfg: 2 read\n"#,
      #"\nregisters  standard, [0-9]+ entries, the last register is [0-9]+9, room for [0-9]+ more"#,
      #"\n  127\.0\.0\.1:[0-9]+ since [0-9]+ s: 2 requests, 1 refused"#,
    ] { #expect(text.contains(try Regex(pattern)), "\(text)") }
    let output = try demo.command(["status", "--json"])
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any])
    #expect(json["schema"] as? Int == 1)
    let status = try #require(json["status"] as? [String: Any])
    #expect((status["meters"] as? [String: Any])?["read"] as? Int == 2)
    #expect((status["process"] as? Int32) == demo.gateway.processIdentifier)
    let modbus = try #require(status["modbus"] as? [String: Any])
    #expect((modbus["total"] as? [String: Any])?["requests"] as? Int == 2)
    #expect((modbus["connections"] as? [[String: Any]])?.count == 1)
    #expect(demo.gateway.stop() == 0)
    let none = try demo.command(["status"])
    #expect(none.status == 1 && none.standardOutput.isEmpty)
    #expect(none.standardError == "no gateway runs on \(demo.bench.folder.path)\n")
  }

  @Test func aScanShowsInTheStatus() throws {
    let demo = try demo()
    let socket = try #require(ControlSocket(path: demo.bench.folder.path + "/control.sock"))
    let answer = try #require(socket.ask("{\"schema\":1,\"command\":\"scan\"}"))
    #expect(answer.contains("the scan begins"))
    #expect(
      eventually {
        socket.ask("{\"schema\":1,\"command\":\"status\"}")?.contains("\"scan\":{\"found\":")
          == true
      })
    #expect(
      try eventually(within: 60) {
        try demo.command(["status"]).standardOutput.contains("20 in Device_Handle.cfg")
      })
    #expect(demo.gateway.stop() == 0)
  }

  @Test func aScanIsEndedByCommandAndItsMetersAreListed() throws {
    let demo = try demo()
    let none = try demo.command(["scan", "--cancel"])
    #expect(none.status == 1 && none.standardError == "there is no scan to end\n")
    let socket = try #require(ControlSocket(path: demo.bench.folder.path + "/control.sock"))
    _ = socket.ask("{\"schema\":1,\"command\":\"scan\"}")
    #expect(
      eventually {
        demo.gateway.standardError.ranges(of: "event=scan-found").count > 1
          || demo.gateway.standardError.ranges(of: "found meter").count > 1
      })
    let ended = try demo.command(["scan", "--cancel"])
    #expect(ended.status == 0)
    let counts = try #require(
      ended.standardOutput.firstMatch(
        of:
          /the scan has ended: (\d+) meters were found and are kept, (\d+) of them new in the list\n/
      ))
    let new = try #require(Int(counts.2))
    #expect(new > 1 && new < 18)
    let list = try demo.command(["list"]).standardOutput
    #expect(list.split(separator: "\n").count { $0.contains("M-Bus") } == 2 + new, "\(list)")

    // The service mode takes the line from a scan.
    _ = socket.ask("{\"schema\":1,\"command\":\"scan\"}")
    #expect(
      eventually {
        socket.ask("{\"schema\":1,\"command\":\"status\"}")?.contains("\"scan\":{\"found\":")
          == true
      })
    let service = try demo.command(["service", "on"]).standardOutput
    let said =
      /the scan that is under way ends: \d+ meters? (was|were) found and (is|are) kept, \d+ of them/
    #expect(service.contains(said), "\(service)")
    #expect(demo.gateway.stop() == 0)
  }

  @Test func reloadBySocketAnswersWhenItIsDone() throws {
    let demo = try demo()
    let socket = try #require(ControlSocket(path: demo.bench.folder.path + "/control.sock"))
    try demo.bench.write("chip.ini", chip.replacingOccurrences(of: "TIME=5", with: "TIME=60"))
    #expect(
      socket.ask("{\"schema\":1,\"command\":\"reload\"}") == """
        {"news":["the files have been read anew: 2 meters, other settings for readouts and scans"],"schema":1}
        """)
    try demo.bench.write("Device_Handle.cfg", "<root><meter></root>")
    let answer = try #require(socket.ask("{\"schema\":1,\"command\":\"reload\"}"))
    #expect(answer.contains("\"problems\":[\"Device_Handle.cfg:1:"))
    #expect(answer.contains("not taken over: Device_Handle.cfg\"]"))
    #expect(demo.gateway.stop() == 0)
  }

  /// Rubbish, endless lines and silence cost their connection at most.
  @Test func badPeersHinderNobody() throws {
    let demo = try demo()
    let path = demo.bench.folder.path + "/control.sock"
    let silent = (0..<16).map { _ in ControlSocket(path: path) }
    #expect(silent.allSatisfy { $0 != nil })
    let oneTooMany = try #require(ControlSocket(path: path))
    #expect(oneTooMany.ask("{\"schema\":1,\"command\":\"status\"}") == nil)
    #expect(silent[0]?.ask("rubbish")?.contains("the line is no request") == true)
    let endless = try #require(silent[1])
    endless.send(String(repeating: "x", count: 70_000))
    #expect(
      endless.line()
        == "{\"error\":\"the line is longer than 65536 bytes; nothing is done\",\"schema\":1}")
    #expect(endless.line() == nil, "and its connection is closed")
    let halves = try #require(silent[2])
    halves.send("{\"schema\":1,\"comm")
    usleep(50_000)
    #expect(halves.ask("and\":\"status\"}")?.contains("\"status\":{") == true)
    halves.send(String(repeating: "{\"schema\":1,\"command\":\"status\"}\n", count: 3))
    #expect((0..<3).allSatisfy { _ in halves.line()?.contains("\"status\":{") == true })
    let ended = try #require(silent[3])
    ended.send("{\"schema\":1,\"command\":\"status\"}\n{\"schema\":1,\"command\":\"status\"}")
    ended.endSending()
    #expect((0..<2).allSatisfy { _ in ended.line()?.contains("\"status\":{") == true })
    #expect(ended.line() == nil, "everything is answered, then it is closed")
    #expect(try demo.reader.entry(10) != nil, "Modbus is served")
    #expect(demo.gateway.stop() == 0)
  }

  @Test func aSecondGatewayOnOneFolderEndsWithItsReason() throws {
    let demo = try demo()
    let second = try PeerProcess.run(
      PeerProcess.metergate, ["run", "--app", demo.bench.folder.path])
    #expect(second.status == 1 && second.standardOutput.isEmpty)
    #expect(
      second.standardError.hasSuffix(
        """
        Error: another gateway (process \(demo.gateway.processIdentifier)) runs on \
        \(demo.bench.folder.path): two of them would disturb each other on the bus and in the meter \
        list; end it first, or give another folder with --app

        """))
    #expect(try demo.command(["status"]).status == 0, "the first one is not disturbed")
    #expect(demo.gateway.stop() == 0)
    #expect(!FileManager.default.fileExists(atPath: demo.bench.folder.path + "/control.sock"))
  }

  @Test func whatAKilledGatewayLeavesIsReplacedByTheNext() throws {
    let demo = try demo()
    kill(demo.gateway.processIdentifier, SIGKILL)
    demo.gateway.stop()
    let socket = demo.bench.folder.path + "/control.sock"
    #expect(FileManager.default.fileExists(atPath: socket))
    #expect(try demo.command(["status"]).status == 1)
    // Without a gateway it is the file that changes.
    let taken = try demo.command(["deallocate", "\(demo.serials[1])/0"])
    #expect(taken.status == 0)
    #expect(taken.standardOutput.hasSuffix("Device_Handle.cfg is saved\n"))
    let (gateway, _) = try demo.bench.startGateway()
    #expect(try demo.command(["status"]).standardOutput.contains(", 1 without, "))
    #expect(gateway.stop() == 0)
    #expect(!FileManager.default.fileExists(atPath: socket))
  }

  @Test func whereTheSocketCannotBeMadeTheGatewayRunsWithout() throws {
    let bench = try Workbench()
    try bench.write("chip.ini", "[SOLVIMUS]\nMODBUS_ENABLE=0\n")
    try bench.write("control.sock", "mine")
    let (gateway, _) = try bench.startGateway()
    #expect(gateway.waitForErrors(containing: "there is something else of that name"))
    let status = try PeerProcess.run(
      PeerProcess.metergate, ["status", "--app", bench.folder.path])
    #expect(status.status == 1)
    #expect(
      status.standardError == """
        a gateway runs on \(bench.folder.path), but it cannot be reached at \
        \(bench.folder.path)/control.sock: Connection refused; its log says more

        """)
    #expect(gateway.stop() == 0)
    #expect(try bench.read("control.sock") == "mine")
  }

  /// The layout changes, the addresses stay, the command gives new ones, the file has them.
  @Test func anotherLayoutAndNewAddresses() throws {
    let demo = try demo()
    try demo.bench.write("chip.ini", chip + "MODBUSMETER_PROTOCOLVERSION=2\n")
    kill(demo.gateway.processIdentifier, SIGHUP)
    #expect(demo.gateway.waitForErrors(containing: "event=files-reread"))
    #expect(!demo.gateway.standardError.contains("event=layout-changed"), "all fit")
    let check = try demo.command(["check"])
    let warning = """
      its registers are probably those of another layout than multi slave (MODBUSMETER_PROTOCOLVERSION), \
      since the values of most meters do not begin at the beginning of a map, as they do with multi slave; \
      "metergate allocate --all --anew" gives new ones
      """
    #expect(check.standardOutput.contains(warning))
    let given = try demo.command(["allocate", "--all", "--anew"])
    #expect(given.status == 0, "\(given.standardError)")
    #expect(given.standardOutput.contains("unit 1, register 0 (was unit 10, register 0)\n"))
    guard case .registers(let words) = try demo.reader.read(0, 2, unit: 2) else {
      Issue.record("no unit 2")
      return
    }
    #expect(
      UInt32(words[0]) << 16 | UInt32(words[1]) == UInt32(demo.serials[1]))
    #expect(!(try demo.command(["check"]).standardOutput.contains(warning)))
    #expect(demo.gateway.stop() == 0)
  }

  /// chip.ini has been changed, and the gateway has not been told: its addresses would be those of yesterday.
  @Test func anotherLayoutThatIsNotTakenOverYet() throws {
    let demo = try demo()
    let set = try demo.command(["set", "SOLVIMUS.MODBUSMETER_PROTOCOLVERSION=1"])
    #expect(set.status == 0)
    let serial = demo.serials[0]
    for arguments in [["--all", "--anew"], ["\(serial)/1", "--register", "5000"]] {
      let refused = try demo.command(["allocate"] + arguments)
      #expect(refused.status == 1 && refused.standardOutput.isEmpty)
      #expect(
        refused.standardError == """
          chip.ini now has the register layout float only, which the gateway has not taken over: let it do \
          that first ("metergate apply" or SIGHUP), then repeat the command; nothing is changed

          """)
    }
    let taken = try demo.command(["deallocate", "\(serial)/1"])
    #expect(taken.status == 0 && taken.standardOutput.contains("no register any more (was 20)\n"))
    #expect(
      taken.standardError == """
        chip.ini has other settings for the registers than the gateway has taken over so far: \
        "metergate apply" or SIGHUP does that

        """)
    kill(demo.gateway.processIdentifier, SIGHUP)
    #expect(demo.gateway.waitForErrors(containing: "event=files-reread"))
    let given = try demo.command(["allocate", "--all", "--anew"])
    #expect(given.status == 0 && given.standardError.isEmpty, "\(given.standardError)")
    #expect(given.standardOutput.contains("register 2 (was 10)\n"))
    // A comment is nothing to be taken over.
    try demo.bench.write("chip.ini", try demo.bench.read("chip.ini") + "; mine\n")
    #expect(try demo.command(["allocate", "--all"]).standardError.isEmpty)
    #expect(demo.gateway.stop() == 0)
  }
}
