import Foundation
import PeerSupport
import Testing

@testable import MeterFiles

@Suite(.ownThread) struct SafeFileTests {
  /// Whether something was written.
  private func save(_ text: String, _ path: String, replacing old: String?) throws(SaveFailure)
    -> Bool
  {
    let version = old.map { FileVersion.of(Array($0.utf8)) } ?? .missing
    let result = try SafeFile.save(Array(text.utf8), to: path, replacing: version)
    #expect(result == .saved || result == .unchanged)
    return result == .saved
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status
  }

  @Test func newFilesAndChangedOnes() throws {
    let folder = try TemporaryFolder()
    let old = umask(0o027)
    defer { umask(old) }
    #expect(try save("1", folder["a"], replacing: nil))
    #expect(folder.read("a") == "1")
    #expect(try status(folder["a"]).st_mode & 0o7777 == 0o640)
    #expect(try save("22", folder["a"], replacing: "1"))
    #expect(folder.read("a") == "22" && folder.names == ["a"])
    #expect(try save("", folder["a"], replacing: "22"))
    #expect(folder.read("a") == "")
  }

  @Test func modeAndOwnerStay() throws {
    let folder = try TemporaryFolder(["a": "1"])
    try #require(chmod(folder["a"], 0o604) == 0)
    // Only root may give files away.
    let owner: uid_t = geteuid() == 0 ? 65534 : geteuid()
    try #require(chown(folder["a"], owner, getegid()) == 0)
    #expect(try save("2", folder["a"], replacing: "1"))
    let status = try status(folder["a"])
    #expect(status.st_mode & 0o7777 == 0o604 && status.st_uid == owner)
  }

  /// `sudo metergate set` makes a file that the service can read and write.
  @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
  func aNewFileBelongsToTheOwnerOfTheFolder() throws {
    let folder = try TemporaryFolder()
    let old = umask(0o022)
    defer { umask(old) }
    try #require(chown(folder.path, 65534, 65533) == 0)
    #expect(try save("1", folder["a"], replacing: nil))
    let status = try status(folder["a"])
    #expect(status.st_uid == 65534 && status.st_gid == 65533)
    #expect(status.st_mode & 0o7777 == 0o640)
  }

  /// Who may not give files away saves all the same; the group of a folder with setgid is inherited.
  @Test func theFolderOfSomebodyElse() throws {
    let folder = try TemporaryFolder()
    try #require(chmod(folder.path, 0o2777) == 0)
    #expect(try save("1", folder["a"], replacing: nil))
    let status = try status(folder["a"])
    #expect(try status.st_gid == self.status(folder.path).st_gid)
    #expect(status.st_mode & 0o7000 == 0)
  }

  @Test func anUnchangedFileIsNotTouched() throws {
    let folder = try TemporaryFolder(["a": "1"])
    let before = try status(folder["a"])
    #expect(try !save("1", folder["a"], replacing: "1"))
    // Whatever it was: it holds what is wanted.
    #expect(try !save("1", folder["a"], replacing: "2"))
    let after = try status(folder["a"])
    #expect(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    #expect(before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
  }

