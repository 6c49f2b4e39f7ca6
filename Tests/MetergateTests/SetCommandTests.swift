import Foundation
import PeerSupport
import Testing

@Suite struct SetCommandTests {
  private let before = "; mine\r\n[SOLVIMUS]\r\nMBUS_TIMEOUT = 500 ; ms\r\nFUTURE=1\r\n"

  private func set(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, ["set"] + arguments)
  }

  @Test func settingsAreWritten() throws {
    let folder = try TemporaryFolder(["chip.ini": before])
    let output = try set([
      "--app", folder.path, "SOLVIMUS.MBUS_TIMEOUT=700", "SOLVIMUS.METER_TIME=60",
      "SOLVIMUS.MBUS_MAXRETRY=3", "DEVICE.NAME=a ; b",
    ])
    #expect(output.standardError.isEmpty && output.status == 0)
    #expect(
      output.standardOutput == """
        [SOLVIMUS] MBUS_TIMEOUT = 700 (was 500)
        [SOLVIMUS] METER_TIME = 60 (was 900, the default)
        [DEVICE] NAME = a ; b (was metergate, the default)
        \(folder.path)/chip.ini is saved; a running gateway takes it over with SIGHUP

        """)
    #expect(
      folder.read("chip.ini")
        == "; mine\r\n[SOLVIMUS]\r\nMBUS_TIMEOUT = 700 ; ms\r\nFUTURE=1\r\nMETER_TIME=60\r\n\r\n"
        + "[DEVICE]\r\nNAME=\"a ; b\"\r\n")
    let back = try set(["--app", folder.path, "--unset", "SOLVIMUS.METER_TIME"])
    #expect(back.standardOutput.hasPrefix("[SOLVIMUS] METER_TIME = 900, the default (was 60)\n"))
    #expect(folder.read("chip.ini")?.contains("METER_TIME") == false)
  }

  @Test func aNewFile() throws {
    let folder = try TemporaryFolder()
    #expect(try set(["--app", folder.path, "SOLVIMUS.METER_TIME=60"]).status == 0)
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\nMETER_TIME=60\n")
    #expect(folder.names == ["chip.ini"])
  }

  @Test func nothingToChange() throws {
    let folder = try TemporaryFolder()
    for arguments in [["SOLVIMUS.METER_TIME=900"], ["--unset", "SOLVIMUS.METER_TIME"]] {
      let output = try set(["--app", folder.path] + arguments)
      #expect(
        output.standardOutput == "nothing to change in \(folder.path)/chip.ini\n"
          && output.status == 0)
    }
    #expect(folder.names.isEmpty)
  }

  @Test func oneMistakeAndNothingIsWritten() throws {
    let folder = try TemporaryFolder(["chip.ini": before])
    let output = try set([
      "--app", folder.path, "SOLVIMUS.METER_TIME=60", "SOLVIMUS.MBUS_TIMEOUT=70000",
      "--unset", "METER_TIME",
    ])
    #expect(output.status == 64)
    #expect(
      output.standardError.hasPrefix(
        """
        Error: SOLVIMUS.MBUS_TIMEOUT = "70000" is not allowed: 0 to 65535 ms; 500 stays in force
        "METER_TIME" is not GROUP.KEY

        """))
    #expect(folder.read("chip.ini") == before)
    let nothing = try set(["--app", folder.path])
    #expect(nothing.status == 64)
    #expect(nothing.standardError.hasPrefix("Error: there is nothing to set; give GROUP.KEY=VALUE"))
  }

  @Test func aFileThatCannotBeReadIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder["chip.ini"], withIntermediateDirectories: false)
    let output = try set(["--app", folder.path, "SOLVIMUS.METER_TIME=60"])
    #expect(
      output.standardError
        == "chip.ini is not saved, since what is there cannot be read: it is no regular file; the "
        + "file is as it was\n")
    #expect(output.status == 1)
    let gone = try set(["--app", folder["gone"], "SOLVIMUS.METER_TIME=60"])
    #expect(
      gone.standardError
        == "chip.ini is not saved: opening the folder \(folder["gone"]): there is no such folder; "
        + "there is no file\n")
    #expect(gone.status == 1)
  }

  /// A limit on the size of files stands for a full disk: part of the content is written, then none.
  @Test func aFullDiskLeavesTheOldFile() throws {
    let text = before + String(repeating: "; a comment to be kept\r\n", count: 100)
    let folder = try TemporaryFolder(["chip.ini": text])
    let output = try PeerProcess.run(
      "sh",
      [
        "-c", "trap '' XFSZ; exec prlimit --fsize=1024 \"$@\"", "sh", PeerProcess.metergate, "set",
        "--app", folder.path, "SOLVIMUS.METER_TIME=60",
      ])
    #expect(
      output.standardError
        == "chip.ini is not saved: writing: the file would be larger than this process may write; "
        + "the file is as it was\n")
    #expect(output.status == 1)
    #expect(folder.read("chip.ini") == text && folder.names == ["chip.ini"])
  }

  /// Real file systems, full and read-only: they need a user namespace to be mounted in.
  @Test(arguments: [
    ("size=16k", "true", "writing: there is no space left on the device"),
    (
      "size=64k", "mount -o remount,ro \"$1\"",
      "creating .chip.ini.new: the file system is read-only"
    ),
  ])
  func mountedFileSystems(options: String, command: String, why: String) throws {
    let probe = try PeerProcess.run("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
    guard probe.status == 0 else {
      print("skipped: no file systems can be mounted here: \(probe.standardError)")
      return
    }
    let text = before + String(repeating: "; a comment to be kept\r\n", count: 340)
    let folder = try TemporaryFolder(["text": text])
    let script = """
      mkdir "$1/m" && mount -t tmpfs -o \(options) none "$1/m" && cp "$1/text" "$1/m/chip.ini" &&
      set -- "$1/m" "$2" && \(command)
      "$2" set --app "$1" SOLVIMUS.METER_TIME=60; echo "exit $?"; ls -A "$1"
      cmp "$1/chip.ini" "$1/../text" && echo unchanged
      """
    let output = try PeerProcess.run(
      "unshare", ["-rm", "sh", "-c", script, "sh", folder.path, PeerProcess.metergate])
    #expect(output.standardError == "chip.ini is not saved: \(why); the file is as it was\n")
    #expect(output.standardOutput == "exit 1\nchip.ini\nunchanged\n")
  }

  /// The order that makes it safe: content to the disk, then the name, then the folder to the disk.
  @Test func theOrderOfCalls() throws {
    let folder = try TemporaryFolder(["chip.ini": before])
    try #require(chmod(folder["chip.ini"], 0o640) == 0)
    guard let calls = try trace(folder, "SOLVIMUS.METER_TIME=60") else { return }
    #expect(
      calls == [
        "openat .chip.ini.new", "fchmod .chip.ini.new", "write .chip.ini.new",
        "fsync .chip.ini.new",
        "rename .chip.ini.new chip.ini", "fsync folder",
      ])
    #expect(folder.read("chip.ini") == before + "METER_TIME=60\r\n")
    #expect(try trace(folder, "SOLVIMUS.METER_TIME=60") == [])
  }

  /// The calls of `metergate set` that change something in a folder; nil where tracing is impossible.
  private func trace(_ folder: TemporaryFolder, _ assignment: String) throws -> [String]? {
    let log = try TemporaryFolder()
    let names = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
    let output = try PeerProcess.run(
      "strace",
      [
        "-f", "-y", "-qq", "-e", "trace=\(names),fchmod,fchown,ftruncate,link,linkat", "-o",
        log["trace"], PeerProcess.metergate, "set", "--app", folder.path, assignment,
      ])
    guard let text = log.read("trace"), output.status == 0 else {
      print("skipped: strace cannot trace here: \(output.standardError)")
      return nil
    }
    return text.split(separator: "\n").compactMap { call(String($0), folder.path) }
  }

  /// `12 fsync(5</tmp/x/.chip.ini.new>) = 0` as `fsync .chip.ini.new`; nil for calls that only read,
  /// concern other files, or fail.
  private func call(_ line: String, _ folder: String) -> String? {
    // strace fills up short process ids with spaces.
    let parts = String(line.drop { $0 != " " }.drop { $0 == " " })
    guard let open = parts.firstIndex(of: "("), parts.contains(folder), !parts.contains("= -1")
    else { return nil }
    let name = parts[..<open]
    let isReading = name == "openat" && !parts.contains("O_WRONLY") && !parts.contains("O_RDWR")
    guard !isReading else { return nil }
    let files = parts.split(whereSeparator: { "<>\"".contains($0) })
      .filter { $0.hasPrefix(folder) }
      .map { $0 == folder ? "folder" : String($0.dropFirst(folder.count + 1)) }
    // The target of the file descriptor that openat returns is named, too.
    let distinct = files.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return ([String(name)] + distinct).joined(separator: " ")
  }
}
