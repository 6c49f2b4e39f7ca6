import Foundation
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

/// What the files of a folder say that is not in force.
@Suite(.ownThread) struct PendingChangeTests {
  private let chip = "[SOLVIMUS]\nMBUS_ENABLE=0\n"

  @Test func aRenewedCertificateIsAChange() throws {
    let names = ["CA", "CERT", "KEY"]
    let keys = names.map { "MODBUS_\($0)_FILE=app/\($0).pem\n" }.joined()
    let folder = try TemporaryFolder([
      "chip.ini": chip + "MODBUS_ENABLE=1\nMODBUS_TLSENABLE=1\n" + keys,
      "Device_Handle.cfg": "<root/>",
      "CA.pem": "a", "CERT.pem": "b",
    ])
    let app = AppFolder.load(folder.path)
    #expect(app.namedFiles.map(\.name) == names.map { "\($0).pem" })
    #expect(app.pendingChange() == nil)
    try folder.write("c", to: "CERT.pem")
    try folder.write("k", to: "KEY.pem")
    let pending = try #require(app.pendingChange())
    #expect(pending.files == ["CERT.pem", "KEY.pem"] && pending.settings.isEmpty)
    #expect(app.reloaded().pendingChange() == nil, "taken over")
    let refusal = Diagnostic(.error, file: "chip.ini", "no certificate")
    let refused = app.reloaded(refusing: [refusal])
    #expect(refused.pendingChange()?.files == pending.files, "what is refused goes on waiting")
    #expect(refused.findings.contains(refusal))
  }

  @Test func filesThatOnlyTheChangeNamesAreWatched() throws {
    let folder = try TemporaryFolder(["chip.ini": chip, "Device_Handle.cfg": "<root/>"])
    let app = AppFolder.load(folder.path)
    try folder.write(chip + "METER_STAT_CONFIG=b.cfg\n", to: "chip.ini")
    let pending = try #require(app.pendingChange())
    #expect(pending.paths.contains(folder["b.cfg"]))
    let before = FolderLook(pending.paths)
    #expect(FolderLook(pending.paths) == before)
    try folder.write("<root>", to: "b.cfg")
    #expect(FolderLook(pending.paths) != before)
    #expect(app.pendingChange()?.errors.isEmpty == false)
  }

  @Test func whoeverSetsTheTimeBackIsSeen() throws {
    let folder = try TemporaryFolder(["chip.ini": chip])
    let paths: Set = [folder["chip.ini"]]
    let before = FolderLook(paths)
    let times = try FileManager.default.attributesOfItem(atPath: folder["chip.ini"])
    usleep(20_000)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["chip.ini"]))
    try file.write(contentsOf: Data("[SOLVIMIS]".utf8))
    try file.close()
    try FileManager.default.setAttributes(
      [.modificationDate: times[.modificationDate] as Any], ofItemAtPath: folder["chip.ini"])
    #expect(FolderLook(paths) != before)
  }

  @Test func whoHasAFileOpenIsKnown() throws {
    let folder = try TemporaryFolder(["chip.ini": chip])
    let path = folder["chip.ini"]
    #expect(FileWriters.of([path, folder["gone"]]) == FileWriters.none)
    let file = try #require(FileHandle(forWritingAtPath: path))
    #expect(FileWriters.of([path]) == .some)
    try file.close()
    #expect(FileWriters.of([path]) == FileWriters.none)
  }

  /// The first part of a file is seen by what it lacks.
  @Test func anUploadThatBrokeOffIsDoubted() throws {
    let whole = "[DNS]\nDNS=10.0.0.1\n[SOLVIMUS]\nMETER_TIME=900\n"
    let folder = try TemporaryFolder(["chip.ini": whole])
    let app = AppFolder.load(folder.path)
    func doubts(_ text: String) throws -> [String] {
      try folder.write(text, to: "chip.ini")
      return app.pendingChange()?.doubts.map(\.report) ?? []
    }
    #expect(
      try doubts(String(whole.dropLast(3))) == [
        "chip.ini:4:1: warning: the file ends within a line, which it did not before: an upload may have broken off"
      ])
    #expect(
      try doubts("[DNS]\n").last
        == "chip.ini: warning: the file has lost its group [SOLVIMUS] or [CONFIG]: an upload may have broken off"
    )
    #expect(try doubts("[SOLVIMUS]\nMETER_TIME=9\n").isEmpty)
  }

  @Test func aMissingFileIsAnErrorIfThereWasOne() throws {
    let folder = try TemporaryFolder(["chip.ini": chip])
    let app = AppFolder.load(folder.path)
    #expect(app.reloaded().errorsInForce.isEmpty)
    #expect(
      app.reloaded().diagnostics.map(\.report)
        == [
          "Device_Handle.cfg: note: there is no such file in \(folder.path); the meter list is empty"
        ].map { $0.replacingOccurrences(of: "Device_Handle.cfg", with: app.meterListFile.name) })
    try FileManager.default.removeItem(atPath: folder["chip.ini"])
    #expect(
      app.pendingChange()?.errors.map(\.message) == [
        "there is no such file in \(folder.path); the settings that were read before stay in force; \"metergate "
          + "config restore N\" brings it back (\"metergate config log\" has the numbers)"
      ])
  }

  @Test func metersAreComparedByWhoTheyAre() throws {
    func list(_ meters: [String]) -> String {
      "<root>" + meters.map { "<meter>\($0)</meter>" }.joined() + "</root>"
    }
    let before = list([
      "<serial>1</serial><register>10</register>", "<serial>2</serial><register>20</register>",
      "<serial>3</serial><user>cellar</user>",
    ])
    let folder = try TemporaryFolder(["chip.ini": chip, "Device_Handle.cfg": before])
    let app = AppFolder.load(folder.path)
    try folder.write(
      list([
        "<serial>3</serial><user>attic</user>",
        "<serial>4</serial><register>20</register>",
        "<serial>1</serial><register>10</register><encryptionkey>00112233445566778899AABBCCDDEEFF</encryptionkey>",
        "<serial>5</serial>",
      ]), to: "Device_Handle.cfg")
    let lines = try #require(app.pendingChange()).meters
    #expect(
      lines == [
        "meter 00000003: label \"attic\" (was \"cellar\")",
        "meter 00000002: identity 00000004 (was 00000002)",
        "meter 00000001: other settings of the meter", "meter 00000005 is new (0 values)",
      ], "\(lines)")
  }
}
