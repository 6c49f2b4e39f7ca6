import Foundation
import PeerSupport
import Testing

@Suite(.ownThread) struct ImportCommandTests {
  private static let list =
    "<root>\n  <meter><interface>M-Bus</interface><serial>0x12345670</serial><user>old</user></meter>\n</root>\n"

  private func metergate(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, arguments)
  }

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": Self.list])
    let csv = folder["meters.csv"]
    let written = try metergate(["list", "--app", folder.path, "--csv", csv])
    #expect(written.standardOutput == "1 meter in \(csv)\n" && written.status == 0)
    let text = try #require(folder.read("meters.csv"))
    #expect(try metergate(["list", "--app", folder.path, "--csv", "-"]).standardOutput == text)
    let same = try metergate(["import", "--app", folder.path, csv])
    #expect(same.standardOutput == "nothing to change in \(folder["Device_Handle.cfg"])\n")

    try folder.write(text.replacing(";old;", with: ";new;"), to: "meters.csv")
    let dry = try metergate(["import", "--app", folder.path, "--dry-run", csv])
    #expect(
      dry.standardOutput
        == "12345670: Label = 'new' (was 'old')\n1 change would be made; nothing is written\n")
    #expect(folder.read("Device_Handle.cfg") == Self.list)
    let done = try metergate(["import", "--app", folder.path, csv])
    #expect(
      done.standardOutput
        == "12345670: Label = 'new' (was 'old')\n1 change; \(folder["Device_Handle.cfg"]) is saved; a running "
        + "gateway takes it over with \"metergate apply\" or SIGHUP\n")
    #expect(folder.read("Device_Handle.cfg") == Self.list.replacing(">old<", with: ">new<"))
    let list = try metergate(["list", "--app", folder.path])
    #expect(
      list.standardOutput
        == "meter     interface  address    medium  register  values  label\n"
        + "12345670  M-Bus      secondary  -       -         0       new\n")
  }

  /// The list that the demonstration comes with.
  @Test func theListNamesMedia() throws {
    let demo = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("etc/demo")
    let lines = try metergate(["list", "--app", demo.path]).standardOutput.split(separator: "\n")
    #expect(lines.count == 21)
    #expect(
      lines.dropFirst().first?.split(separator: " ", omittingEmptySubsequences: true).map(
        String.init)
        == ["56989006", "XQE", "M-Bus", "secondary", "(1)", "Electricity", "10", "10"])
  }

  @Test func mistakes() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": Self.list])
    try folder.write("MBUS;12345670;;x;never\nMBUS;1", to: "t.csv")
    let output = try metergate(["import", "--app", folder.path, folder["t.csv"]])
    #expect(output.status == 1 && output.standardOutput.isEmpty)
    #expect(
      output.standardError
        == "t.csv:1:18: error: Cycle = 'never': not allowed; allowed: 0 to 4294967295 s, 0 for METER_TIME\n"
        + "nothing is imported until the errors are mended\n")
    #expect(folder.read("Device_Handle.cfg") == Self.list)
    let missing = try metergate(["import", "--app", folder.path, folder["none.csv"]])
    #expect(
      missing.standardError == "there is no file \(folder["none.csv"])\n" && missing.status == 1)
    let odd = try metergate(["list", "--app", folder.path, "--with-secrets"])
    #expect(odd.status == 64 && odd.standardError.contains("--with-secrets goes with --csv"))
  }

  @Test func secrets() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "MBUS;1;00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F;x", to: "meter-conf-import.csv")
    let file = folder["meter-conf-import.csv"]
    let output = try metergate(["import", "--app", folder.path, file])
    #expect(output.status == 0 && output.standardOutput.contains("Key is changed (not shown)\n"))
    #expect(!output.standardOutput.contains("0x0A"))
    #expect(folder.read("Device_Handle.cfg")?.contains("0x0A 0x0B") == true)
    _ = try metergate([
      "list", "--app", folder.path, "--csv", folder["all.csv"], "--with-secrets",
    ])
    #expect(folder.read("all.csv")?.contains("0x0A 0x0B") == true)
    let mode = try PeerProcess.run("stat", ["-c", "%a", folder["all.csv"]])
    #expect(mode.standardOutput == "600\n")
  }
}
