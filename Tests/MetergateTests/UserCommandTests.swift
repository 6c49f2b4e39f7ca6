import Foundation
import PeerSupport
import Testing

@Suite(.ownThread) struct UserCommandTests {
  private func user(
    _ arguments: [String], in folder: TemporaryFolder, input: String = ""
  ) throws -> PeerProcess.Output {
    try PeerProcess.run(
      PeerProcess.metergate, ["user"] + arguments + ["--app", folder.path], input: input)
  }

  /// The users of delivery are those of a new device, not of a typing mistake or of a file that is lost.
  @Test func whereThereAreNone() throws {
    let folder = try TemporaryFolder()
    let gone = try PeerProcess.run(
      PeerProcess.metergate, ["user", "list", "--app", folder["gone"]])
    #expect(gone.status == 64 && gone.standardOutput.isEmpty)
    #expect(
      gone.standardError.hasPrefix("Error: --app \(folder["gone"]): there is no such folder\n"))
    try FileManager.default.createSymbolicLink(
      atPath: folder["users"], withDestinationPath: folder["gone"])
    let dangling = try user(["list"], in: folder)
    #expect(dangling.status == 1 && !dangling.standardOutput.contains("admin"))
    #expect(
      dangling.standardError
        == "users: error: the file in \(folder.path) cannot be read: it is a link to a file that is not there; "
        + "nobody can log in\n")
  }

  @Test func fromDeliveryToAFile() throws {
    let folder = try TemporaryFolder()
    let list = try user(["list"], in: folder)
    #expect(
      list.standardOutput == """
        name   may change    may only see  sessions    FTP  password
        admin  everything    nothing       any number  yes  factory, to be changed at the next login
        web    all but User  nothing       any number  no   factory, which the user may not change
        ftp    nothing       nothing       any number  yes  factory, which the user may not change

        """)
    #expect(
      list.standardError.hasPrefix(
        "note: visitors need no password: the page logs them in as web, as long as it has the one of delivery\n"
          + "note: admin still has the password of delivery, which stands in manuals: metergate user password "
          + "admin\nnote: web still"))
    #expect(list.status == 0 && folder.names.isEmpty)

    let added = try user(
      ["add", "fitter", "--write", "General,Meter", "--sessions", "2"], in: folder,
      input: "garden gate\n")
    #expect(added.standardOutput == "fitter is added; \(folder["users"]) is saved\n")
    #expect(added.standardError.isEmpty && added.status == 0)
    let text = try #require(folder.read("users"))
    #expect(text.hasPrefix("; Who may log in") && text.contains("\n[fitter]\nHASH=$y$"))
    #expect(
      text.hasSuffix(
        "\nREAD=General,Meter\nWRITE=General,Meter\nSESSIONS=2\nFTP=0\nCHANGE=1\nMUSTCHANGE=0\n"))

    let set = try user(["set", "fitter", "--write", "NONE", "--must-change", "1"], in: folder)
    #expect(set.standardOutput == "fitter is changed; \(folder["users"]) is saved\n")
    #expect(
      folder.read("users")
        == text.replacing(
          "READ=General,Meter\nWRITE=General,Meter", with: "READ=General,Meter\nWRITE=NONE"
        )
        .replacing("MUSTCHANGE=0\n", with: "MUSTCHANGE=1\n", maxReplacements: 100)
        .replacing("CHANGE=0\nMUSTCHANGE=1", with: "CHANGE=0\nMUSTCHANGE=0"))
    let same = try user(["set", "fitter", "--sessions", "2"], in: folder)
    #expect(same.standardOutput == "nothing to change in \(folder["users"])\n")

    let changed = try user(["password", "fitter"], in: folder, input: "another gate\r\n")
    #expect(changed.standardOutput == "fitter has another password; \(folder["users"]) is saved\n")
    let after = try #require(folder.read("users"))
    #expect(after.contains("[fitter]") && after.hasSuffix("MUSTCHANGE=0\n"))
    let removed = try user(["remove", "web"], in: folder)
    #expect(removed.standardOutput == "web is removed; \(folder["users"]) is saved\n")
    #expect(folder.read("users")?.contains("[web]") == false)
  }

  @Test func refusals() throws {
    let folder = try TemporaryFolder()
    func says(_ arguments: [String], input: String = "") throws -> String {
      let output = try user(arguments, in: folder, input: input)
      #expect(output.status == 1 && output.standardOutput.isEmpty)
      return output.standardError
    }
    #expect(
      try says(["add", "fitter"], input: "short\n")
        == "the password has 5 characters; at least 8 are needed; nothing is changed\n")
    #expect(
      try says(["add", "fitter"])
        == "there is no password on standard input; nothing is changed\n")
    #expect(
      try says(["add", "Otto"], input: "garden gate\n")
        == "\"Otto\" is no name for a user: a name has 1 to 32 of a-z, 0-9, - and _, and begins with a letter "
        + "or _\n")
    #expect(
      try says(["add", "root"], input: "garden gate\n")
        == "\"root\" is no name for a user: the system has a user of this name\n")
    #expect(
      try says(["add", "web"], input: "garden gate\n") == "there is a user web already\n")
    #expect(
      try says(["add", "fitter", "--read", "Metre"], input: "garden gate\n")
        == "--read = 'Metre': not allowed; allowed: ALL, NONE, or some of General, Meter, Output, "
        + "Configuration, WAN, Server, Security, User, Log, Service with commas between them\n")
    #expect(
      try says(["set", "web", "--ftp", "1"])
        == "at most 2 users may have FTP; admin and ftp have it\n")
    #expect(
      try says(["set", "admin", "--write", "General"]).hasPrefix(
        "admin is the last who may change users"))
    #expect(
      try says(["remove", "fittr"]) == "there is no user fittr\n")
    #expect(folder.names.isEmpty)
    let nothing = try user(["set", "web"], in: folder)
    #expect(nothing.status == 64)
    #expect(nothing.standardError.contains("there is nothing to set; give an option"))
  }

  /// The password of a terminal is not shown.
  @Test func terminal() throws {
    let folder = try TemporaryFolder()
    let script = """
      import os, pty, sys, time
      pid, fd = pty.fork()
      if pid == 0:
        os.execv(sys.argv[1], [sys.argv[1], "user", "password", "web", "--app", sys.argv[2]])
      seen = b""
      def until(text):
        global seen
        while text not in seen:
          seen += os.read(fd, 1000)
      until(b"New password for web: ")
      os.write(fd, b"garden gate\\n")
      until(b"Once more: ")
      os.write(fd, sys.argv[3].encode() + b"\\n")
      try:
        while True:
          part = os.read(fd, 1000)
          if not part: break
          seen += part
      except OSError: pass
      status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
      print(status, seen.decode())
      """
    func type(_ second: String) throws -> String {
      try PeerProcess.run(
        PeerProcess.python, ["-c", script, PeerProcess.metergate, folder.path, second]
      ).standardOutput.replacing("\r\n", with: "\n")
    }
    #expect(
      try type("garden gates")
        == "1 New password for web: \nOnce more: \nthe two passwords differ; nothing is changed\n\n"
    )
    #expect(folder.names.isEmpty)
    #expect(
      try type("garden gate")
        == "0 New password for web: \nOnce more: \nweb has another password; \(folder["users"]) is saved\n\n"
    )
  }

  /// The rights that count, as the page has them.
  @Test func whoMayDoWhat() throws {
    let folder = try TemporaryFolder()
    _ = try user(["password", "admin"], in: folder, input: "garden gate\n")
    for (name, rights) in [
      ("fitter", ["--read", "ALL", "--write", "General,Meter", "--sessions", "2"]),
      ("guest", ["--read", "General,Log", "--change", "0"]),
    ] {
      _ = try user(["add", name] + rights, in: folder, input: "another gate\n")
    }
    let list = try user(["list"], in: folder)
    #expect(
      list.standardOutput == """
        name    may change      may only see  sessions    FTP  password
        admin   everything      nothing       any number  yes  own
        web     nothing         all but User  any number  no   factory, which the user may not change
        ftp     nothing         nothing       any number  yes  factory, which the user may not change
        fitter  General, Meter  all others    at most 2   no   own
        guest   nothing         General, Log  any number  no   own, which the user may not change

        """, "\(list.standardOutput)")
    #expect(
      list.standardError.contains(
        "note: web only reads, since admin has another password than that of delivery; rights that it is given "
          + "from now on count\n"))
  }
}
