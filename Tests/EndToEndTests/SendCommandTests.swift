import Foundation
import MeterFiles
import Metering
import PeerSupport
import Testing

/// `metergate send` with each of its commands, against the simulator as a process of its own.
@Suite(.ownThread) struct SendCommandTests {
  private func run(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, arguments, timeout: 120)
  }

  /// The serials of the built-in meters, which have the primary addresses 1, 2, …
  private func serials(_ count: Int) throws -> [String] {
    let list = try run(["sim", "--meters", "\(count)", "--write-config"])
    return try #require(
      DeviceHandleFile.parse(Array(list.standardOutput.utf8), name: "Device_Handle.cfg").meters
    ).map { $0.identity.serial.description }
  }

  /// A bus whose answers may take as long as a busy machine needs: what is silent for good is asked with a short
  /// timeout (`brief`), which only ever waits in vain.
  private func bus(_ arguments: [String]) throws -> (Workbench, [String], brief: [String]) {
    let bench = try Workbench()
    let port = try #require(try bench.startSimulator(arguments + ["--baud", "9600"]))
    let bus = ["--bus", "tcp://127.0.0.1:\(port)", "--baud", "9600", "--retries", "1"]
    return (bench, bus + ["--timeout", "30000"], bus + ["--timeout", "200"])
  }

  /// Electricity at address 1, heat at 2, water at 3. Nobody is looked for at new addresses (--force), which would
  /// take as long as silence does; `CommandBusTests` looks in virtual time.
  @Test func eachCommandIsDoneAndReadBack() throws {
    let serials = try serials(3)
    let (bench, bus, brief) = try bus(["--meters", "3"])
    let heat = ["--secondary", serials[1]]
    let steps: [([String], String)] = [
      (
        ["set-address", "--primary", "3", "--force", "8"],
        "done; read back: meter \(serials[2]) answers to address 8"
      ),
      (
        ["set-address"] + heat + ["--force", "9"],
        "done; read back: meter \(serials[1]) answers to address 9"
      ),
      (
        ["set-time", "--primary", "9", "2026-11-22T08:00:33"],
        "done; read back: its clock shows 2026-11-22T08:00\n"
      ),
      (
        ["set-time", "--primary", "9", "--seconds", "2027-01-02T03:04:00"],
        "done; read back: its clock shows 2027-01-02T03:04"
      ),
      (
        ["set-time", "--primary", "9", "now"], "done; read back: its clock shows 20"
      ),
      (
        ["select", "--primary", "9", "13", "2B"],
        "done; read back: it sends 2 values, all of them selected"
      ),
      (
        ["app-reset", "--primary", "9", "10"],
        "acknowledged; whether the meter did it cannot be read back\n"
      ),
      (["select"] + heat + ["5A"], "done; read back: it sends 1 value, all of them selected"),
      (["global-readout"] + heat, "done; read back: it sends 13 values in 1 telegram"),
      (
        ["freeze", "--primary", "9", "3"],
        "done; read back: 1 value with storage number 3 is new"
      ),
      (
        ["freeze", "--primary", "255"],
        "sent; nobody acknowledges a frame to all meters\n"
      ),
      (["freeze"] + heat, "acknowledged\n"),
      (
        ["set-id"] + heat + ["--force", "345678"],
        "done; read back: meter 00345678 answers to serial 00345678"
      ),
      (["frame", "10 40 09 49 16"], "E5\nacknowledged (E5)"),
    ]
    for (arguments, text) in steps {
      let output = try run(["send"] + arguments + bus)
      #expect(output.standardOutput.hasPrefix(text), "\(arguments): \(output)")
      #expect(output.status == 0, "\(arguments)")
    }
    let gone = try run(["send", "app-reset"] + heat + brief)
    #expect(gone.status == 1)
    #expect(gone.standardError == "Error: nobody answers to \(serials[1]), in 2 attempts\n")
    let raw = try run(["send", "--raw", "10 7B 08 83 16"] + bus)
    #expect(raw.status == 0 && raw.standardOutput.contains(serials[2]))
    withExtendedLifetime(bench) {}
  }

  @Test func whatIsNotDoneIsSaid() throws {
    let serials = try serials(4)
    let (bench, bus, brief) = try bus([
      "--meters", "4", "--ignoring", serials[0], "--mute", serials[2],
    ])
    let steps: [([String], String)] = [
      (
        ["select", "--primary", "1", "13"] + bus,
        "acknowledged, but not done; read back: it sends 12 values, of which 12 are not selected"
      ),
      (
        ["set-address", "--primary", "3", "8"] + brief,
        "nobody answers at address 3, in 2 attempts"
      ),
      (
        ["app-reset", "--primary", "3"] + brief,
        "the meter does not acknowledge being addressed, in 2 attempts"
      ),
      (
        ["set-address", "--primary", "1", "4"] + bus,
        "meter \(serials[3]) has the new address already"
      ),
      (
        ["set-address", "--primary", "255", "4"] + bus,
        "every meter that hears it would get the same address: name one meter by its serial or its primary address"
      ),
      (
        ["set-baud", "--primary", "4", "2400"] + bus,
        "this line cannot change its speed, so that the meter could not be reached any more; a serial port can"
      ),
    ]
    let frozen = try run(["send", "freeze", "--primary", "1", "3"] + bus)
    #expect(
      frozen.status == 0
        && frozen.standardOutput
          == "acknowledged; it cannot be checked: no value that it sends has storage number 3\n",
      "\(frozen)")
    for (arguments, text) in steps {
      let output = try run(["send"] + arguments)
      #expect(output.standardError == "Error: \(text)\n", "\(arguments): \(output)")
      #expect(output.status == 1 && output.standardOutput.isEmpty, "\(arguments)")
    }
    withExtendedLifetime(bench) {}
  }

  @Test(arguments: [
    (
      ["app-reset", "--secondary", "1G"],
      "--secondary 1G: expected is a serial (1 to 8 digits 0 to 9 and A to F, of which F stands for any; "
        + "missing ones are zeros in front), then if you like a manufacturer of three letters, version and "
        + "medium (0 to 255), with commas between them."
    ),
    (
      ["set-id", "--primary", "1", "1234567A"],
      "1234567A is not allowed: 1 to 8 digits 0 to 9; missing ones are zeros in front."
    ),
    (
      ["set-baud", "--primary", "1", "1800"],
      "1800 is not allowed: one of 300, 600, 1200, 2400, 4800, 9600, 19200, 38400."
    ),
    (
      ["select", "--primary", "1", "13", "FD"],
      "FD: FD only says that the code stands in another table, and that code is missing behind it, as in FD08."
    ),
    (
      ["set-time", "--primary", "1", "noon"],
      "noon: a time such as 2026-11-22T08:00:00, or now, is allowed."
    ),
    (["freeze"], "Give either --primary ADDRESS or --secondary SERIAL."),
    (["freeze", "--primary", "251"], "--primary 251: 0 to 250 and 255 are allowed."),
  ])
  func mistakesOfTheCommandLineAreNamed(arguments: [String], message: String) throws {
    let output = try run(["send"] + arguments + ["--bus", "sim:demo"])
    #expect(output.status == 64)
    #expect(output.standardError.hasPrefix("Error: \(message)\n"), "\(output.standardError)")
  }

  /// A serial port can: the meter talks at 9600 baud afterwards, and at nothing else.
  @Test func aNewSpeedOverASerialPort() throws {
    let bench = try Workbench()
    let link = bench.folder.appendingPathComponent("bus").path
    _ = try bench.startSimulator(
      at: ["--pty", link], ["--meters", "2", "--baud", "2400", "--follow-speed"])
    let bus = ["--bus", link, "--retries", "1", "--timeout"]
    let output = try run(["send", "set-baud", "--primary", "2", "9600"] + bus + ["30000"])
    #expect(output.standardOutput == "done; read back: it answers at 9600 baud\n", "\(output)")
    #expect(try run(["read", "--primary", "2"] + bus + ["200"]).status == 1)
    #expect(try run(["read", "--primary", "2", "--baud", "9600"] + bus + ["30000"]).status == 0)
    let scan = try run(
      ["scan", "--mode", "PRIMARYSCAN", "--from", "2", "--to", "2", "--speeds", "9600"] + bus
        + ["5000"])
    withExtendedLifetime(bench) {}
    #expect(scan.standardOutput.contains(", at 9600 baud\n"), "\(scan)")
  }

  /// The gateway has the line; the list stays as it is, and its user is told what to change.
  @Test func aGatewayThatRunsDoesItBetweenItsReadouts() throws {
    let bench = try Workbench()
    let port = try #require(try bench.startSimulator(["--meters", "2", "--baud", "9600"]))
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(port)
      MBUS_BAUDRATE=9600
      MBUS_TIMEOUT=5000
      MODBUS_IP=127.0.0.1
      MODBUS_NWPORT=0
      MBUS_RAWLOGENABLE=1
      """)
    try bench.write(
      "Device_Handle.cfg",
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <root><meter><interface>M-Bus</interface><primaryaddress>2</primaryaddress>
      <addressmode>1</addressmode></meter></root>
      """)
    let ext = bench.folder.appendingPathComponent("ext").path
    try FileManager.default.createDirectory(atPath: ext, withIntermediateDirectories: true)
    let (gateway, _) = try bench.startGateway(["--ext", ext])
    let app = ["--app", bench.folder.path]
    #expect(
      try eventually { try run(["status"] + app).standardOutput.contains(": 1 read") })
    let moved = try run(["send", "set-address", "--primary", "2", "--force", "8"] + app)
    #expect(
      moved.status == 0 && moved.standardOutput.contains(" answers to address 8\n"), "\(moved)")
    #expect(
      moved.standardError.contains(
        "still has address 2, by which it is read for meter "), "\(moved)")
    #expect(moved.standardError.contains("change it to <primaryaddress>8</primaryaddress> there"))
    #expect(!(try bench.read("Device_Handle.cfg")).contains("0x08"))
    let frame = try run(["send", "10 40 08 48 16"] + app)
    #expect(frame.status == 0 && frame.standardOutput == "E5\nacknowledged (E5)\n", "\(frame)")
    let silent = try run(["send", "10 40 63 A3 16"] + app)
    #expect(silent.status == 1 && silent.standardError == "Error: nothing came\n", "\(silent)")
    #expect(
      try eventually {
        try run(["log", "--raw", "--ext", ext]).standardOutput.contains("51 01 7A 08")
      })
    _ = try run(["service", "on"] + app)
    let refused = try run(["send", "app-reset", "--primary", "8"] + app)
    #expect(refused.status == 1)
    #expect(refused.standardError.hasSuffix("the service mode; nothing is sent\n"), "\(refused)")
    gateway.stop()
  }
}
