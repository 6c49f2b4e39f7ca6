import Foundation
import PeerSupport
import Testing

/// What the kernel is asked for when a file is saved, as strace sees it.
@Suite(.enabled(if: SystemCallTrace.isPossible, "strace is not installed, or may not trace here"))
struct SaveOrderTests {
  private let before = "; mine\r\n[SOLVIMUS]\r\nMBUS_TIMEOUT = 500 ; ms\r\nFUTURE=1\r\n"

  /// The order that makes it safe: content to the disk, then the name, then the folder to the disk.
  private func calls(_ name: String, whileReplacing mode: Bool = true) -> [String] {
    ["openat .\(name).new"] + (mode ? ["fchmod .\(name).new"] : []) + [
      "write .\(name).new", "fsync .\(name).new", "rename .\(name).new \(name)", "fsync folder",
    ]
  }

  @Test func settings() throws {
    let folder = try TemporaryFolder(["chip.ini": before])
    try #require(chmod(folder["chip.ini"], 0o640) == 0)
    let set = [PeerProcess.metergate, "set", "--app", folder.path, "SOLVIMUS.METER_TIME=60"]
    let trace = try SystemCallTrace(of: set, in: folder)
    // What comes after it is the history.
    let expected = calls("chip.ini")
    #expect(Array(trace.calls.prefix(expected.count)) == expected, "\(trace.calls)")
    #expect(
      trace.calls.dropFirst(expected.count).allSatisfy {
        $0.hasSuffix(".history") || $0.contains(".history/") || $0 == "fsync folder"
      })
    #expect(folder.read("chip.ini") == before + "METER_TIME=60\r\n")
    #expect(try SystemCallTrace(of: set, in: folder).calls == [])
  }

  @Test func aMeterListThatIsNew() throws {
    let folder = try TemporaryFolder()
    let trace = try SystemCallTrace(
      of: [PeerProcess.product("SaveLoop"), "list", folder.path], in: folder)
    let name = "Device_Handle.cfg"
    #expect(trace.output == "saved\nsaved\n")
    // The second save gives the file the mode of the first one.
    #expect(trace.calls == calls(name, whileReplacing: false) + calls(name))
    #expect(folder.names == [name])
    #expect(folder.read(name)?.contains("<serial>0x00000002</serial>") == true)
  }

  /// The second fsync is that of the folder. By then the file is the new one: the next save goes on from it,
  /// and is no conflict.
  @Test(arguments: [("list", "Device_Handle.cfg"), ("settings", "chip.ini")])
  func aFolderThatCannotBeWrittenIsNoConflict(what: String, name: String) throws {
    let folder = try TemporaryFolder()
    let trace = try SystemCallTrace(
      of: [PeerProcess.product("SaveLoop"), what, folder.path], in: folder,
      injecting: "fsync:error=EIO:when=2")
    #expect(
      trace.output == """
        \(name) is saved, but writing the folder \(folder.path) to the disk did not work: the device \
        reports an error; after a power failure the file may be the old one again
        saved

        """)
    #expect(folder.names == [name])
    let expected = what == "list" ? "<serial>0x00000002</serial>" : "METER_TIME=70\n"
    #expect(folder.read(name)?.contains(expected) == true)
  }

  /// Whereas content that does not reach the disk never gets the name.
  @Test func aFileThatCannotBeWrittenStays() throws {
    let folder = try TemporaryFolder(["chip.ini": before])
    let trace = try SystemCallTrace(
      of: [PeerProcess.metergate, "set", "--app", folder.path, "SOLVIMUS.METER_TIME=60"],
      in: folder, injecting: "fsync:error=EIO:when=1")
    #expect(
      trace.errors
        == "chip.ini is not saved: writing to the disk: the device reports an error; the file is as "
        + "it was\n")
    #expect(folder.read("chip.ini") == before && folder.names == ["chip.ini"])
  }
}
