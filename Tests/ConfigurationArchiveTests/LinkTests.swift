import Foundation
import PeerSupport
import Testing

@testable import ConfigurationArchive

/// Symbolic links in the folder: they lead nobody out of it. And the modes of what is written.
@Suite(.ownThread) struct LinkTests {
  private func link(_ name: String, to place: String, in folder: TemporaryFolder) throws {
    try? FileManager.default.removeItem(atPath: folder[name])
    try FileManager.default.createSymbolicLink(
      atPath: folder[name], withDestinationPath: place)
  }

  @Test func linksAreLeftOut() throws {
    let (folder, outside) = (try Fixture.alpha(), try TemporaryFolder(["x": "theirs\n"]))
    try link("report/x", to: outside["x"], in: folder)
    try link("cacert.pem", to: outside["x"], in: folder)
    try link("keys", to: outside.path, in: folder)
    let contents = try ConfigurationFolder(folder.path).contents()
    #expect(
      contents.files.keys.sorted() == [
        "Device_Handle.cfg", "chip.ini", "report/Zähler 1.sh", "tls/server.key", "users",
        "vpn/config.ovpn",
      ])
    #expect(
      contents.warnings == [
        "cacert.pem is left out, since it cannot be read: it is a symbolic link",
        "keys is left out, since it cannot be read: it is a symbolic link",
        "report/x is left out, since it cannot be read: it is a symbolic link",
      ])
  }

  @Test func nothingIsWrittenThroughLinks() throws {
    let (source, outside) = (try Fixture.contents(), try TemporaryFolder())
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    try link("keys", to: outside.path, in: folder)
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try ConfigurationFolder(folder.path).plan(for: source)
    }
    #expect(
      failure?.description
        == "keys in \(folder.path) is a symbolic link; nothing is written through it. Nothing is changed"
    )
    // Where chip.ini itself is one, the file that it leads to is the settings file.
    try FileManager.default.removeItem(atPath: folder["keys"])
    try outside.write("[SOLVIMUS]\n", to: "mine.ini")
    try link("chip.ini", to: outside["mine.ini"], in: folder)
    let place = ConfigurationFolder(folder.path)
    try place.perform(place.plan(for: source))
    #expect(outside.read("mine.ini")?.contains("METER_TIME = 60") ?? false)
  }

  /// The list may lie elsewhere, and is read there; it is not written by an import.
  @Test func aListOutside() throws {
    let outside = try TemporaryFolder(["list.cfg": Fixture.list])
    let settings = "[SOLVIMUS]\nMETER_STAT_CONFIG=\(outside["list.cfg"])\n"
    let folder = try TemporaryFolder(["chip.ini": settings])
    let place = ConfigurationFolder(folder.path)
    var new = try place.contents()
    #expect(new.meterList == Array(Fixture.list.utf8))
    new.files["Device_Handle.cfg"] = Array("<root></root>".utf8)
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try place.plan(for: new)
    }
    #expect(
      failure?.description
        == "Device_Handle.cfg lies at \(outside["list.cfg"]), outside of \(folder.path), and is no part of the "
        + "configuration there; choose the other parts, or move it. Nothing is changed")
    #expect(try place.plan(for: new, parts: [.device, .users]).isEmpty)
  }

  /// `ext/` is the folder for data, as the gateway reads it; `app/ext/` would be one of the configuration.
  @Test func theFolderForData() {
    let names = [
      "ext/x.cfg", "/ext/x.cfg", "app/ext/x.cfg", "./x.cfg", "/app/x.cfg", "/srv/a/x.cfg",
    ]
    #expect(
      names.map { ConfigurationNames.relative($0, folder: "/srv/a") }
        == [nil, nil, "ext/x.cfg", "x.cfg", "x.cfg", "x.cfg"])
  }

  /// One rule a file, whether it was there or not: keys and users for their owner, all else for the group, too.
  @Test func modes() throws {
    let source = try Fixture.contents()
    for isThere in [false, true] {
      let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
      if isThere {
        try folder.write("[web]\n", to: "users")
        chmod(folder["users"], 0o644)
      }
      let place = ConfigurationFolder(folder.path)
      let mask = umask(0o027)
      defer { umask(mask) }
      try place.perform(place.plan(for: source))
      var modes: [String: mode_t] = [:]
      for name in [
        "users", "keys", "keys/http_host_key", "vpn", "tls", "tls/server.key", "report",
        "report/Zähler 1.sh", "Device_Handle.cfg",
      ] {
        var status = stat()
        #expect(stat(folder[name], &status) == 0, "\(name)")
        modes[name] = status.st_mode & 0o777
      }
      #expect(
        modes == [
          "users": 0o600, "keys": 0o700, "keys/http_host_key": 0o600, "vpn": 0o700, "tls": 0o700,
          "tls/server.key": 0o600, "report": 0o750, "report/Zähler 1.sh": 0o640,
          "Device_Handle.cfg": 0o640,
        ])
    }
  }

  /// What root makes belongs to whom the folder belongs.
  @Test(.enabled(if: getuid() == 0, "only root gives files away"))
  func owners() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=1\n"])
    chown(folder.path, 1234, 1234)
    let output = try PeerProcess.run(
      PeerProcess.metergate, ["set", "--app", folder.path, "SOLVIMUS.WAN_PASSWORD=secret"])
    try #require(output.status == 0, "\(output.standardError)")
    let place = ConfigurationFolder(folder.path)
    try place.perform(place.plan(for: Fixture.contents()))
    for name in [
      "keys", "keys/config.key", "keys/http_host_key", "users", "vpn", "report", ".history",
    ] {
      var status = stat()
      #expect(lstat(folder[name], &status) == 0 && status.st_uid == 1234, "\(name)")
    }
  }

  /// More than a configuration may be cannot be recorded, and is not imported either.
  @Test func tooMuch() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let large = [UInt8](repeating: 0, count: ArchiveLimit.member)
    var new = ConfigurationContents(files: [:], parts: [.device])
    for number in 0..<3 { new.files["report/\(number)"] = large }
    let place = ConfigurationFolder(folder.path)
    let failure = Fixture.failure { () throws(ConfigurationFailure) in _ = try place.plan(for: new)
    }
    #expect(
      failure?.description
        == "the configuration in \(folder.path) then has 50331659 bytes in its files; a configuration may have "
        + "33554432")
    new.files["report/2"] = nil
    new.files["report/1"]?.removeLast(100)
    try place.perform(place.plan(for: new))
    let history = ConfigurationHistory(folder: folder.path, origin: Fixture.origin)
    #expect(try history.record(cause: .import, time: Fixture.time) == .recorded(1))
    #expect(try history.contents(of: 1).files.count == 3)
  }
}