  @Test(arguments: ["0", nil]) func aConflictIsTold(version: String?) throws {
    let folder = try TemporaryFolder(["a.cfg": "1"])
    let error = #expect(throws: SaveFailure.self) {
      try save("2", folder["a.cfg"], replacing: version)
    }
    #expect(error == .conflict(file: "a.cfg"))
    #expect(
      error?.description
        == "a.cfg was changed by somebody else since it was read; nothing is written. Read it again "
        + "(SIGHUP), then repeat the change")
    #expect(folder.read("a.cfg") == "1" && folder.names == ["a.cfg"])
  }

  @Test func aRemovedFileIsAConflict() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SaveFailure.conflict(file: "a")) {
      try save("2", folder["a"], replacing: "1")
    }
    #expect(folder.names.isEmpty)
  }

  @Test func linksAreKept() throws {
    let folder = try TemporaryFolder(["real": "1"])
    let files = FileManager.default
    try files.createDirectory(atPath: folder["sub"], withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: folder["sub/link"], withDestinationPath: "../real")
    try files.createSymbolicLink(atPath: folder["link"], withDestinationPath: folder["sub/link"])
    try files.createSymbolicLink(atPath: folder["dangling"], withDestinationPath: "sub/new")
    #expect(try save("2", folder["link"], replacing: "1"))
    #expect(folder.read("real") == "2")
    #expect(try files.destinationOfSymbolicLink(atPath: folder["link"]) == folder["sub/link"])
    #expect(try files.destinationOfSymbolicLink(atPath: folder["sub/link"]) == "../real")
    #expect(try save("3", folder["dangling"], replacing: nil))
    #expect(folder.read("sub/new") == "3")
    try files.createSymbolicLink(atPath: folder["loop"], withDestinationPath: "loop")
    let error = #expect(throws: SaveFailure.self) { try save("4", folder["loop"], replacing: nil) }
    #expect(
      error?.description
        == "loop is not saved, since what is there cannot be read: its symbolic links lead in a "
        + "circle; the file is as it was")
  }

  @Test func whatACrashLeftIsInNobodysWay() throws {
    let folder = try TemporaryFolder(["a": "1", ".a.new": "half of something"])
    #expect(try save("2", folder["a"], replacing: "1"))
    #expect(folder.read("a") == "2" && folder.names == ["a"])
    // A link at the temporary name is removed, not written through.
    try folder.write("mine", to: "victim")
    try FileManager.default.createSymbolicLink(
      atPath: folder[".a.new"], withDestinationPath: "victim")
    #expect(try save("3", folder["a"], replacing: "2"))
    #expect(folder.read("a") == "3" && folder.read("victim") == "mine")
    #expect(folder.names == ["a", "victim"])
  }

  @Test func foldersInTheWay() throws {
    let folder = try TemporaryFolder(["a": "1"])
    let gone = #expect(throws: SaveFailure.self) {
      try save("2", folder["gone/a"], replacing: nil)
    }
    #expect(
      gone?.description
        == "a is not saved: opening the folder \(folder["gone"]): there is no such folder; there is "
        + "no file")
    for name in ["b", ".a.new"] {
      try FileManager.default.createDirectory(
        atPath: folder[name], withIntermediateDirectories: false)
    }
    let isFolder = #expect(throws: SaveFailure.self) { try save("2", folder["b"], replacing: nil) }
    #expect(
      isFolder?.description
        == "b is not saved, since what is there cannot be read: it is no regular file; the file is "
        + "as it was")
    let blocked = #expect(throws: SaveFailure.self) { try save("2", folder["a"], replacing: "1") }
    #expect(
      blocked?.description
        == "a is not saved: removing the old .a.new: Is a directory; the file is as it was")
    #expect(folder.read("a") == "1")
  }

  @Test func errorsInWords() {
    #expect(SystemError.words(ENOSPC) == "there is no space left on the device")
    #expect(SystemError.words(EROFS) == "the file system is read-only")
    #expect(SystemError.words(ENODEV) == "No such device")
  }

  /// kill -9 at any moment leaves one of the two contents, whole; and whatever else it leaves, the next
  /// save works.
  @Test func killedAtAnyMoment() throws {
    let folder = try TemporaryFolder()
    let program = PeerProcess.product("SaveLoop")
    var random = SystemRandomNumberGenerator()
    var found: Set<Int> = []
    for _ in 0..<1000 {
      let loop = try PeerProcess.start(program, [folder["file"]])
      #expect(loop.waitForOutput(containing: "."))
      usleep(UInt32.random(in: 0..<15_000, using: &random))
      kill(loop.processIdentifier, SIGKILL)
      loop.stop()
      let bytes = try #require(FileManager.default.contents(atPath: folder["file"]))
      let isWhole =
        bytes == Data(repeating: 0x61, count: 200_000)
        || bytes == Data(repeating: 0x62, count: 250_000)
      #expect(isWhole, "\(bytes.count) bytes")
      found.insert(bytes.count)
      #expect(folder.names.allSatisfy { ["file", ".file.new"].contains($0) })
    }
    let last = try #require(FileManager.default.contents(atPath: folder["file"]))
    let version = FileVersion.of(Array(last))
    #expect(try SafeFile.save([0x63], to: folder["file"], replacing: version) == .saved)
    #expect(folder.read("file") == "c" && folder.names == ["file"])
  }
}
