import Foundation
import Settings
import Testing

@testable import MeterFiles

@Suite struct AppFolderTests {
  /// Calls a body with a new folder that has these files.
  private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try body(folder.path)
  }

  private let list = "<root><meter><serial>1</serial><value/></meter></root>"
  private let quiet = "[SOLVIMUS]\nMBUS_ENABLE=0\n"

  @Test func anEmptyFolderIsANewDevice() throws {
    try withFolder([:]) { path in
      let folder = AppFolder.load(path)
      #expect(folder.settings == Settings() && folder.meters.isEmpty)
      #expect(folder.settingsState == .missing && folder.metersState == .missing)
      #expect(folder.metersPath == path + "/Device_Handle.cfg")
      #expect(
        folder.diagnostics.map { "\($0.severity): \($0)" } == [
          "note: chip.ini: there is no such file in \(path); the defaults are in force",
          "note: chip.ini: MBUS_DEVPATH is not set; no meter is read over M-Bus",
          "note: Device_Handle.cfg: there is no such file in \(path); the meter list is empty",
        ])
      #expect(folder.summary == "no meters with no values; no errors, no warnings, 3 notes")
    }
  }

  @Test(arguments: [
    ("Device_Handle.cfg", ""), ("device_handle.cfg", ""), ("DEVICE_HANDLE.CFG", ""),
    ("Device_Handle.cfg", "app/device_handle.cfg"), ("mine.xml", "/app/mine.xml"),
    ("mine.xml", "mine.xml"),
  ])
  func theMeterListIsFound(name: String, setting: String) throws {
    let ini = quiet + "METER_STAT_CONFIG=\(setting)\n"
    try withFolder(["chip.ini": ini, name: list]) { path in
      let folder = AppFolder.load(path)
      #expect(folder.metersPath == "\(path)/\(name)")
      #expect(folder.metersState == .read)
      #expect(folder.meters.map(\.label) == ["00000001"])
      #expect(folder.diagnostics.isEmpty)
      #expect(folder.summary == "1 meter with 1 value; no errors, no warnings, no notes")
      #expect(
        folder.outlook.hasSuffix(
          "serves no Modbus, since MODBUS_ENABLE is 0; web page on port 80 and, by HTTPS, 443"))
    }
  }

  @Test func anAbsolutePathIsTakenAsItIs() throws {
    try withFolder(["list.xml": list]) { path in
      let folder = AppFolder.load(
        "/nonexistent", overrides: ["SOLVIMUS.METER_STAT_CONFIG=\(path)/list.xml"])
      #expect(folder.meters.count == 1)
      #expect(
        folder.diagnostics.first.map { "\($0.severity): \($0)" }
          == "error: chip.ini: there is no folder /nonexistent; the defaults are in force")
    }
  }

  @Test func errorsComeFirst() throws {
    let files = [
      "chip.ini": quiet + "MBUS_SMLENABLE=1\nMBUS_TIMEOUT=x\n",
      "Device_Handle.cfg": "<root>",
    ]
    try withFolder(files) { path in
      let folder = AppFolder.load(path, overrides: ["SOLVIMUS.METER_TIME=1"])
      #expect(folder.settings.integer(.meterTime) == 1)
      #expect(folder.metersState == .unreadable)
      #expect(folder.diagnostics.map(\.severity) == [.error, .error, .note])
      #expect(folder.diagnostics.map(\.file) == ["chip.ini", "Device_Handle.cfg", "chip.ini"])
      #expect(folder.summary == "no meters with no values; 2 errors, no warnings, 1 note")
    }
  }

  @Test func whatIsNoFileIsUnreadable() throws {
    try withFolder(["chip.ini": quiet]) { path in
      try FileManager.default.createDirectory(
        atPath: path + "/Device_Handle.cfg", withIntermediateDirectories: false)
      let folder = AppFolder.load(path)
      #expect(folder.metersState == .unreadable)
      #expect(
        folder.diagnostics.map { "\($0.severity): \($0)" } == [
          "error: Device_Handle.cfg: the file in \(path) cannot be read: it is no regular file; the "
            + "meter list is empty"
        ])
    }
  }

  @Test func missingTelegramsAreNamed() throws {
    let ini = "[DEVICE]\nMBUS_DEVPATH=x\n[SOLVIMUS]\nMBUS_DEVPATH=sim:no/telegrams.jsonl\n"
    try withFolder(["chip.ini": ini, "Device_Handle.cfg": list, "there.jsonl": ""]) { path in
      let warnings = { (overrides: [String]) in
        AppFolder.load(path, overrides: overrides).diagnostics.map(\.description)
          .filter { $0.contains("there is no file") }
      }
      #expect(
        warnings([]) == [
          "chip.ini:4:14: MBUS_DEVPATH = \"sim:no/telegrams.jsonl\": there is no file no/telegrams.jsonl "
            + "in the working directory; no meter can be read"
        ])
      #expect(
        warnings(["SOLVIMUS.MBUS_DEVPATH=sim:\(path)/gone"]) == [
          "--set: MBUS_DEVPATH = \"sim:\(path)/gone\": there is no file \(path)/gone; no meter can "
            + "be read"
        ])
      #expect(warnings(["SOLVIMUS.MBUS_DEVPATH=sim:\(path)/there.jsonl"]).isEmpty)
      #expect(warnings(["SOLVIMUS.MBUS_DEVPATH=sim:demo"]).isEmpty)
      #expect(warnings(["SOLVIMUS.MBUS_ENABLE=0"]).isEmpty)
    }
  }

  @Test func aMissingDeviceIsNamed() throws {
    let ini = "[SOLVIMUS]\n\nMBUS_DEVPATH=/nowhere/ttyUSB0\n"
    try withFolder(["chip.ini": ini, "Device_Handle.cfg": list, "there": ""]) { path in
      let found = { (overrides: [String]) in
        AppFolder.load(path, overrides: overrides).diagnostics.map { "\($0.severity): \($0)" }
          .filter { $0.contains("there is no device") }
      }
      #expect(
        found([]) == [
          "warning: chip.ini:3:14: MBUS_DEVPATH = \"/nowhere/ttyUSB0\": there is no device "
            + "/nowhere/ttyUSB0; it is opened when it appears"
        ])
      #expect(
        found(["SOLVIMUS.MBUS_DEVPATH=./no/bus"]) == [
          "warning: --set: MBUS_DEVPATH = \"./no/bus\": there is no device ./no/bus in the working "
            + "directory; it is opened when it appears"
        ])
      #expect(found(["SOLVIMUS.MBUS_DEVPATH=\(path)/there"]).isEmpty)
      #expect(found(["SOLVIMUS.MBUS_ENABLE=0"]).isEmpty)
    }
  }

  @Test func limitsAreKept() throws {
    try withFolder(["a": "12345"]) { path in
      #expect(FileBytes.read(path + "/a", limit: 5) == .read(Array("12345".utf8)))
      #expect(FileBytes.read(path + "/a", limit: 4) == .unreadable("it is larger than 4 bytes"))
      #expect(FileBytes.read(path + "/b", limit: 4) == .missing)
    }
  }
}
