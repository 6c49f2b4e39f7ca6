import Foundation
import PeerSupport
import Testing

/// `metergate config` from outside.
@Suite struct ConfigCommandTests {
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
    let reset = try config(["reset", "--yes", "--keep", "name,network", "--defaults", "/-"], alpha)
    #expect(reset.status == 0, "\(reset.standardError)")
    #expect(
      try Fixture.files(alpha) == [
        "chip.ini": "; alpha's file\n[IP]\nADDRESS=192.0.2.1\n[DEVICE]\nNAME=alpha\n[SOLVIMUS]\n",
        "vpn/config.ovpn": "remote 192.0.2.9\n",
      ])
    let back = try config(["import", archive], alpha)
    #expect(back.status == 0, "\(back.standardError)")
    var now = try Fixture.files(alpha)
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
    let forgotten = try config(["reset", "--yes", "--forget", "--defaults", "/-"], alpha)
    #expect(forgotten.standardOutput.hasSuffix("the history is removed\n"))
    #expect(alpha.names == [".history", "keys", "note.txt", "report", "tls", "vpn"])
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
      (["diff", "1", "2", "3"], 64, "Error: at most two numbers can be compared\n"),
      (["export", "--with-secrets", "-"], 64, "Error: --with-secrets belongs to --json; "),
    ]
    for (arguments, status, text) in cases {
      let output = try config(arguments, folder)
      #expect(output.status == status && output.standardError.hasPrefix(text), "\(output)")
    }
    let parts = try config(["export", "--parts", "meters,everything", "-"], folder)
    #expect(parts.status == 64 && parts.standardError.contains("meters, users"))
  }

  /// What a killed import has left is finished before the gateway reads its files.
  @Test func theStartFinishesAnImport() throws {
    let folder = try Fixture.alpha()
    let place = folder[".history"]
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    let script = """
      import io, json, sys, tarfile, zlib
      old = open(sys.argv[2], "rb").read()
      new = b"[SOLVIMUS]\\nMODBUS_ENABLE=0\\nMETER_TIME=44\\n"
      step = {"path": sys.argv[2], "name": "chip.ini", "member": "0", "isSecret": True,
              "before": {"size": len(old), "crc32": "%08x" % zlib.crc32(old)}}
      with tarfile.open(sys.argv[1], "w:gz") as archive:
          for name, text in [("journal.json", json.dumps({"schema": 1, "steps": [step]}).encode()), ("0", new)]:
              info = tarfile.TarInfo(name)
              info.size = len(text)
              archive.addfile(info, io.BytesIO(text))
      """
    let journal = try PeerProcess.run(
      PeerProcess.python, ["-c", script, folder[".history/unfinished.tar.gz"], folder["chip.ini"]])
    try #require(journal.status == 0, "\(journal.standardError)")
    let gateway = try PeerProcess.start(PeerProcess.metergate, ["run", "--app", folder.path])
    #expect(gateway.waitForOutput(containing: "ready:"))
    #expect(
      gateway.waitForErrors(containing: "an interrupted change of the configuration is finished"))
    gateway.kill()
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\nMODBUS_ENABLE=0\nMETER_TIME=44\n")
    #expect(!FileManager.default.fileExists(atPath: folder[".history/unfinished.tar.gz"]))
  }
}
