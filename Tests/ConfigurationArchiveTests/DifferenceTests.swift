import Foundation
import PeerSupport
import Settings
import Testing

@testable import ConfigurationArchive

@Suite(.ownThread) struct DifferenceTests {
  private func lines(_ old: ConfigurationContents, _ new: ConfigurationContents) -> [String] {
    ConfigurationDifference.lines(from: old, to: new, titles: ("1", "now"))
  }

  @Test func secretsAreNotShown() throws {
    let old = try Fixture.contents()
    var new = old
    let settings = Fixture.settings.replacingOccurrences(of: "hunter2", with: "hunter3")
      .replacingOccurrences(of: "; alpha's file", with: ";FUTURE_PASSWORD=hunter4")
    new.files["chip.ini"] = Array(settings.utf8)
    new.files["Device_Handle.cfg"] = Array(
      Fixture.list.replacingOccurrences(of: "0x01 0x02", with: "0xAA 0xBB")
        .replacingOccurrences(of: "cellar", with: "attic").utf8)
    new.files["users"] = nil
    new.files["report/x"] = [0, 1]
    let stars = String(repeating: "*", count: 79)
    #expect(
      lines(old, new)
        == [
          "--- 1/Device_Handle.cfg", "+++ now/Device_Handle.cfg", "@@ -5,8 +5,8 @@",
          "     <interface>M-Bus</interface>", "     <serial>0x30101198</serial>",
          "     <manufacturer>0x3265</manufacturer>",
          "-    <encryptionkey>\(stars)</encryptionkey>", "-    <label>cellar</label>",
          "+    <encryptionkey>\(stars)</encryptionkey>", "+    <label>attic</label>",
          "     <value>", "       <description>Energy</description>", "       <unit>Wh</unit>",
          "--- 1/chip.ini", "+++ now/chip.ini", "@@ -1,4 +1,4 @@", "-; alpha's file",
          "+; (not shown)", " [IP]", " ADDRESS=192.0.2.1", " [DEVICE]", "@@ -6,5 +6,5 @@",
          " [SOLVIMUS]", " METER_TIME = 60 ; s", " MODBUS_ENABLE=1",
          "-FUTURE_PASSWORD=(not shown)", "+FUTURE_PASSWORD=(not shown)",
          " MODBUS_KEY_FILE=app/tls/server.key", "--- nothing", "+++ now/report/x",
          "it is no text", "--- 1/users", "+++ nothing", "its content is (not shown)",
        ].map { $0 })
    #expect(lines(old, old).isEmpty)
  }

  /// What somebody has put out of force is as secret as it was before.
  @Test(arguments: [
    ";PIN=9999", "; WAN_PIN = 9999", ";MUC_PUK = 9999", "//PUK=9999", "#pin: 9999",
    "; url: x, PIN=9999",
    "[SOLVIMUS] WAN_PASSWORD=9999", "METER_TIME=60 ; PIN=9999", "OTHER=http://x/?token=9999",
    "; the old wan pin = 9999", "// 9999",
  ])
  func secretsInComments(line: String) {
    let contents = ["[SOLVIMUS]\n", "[SOLVIMUS]\n\(line)\n"].map {
      ConfigurationContents(files: ["chip.ini": Array($0.utf8)], parts: [.device])
    }
    let shown = lines(contents[0], contents[1]).joined(separator: "\n")
    #expect(!shown.contains("9999") && shown.contains("(not shown)"), "\(shown)")
  }

  @Test func namesOfSecrets() {
    for row in SettingsTable.rows where row.isSecret {
      for name in row.spellings { #expect(SecretName.isLikely(";" + name), "\(name)") }
    }
    for name in ["MODBUS_KEY_FILE", "SPINDLE", "METER_TIME"] {
      #expect(!SecretName.isLikely(name), "\(name)")
    }
  }

  /// The example of the MUC500 manual 1.1, ch. 10.6.1: keys in the third column.
  @Test(arguments: ["meter-conf-import.csv", "Device_Config.cfg"])
  func filesWithKeysOfMeters(name: String) {
    let key = "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"
    let contents = ["WMBUS;12345670;\(key);Flat 1\n", "WMBUS;12345670;\(key);Flat 2\n"].map {
      ConfigurationContents(files: [name: Array($0.utf8)], parts: [.meters])
    }
    #expect(
      lines(contents[0], contents[1])
        == ["--- 1/\(name)", "+++ now/\(name)", "its content is (not shown)"])
  }

  /// A key is hidden wherever it stands.
  @Test func masks() {
    let list = "<!-- <EncryptionKey >A\nB</EncryptionKey> --><label>x</label><encryptionkey>C"
    #expect(
      String(decoding: ElementMask.masked(Array(list.utf8)), as: UTF8.self)
        == "<!-- <EncryptionKey >*\n*</EncryptionKey> --><label>x</label><encryptionkey>*")
  }

  /// As diff -u has it.
  @Test func likeDiff() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      let sides = (0..<2).map { _ in
        (0..<Int.random(in: 0...30, using: &random)).map { _ in
          "line \(Int.random(in: 0...6, using: &random))"
        }
      }
      let texts = sides.map { $0.map { $0 + "\n" }.joined() }
      let folder = try TemporaryFolder(["old": texts[0]])
      let lines = sides.map { side in
        side.map { UnifiedDifference.Line(raw: Array($0.utf8), shown: $0) }
      }
      let patch = ["--- old", "+++ old"] + UnifiedDifference.hunks(lines[0], lines[1])
      guard patch.count > 2 else {
        #expect(texts[0] == texts[1])
        continue
      }
      try folder.write(patch.joined(separator: "\n") + "\n", to: "patch")
      // Another program makes the new text from the old one and what we say of it.
      let output = try PeerProcess.run(
        PeerProcess.python, ["-c", Self.patch, folder["old"], folder["patch"]])
      #expect(output.standardOutput == texts[1], "\(patch) \(output.standardError)")
    }
  }

  /// Applies a patch strictly: places and counts have to agree.
  private static let patch = """
    import re, sys
    old = open(sys.argv[1]).read().splitlines()
    new, place, left = [], 0, (0, 0)
    for line in open(sys.argv[2]).read().splitlines()[2:]:
        head = re.fullmatch(r"@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@", line)
        if head:
            assert left == (0, 0), left
            count = [int(x) if x else 1 for x in (head[2], head[4])]
            start = int(head[1]) - (1 if count[0] else 0)
            new += old[place:start]
            place = start
            assert len(new) == int(head[3]) - (1 if count[1] else 0), (len(new), line)
            left = tuple(count)
            continue
        mark, text = line[0], line[1:]
        if mark in " -":
            assert old[place] == text, (place, text)
            place += 1
            left = (left[0] - 1, left[1])
        if mark in " +":
            new.append(text)
            left = (left[0], left[1] - 1)
    assert left == (0, 0), left
    new += old[place:]
    print("".join(l + "\\n" for l in new), end="")
    """
}
