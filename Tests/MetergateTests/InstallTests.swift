import Foundation
import PeerSupport
import Testing

/// scripts/install: everything where it belongs, and a reset that finds what the device came with.
@Suite(.ownThread) struct InstallTests {
  private let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func install(to root: URL, program: String) throws -> PeerProcess.Output {
    try PeerProcess.run(
      "/usr/bin/env",
      ["DESTDIR=\(root.path)", "METERGATE=\(program)", repository.path + "/scripts/install"])
  }

  @Test func everyFileIsWhereItBelongs() throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-root-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let output = try install(to: root, program: PeerProcess.metergate)
    #expect(output.status == 0, "\(output.standardError)")
    let files = [
      "usr/bin/metergate", "usr/lib/systemd/system/metergate.service",
      "usr/lib/sysusers.d/metergate.conf", "usr/lib/tmpfiles.d/metergate.conf",
      "usr/share/metergate/app/chip.ini", "usr/share/doc/metergate/chip.ini.md",
      "usr/share/doc/metergate/chip.ini.example",
    ]
    for file in files {
      #expect(
        FileManager.default.fileExists(atPath: root.appendingPathComponent(file).path), "\(file)")
    }
    #expect(FileManager.default.isExecutableFile(atPath: root.path + "/usr/bin/metergate"))
    // What a new device gets is what it came with.
    let rules = try String(
      contentsOf: root.appendingPathComponent("usr/lib/tmpfiles.d/metergate.conf"), encoding: .utf8)
    #expect(rules.contains(" /usr/share/metergate/app/chip.ini\n"))
    let unit = try String(
      contentsOf: root.appendingPathComponent("usr/lib/systemd/system/metergate.service"),
      encoding: .utf8)
    #expect(unit.contains("ExecStart=/usr/bin/metergate run --app /app"))
    let check = try PeerProcess.run(
      PeerProcess.metergate, ["check", "--strict", "--app", root.path + "/usr/share/metergate/app"])
    #expect(check.status == 0, "\(check.standardOutput)")
  }

  @Test func withoutAProgramNothingIsLaid() throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-root-\(UUID().uuidString)")
    let output = try install(to: root, program: "/nowhere/metergate")
    #expect(output.status == 1)
    #expect(
      output.standardError
        == "scripts/install: there is no /nowhere/metergate: run \"make release\" first\n")
    #expect(!FileManager.default.fileExists(atPath: root.path))
  }
}
