import Foundation
import PeerSupport
import Testing

@Suite(.ownThread) struct SetCommandTests {
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
        \(folder.path)/chip.ini is saved; a running gateway takes it over with "metergate apply" or SIGHUP

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
    #expect(folder.names == [".history", "chip.ini"])
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
      "--unset", "SOLVIMUS.METR_TIME",
    ])
    #expect(output.status == 1 && output.standardOutput.isEmpty)
    #expect(
      output.standardError == """
        SOLVIMUS.MBUS_TIMEOUT = '70000': not allowed; allowed: 0 to 65535 ms; 500 stays in force
        SOLVIMUS.METR_TIME is not a setting that this version knows; did you mean METER_TIME?

        """)
    #expect(folder.read("chip.ini") == before)
    let noSetting = try set(["--app", folder.path, "--unset", "METER_TIME"])
    #expect(noSetting.status == 64)
    #expect(
      noSetting.standardError.hasPrefix(
        "Error: \"METER_TIME\" is not GROUP.KEY; did you mean SOLVIMUS.METER_TIME?\n"))
    let nothing = try set(["--app", folder.path])
    #expect(nothing.status == 64)
    #expect(nothing.standardError.hasPrefix("Error: there is nothing to set; give GROUP.KEY=VALUE"))
  }

  @Test(arguments: [
    (
      "DEVICE.TIMEZONE=Europe/Berlim",
      "DEVICE.TIMEZONE = 'Europe/Berlim': not allowed; allowed: a name of the zone database (/usr/share/zoneinfo), "
        + "such as Europe/Berlin or UTC; nothing is changed\n"
    ),
    (
      "SOLVIMUS.METER_TIME=0",
      "SOLVIMUS.METER_TIME = '0': not allowed; allowed: 1 to 4294967295 s (0 is no time from one readout to the "
        + "next: METER_CYCLEMODE=NEVER reads meters only when somebody wants it, METER_CONTINUOUS=1 one after "
        + "another); 60 stays in force\n"
    ),
    (
      "SOLVIMUS.METER_CYCLETIMESTAMP=06:00",
      "SOLVIMUS.METER_CYCLETIMESTAMP = '06:00': not allowed; allowed: local date and time such as "
        + "2026-01-31 06:00, or seconds since 1970 (where only the time of day counts any date does: "
        + "2026-01-01 06:00); it stays unset\n"
    ),
  ])
  func whatWasMeantIsSaid(assignment: String, message: String) throws {
    let chip = "[SOLVIMUS]\nMETER_TIME=60\n"
    let folder = try TemporaryFolder(["chip.ini": chip])
    let output = try set(["--app", folder.path, assignment])
    #expect(output.standardError == message)
    #expect(output.status == 1 && folder.read("chip.ini") == chip)
    #expect(try set(["--app", folder.path, "DEVICE.TIMEZONE=Europe/Berlin"]).status == 0)
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

  private static let canMount: Bool = {
    let probe = try? PeerProcess.run("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
    return probe?.status == 0
  }()

  /// Real file systems, full and read-only: they need a user namespace to be mounted in.
  @Test(
    .enabled(if: canMount, "unshare -rm cannot mount file systems here"),
    arguments: [
      ("size=16k", "true", "writing: there is no space left on the device"),
      (
        "size=64k", "mount -o remount,ro \"$1\"",
        "creating .chip.ini.new: the file system is read-only"
      ),
    ])
  func mountedFileSystems(options: String, command: String, why: String) throws {
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

  @Test func severalAtATimeAllSucceed() async throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let keys = [
      "METER_TIME", "MBUS_TIMEOUT", "MBUS_IDLETIMEOUT", "MBUS_FULLTIMEOUT", "MODBUS_ADDRESS",
      "MODBUS_NWPORT",
    ]
    let path = folder.path
    let failures = try await withThrowingTaskGroup(of: String.self) { group in
      for key in keys {
        group.addTask {
          let output = try PeerProcess.run(
            PeerProcess.metergate, ["set", "--app", path, "SOLVIMUS.\(key)=77"])
          return output.status == 0 ? "" : output.standardError
        }
      }
      return try await group.reduce("", +)
    }
    #expect(failures.isEmpty, "\(failures)")
    let lines = Set((folder.read("chip.ini") ?? "").split(separator: "\n").map(String.init))
    #expect(lines == Set(keys.map { "\($0)=77" } + ["[SOLVIMUS]"]))
  }

  @Test func whatIsWrongBesidesIsTold() throws {
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\nMBUS_TIMEOUT=x\nMETER_TIME=1\nMETER_TIME=2\n"
    ])
    let output = try set(["--app", folder.path, "SOLVIMUS.METER_TIME=60"])
    #expect(output.status == 0)
    #expect(
      output.standardOutput == """
        [SOLVIMUS] METER_TIME = 60 (was 2)
        \(folder.path)/chip.ini is saved; it has an error and is not applied until that is mended: chip.ini:2:14: \
        [SOLVIMUS] MBUS_TIMEOUT = 'x': not allowed; allowed: 0 to 65535 ms; 2000 stays in force

        """)
    #expect(
      output.standardError
        == "METER_TIME stands in 2 lines of chip.ini; the last one counts, and only that one is changed\n"
    )
  }

  @Test func passwordsNeedNotStandOnTheCommandLine() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    chmod(folder["chip.ini"], 0o644)
    let output = try PeerProcess.run(
      "sh",
      [
        "-c", "printf 'geheim\\n' | \"$0\" set --app \"$1\" SOLVIMUS.WAN_PASSWORD=-",
        PeerProcess.metergate,
        folder.path,
      ])
    #expect(output.status == 0)
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\nWAN_PASSWORD=geheim\n")
    #expect(
      output.standardError
        == "the password stands in \(folder.path)/chip.ini as it is, and other users of this machine can read the "
        + "file: MUC_PASSMUC_ENCMODE=1 encrypts it, chmod 640 keeps others out\n")
    let sealed = try set(["--app", folder.path, "SOLVIMUS.MUC_PASSMUC_ENCMODE=1"])
    #expect(
      sealed.standardOutput.contains("\n1 password is encrypted now\n"), "\(sealed.standardOutput)")
    let none = try PeerProcess.run(
      "sh",
      [
        "-c", "\"$0\" set --app \"$1\" SOLVIMUS.WAN_PASSWORD=- </dev/null", PeerProcess.metergate,
        folder.path,
      ])
    #expect(none.status == 1)
    #expect(none.standardError == "there is no password on standard input; nothing is changed\n")
  }

  @Test func aFileThatIsNoTextIsNotEdited() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n\0\0\0"])
    let output = try set(["--app", folder.path, "SOLVIMUS.METER_TIME=60"])
    #expect(output.status == 1)
    #expect(
      output.standardError.hasPrefix(
        "chip.ini is not saved, since what is there cannot be read: the file has NUL bytes"))
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\n\0\0\0")
  }
}
