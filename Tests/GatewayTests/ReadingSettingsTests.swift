import Control
import MBus
import Metering
import Settings
import Station
import Testing
import Time

@testable import Gateway

/// Settings that decide how telegrams are read, and what is shown of them.
@Suite struct ReadingSettingsTests {
  private func settings(_ text: String) -> Settings {
    Settings.read(INIDocument(Array(text.utf8)), file: "chip.ini").settings
  }

  @Test func decoding() {
    #expect(settings("[SOLVIMUS]").decoding == .standard)
    #expect(settings("[SOLVIMUS]\nMETER_VIFSTRINGMODE=0").decoding.textVIF == .behindVIFEs)
    #expect(!settings("[SOLVIMUS]\nMBUS_DISABLE_DECRYPTION=1").decoding.decrypts)
    #expect(!settings("[SOLVIMUS]\nMBUS_DISABLEDENCRYPTION=1").mbusLine.decoding.decrypts)
  }

  @Test(arguments: [
    ("MUC_SHOWTIMESTAMPENTRIES=1", MeterValue.Listing.assignedTime),
    ("MUC_SHOWMETERSTATUSBYTE=1", .statusByte), ("MUC_SHOWDATAFRAME=1", .dataFrame),
    ("MUC_SHOWVENDORRAWDATA=1", .vendorData),
  ]) func listings(text: String, listing: MeterValue.Listing) {
    #expect(settings("[SOLVIMUS]\n\(text)").station.listings == [listing])
    #expect(settings("[SOLVIMUS]").station.listings.isEmpty)
  }

  @Test func texts() {
    #expect(settings("[SOLVIMUS]\nMUC_TRIMVALUES=1").station.trimsTexts)
    #expect(!settings("[SOLVIMUS]\nMUC_TRIMVALUES=0").station.trimsTexts)
  }

  @Test func descriptions() {
    let key = ValueKey(storage: 2, tariff: 1)
    let energy = ValueMeaning(.energy, .wattHour)
    let flags = "MUC_METERDESCRIPTION_ENABLEFLAGS=3"
    #expect(settings("[CONFIG]\n\(flags)").descriptionStyle.text(energy, key) == "Energy [2] <1>")
    #expect(
      settings("[SOLVIMUS]\n\(flags)").descriptionStyle.text(energy, key) == "Energy [2] (1)")
    #expect(settings("[SOLVIMUS]").descriptionStyle == .standard)
  }

  /// Registers 8 and 9 of a value, and a date as a value, by a clock one hour ahead of UTC: 2013-05-22 14:36
  /// there is 13:36 UTC, 1369229760; the due date 2016-01-01 00:00 there 1451602800.
  @Test func registersShowUTC() throws {
    let ahead = try #require(TimeZoneRules(tzif: Self.hourAhead))
    var meter = MeterConfiguration()
    meter.timeZone = "Own"
    let zones = [
      TimeZoneTable(device: ahead), TimeZoneTable(named: ["Own": ahead]), TimeZoneTable(),
    ]
    for (zones, shift) in zip(zones, [UInt32(3600), 3600, 0]) {
      var meter = meter
      if zones.named.isEmpty { meter.timeZone = nil }
      let bench = CoreBench([meter], .init(zones: zones))
      try bench.read(["01 13 01 04 6D 24 2E B6 15 42 EC 7E 01 21"])
      let words = try #require(bench.words(20, 20)).map { UInt32($0) }
      #expect(words[8] << 16 | words[9] == 1_369_233_360 - shift)
      #expect(words[12] << 16 | words[13] == 1_451_606_400 - shift)
    }
  }

  /// A version 2 file of a zone that is UTC+1 all year.
  private static let hourAhead: [UInt8] = {
    let head = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    let counts: [UInt8] = [0, 0, 0, 0, 1, 4].flatMap { [0, 0, 0, $0] }
    let block: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
    return head + counts + block + head + counts + block + Array("\n<+01>-1\n".utf8)
  }()
}
