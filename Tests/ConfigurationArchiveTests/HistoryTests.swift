import Foundation
import MeterFiles
import PeerSupport
import Testing
import Time

@testable import ConfigurationArchive

@Suite struct HistoryTests {
  private func history(_ folder: TemporaryFolder) -> ConfigurationHistory {
    ConfigurationHistory(folder: folder.path, origin: Fixture.origin)
  }

  private func time(_ seconds: Int64) -> WallTime {
    WallTime(unixSeconds: Fixture.time.unixSeconds + seconds)
  }

  private func write(_ number: Int, _ folder: TemporaryFolder) throws {
    try folder.write("[SOLVIMUS]\nMETER_TIME=\(number)\n", to: "chip.ini")
  }

  @Test func theLastTwenty() throws {
    let folder = try Fixture.alpha()
    let history = history(folder)
    for number in 1...25 {
      try write(number, folder)
      #expect(
        try history.record(cause: .web, user: "ann", time: time(Int64(number)))
          == .recorded(number))
      #expect(try history.record(cause: .file, time: time(99)) == .unchanged)
    }
    let entries = try history.entries()
    #expect(entries.map(\.number) == Array((6...25).reversed()))
    #expect(entries.first?.manifest?.cause == .web && entries.first?.manifest?.user == "ann")
    #expect(
      try history.contents(of: 7).files["chip.ini"] == Array("[SOLVIMUS]\nMETER_TIME=7\n".utf8))
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try history.contents(of: 5)
    }
    #expect(failure?.description == "there is no entry 5 in the history; it has 6 to 25")
    var status = stat()
    #expect(stat(folder[".history"], &status) == 0 && status.st_mode & 0o7777 == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder[".history"]).sorted()
    #expect(names.first == "000006-20260921T141326Z.tar.gz" && names.count == 21)
    for name in names {
      #expect(stat(folder[".history/\(name)"], &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  /// A scan saves every ten seconds: an hour of it is one entry.
  @Test func whatTheGatewayLearns() throws {
    let folder = try TemporaryFolder()
    let history = history(folder)
    #expect(try history.record(cause: .gateway, time: time(0)) == .unchanged)
    #expect(folder.names.isEmpty)
    var number = 0
    func learn(_ seconds: Int64, _ cause: ConfigurationCause = .gateway) throws
      -> ConfigurationHistory.Outcome
    {
      number += 1
      try write(number, folder)
      return try history.record(cause: cause, time: time(seconds))
    }
    #expect(try learn(0) == .recorded(1))
    #expect(try learn(10) == .replaced(1))
    #expect(try learn(3_599) == .replaced(1))
    #expect(try learn(3_600) == .recorded(2))
    #expect(try learn(3_610, .web) == .recorded(3))
    #expect(try learn(3_620) == .recorded(4))
    // The clock was set back.
    #expect(try learn(-100) == .recorded(5))
    let entries = try history.entries()
    #expect(entries.map(\.number) == [5, 4, 3, 2, 1])
    #expect(entries.last?.manifest?.firstTime == time(0))
    #expect(entries.last?.manifest?.wallTime == time(3_599))
    #expect(
      try history.contents(of: 1).files["chip.ini"] == Array("[SOLVIMUS]\nMETER_TIME=3\n".utf8))
  }

  @Test func damage() throws {
    let folder = try TemporaryFolder()
    let history = history(folder)
    for number in 1...3 {
      try write(number, folder)
      try history.record(cause: .file, time: time(Int64(number)))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder[".history"]).sorted()
    try folder.write("rubbish", to: ".history/\(names[2])")
    #expect(try history.entries().map(\.number) == [3, 2, 1])
    #expect(
      try history.entries()[0].damage
        == "this is no tar.gz archive: it is not compressed by gzip")
    #expect(history.lastGood()?.settings == Array("[SOLVIMUS]\nMETER_TIME=2\n".utf8))
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try history.plan(restoring: 3)
    }
    #expect(
      failure?.description
        == "entry 3 of the history is damaged: this is no tar.gz archive: it is not compressed by gzip"
    )
    // It does not stand against a new one, not even against the same.
    #expect(try history.record(cause: .file, time: time(4)) == .recorded(4))
  }

  @Test func theNewestGood() throws {
    let folder = try TemporaryFolder()
    let history = history(folder)
    #expect(history.lastGood() == nil)
    try write(60, folder)
    try folder.write(Fixture.list, to: "Device_Handle.cfg")
    try history.record(cause: .command, time: time(0))
    try folder.write("[SOLVIMUS]\nMETER_TIME=never\n", to: "chip.ini")
    try history.record(cause: .file, time: time(1))
    try write(61, folder)
    try folder.write("<root><meter>", to: "Device_Handle.cfg")
    try history.record(cause: .file, time: time(2))
    let good = history.lastGood()
    #expect(good?.settings == Array("[SOLVIMUS]\nMETER_TIME=61\n".utf8))
    #expect(good?.meterList == Array(Fixture.list.utf8))
  }

  @Test func restoring() throws {
    let folder = try Fixture.alpha()
    let (history, place) = (history(folder), ConfigurationFolder(folder.path))
    let before = try Fixture.files(folder)
    try history.record(cause: .file, time: time(0))
    try folder.write("[CONFIG]\nMETER_TIME=5\n[DEVICE]\nNAME=x\n", to: "chip.ini")
    try folder.write("new\n", to: "keys/new")
    try FileManager.default.removeItem(atPath: folder["users"])
    // Only the users: nothing else changes.
    try place.perform(history.plan(restoring: 1, parts: [.users]))
    #expect(folder.read("users") == before["users"] && folder.read("keys/new") == "new\n")
    #expect(folder.read("chip.ini")?.hasPrefix("[CONFIG]") ?? false)
    try place.perform(history.plan(restoring: 1, parts: [.name]))
    #expect(folder.read("chip.ini") == "[CONFIG]\nMETER_TIME=5\n[DEVICE]\nNAME=alpha\n")
    try place.perform(history.plan(restoring: 1))
    #expect(try Fixture.files(folder) == before)
    #expect(folder.read("note.txt") == "not ours\n")
  }

  /// Something in the way of the folder: an error, and nothing else.
  @Test func aFolderThatCannotBeWritten() throws {
    let folder = try Fixture.alpha()
    try folder.write("in the way", to: ".history")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try history(folder).record(cause: .file, time: time(0))
    }
    #expect(
      failure?.description == "opening \(folder[".history"])/lock does not work: Not a directory")
    #expect(history(folder).lastGood() == nil)
  }

  @Test func reset() throws {
    let (folder, shipped) = (
      try Fixture.alpha(), try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMODBUS_ENABLE=1\n"])
    )
    let place = ConfigurationFolder(folder.path)
    let plan = try place.planReset(to: shipped.path, keeping: [.network, .certificates])
    try place.perform(plan)
    #expect(
      try Fixture.files(folder) == [
        "chip.ini":
          "; alpha's file\n[IP]\nADDRESS=192.0.2.1\n[SOLVIMUS]\nMODBUS_ENABLE=1\n",
        "Device_Handle.cfg": String(decoding: DeviceHandleFile.empty, as: UTF8.self),
        "cacert.pem": "-----BEGIN CERTIFICATE-----\n", "keys/http_host_key": "host key\n",
        "vpn/config.ovpn": "remote 192.0.2.9\n",
      ])
    try place.perform(place.planReset(to: shipped.path, keeping: []))
    let empty = String(decoding: DeviceHandleFile.empty, as: UTF8.self)
    #expect(
      try Fixture.files(folder) == [
        "chip.ini": "[SOLVIMUS]\nMODBUS_ENABLE=1\n", "Device_Handle.cfg": empty,
      ])
    #expect(folder.read("tls/server.key") == "server key\n")
    #expect(!FileManager.default.fileExists(atPath: folder["report"]))
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try place.planReset(to: folder["gone"], keeping: [])
    }
    #expect(
      failure?.description
        == "there is no folder \(folder["gone"]) with the files that a device comes with, and nothing is changed; "
        + "--defaults names another one, which may be empty")
    let nothing = try TemporaryFolder()
    try place.perform(place.planReset(to: nothing.path, keeping: []))
    #expect(
      try Fixture.files(folder) == ["Device_Handle.cfg": empty, "chip.ini": "[SOLVIMUS]\n"])
    #expect(folder.read("note.txt") == "not ours\n")
  }

  /// A gateway that runs takes a list that is gone for lost, and keeps its meters: one without meters says it.
  @Test func anEntryWithoutList() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let (history, place) = (history(folder), ConfigurationFolder(folder.path))
    try history.record(cause: .file, time: time(0))
    try folder.write(Fixture.list, to: "Device_Handle.cfg")
    try place.perform(history.plan(restoring: 1))
    #expect(
      folder.read("Device_Handle.cfg")
        == "\(String(decoding: DeviceHandleFile.empty, as: UTF8.self))")
    #expect(AppFolder.load(folder.path).metersState == .read)
    #expect(AppFolder.load(folder.path).meters.isEmpty)
    // The list so far had another name: it is not left behind with its keys.
    try folder.write("[SOLVIMUS]\nMETER_STAT_CONFIG=app/x.cfg\n", to: "chip.ini")
    try folder.write(Fixture.list, to: "x.cfg")
    try place.perform(history.plan(restoring: 1))
    #expect(folder.names == [".history", "Device_Handle.cfg", "chip.ini"])
  }

  /// A file of somebody else among the entries, and a folder that has become empty.
  @Test func whatIsNoEntry() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let history = history(folder)
    try history.record(cause: .file, time: time(0))
    try folder.write("x", to: ".history/2147483646-x.tar.gz")
    try folder.write("x", to: ".history/9223372036854775807-20260921T141326Z.tar.gz")
    try FileManager.default.removeItem(atPath: folder["chip.ini"])
    #expect(try history.record(cause: .reset, time: time(1)) == .recorded(2))
    #expect(try history.entries().map(\.number) == [2, 1])
    #expect(try history.contents(of: 2).files.isEmpty)
    #expect(try history.previous() == 1)
    try folder.write("[SOLVIMUS]\n", to: "chip.ini")
    #expect(try history.previous() == 2)
    try history.forget()
    let failure = Fixture.failure { () throws(ConfigurationFailure) in _ = try history.previous() }
    #expect(
      failure?.description == "the history has no configuration that differs from the one now")
  }

  /// What a killed save has left has keys in it.
  @Test func forgetting() throws {
    let folder = try Fixture.alpha()
    let history = history(folder)
    try history.record(cause: .file, time: time(0))
    let left = [
      ".Device_Handle.cfg.new", ".users.new", "keys/.config.key.new",
      ".history/.000002-20260921T141326Z.tar.gz.new",
    ]
    for name in left + [".note.txt.new"] { try folder.write("secret", to: name) }
    try history.forget()
    for name in left { #expect(folder.read(name) == nil, "\(name)") }
    #expect(folder.read(".note.txt.new") == "secret")
    #expect(try history.entries().isEmpty)
  }

  private func inForce(_ folder: TemporaryFolder, list: String) -> FilesInForce {
    let settings = folder.read("chip.ini").map { Array($0.utf8) }
    return FilesInForce(
      settings: FilesInForce.version(settings), settingsBytes: settings,
      meterList: .of(Array(list.utf8)), meterListBytes: Array(list.utf8))
  }

  /// What is saved while an entry waits to be written is what the start goes back to.
  @Test func whatWasSavedLast() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": "<root></root>"])
    let history = history(folder)
    try write(1, folder)
    try history.record(cause: .file, time: time(0))
    for number in 1...3 {
      let list = Fixture.list.replacing("cellar", with: "cellar \(number)")
      try folder.write(list, to: "Device_Handle.cfg")
      #expect(try history.keepLastSaved(list: Array(list.utf8), time: time(10)))
      let good = try #require(history.newestGood())
      #expect(good.files.meterList == Array(list.utf8))
      #expect(good.listSource == .lastSave(time(10)) && good.settingsSource == .entry(1))
    }
    // The bound is kept: it is one file beside the entries.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder[".history"]).sorted()
    #expect(names.map { String($0.prefix(6)) } == ["000001", "last.t", "lock"])
    #expect(try history.entries().map(\.number) == [1])
    // A file that nobody can use is no reason to forget it; an entry with a list is.
    try folder.write("<root><meter>", to: "Device_Handle.cfg")
    try history.record(cause: .command, time: time(20))
    #expect(history.newestGood()?.listSource == .lastSave(time(10)))
    try folder.write(Fixture.list, to: "Device_Handle.cfg")
    try history.record(cause: .file, time: time(30))
    #expect(history.newestGood()?.listSource == .entry(3))
    #expect(history.lastGood()?.meterList == Array(Fixture.list.utf8))
  }

  /// chip.ini that came after the list was saved is the newer one, though no list is good that came with it.
  @Test func settingsThatAreNewerThanWhatWasSaved() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": Fixture.list])
    let history = history(folder)
    try write(1, folder)
    #expect(try history.keepLastSaved(list: Array(Fixture.list.utf8), time: time(0)))
    try FileManager.default.removeItem(atPath: folder["Device_Handle.cfg"])
    for number in [1, 2] {
      try write(number, folder)
      try history.record(cause: .file, time: time(Int64(number)))
    }
    let good = try #require(history.newestGood())
    #expect(good.settingsSource == .entry(2))
    #expect(good.files.settings == folder.read("chip.ini").map { Array($0.utf8) })
    #expect(good.listSource == .lastSave(time(0)))
    #expect(good.files.meterList == Array(Fixture.list.utf8))
  }

  /// What is kept has the list alone, by its usual name, wherever chip.ini has it.
  @Test func onlyTheListIsKept() throws {
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\nMETER_STAT_CONFIG=mine.cfg\n", "mine.cfg": Fixture.list,
      "users": "somebody",
    ])
    let history = history(folder)
    #expect(try history.keepLastSaved(list: Array(Fixture.list.utf8), time: time(0)))
    let kept = try ArchiveFile.read(history.archive("last.tar.gz")).contents
    #expect(kept.files == ["Device_Handle.cfg": Array(Fixture.list.utf8)])
    #expect(kept.parts == [.meters])
    #expect(history.lastGood()?.meterList == Array(Fixture.list.utf8))
  }

  /// A full disk leaves what was kept before.
  @Test func whatCannotBeKept() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": Fixture.list])
    let history = history(folder)
    try write(1, folder)
    #expect(try history.keepLastSaved(list: Array(Fixture.list.utf8), time: time(0)))
    // What is in the way of the new file stands for a disk without room.
    try FileManager.default.createDirectory(
      atPath: folder[".history/.last.tar.gz.new/x"], withIntermediateDirectories: true)
    try folder.write("<root></root>", to: "Device_Handle.cfg")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try history.keepLastSaved(list: Array("<root></root>".utf8), time: time(1))
    }
    #expect(failure?.description.hasPrefix("the history cannot be written: ") == true)
    #expect(history.lastGood()?.meterList == Array(Fixture.list.utf8))
  }

  /// A mistake in one file does not stand against the other, and a list with mistakes that was in force is more
  /// than none.
  @Test func eachFileForItself() throws {
    let folder = try TemporaryFolder()
    let history = history(folder)
    try write(60, folder)
    try history.record(cause: .file, time: time(0))
    try folder.write("[SOLVIMUS]\nMETER_TIME=never\n", to: "chip.ini")
    let mistyped = "<root><meter><serial>0x12345678</serial><register>1O</register></meter></root>"
    try folder.write(mistyped, to: "Device_Handle.cfg")
    try history.record(cause: .file, time: time(1))
    let first = try #require(history.newestGood())
    #expect(first.settingsSource == .entry(1) && first.listSource == .entry(2))
    #expect(first.files.meterList == Array(mistyped.utf8))
    try folder.write(Fixture.list, to: "Device_Handle.cfg")
    try history.record(cause: .file, time: time(2))
    try folder.write(mistyped, to: "Device_Handle.cfg")
    try history.record(cause: .file, time: time(3))
    let second = try #require(history.newestGood())
    #expect(second.settingsSource == .entry(1) && second.listSource == .entry(3))
  }

  /// A chip.ini that has been broken since is in the history: what is saved while it is broken is kept with it.
  @Test func settingsThatOnlyTheHistoryHas() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": "<root></root>"])
    let history = history(folder)
    try write(60, folder)
    try history.record(cause: .file, time: time(0))
    var files = inForce(folder, list: Fixture.list)
    files.settingsBytes = nil
    try folder.write("[SOLVIMUS]\nMETER_TIME=never\n", to: "chip.ini")
    #expect(try history.record(cause: .gateway, time: time(1), inForce: files) == .recorded(2))
    #expect(
      try history.contents(of: 2).files["chip.ini"] == Array("[SOLVIMUS]\nMETER_TIME=60\n".utf8))
    files.settings = .of(Array("[SOLVIMUS]\nMETER_TIME=61\n".utf8))
    #expect(try history.record(cause: .gateway, time: time(2), inForce: files) == .gone)
    // A list that somebody has replaced meanwhile, such as by a reset that forgets it.
    try write(60, folder)
    #expect(try history.keepLastSaved(list: Array(Fixture.list.utf8), time: time(3)) == false)
    #expect(!FileManager.default.fileExists(atPath: folder[".history/last.tar.gz"]))
  }
}
