import Foundation
import MeterFiles
import PeerSupport
import Testing

@testable import ConfigurationArchive

/// `metergate config` from outside.
@Suite(.ownThread) struct ConfigCommandTests {
  private func config(_ arguments: [String], _ folder: TemporaryFolder) throws -> PeerProcess.Output
  {
    try PeerProcess.run(
      PeerProcess.metergate, ["config", arguments[0], "--app", folder.path] + arguments.dropFirst())
  }

  @Test func thereAndBack() throws {
    let (alpha, outside) = (try Fixture.alpha(), try TemporaryFolder())
    let before = try Fixture.files(alpha)
    let archive = outside["a.tar.gz"]
    let export = try config(["export", archive], alpha)
    #expect(export.status == 0 && export.standardOutput.isEmpty, "\(export.standardError)")
    #expect(
      export.standardError.hasPrefix(
        "certificates, device configuration, network configuration, device name, meter configuration, users in "
          + "\(archive), "))
    let refused = try config(["reset"], alpha)
    #expect(refused.status == 64 && refused.standardError.contains("give --yes to do it"))
    let shipped = try TemporaryFolder()
    let keeping = ["--keep", "name,network", "--defaults", shipped.path]
    let nowhere = try config(["reset", "--yes", "--defaults", "/-"], alpha)
    #expect(
      nowhere.status == 1 && nowhere.standardError.hasPrefix("there is no folder /- with the files")
    )
    let shown = try config(["reset", "--dry-run"] + keeping, alpha)
    #expect(shown.status == 0, "\(shown.standardError)")
    #expect(
      shown.standardOutput == """
        Device_Handle.cfg is changed
        cacert.pem is removed
        keys/http_host_key is removed
        report/Zähler 1.sh is removed
        tls/server.key is removed
        users is removed
        chip.ini is changed
        [SOLVIMUS] METER_TIME = 900, the default (was 60)
        [SOLVIMUS] MODBUS_ENABLE = 0, the default (was 1)
        [SOLVIMUS] MODBUS_KEY_FILE = not set, the default (was app/tls/server.key)
        [SOLVIMUS] FUTURE_PASSWORD, which this version does not know, is removed
        the meter list has 0 meters (was 1)
        nothing is written in \(alpha.path)

        """)
    #expect(try Fixture.files(alpha) == before)
    let reset = try config(["reset", "--yes"] + keeping, alpha)
    #expect(reset.status == 0, "\(reset.standardError)")
    #expect(
      reset.standardOutput.hasSuffix(
        """
        chip.ini is changed
        back to the default: METER_TIME, MODBUS_ENABLE, MODBUS_KEY_FILE, FUTURE_PASSWORD
        the meter list has 0 meters (was 1)
        the configuration in \(alpha.path) is saved; no gateway runs on it, and the next one begins with it

        """))
    #expect(
      try Fixture.files(alpha) == [
        "chip.ini": "; alpha's file\n[IP]\nADDRESS=192.0.2.1\n[DEVICE]\nNAME=alpha\n[SOLVIMUS]\n",
        "Device_Handle.cfg": String(decoding: DeviceHandleFile.empty, as: UTF8.self),
        "vpn/config.ovpn": "remote 192.0.2.9\n",
      ])
    let back = try config(["import", archive], alpha)
    #expect(back.status == 0, "\(back.standardError)")
    let imported = try Fixture.files(alpha)
    var now = imported
    #expect(now["chip.ini"]?.contains("METER_TIME=60\n") ?? false)
    now["chip.ini"] = before["chip.ini"]
    #expect(now == before)
    let log = try config(["log"], alpha).standardOutput.split(separator: "\n")
    #expect(log.map { $0.split(separator: " ")[0] } == ["3", "2", "1"])
    #expect(log.map { $0.split(separator: " ")[2] } == ["import", "reset", "file"])
    #expect(try config(["restore", "1"], alpha).status == 0)
    #expect(try Fixture.files(alpha) == before)
    #expect(try config(["diff", "1"], alpha).standardOutput.isEmpty)
    let difference = try config(["diff", "2", "1"], alpha).standardOutput
    #expect(difference.contains("+METER_TIME = 60 ; s\n") && !difference.contains("hunter2"))
    #expect(try config(["restore", "--previous"], alpha).status == 0)
    #expect(try Fixture.files(alpha) == imported)
    let forget = ["reset", "--yes", "--forget", "--defaults", shipped.path]
    let forgotten = try config(forget, alpha)
    #expect(forgotten.standardOutput.hasSuffix("the history is removed\n"))
    #expect(alpha.names == [".history", "Device_Handle.cfg", "chip.ini", "note.txt"])
    #expect(
      try config(["log", "--json"], alpha).standardOutput == "{\"schema\":1,\"entries\":[]}\n")
  }

  @Test func mistakes() throws {
    let folder = try Fixture.alpha()
    let cases = [
      (["import", folder["gone"]], 64, "Error: \(folder["gone"]): there is no such file\n"),
      (
        ["import", folder["note.txt"]], 1,
        "\(folder["note.txt"]) is neither a tar.gz archive nor a JSON backup of a configuration; a single file such "
          + "as chip.ini is imported as an archive: tar czf new.tar.gz chip.ini\n"
      ),
      (["restore", "7"], 1, "there is no entry 7 in the history; it has none\n"),
      (["restore"], 64, "Error: give a number of \"metergate config log\", or --previous\n"),
      (["restore", "--previous", "1"], 64, "Error: give a number of"),
      (["restore", "--previous"], 1, "the history has no configuration that differs from"),
      (["diff", "1", "2", "3"], 64, "Error: at most two numbers can be compared\n"),
      (["export", "--with-secrets", "-"], 64, "Error: --with-secrets belongs to --json; "),
    ]
    for (arguments, status, text) in cases {
      let output = try config(arguments, folder)
      #expect(output.status == status && output.standardError.hasPrefix(text), "\(output)")
    }
    for command in [["log"], ["diff"], ["export", "-"], ["reset", "--yes"]] {
      let output = try PeerProcess.run(
        PeerProcess.metergate, ["config"] + command + ["--app", folder["gone"]])
      #expect(output.status == 64, "\(command)")
      #expect(
        output.standardError.hasPrefix("Error: --app \(folder["gone"]): there is no such folder\n"))
    }
    let parts = try config(["export", "--parts", "meters,everything", "-"], folder)
    #expect(parts.status == 64 && parts.standardError.contains("meters, users"))
  }

  /// A journal of one step, as a killed import has left it.
  private func interrupt(_ folder: TemporaryFolder, name: String = "chip.ini") throws {
    try FileManager.default.createDirectory(
      atPath: folder[".history"], withIntermediateDirectories: false)
    let script = """
      import io, json, sys, tarfile, zlib
      old = open(sys.argv[2], "rb").read()
      new = b"[SOLVIMUS]\\nMODBUS_ENABLE=0\\nMETER_TIME=44\\n"
      step = {"path": sys.argv[3], "name": sys.argv[3], "member": "0", "isPrivate": True,
              "before": {"size": len(old), "crc32": "%08x" % zlib.crc32(old)}}
      with tarfile.open(sys.argv[1], "w:gz") as archive:
          for name, text in [("journal.json", json.dumps({"schema": 1, "steps": [step]}).encode()), ("0", new)]:
              info = tarfile.TarInfo(name)
              info.size = len(text)
              archive.addfile(info, io.BytesIO(text))
      """
    let journal = try PeerProcess.run(
      PeerProcess.python,
      ["-c", script, folder[".history/unfinished.tar.gz"], folder["chip.ini"], name])
    try #require(journal.status == 0, "\(journal.standardError)")
  }

  /// What a killed import has left is finished before the gateway reads its files.
  @Test func theStartFinishesAnImport() throws {
    let folder = try Fixture.alpha()
    try interrupt(folder)
    let gateway = try PeerProcess.start(
      PeerProcess.metergate, ["run", "--app", folder.path] + PeerProcess.withoutWebPage)
    #expect(gateway.waitForOutput(containing: "ready:"))
    #expect(
      gateway.waitForErrors(containing: "an interrupted change of the configuration is finished"))
    gateway.kill()
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\nMODBUS_ENABLE=0\nMETER_TIME=44\n")
    #expect(!FileManager.default.fileExists(atPath: folder[".history/unfinished.tar.gz"]))
  }

  /// And before every command that reads or writes them.
  @Test func everyCommandFinishesAnImport() throws {
    let table = try TemporaryFolder(["t.csv": "MBUS;30101198;;attic\n"])
    let commands = [
      ["set", "SOLVIMUS.METER_TIME=60"], ["check"], ["list"], ["registers"], ["user", "list"],
      ["allocate", "--all"], ["import", table["t.csv"]], ["config", "log"], ["config", "diff"],
      ["config", "export", "-"],
    ]
    for command in commands {
      let folder = try Fixture.alpha()
      try interrupt(folder)
      let output = try PeerProcess.run(
        PeerProcess.metergate, command + ["--app", folder.path])
      #expect(
        output.standardError.hasPrefix("an interrupted change of the configuration is finished\n"),
        "\(command): \(output.standardError)")
      let time = command[0] == "set" ? "60" : "44"
      #expect(folder.read("chip.ini") == "[SOLVIMUS]\nMODBUS_ENABLE=0\nMETER_TIME=\(time)\n")
    }
  }

  /// A journal says nothing of places outside of its folder, wherever that is by now.
  @Test func aJournalWritesIntoItsFolderOnly() throws {
    let outside = try TemporaryFolder(["x": Fixture.settings])
    for name in [outside["x"], "../x", ".history/x", "report/x"] {
      let folder = try Fixture.alpha()
      let link = folder["report"]
      try FileManager.default.removeItem(atPath: link)
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: outside.path)
      try interrupt(folder, name: name)
      let said = try ConfigurationFolder(folder.path).finishInterrupted()
      #expect(
        said == [
          "an interrupted change of the configuration is finished",
          "\"\(name)\" is left out of it: it is no place for a file here",
        ])
      #expect(outside.read("x") == Fixture.settings && outside.names == ["x"])
    }
    // A folder that has moved, and another working directory.
    let folder = try Fixture.alpha()
    try interrupt(folder)
    let moved = outside["moved"]
    try FileManager.default.moveItem(atPath: folder.path, toPath: moved)
    let output = try PeerProcess.run(
      "sh", ["-c", "cd / && exec \"$0\" config diff --app \"$1\"", PeerProcess.metergate, moved])
    #expect(output.standardError.hasPrefix("an interrupted change"), "\(output)")
    #expect(outside.read("moved/chip.ini")?.hasSuffix("METER_TIME=44\n") ?? false)
  }

  /// Who changed what stands in the history, and what was there before is not put down to them.
  @Test func commandsAreRecorded() throws {
    let folder = try Fixture.alpha()
    let set = try PeerProcess.run(
      PeerProcess.metergate, ["set", "--app", folder.path, "SOLVIMUS.METER_TIME=61"])
    #expect(set.status == 0 && set.standardError.isEmpty, "\(set.standardError)")
    let table = folder["t.csv"]
    try folder.write("MBUS;30101198;;attic\n", to: "t.csv")
    for command in [
      ["import", table], ["allocate", "--all"], ["user", "remove", "nobody"],
      ["user", "set", "admin", "--sessions", "2"],
    ] {
      _ = try PeerProcess.run(PeerProcess.metergate, command + ["--app", folder.path])
    }
    let log = try config(["log"], folder).standardOutput.split(separator: "\n")
    let told = log.map { $0.split(separator: " ").map(String.init) }
    #expect(told.map { $0[2] } == ["command", "command", "command", "command", "file"], "\(log)")
    #expect(told.map { $0[3] == "-" } == [false, false, false, false, true], "\(log)")
    #expect(
      told.dropLast().map { $0[4...].joined(separator: " ") }
        == ["users", "Device_Handle.cfg", "Device_Handle.cfg", "chip.ini"], "\(log)")
  }

  /// Without a way back nothing is done.
  @Test func noWayBack() throws {
    let folder = try Fixture.alpha()
    try folder.write("in the way", to: ".history")
    let output = try config(
      ["reset", "--yes", "--defaults", folder["vpn"]], folder)
    #expect(output.status == 1)
    // Other commands do without.
    let check = try PeerProcess.run(PeerProcess.metergate, ["check", "--app", folder.path])
    #expect(check.status == 0, "\(check)")
    #expect(
      output.standardError.contains(
        "what is there now cannot be recorded, so that there would be no way back: "),
      "\(output.standardError)")
    #expect(folder.read("Device_Handle.cfg") == Fixture.list)
  }

  /// The result is checked as "metergate check" does it.
  @Test func theRulesOfCheck() throws {
    let source = try TemporaryFolder()
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMETER_TIME=60\n"])
    func pack(_ name: String, _ files: [String: String]) throws -> String {
      for (name, text) in files { try source.write(text, to: name) }
      let output = try PeerProcess.run(
        "tar", ["-C", source.path, "-czf", source[name]] + files.keys.sorted())
      try #require(output.status == 0)
      return source[name]
    }
    let tls =
      "[SOLVIMUS]\nMODBUS_ENABLE=1\nMODBUS_TLSENABLE=1\nMODBUS_CA_FILE=app/ca.pem\n"
      + "MODBUS_CERT_FILE=app/ca.pem\nMODBUS_KEY_FILE=app/ca.pem\n"
    let cases = [
      (["users": "rubbish\n"], "users:1:1: "),
      (["users": "[root]\nHASH=x\n"], "[root] is no user"),
      (["chip.ini": tls], "there is no such file"),
      (["chip.ini": tls, "ca.pem": "rubbish\n"], "holds no certificate in PEM"),
      (
        ["chip.ini": "\u{1}\u{2}rubbish\nmore\n"],
        "chip.ini: there is nothing of a configuration in it"
      ),
      (
        ["chip.ini": "[SOLVIMUS]\nWAN_PASSWORD={enc1}AAAA\n"],
        "WAN_PASSWORD is encrypted, and cannot be decrypted"
      ),
    ]
    for (files, text) in cases {
      let archive = try pack("a.tar.gz", files)
      let output = try config(["import", archive], folder)
      #expect(output.status == 1, "\(files): \(output)")
      #expect(output.standardError.contains(text), "\(output.standardError)")
      #expect(folder.names == ["chip.ini"])
    }
    // What is so already does not stand against it.
    try folder.write("rubbish\n", to: "users")
    let archive = try pack("a.tar.gz", ["chip.ini": "[SOLVIMUS]\nMETER_TIME=61\n"])
    let output = try config(["import", archive], folder)
    #expect(output.status == 0, "\(output.standardError)")
    #expect(output.standardError.isEmpty)
  }
}
