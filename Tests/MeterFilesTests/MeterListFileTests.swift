import Foundation
import Metering
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

@Suite struct MeterListFileTests {
  private let text = "<root>\n  <!-- mine -->\n  <meter><serial>1</serial></meter>\n</root>\n"

  private func failure(_ file: MeterListFile, _ list: [ListedMeter]) -> String? {
    #expect(throws: SaveFailure.self) { try file.saving(list) }?.description
  }

  @Test func savesInARow() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": text])
    let loaded = AppFolder.load(folder.path)
    #expect(loaded.folder == folder.path && loaded.overrides.isEmpty)
    var list = loaded.meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    list.append(newMeter(2))
    let once = try loaded.meterListFile.saving(list)
    #expect(once.meters == list.map(\.configuration) && once.state == .read)
    let second = "  <meter><interface>M-Bus</interface><serial>0x00000002</serial></meter>\n"
    #expect(folder.read("Device_Handle.cfg") == text.replacing("</root>", with: second + "</root>"))
    list = once.meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    #expect(try once.saving(list).meters == once.meters)
    list.removeFirst()
    let twice = try once.saving(list)
    #expect(twice.meters.map(\.label) == ["00000002"])
    #expect(loaded.reloaded().meters == twice.meters)
    // The first state is out of date.
    #expect(
      failure(loaded.meterListFile, [newMeter(3)])
        == "Device_Handle.cfg was changed by somebody else since it was read; nothing is written. "
        + "Read it again (SIGHUP), then repeat the change")
    #expect(folder.names == ["Device_Handle.cfg"])
  }

  /// What a file cannot carry is not in the list after saving either: it says what reading it would say.
  @Test func theMetersAreWhatTheFileSays() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": text])
    let loaded = AppFolder.load(folder.path)
    var list = loaded.meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    list[0].configuration.userLabel = " cellar "
    list.append(newMeter(2))
    list[1].configuration.userLabel = "attic  "
    let saved = try loaded.meterListFile.saving(list)
    #expect(saved.meters.map(\.userLabel) == ["cellar", "attic"])
    #expect(saved.meters == loaded.reloaded().meters)
    #expect(saved.warning == nil)
    let empty = try TemporaryFolder()
    let new = try AppFolder.load(empty.path).meterListFile.saving([list[1]])
    #expect(new.meters.map(\.userLabel) == ["attic"])
  }

  @Test func aNewList() throws {
    let folder = try TemporaryFolder()
    let loaded = AppFolder.load(folder.path).meterListFile
    #expect(try loaded.saving([]).state == .missing)
    #expect(folder.names.isEmpty)
    #expect(try loaded.saving([newMeter(1)]).state == .read)
    #expect(folder.names == ["Device_Handle.cfg"])
    // Somebody else was faster than the second one.
    #expect(failure(loaded, [newMeter(2)])?.contains("changed by somebody else") == true)
    // An empty file is what a power failure leaves: the meters that were in it are not to be forgotten for one.
    let empty = try TemporaryFolder(["Device_Handle.cfg": ""])
    #expect(
      failure(AppFolder.load(empty.path).meterListFile, [newMeter(1)])?
        .contains("cannot be read: Device_Handle.cfg: the file is empty") == true)
  }

  @Test func whatCouldNotBeReadIsNotOverwritten() throws {
    let folder = try TemporaryFolder(["Device_Handle.cfg": "<root><meter>"])
    let loaded = AppFolder.load(folder.path).meterListFile
    #expect(loaded.state == .unreadable)
    #expect(
      failure(loaded, [newMeter(1)])
        == "Device_Handle.cfg is not saved, since what is there cannot be read: "
        + "Device_Handle.cfg:1:14: Premature end of data in tag meter line 1; expected is </meter> before "
        + "the end of the file; the meter list is empty until it is mended; the file is as it was")
    #expect(failure(loaded, []) != nil)
    #expect(folder.read("Device_Handle.cfg") == "<root><meter>")
    let gone = AppFolder.load(folder["gone"]).meterListFile
    #expect(
      failure(gone, [newMeter(1)])
        == "Device_Handle.cfg is not saved: opening the folder \(folder["gone"]): there is no such "
        + "folder; there is no file")
  }

  @Test func settingsAreSaved() throws {
    let folder = try TemporaryFolder(["CHIP.INI": "[CONFIG]\nMETER_TIME=60\n"])
    let loaded = AppFolder.load(folder.path, overrides: ["CONFIG.METER_TIME=70"])
    let row = try #require(SettingsTable.row(.main, "METER_TIME"))
    let saved = try loaded.settingsFile.saving([SettingChange(row, .integer(80))])
    #expect(folder.read("CHIP.INI") == "[CONFIG]\nMETER_TIME=80\n" && folder.names == ["CHIP.INI"])
    #expect(saved.document?.bytes == Array("[CONFIG]\nMETER_TIME=80\n".utf8))
    // What the command line says stays in force, and is not written.
    #expect(loaded.reloaded().settings.integer(.meterTime) == 70)
    let wrong = #expect(throws: SaveFailure.self) {
      try saved.saving([SettingChange(row, .integer(1))])
    }
    #expect(
      wrong?.description
        == "CHIP.INI is not saved: the value for METER_TIME is not allowed: 10 to 4294967295 s")
    #expect(throws: SaveFailure.conflict(file: "CHIP.INI")) {
      try loaded.settingsFile.saving([SettingChange(row, .integer(90))])
    }
  }
}
