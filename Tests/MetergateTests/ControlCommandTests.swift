import Foundation
import PeerSupport
import Testing

/// `metergate allocate`, `deallocate` and `swap` on the files of a folder on which no gateway runs.
@Suite(.ownThread) struct ControlCommandTests {
  private let list = """
    <root>
      <!-- mine -->
      <meter><interface>M-Bus</interface><serial>0x66600106</serial><manufacturer>LUG</manufacturer>
        <register>10</register>
        <value><description>Energy</description><unit>Wh</unit><register>20</register></value>
        <value><description>Volume</description><unit>m^3</unit></value>
      </meter>
      <meter><interface>M-Bus</interface><serial>0x66600107</serial><register>0</register></meter>
    </root>

    """

  private func folder() throws -> TemporaryFolder {
    try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n", "Device_Handle.cfg": list])
  }

  private func command(_ folder: TemporaryFolder, _ arguments: [String]) throws
    -> PeerProcess.Output
  {
    try PeerProcess.run(
      PeerProcess.metergate, [arguments[0], "--app", folder.path] + arguments.dropFirst())
  }

  @Test func allocate() throws {
    let folder = try folder()
    let output = try command(folder, ["allocate", "--all"])
    #expect(output.status == 0 && output.standardError.isEmpty)
    #expect(
      output.standardOutput == """
        66600106 LUG, value 2 ("Volume" in m^3): register 30
        66600107: gets its registers when it is read first
        Device_Handle.cfg is saved

        """)
    let expected = list.replacingOccurrences(of: "<register>0</register>", with: "")
      .replacingOccurrences(of: "m^3</unit>", with: "m^3</unit><register>30</register>")
    #expect(folder.read("Device_Handle.cfg") == expected)
    #expect(folder.names == [".history", "Device_Handle.cfg", "chip.ini"])
  }

  /// A gateway that runs with `--set` would give these.
  @Test func settingsOfTheCommandLineCount() throws {
    let folder = try folder()
    let output = try command(
      folder, ["allocate", "--all", "--anew", "--set", "CONFIG.MODBUSMETER_PROTOCOLVERSION=2"])
    #expect(output.status == 0, "\(output.standardError)")
    #expect(
      output.standardOutput.hasPrefix("66600106 LUG: unit 1, register 0 (was unit 10, register 0)"),
      "\(output.standardOutput)")
    let wrong = try command(folder, ["allocate", "--all", "--set", "x"])
    #expect(wrong.status == 64 && wrong.standardOutput.isEmpty)
  }

  @Test func deallocateAndBack() throws {
    let folder = try folder()
    #expect(
      try command(folder, ["deallocate", "66600106"]).standardOutput == """
        66600106 LUG: no register any more (was 10)
        66600106 LUG, value 1 ("Energy" in Wh): no register any more (was 20)
        Device_Handle.cfg is saved

        """)
    #expect(
      folder.read("Device_Handle.cfg")?.contains("<register>0</register>\n    <value>") == true)
    let again = try command(folder, ["deallocate", "66600106", "66600107"])
    #expect(again.standardOutput == "nothing to change\n" && again.status == 0)
    #expect(
      try command(folder, ["allocate", "66600106/1", "--register", "400"]).standardOutput == """
        66600106 LUG, value 1 ("Energy" in Wh): register 400
        Device_Handle.cfg is saved

        """)
  }

  @Test func swap() throws {
    let folder = try folder()
    #expect(
      try command(folder, ["swap", "66600106", "66600108:NZR:2:4"]).standardOutput == """
        66600106 LUG is swapped for 66600108 NZR
        Device_Handle.cfg is saved

        """)
    let text = try #require(folder.read("Device_Handle.cfg"))
    #expect(text.contains("<serial>0x66600108</serial><manufacturer>"))
    #expect(text.contains("<!-- mine -->") && text.contains("<register>20</register>"))
    #expect(
      try command(folder, ["swap", "66600108", "66600107"]).standardOutput == """
        66600108 NZR is swapped for 66600107
        the entry that 66600107 had in the list is taken out of it
        Device_Handle.cfg is saved

        """)
    #expect(folder.read("Device_Handle.cfg")?.ranges(of: "<serial>").count == 1)
  }

  @Test func aSwapThatWouldCostALabel() throws {
    let labelled = list.replacingOccurrences(
      of: "66600107</serial>", with: "66600107</serial><user>roof</user>")
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\n", "Device_Handle.cfg": labelled,
    ])
    let refused = try command(folder, ["swap", "66600106", "66600107"])
    #expect(refused.status == 1)
    #expect(
      refused.standardError == """
        the new meter 66600107 has an entry of its own in the list, with the label "roof", which would go: \
        if it may, repeat the command with --force (on the socket "force":true); nothing is changed

        """)
    #expect(folder.read("Device_Handle.cfg") == labelled)
    #expect(
      try command(folder, ["swap", "--force", "66600106", "66600107"]).standardOutput == """
        66600106 LUG is swapped for 66600107
        the entry that 66600107 had in the list is taken out of it, with the label "roof"
        Device_Handle.cfg is saved

        """)
  }

  /// What is good to know about a new gateway's map is no problem.
  @Test func theMapOfFilesAndWhatIsServed() throws {
    let folder = try folder()
    #expect(try command(folder, ["allocate", "--all"]).status == 0)
    let output = try command(folder, ["registers"])
    #expect(output.status == 0)
    #expect(output.standardError == "1 of 2 meters get their registers when they are read first\n")
    let test = try command(folder, ["registers", "--set", "CONFIG.MODBUSMETER_PROTOCOLVERSION=8"])
    #expect(
      test.standardError.hasPrefix(
        "this is the map of the files; a gateway serves test data instead\n"))
  }

  @Test func refusals() throws {
    let folder = try folder()
    for (arguments, status, text) in [
      (["allocate", "123"], 1, "there is no meter 00000123 in the list\n"),
      (
        ["allocate", "66600106/9"], 1,
        "there is no value 9 of meter 66600106 LUG: it has 1 to 2\n"
      ),
      (["allocate"], 64, "Error: give the entries that it is about, or --all\n"),
      (["deallocate", "--all", "1"], 64, "Error: give either --all or entries, not both\n"),
      (["allocate", "x"], 64, "Error: \"x\" names no entry: expected is a serial such as"),
      (
        ["allocate", "1/1", "--register", "0"], 64,
        "Error: register 0 is not allowed: 1 to 65535, with multi slave 1 to 247"
      ),
      (
        ["allocate", "--all", "--register", "10"], 64,
        "Error: --register is for one entry; --all and --anew do not go with it\n"
      ),
      (["swap", "1", "x"], 64, "Error: \"x\" names no new meter: expected is a serial such as"),
      (
        ["swap", "66600106", "66600106"], 1,
        "both are the meter 66600106 LUG: there is nothing to swap\n"
      ),
    ] {
      let output = try command(folder, arguments)
      #expect(output.status == status, "\(arguments)")
      #expect(output.standardError.hasPrefix(text), "\(arguments): \(output.standardError)")
      #expect(output.standardOutput.isEmpty)
    }
    #expect(folder.read("Device_Handle.cfg") == list)
    let gone = try PeerProcess.run(
      PeerProcess.metergate, ["allocate", "--app", folder["gone"], "--all"])
    #expect(gone.status == 64)
    #expect(gone.standardError.hasPrefix("Error: --app \(folder["gone"]): there is no such folder"))
  }

  @Test func aListThatCannotBeReadIsLeftAlone() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": "<root><meter></root>"])
    let output = try command(folder, ["allocate", "--all"])
    #expect(output.status == 1 && output.standardOutput.isEmpty)
    #expect(output.standardError.hasPrefix("Device_Handle.cfg:1:"))
    #expect(folder.read("Device_Handle.cfg") == "<root><meter></root>")
    let none = try TemporaryFolder()
    #expect(try command(none, ["allocate", "--all"]).standardOutput == "nothing to change\n")
    #expect(none.names.isEmpty)
  }
}
