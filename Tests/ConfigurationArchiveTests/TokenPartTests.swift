import Foundation
import MeterFiles
import PeerSupport
import Settings
import Testing

@testable import ConfigurationArchive

/// Which part a file belongs to, whatever an archive says of it.
@Suite struct TokenPartTests {
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      if let slash = name.lastIndex(of: "/") {
        try FileManager.default.createDirectory(
          atPath: folder[String(name[..<slash])], withIntermediateDirectories: true)
      }
      try folder.write(text, to: name)
    }
    return folder
  }

  private func plan(
    _ new: [String: String], _ parts: Set<ConfigurationPart>, into folder: TemporaryFolder,
    _ manner: ConfigurationPlan.Manner = .merge
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    let contents = ConfigurationContents(
      files: new.mapValues { Array($0.utf8) }, parts: ConfigurationPart.all)
    return try ConfigurationFolder(folder.path).plan(for: contents, parts: parts, manner: manner)
  }

  private let theirs = ["chip.ini": "[SOLVIMUS]\n", "keys/tokens": "theirs", "keys/x": "theirs"]

  @Test func tokensAreUsers() throws {
    let folder = try folder(["chip.ini": "[SOLVIMUS]\n", "keys/tokens": "mine", "keys/y": "mine"])
    #expect(try plan(theirs, [.certificates], into: folder).lines == ["keys/x is new"])
    #expect(
      try plan(theirs, [.certificates], into: folder, .replace).lines
        == ["keys/x is new", "keys/y is removed"])
    #expect(try plan(theirs, [.users], into: folder).lines == ["keys/tokens is changed"])
    #expect(
      try plan(["chip.ini": ""], [.users], into: folder, .replace).lines
        == ["keys/tokens is removed"])
    let all = try ConfigurationFolder(folder.path).contents()
    #expect(all.limited(to: [.certificates]).files.keys.sorted() == ["keys/y"])
    #expect(all.limited(to: [.users]).files.keys.sorted() == ["keys/tokens"])
    #expect(ConfigurationNames(nil).canonical("keys/TOKENS") == "keys/tokens")
  }

  /// chip.ini of an archive names files, and cannot take them to another part by that.
  @Test func whatChipIniNamesStaysInItsPart() throws {
    let document = INIDocument(
      Array(
        "[SOLVIMUS]\nMODBUS_CERT_FILE=app/vpn/x.pem\nMODBUS_KEY_FILE=app/report/run.sh\nMODBUS_CA_FILE=app/keys/tokens\n"
          .utf8))
    let names = ConfigurationNames(document)
    #expect(names.part(of: "vpn/x.pem") == .network)
    #expect(names.part(of: "report/run.sh") == .device)
    #expect(names.part(of: "keys/tokens") == .users)
    #expect(names.part(of: "tls/x.pem") == nil)
  }

  /// A meter list is not written over users and tokens, also where chip.ini wants it there already.
  @Test(arguments: ["users", "keys/tokens", "vpn/x"])
  func aMeterListIsNothingElse(name: String) throws {
    let setting = "[SOLVIMUS]\nMETER_STAT_CONFIG=app/\(name)\n"
    let fresh = try folder(["chip.ini": "[SOLVIMUS]\n"])
    let moved = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try plan(["chip.ini": setting, name: "<root/>"], [.meters], into: fresh)
    }
    #expect(
      moved?.description
        == "METER_STAT_CONFIG would place the meter list at \(fresh[name]), outside of \(fresh.path) or where no meter "
        + "list may be; nothing is changed")
    let placed = try folder(["chip.ini": setting, name: "[admin]\n"])
    let written = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try plan(["chip.ini": setting, "Device_Handle.cfg": "<root/>"], [.meters], into: placed)
    }
    #expect(
      written?.description
        == "METER_STAT_CONFIG places the meter list at \(name), where other files of the configuration are, and it is not "
        + "written there; nothing is changed")
    #expect(placed.read(name) == "[admin]\n")
  }

  // MARK: - Files that belong together

  @Test func filesAreReplacedAsAWhole() throws {
    let folder = try folder(["keys/a": "old", "keys/b": "old", "keys/c": "old"])
    let place = ConfigurationFolder(folder.path)
    try place.replace([
      (folder["keys/a"], Array("new".utf8)), (folder["keys/b"], Array("old".utf8)),
      (folder["keys/c"], nil),
    ])
    #expect(folder.read("keys/a") == "new" && folder.read("keys/b") == "old")
    #expect(folder.read("keys/c") == nil)
    var status = stat()
    #expect(stat(folder["keys/a"], &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(!FileManager.default.fileExists(atPath: folder[".history/unfinished.tar.gz"]))
    // Something stands in the way of the second one.
    try FileManager.default.createDirectory(
      atPath: folder["keys/.b.new"], withIntermediateDirectories: false)
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      try place.replace([
        (folder["keys/a"], Array("newer".utf8)), (folder["keys/b"], Array("newer".utf8)),
      ])
    }
    #expect(
      failure?.description
        == "b is not saved: removing the old .b.new: Is a directory; the file is as it was; all files are as they were"
    )
    #expect(folder.read("keys/a") == "new" && folder.read("keys/b") == "old")
    let outside = Fixture.failure { () throws(ConfigurationFailure) in
      try place.replace([("/elsewhere/a", [])])
    }
    #expect(
      outside?.description
        == "/elsewhere/a lies outside of \(folder.path), or has no name for a file there; nothing is changed"
    )
  }

  /// The plug is pulled when all that is to be done lies on the disk: whoever comes next does the rest.
  @Test func whatIsInterruptedIsFinished() throws {
    let folder = try folder(["keys/cert": "old", "keys/key": "new", ".history/lock": ""])
    let journal = try ChangeJournal.bytes(of: [
      .init(name: "keys/key", before: Array("old".utf8), after: Array("new".utf8), isPrivate: true),
      .init(
        name: "keys/cert", before: Array("old".utf8), after: Array("new".utf8), isPrivate: true),
    ])
    try Data(journal).write(to: URL(fileURLWithPath: folder[".history/unfinished.tar.gz"]))
    #expect(
      try ConfigurationFolder(folder.path).finishInterrupted()
        == ["an interrupted change of the configuration is finished"])
    #expect(folder.read("keys/cert") == "new" && folder.read("keys/key") == "new")
  }
}
