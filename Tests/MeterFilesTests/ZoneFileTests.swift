import Foundation
import Metering
import Settings
import Testing
import Time

@testable import MeterFiles

@Suite struct ZoneFileTests {
  @Test func namesOfUTCNeedNoFile() {
    for name in ["Universal", "UTC", "Etc/UTC", "GMT"] { #expect(ZoneFile.rules(name) == .utc) }
  }

  @Test(arguments: [
    "", "Middle/Earth", "../../../etc/passwd", "/usr/share/zoneinfo/Europe/Berlin", "Europe",
    "Europe/", "Europe//Berlin", "zone.tab", "Europe/Ber lin", "a\u{0}b",
  ]) func whatIsNoZone(name: String) { #expect(ZoneFile.rules(name) == nil) }

  private func load(_ ini: String, _ list: String = "<root/>") throws -> AppFolder {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "metergate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(ini.utf8).write(to: folder.appending(path: "chip.ini"))
    try Data(list.utf8).write(to: folder.appending(path: "Device_Handle.cfg"))
    return AppFolder.load(folder.path())
  }

  @Test func anUnknownZoneOfTheDevice() throws {
    let app = try load("[SOLVIMUS]\nMBUS_ENABLE=0\n[DEVICE]\nTIMEZONE=Middle/Earth\n")
    let errors = app.diagnostics.filter { $0.severity == .error }.map(\.description)
    #expect(
      errors == [
        "chip.ini:4:10: [DEVICE] TIMEZONE = \"Middle/Earth\" is not known; allowed: a name of the zone database "
          + "(/usr/share/zoneinfo), such as Europe/Berlin or UTC; the times of meters count as UTC"
      ])
    #expect(app.zones == TimeZoneTable())
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Berlin")))
  func zonesOfTheDeviceAndOfAMeter() throws {
    let app = try load(
      "[SOLVIMUS]\nMBUS_ENABLE=0\n[DEVICE]\nTIMEZONE=Europe/Berlin\n",
      "<root><meter><serial>1</serial><timezone>Asia/Tokyo</timezone></meter></root>")
    #expect(app.diagnostics.filter { $0.severity == .error }.isEmpty)
    let noon = try #require(CivilTime(year: 2026, month: 7, day: 15, hour: 12, minute: 0))
    let utc = noon.unixSecondsAsUTC
    #expect(app.zones.rules(of: nil).unixSeconds(of: noon) == utc - 7200)
    #expect(app.zones.rules(of: "Asia/Tokyo").unixSeconds(of: noon) == utc - 32_400)
    #expect(app.meters.first?.timeZone == "Asia/Tokyo")
  }
}
