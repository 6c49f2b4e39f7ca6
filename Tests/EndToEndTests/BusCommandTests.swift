import Bytes
import Foundation
import MBus
import MeterFiles
import Metering
import PeerSupport
import Testing

/// `metergate scan`, `read` and `send` against `metergate sim` over TCP.
@Suite(.ownThread) struct BusCommandTests {
  private func run(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, arguments, timeout: 120)
  }

  private func bus(_ arguments: [String], baud: Int = 9600) throws -> (Workbench, [String]) {
    let bench = try Workbench()
    let port = try #require(try bench.startSimulator(arguments + ["--baud", "\(baud)"]))
    return (bench, ["--bus", "tcp://127.0.0.1:\(port)", "--baud", "\(baud)"])
  }

  private struct Line: Decodable, Hashable {
    let schema: Int
    let by: String
    let address: Int?
    let serial: String?
    let manufacturer: String?
    let version: Int?
    let medium: Int?
    let mediumName: String?
  }

  /// Few meters, since the bus runs in real time; many are found in virtual time (`AdaptiveScanTests`).
  @Test func aScanFindsTheMetersOfTheSimulator() throws {
    let list = try run(["sim", "--meters", "6", "--write-config"])
    let meters = try #require(
      DeviceHandleFile.parse(Array(list.standardOutput.utf8), name: "Device_Handle.cfg").meters)
    let (bench, bus) = try bus(["--meters", "6"], baud: 38400)
    let output = try run(["scan", "--json"] + bus)
    withExtendedLifetime(bench) {}
    #expect(output.status == 0)
    let found = try output.standardOutput.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    let wanted = meters.map { meter in
      Line(
        schema: 1, by: "secondary", address: Int(meter.primaryAddress),
        serial: meter.identity.serial.description,
        manufacturer: meter.identity.manufacturer?.description,
        version: meter.identity.version.map { Int($0) },
        medium: meter.identity.medium.map { Int($0.rawValue) },
        mediumName: meter.identity.medium?.name)
    }
    #expect(found.count == 6)
    #expect(Set(found) == Set(wanted))
    #expect(output.standardError.contains("6 meters found in "))
    #expect(!output.standardError.contains("problem"))
  }

  @Test func aCommandThatThereIsNotIsNamed() throws {
    let output = try run(["send", "set-tme", "--bus", "sim:demo", "--primary", "1"])
    #expect(output.status == 64)
    #expect(
      output.standardError.contains(
        "set-tme is no command to a meter and no hexadecimal text: the commands are frame, set-address, "
      ))
    #expect(output.standardError.contains("; did you mean set-time?"))
  }

  @Test func aPrimaryScanPrintsALineForEachMeter() throws {
    let (bench, bus) = try bus(["--meters", "3"])
    let output = try run(["scan", "--mode", "primary scan", "--from", "2", "--to", "4"] + bus)
    withExtendedLifetime(bench) {}
    let lines = output.standardOutput.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("address 2    ") == true)
    #expect(lines.first?.hasSuffix(" XQH version 2 Heat (outlet)") == true)
    #expect(lines.last?.hasPrefix("2 meters found in ") == true)
  }

  @Test func aReadoutShowsWhatDecodeShowsOfTheSameTelegrams() throws {
    let (bench, bus) = try bus(["--meters", "3"])
    let sent = try run(["send"] + bus + ["10 7B 03 7E 16"])
    #expect(sent.status == 0)
    let hex = try #require(sent.standardOutput.split(separator: "\n").first)
    let decoded = try run(["decode"] + [String(hex)]).standardOutput
    // What stands behind it in decode explains every byte.
    let table = try #require(decoded.components(separatedBy: "\n\nOffset  Bytes").first) + "\n"
    #expect(table != decoded + "\n")
    let read = try run(["read", "--primary", "3"] + bus)
    withExtendedLifetime(bench) {}
    #expect(sent.standardOutput == "\(hex)\n" + table)
    // The access number counts on, and the clock.
    func structure(_ text: String) -> [String] {
      text.split(separator: "\n").filter { !$0.hasPrefix("Access") }.map { String($0.prefix(14)) }
    }
    #expect(read.status == 0)
    #expect(structure(read.standardOutput) == structure(table))
    #expect(structure(read.standardOutput).count > 5)
  }

  @Test func allTelegramsOfAChainAreShown() throws {
    let (bench, bus) = try bus(["--meters", "1"])
    let found = try run(["scan", "--json"] + bus)
    let line = try JSONDecoder().decode(
      Line.self, from: Data(found.standardOutput.utf8))
    let serial = try #require(line.serial)
    let read = try run(["read", "--json", "--secondary", "\(serial),XQE,3,2"] + bus)
    let other = try run(["read", "--secondary", "\(serial),LUG", "--retries", "0"] + bus)
    withExtendedLifetime(bench) {}
    let telegrams = read.standardOutput.split(separator: "\n")
    #expect(read.status == 0 && telegrams.count == 2)
    #expect(telegrams.allSatisfy { $0.hasPrefix(#"{"schema":1,"protocol":"mbus","#) })
    #expect(telegrams.allSatisfy { $0.contains("\"serial\":\"\(serial)\"") })
    #expect(other.status == 1, "the whole address is sent, whatever the select mask")
    #expect(other.standardError == "Error: no answer in 1 attempt\n")
  }

  /// The invented meter of `SecurityTests`: 267 kWh, encrypted with the key 00112233… .
  @Test func anEncryptedMeterIsReadWithTheKeyOfTheListOrOneThatIsGiven() throws {
    let bench = try Workbench()
    let telegrams = try bench.write(
      "telegrams.jsonl",
      #"{"hex":"681F1F6808057240302010286202042A001005E63B4E22AAFE5EA6A61BB546C160597BDC16"}"#)
    let port = try #require(try bench.startSimulator(["--telegrams", telegrams, "--baud", "9600"]))
    let key = (0..<16).map { Hex.byte($0 * 0x11) }
    let keyFile = try bench.write("key.txt", key.joined(separator: " ") + "\n")
    try bench.write(
      "Device_Handle.cfg",
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <root><meter><interface>M-Bus</interface><serial>0x10203040</serial><manufacturer>XQH</manufacturer>
      <version>2</version><medium>Heat</medium><primaryaddress>5</primaryaddress>
      <encryptionkey>\(key.map { "0x" + $0 }.joined(separator: " "))</encryptionkey></meter></root>
      """)
    try bench.write(
      "chip.ini", "[SOLVIMUS]\nMBUS_DEVPATH=tcp://127.0.0.1:\(port)\nMBUS_BAUDRATE=9600\n")
    let bus = ["--bus", "tcp://127.0.0.1:\(port)", "--baud", "9600"]
    for place in [["--primary", "5"], ["--secondary", "10203040"]] {
      for source in [
        ["--app", bench.folder.path], bus + ["--key-file", keyFile], bus + ["--key", key.joined()],
      ] {
        let read = try run(["read"] + place + source)
        #expect(
          read.status == 0 && read.standardOutput.contains(" 267000 "), "\(read.standardError)")
      }
      let closed = try run(["read"] + place + bus)
      #expect(closed.status == 1 && !closed.standardOutput.contains(" 267000 "))
      #expect(closed.standardError.contains("no key of the meter is known"))
    }
    withExtendedLifetime(bench) {}
  }

  /// What scripts can tell by.
  @Test func theExitCodeOfDecodeTellsWhetherTheDataWasRead() throws {
    let hex = "681F1F6808057240302010286202042A001005E63B4E22AAFE5EA6A61BB546C160597BDC16"
    let closed = try run(["decode", hex])
    #expect(closed.status == 1 && closed.standardOutput.contains("key missing"))
    let opened = try run(["decode", hex, "--key", (0..<16).map { Hex.byte($0 * 0x11) }.joined()])
    #expect(opened.status == 0 && opened.standardOutput.contains(" 267000 "))
  }

  @Test func sentFramesAreAnswered() throws {
    let (bench, bus) = try bus(["--meters", "1"])
    let acknowledged = try run(["send"] + bus + ["10", "40", "FE", "3E", "16"])
    let silent = try run(["send", "--timeout", "300"] + bus + ["10400949", "16"])
    let broadcast = try run(["send", "--timeout", "300"] + bus + ["1040FF3F16"])
    let raw = try run(["send", "--raw", "--timeout", "300"] + bus + ["00 01"])
    withExtendedLifetime(bench) {}
    #expect(acknowledged.standardOutput == "E5\nacknowledged (E5)\n")
    #expect(acknowledged.status == 0)
    #expect(silent.status == 1 && silent.standardError == "Error: nothing came\n")
    #expect(broadcast.status == 0)
    #expect(broadcast.standardOutput == "sent; nobody answers a frame to address 255\n")
    #expect(raw.status == 1)
  }

  @Test func aBusThatIsNotThereIsNamed() throws {
    for command in [["scan"], ["read", "--primary", "1"], ["send", "1040FE3E16"]] {
      let output = try run(command + ["--bus", "tcp://127.0.0.1:1"])
      #expect(output.status == 1)
      #expect(output.standardError == "Error: tcp://127.0.0.1:1: connection refused\n")
    }
    let start = ContinuousClock.now
    let output = try run(["scan", "--bus", "tcp://127.0.0.1:1", "--wait", "2"])
    #expect(output.standardError == "Error: tcp://127.0.0.1:1: connection refused\n")
    #expect(ContinuousClock.now - start > .seconds(1.5))
  }

  @Test(arguments: [
    (["scan"], "Give either --bus MBUS_DEVPATH or --app FOLDER."),
    (
      ["scan", "--bus", "sim:demo", "--mode", "TERTIARY"],
      "--mode TERTIARY is not allowed: one of PRIMARYSCAN, SECONDARYSCAN, SECONDARYSCANALLOC, "
        + "PRIMARYSECONDARYSCAN, PRIMARYSECONDARYSCANALLOC, SECONDARYSCANREVERSE, SECONDARYSCANALLOCREVERSE"
    ),
    (
      ["scan", "--bus", "sim:demo", "--mask", "33G"],
      "--mask 33G is not allowed: up to 8 digits 0-9, A-F, with or without 0x; FFFFFFFF is any"
    ),
    (
      ["scan", "--bus", "sim:demo", "--from", "251"], "--from 251 is not allowed: 0 to 250"
    ),
    (
      ["read", "--bus", "sim:demo", "--primary", "1", "--timeout", "soon"],
      "--timeout soon is not allowed: 0 to 65535 ms"
    ),
    (["read", "--bus", "sim:demo"], "Give either --primary N or --secondary SERIAL."),
    (
      ["read", "--bus", "sim:demo", "--secondary", "1234G"],
      "--secondary 1234G: expected is a serial (1 to 8 digits 0 to 9 and A to F, of which F stands for any; "
        + "missing ones are zeros in front), then if you like a manufacturer of three letters, version and "
        + "medium (0 to 255), with commas between them."
    ),
    (
      ["send", "--bus", "sim:demo", "1040FE3E17"],
      "1040FE3E17 is no frame: 17 in place of the stop byte 16, at offset 4. --raw sends any bytes."
    ),
  ])
  func mistakesOfTheCommandLineAreNamed(arguments: [String], message: String) throws {
    let output = try run(arguments)
    #expect(output.status == 64)
    #expect(output.standardError.hasPrefix("Error: \(message)\n"), "\(output.standardError)")
  }

  @Test func chipINITellsTheBus() throws {
    let bench = try Workbench()
    let port = try #require(try bench.startSimulator(["--meters", "2", "--baud", "9600"]))
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(port)
      MBUS_BAUDRATE=9600
      MBUS_SCANMODE=PRIMARYSCAN
      MBUS_MAXPRIMARY_ADDRESS=2
      """)
    let output = try run(["scan", "--json", "--app", bench.folder.path])
    #expect(output.standardOutput.split(separator: "\n").count == 2)
    #expect(output.standardOutput.contains(#""by":"primary","address":1,"#))
  }
}
