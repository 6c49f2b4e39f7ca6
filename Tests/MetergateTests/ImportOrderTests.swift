import PeerSupport
import Testing

/// What the kernel is asked for when several files are changed as a whole.
@Suite(
  .ownThread,
  .enabled(if: SystemCallTrace.isPossible, "strace is not installed, or may not trace here"))
struct ImportOrderTests {
  private func save(_ name: String, in folder: String = "folder", mode: Bool = false) -> [String] {
    let parts = name.split(separator: "/")
    let temporary = (parts.dropLast() + [".\(parts[parts.count - 1]).new"]).joined(separator: "/")
    return ["openat \(temporary)"] + (mode ? ["fchmod \(temporary)"] : []) + [
      "write \(temporary)", "fsync \(temporary)", "rename \(temporary) \(name)", "fsync \(folder)",
    ]
  }

  /// All that is to be done is on the disk before the first file is touched, and all files are before it is
  /// forgotten.
  @Test func theJournalComesFirst() throws {
    let users = """
      [admin]
      HASH=$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA
      WRITE=ALL

      """
    let old = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMETER_TIME=60\n", "users": users])
    let outside = try TemporaryFolder()
    let export = try PeerProcess.run(
      PeerProcess.metergate, ["config", "export", "--app", old.path, outside["x.tar.gz"]])
    try #require(export.status == 0, "\(export.standardError)")
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let trace = try SystemCallTrace(
      of: [PeerProcess.metergate, "config", "import", "--app", folder.path, outside["x.tar.gz"]],
      in: folder)
    #expect(trace.output.hasPrefix("users is new\nchip.ini is changed\n"), "\(trace.errors)")
    let journal = ".history/unfinished.tar.gz"
    let start = trace.calls.firstIndex(of: "openat .history/.unfinished.tar.gz.new") ?? 0
    let expected =
      save(journal, in: ".history") + save("users") + save("chip.ini", mode: true)
      + ["unlink \(journal)", "fsync .history"]
    #expect(Array(trace.calls[start...].prefix(expected.count)) == expected, "\(trace.calls)")
  }
}
