import Foundation
import MeterFiles
import PeerSupport
import Settings
import Testing

@testable import ConfigurationArchive

@Suite(.ownThread) struct ImportTests {
  private let beta =
    "; beta's file\r\n[IP]\r\nADDRESS=192.0.2.2 ; here\r\n[DEVICE]\r\nNAME=beta\r\n[SOLVIMUS]\r\n"
    + "METER_TIME=900\r\nMBUS_TIMEOUT=700\r\nFUTURE=1\r\n"

  @discardableResult
  private func bring(
    _ contents: ConfigurationContents, _ parts: Set<ConfigurationPart>? = nil,
    into folder: TemporaryFolder, _ manner: ConfigurationPlan.Manner = .merge
  ) throws -> ConfigurationPlan {
    let place = ConfigurationFolder(folder.path)
    let plan = try place.plan(for: contents, parts: parts, manner: manner)
    try place.perform(plan)
    return plan
  }

  /// What the archive holds, as another program sees it: names, modes, no times.
  @Test func tarReadsIt() throws {
    let (alpha, folder) = (try Fixture.alpha(), try TemporaryFolder())
    let archive = try Fixture.archive(of: alpha)
    #expect(try Fixture.archive(of: alpha) == archive)
    try Data(archive).write(to: URL(fileURLWithPath: folder["x.tar.gz"]))
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        "-c",
        "import sys, tarfile\nfor m in tarfile.open(sys.argv[1]): print(m.name, oct(m.mode), m.mtime, m.uid)",
        folder["x.tar.gz"],
      ])
    #expect(
      output.standardOutput == """
        metergate.json 0o600 0 0
        Device_Handle.cfg 0o600 0 0
        cacert.pem 0o600 0 0
        chip.ini 0o600 0 0
        keys/http_host_key 0o600 0 0
        report/Zähler 1.sh 0o600 0 0
        tls/server.key 0o600 0 0
        users 0o600 0 0
        vpn/config.ovpn 0o600 0 0

        """, "\(output.standardError)")
    let (contents, manifest) = try ArchiveFile.read(archive)
    #expect(contents == (try ConfigurationFolder(alpha.path).contents()))
    #expect(try ArchiveFile.manifest(of: archive) == manifest)
    #expect(manifest?.device == "alpha" && manifest?.serial == "d0800dc1")
    #expect(manifest?.user == "ann" && manifest?.time == "2026-09-21T14:13:20Z")
    #expect(manifest?.wallTime == Fixture.time)
  }

  /// Another device keeps its network, its name, its comments, and its line ends.
  @Test func intoAnotherDevice() throws {
    let (alpha, folder) = (try Fixture.alpha(), try TemporaryFolder(["chip.ini": beta]))
    let contents = try ArchiveFile.read(Fixture.archive(of: alpha)).contents
    let plan = try bring(contents, [.device, .meters, .certificates], into: folder)
    #expect(
      folder.read("chip.ini")
        == "; beta's file\r\n[IP]\r\nADDRESS=192.0.2.2 ; here\r\n[DEVICE]\r\nNAME=beta\r\n[SOLVIMUS]\r\n"
        + "METER_TIME=60\r\nMODBUS_ENABLE=1\r\nMODBUS_KEY_FILE=app/tls/server.key\r\n"
        + "FUTURE_PASSWORD=hunter2\r\n")
    #expect(folder.read("Device_Handle.cfg") == Fixture.list)
    #expect(folder.read("tls/server.key") == "server key\n")
    #expect(folder.read("report/Zähler 1.sh") == "#!/bin/sh\n")
    #expect(folder.read("users") == nil && folder.read("vpn/config.ovpn") == nil)
    #expect(
      plan.lines == [
        "Device_Handle.cfg is new", "cacert.pem is new", "keys/http_host_key is new",
        "report/Zähler 1.sh is new", "tls/server.key is new", "chip.ini is changed",
        "set: METER_TIME, MODBUS_ENABLE, MODBUS_KEY_FILE, FUTURE_PASSWORD",
        "back to the default: MBUS_TIMEOUT, FUTURE", "the meter list has 1 meter (was 0)",
      ])
    var status = stat()
    #expect(stat(folder["tls/server.key"], &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try bring(contents, [.device, .meters, .certificates], into: folder).isEmpty)
  }

  /// An archive without network and name has nothing of them, not even in comments.
  @Test func partsOfAnArchive() throws {
    let alpha = try Fixture.contents()
    let network = alpha.limited(to: [.network])
    #expect(
      network.files.mapValues { String(decoding: $0, as: UTF8.self) } == [
        "chip.ini": "[IP]\nADDRESS=192.0.2.1\n[SOLVIMUS]\n",
        "vpn/config.ovpn": "remote 192.0.2.9\n",
      ])
    let archive = try ArchiveFile.write(
      network, origin: Fixture.origin, cause: .export, user: nil, time: Fixture.time)
    let folder = try TemporaryFolder(["chip.ini": beta])
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try ConfigurationFolder(folder.path).plan(
        for: ArchiveFile.read(archive).contents, parts: [.network, .meters, .users])
    }
    #expect(
      failure?.description
        == "it has no meter configuration, users; it has: network configuration")
    try bring(try ArchiveFile.read(archive).contents, into: folder)
    #expect(
      folder.read("chip.ini")
        == beta.replacingOccurrences(of: "192.0.2.2", with: "192.0.2.1"))
  }

  /// The manual has people pack single files with any archiver (MUC500 manual 1.1, ch. 9.6, 10.6.1).
  @Test func packedByHand() throws {
    let (source, folder) = (try Fixture.alpha(), try TemporaryFolder(["chip.ini": beta]))
    let pack = try PeerProcess.run(
      "tar", ["-C", source.path, "-czf", source["hand.tar.gz"], "./cacert.pem", "./keys"])
    try #require(pack.status == 0)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: source["hand.tar.gz"])))
    let (contents, manifest) = try ArchiveFile.read(bytes)
    #expect(manifest == nil && contents.parts == [.certificates])
    try bring(contents, into: folder)
    #expect(folder.names == [".history", "cacert.pem", "chip.ini", "keys"])
    #expect(folder.read("chip.ini") == beta)
  }

  /// What the other dialect has as a default is written down.
  @Test func intoTheOtherDialect() throws {
    let folder = try TemporaryFolder(["chip.ini": "[CONFIG]\nMETER_TIME=10\n"])
    let source = ConfigurationContents(
      files: ["chip.ini": Array("[SOLVIMUS]\nMBUS_TIMEOUT=700\n".utf8)], parts: [.device])
    let plan = try bring(source, into: folder)
    #expect(
      plan.warnings == [
        "the settings come from the solvimus dialect ([SOLVIMUS]), and are written in the Anybus dialect ([CONFIG]) "
          + "of chip.ini here"
      ])
    let back = try ConfigurationFolder(folder.path).plan(for: source, manner: .replace)
    #expect(back.warnings == plan.warnings)
    let whole = ConfigurationContents(files: source.files, parts: ConfigurationPart.all)
    #expect(
      try ConfigurationFolder(folder.path).plan(for: whole, manner: .replace).warnings == [
        "chip.ini so far is in the Anybus dialect ([CONFIG]), and will be in the solvimus dialect ([SOLVIMUS]), "
          + "which has other defaults"
      ])
    let (wanted, _) = Settings.read(source.document)
    let (result, said) = Settings.read(INIDocument(folder.read("chip.ini") ?? ""))
    #expect(result.dialect == .anybus && !said.contains { $0.severity == .error })
    for row in SettingsTable.rows where row.part == .device && row.key != "MUC_CONFIG_VER" {
      // What is not set in one has the other's default: "not set" cannot be written.
      let value = wanted[row].description.isEmpty ? row.defaultValue.anybus : wanted[row]
      #expect(result[row] == value, "\(row.key)")
    }
    #expect(wanted.integer(.mbusMaxMultipage) == 3 && result.integer(.mbusMaxMultipage) == 3)
  }

  /// Every row belongs to one part, whichever file it comes from.
  @Test func partsOfTheTable() {
    #expect(SettingsTable.row(.device, "NAME")?.part == .name)
    #expect(SettingsTable.row(.device, "TIMEZONE")?.part == .device)
    #expect(SettingsTable.row(.main, "METER_STAT_CONFIG")?.part == .meters)
    for row in SettingsTable.rows {
      #expect(ConfigurationPart.ofSettings.contains(row.part), "\(row.key)")
    }
  }

  /// Errors that only come from both together are found; those that the device has already do not matter.
  @Test func errorsOfBothTogether() throws {
    let folder = try TemporaryFolder([
      "chip.ini":
        "[SOLVIMUS]\nFUTURE=1\nMETER_STAT_CONFIG=app/x.cfg\n[DEVICE]\nNAME=\(String(repeating: "n", count: 51))\n"
    ])
    let source = ConfigurationContents(
      files: ["chip.ini": Array("[SOLVIMUS]\nMETER_TIME=60\n".utf8)], parts: [.device])
    try bring(source, into: folder)
    #expect(
      folder.read("chip.ini")?.hasPrefix("[SOLVIMUS]\nMETER_STAT_CONFIG=app/x.cfg\nMETER_TIME=60\n")
        ?? false)
    let wrong = ConfigurationContents(
      files: ["chip.ini": Array("[SOLVIMUS]\nMODBUS_TLSENABLE=1\nMODBUS_ENABLE=1\n".utf8)],
      parts: [.device])
    let before = folder.read("chip.ini")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try ConfigurationFolder(folder.path).plan(for: wrong)
    }
    #expect(failure?.description == "it has 3 errors, and nothing is changed")
    #expect(folder.read("chip.ini") == before)
  }

  /// A file that somebody changes between the look at it and the import stays as it is.
  @Test func somebodyElseWasQuicker() throws {
    let folder = try TemporaryFolder(["chip.ini": beta])
    let place = ConfigurationFolder(folder.path)
    let plan = try place.plan(for: Fixture.contents())
    try folder.write("[SOLVIMUS]\n", to: "chip.ini")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in _ = try place.perform(plan) }
    #expect(
      failure?.description
        == "chip.ini was changed by somebody else meanwhile; nothing is written. Try it again")
    #expect(try Fixture.files(folder) == ["chip.ini": "[SOLVIMUS]\n"])
  }

  /// A change that cannot be completed is taken back: here, something stands in the way.
  @Test func allOrNothing() throws {
    let folder = try TemporaryFolder(["chip.ini": beta])
    try FileManager.default.createDirectory(
      atPath: folder[".users.new"], withIntermediateDirectories: false)
    let place = ConfigurationFolder(folder.path)
    let plan = try place.plan(for: Fixture.contents())
    let before = try Fixture.files(folder)
    let failure = try #require(
      Fixture.failure { () throws(ConfigurationFailure) in _ = try place.perform(plan) })
    #expect(
      failure.description
        == "users is not saved: removing the old .users.new: Is a directory; there is no file; all files are as "
        + "they were")
    #expect(try Fixture.files(folder) == before)
    #expect(try place.finishInterrupted() == [])
  }

  /// kill -9 at any moment: once what was interrupted is finished, all files are of one of both archives.
  @Test func killedAtAnyMoment() throws {
    let folder = try Fixture.alpha()
    let place = ConfigurationFolder(folder.path)
    let alpha = try place.contents()
    var gamma = ConfigurationContents(
      files: [
        "chip.ini": Array("[SOLVIMUS]\nMETER_TIME=33\n".utf8), "users": Array("gamma\n".utf8),
        "keys/other": [UInt8](repeating: 0x67, count: 50_000), "cacert.pem": Array("g".utf8),
        "Device_Handle.cfg": DeviceHandleFile.empty,
      ], parts: ConfigurationPart.all)
    gamma.leftOut = []
    let outside = try TemporaryFolder()
    for (name, contents) in [("a", alpha), ("g", gamma)] {
      let archive = try ArchiveFile.write(
        contents, origin: Fixture.origin, cause: .export, user: nil, time: Fixture.time)
      try Data(archive).write(to: URL(fileURLWithPath: outside[name]))
    }
    var seen: [Bool: Int] = [:]
    var interrupted = 0
    let end = Date().addingTimeInterval(10)
    for round in 0..<300 where Date() < end || round < 40 {
      let loop = try PeerProcess.start(
        PeerProcess.product("ImportLoop"), [folder.path, outside["a"], outside["g"]])
      #expect(loop.waitForOutput(containing: "."), "\(loop.standardOutput)")
      usleep(.random(in: 0...150_000))
      loop.kill()
      interrupted += try place.finishInterrupted().count
      let now = try place.contents().files
      #expect(now == alpha.files || now == gamma.files, "\(now.keys.sorted())")
      seen[now == alpha.files, default: 0] += 1
    }
    #expect(interrupted > 0 && seen.count == 2, "\(interrupted) interrupted, \(seen)")
  }
}
