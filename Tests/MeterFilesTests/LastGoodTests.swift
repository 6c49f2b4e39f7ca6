import Foundation
import Settings
import Testing

@testable import MeterFiles

/// What is in force at the start when the files were broken in the meantime.
@Suite struct LastGoodTests {
  private let good = LastGood(
    settings: Array("[SOLVIMUS]\nMBUS_ENABLE=0\nMETER_TIME=60\nMODBUS_ADDRESS=7\n".utf8),
    meterList: Array(
      "<root><meter><serial>1</serial><register>10</register></meter></root>".utf8))

  private func load(_ files: [String: String], _ body: (AppFolder) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try body(AppFolder.load(folder.path, lastGood: good))
  }

  @Test func wholeFilesCount() throws {
    let list = "<root><meter><serial>2</serial></meter></root>"
    try load(["chip.ini": "[SOLVIMUS]\nMBUS_ENABLE=0\n", "Device_Handle.cfg": list]) { app in
      #expect(app.settings.integer(.modbusAddress) == 0 && app.isSettingsFileTaken)
      #expect(app.meters.map(\.label) == ["00000002"])
      #expect(app.pendingChange() == nil)
    }
  }

  @Test func aMistakeInOneFileLeavesTheOtherAlone() throws {
    let list = "<root><meter><serial>2</serial></meter></root>"
    let chip = "[SOLVIMUS]\nMBUS_ENABLE=0\nMETER_TIME=90\nMODBUS_ADDRESS=x\n"
    try load(["chip.ini": chip, "Device_Handle.cfg": list]) { app in
      #expect(app.settings.integer(.meterTime) == 60, "right values of a wrong file count no more")
      #expect(app.settings.integer(.modbusAddress) == 7 && !app.isSettingsFileTaken)
      #expect(app.meters.map(\.label) == ["00000002"])
      #expect(
        app.diagnostics.map(\.description) == [
          "chip.ini:4:16: [SOLVIMUS] MODBUS_ADDRESS = 'x': not allowed; allowed: 0 to 255; 7 stays in force",
          "chip.ini: the settings that were in force before stay in force, all of them, until the errors in "
            + "this file are mended",
        ])
      let pending = try #require(app.pendingChange())
      #expect(pending.files == ["chip.ini"] && pending.errors.count == 1)
      #expect(app.settingsFile.document != nil, "the file can be mended by its editor")
    }
  }

  @Test(arguments: [
    "<root><meter></root>", "<root><meter><serial>1</serial><register>1O</register>",
  ])
  func aBrokenListDoesNotCount(list: String) throws {
    try load(["chip.ini": "[SOLVIMUS]\nMBUS_ENABLE=0\n", "Device_Handle.cfg": list]) { app in
      #expect(app.metersState == .unreadable)
      #expect(app.meters.map(\.label) == ["00000001"] && app.meters.first?.register == 10)
      #expect(app.pendingChange()?.files == ["Device_Handle.cfg"])
      #expect(throws: SaveFailure.self) { try app.meterListFile.saving([]) }
    }
  }

  @Test func whatIsGoneIsNotForgotten() throws {
    try load([:]) { app in
      #expect(app.settings.integer(.meterTime) == 60 && !app.isSettingsFileTaken)
      #expect(app.meters.map(\.label) == ["00000001"])
      #expect(
        app.diagnostics.contains {
          $0.message.contains("the settings that were read before stay in force")
        })
    }
  }
}
