import Bytes
import MBus
import Metering
import Testing

@Suite struct OBISTableTests {
  private func code(
    _ vif: String, _ medium: UInt8, storage: UInt64 = 0, tariff: UInt32 = 0,
    function: ValueKey.Function = .instantaneous, subunit: UInt32 = 0
  ) throws -> String? {
    let key = ValueKey(
      dif: [0x04], vif: try Hex.decode(vif), storage: storage, tariff: tariff, subunit: subunit,
      function: function)
    return OBISTable.proposals([key], medium: Medium(rawValue: medium)).first.flatMap { $0 }
      .map(\.description)
  }

  /// VIF, medium, storage, tariff: the code that lists of codes give for such meters.
  @Test(
    arguments: [
      ("03", 2, 0, 0, "1-0:1.8.0*255"), ("03", 2, 0, 2, "1-0:1.8.2*255"),
      ("83 3C", 2, 0, 0, "1-0:2.8.0*255"), ("03", 2, 1, 0, "1-0:1.8.0*1"),
      ("FB 82 75", 2, 0, 0, "1-0:3.8.0*255"), ("FB 82 F5 3C", 2, 0, 0, "1-0:4.8.0*255"),
      ("FB 82 FC 0A", 2, 0, 0, "1-0:7.8.0*255"), ("2B", 2, 0, 0, "1-0:16.7.0*255"),
      ("AB FC 02", 2, 0, 0, "1-0:56.7.0*255"), ("FD C9 FC 03", 2, 0, 0, "1-0:72.7.0*255"),
      ("FD D9 FC 01", 2, 0, 0, "1-0:31.7.0*255"), ("FB 2D", 2, 0, 0, "1-0:14.7.0*255"),
      ("06", 4, 0, 0, "6-0:1.0.0*255"), ("0E", 12, 1, 0, "6-0:1.2.0*255"),
      ("14", 4, 0, 0, "6-0:2.0.0*255"), ("2D", 4, 0, 0, "6-0:8.0.0*255"),
      ("5A", 4, 0, 0, "6-0:10.0.0*255"), ("5E", 4, 0, 0, "6-0:11.0.0*255"),
      ("06", 10, 0, 0, "5-0:1.0.0*255"), ("06", 13, 0, 0, "6-0:1.0.0*255"),
      ("06", 13, 0, 1, "5-0:1.0.0*255"), ("86 3C", 13, 0, 0, "5-0:1.0.0*255"),
      ("13", 7, 0, 0, "8-0:1.0.0*255"), ("13", 22, 1, 0, "8-0:1.2.0*255"),
      ("3B", 6, 0, 0, "9-0:2.0.0*255"), ("14", 3, 0, 0, "7-0:3.0.0*255"),
      ("94 3E", 3, 0, 0, "7-0:3.2.0*255"), ("6E", 8, 1, 0, "4-0:1.2.0*255"),
      ("6D", 7, 0, 0, "0-0:1.0.0*255"), ("78", 4, 0, 0, "6-0:96.1.0*255"),
      ("FD 17", 3, 0, 0, "7-0:97.97.0*255"), ("FD 0E", 2, 0, 0, "1-0:0.2.0*255"),
    ] as [(String, UInt8, UInt64, UInt32, String)])
  func knownMeanings(vif: String, medium: UInt8, storage: UInt64, tariff: UInt32, expected: String)
    throws
  {
    #expect(try code(vif, medium, storage: storage, tariff: tariff) == expected)
  }

  @Test func functionAndUnknownMeanings() throws {
    #expect(try code("2B", 2, function: .maximum) == "1-0:1.6.0*255")
    #expect(try code("03", 2, function: .error) == nil)
    #expect(try code("03", 2, subunit: 1) == nil, "a part of the device")
    #expect(try code("83 22", 2) == nil, "energy per hour is no energy")
    #expect(try code("03", 2, tariff: 5) == nil)
    #expect(try code("03", 7) == nil, "energy of a water meter")
    #expect(try code("78", 15) == nil, "no group of its own")
    #expect(try code("FC 03 41 42 43", 2) == nil && code("7F", 2) == nil && code("", 2) == nil)
    #expect(try code("83 74", 2) == "1-0:1.8.0*255", "a VIFE that only moves the scale")
  }

  @Test func powerOfMetersThatExport() throws {
    let keys = ["2B", "AB 3C", "03", "04"].map {
      ValueKey(dif: [0x04], vif: (try? Hex.decode($0)) ?? [])
    }
    let codes = OBISTable.proposals(keys, medium: .electricity).map { $0?.description }
    #expect(
      codes == ["1-0:1.7.0*255", "1-0:2.7.0*255", "1-0:1.8.0*255", nil], "each code once")
  }

  @Test func valuesOfAReadoutHaveThem() throws {
    let frame = Frame.long(
      control: .rspUD(), address: 1, ci: 0x72,
      data: try Hex.decode(
        "06 01 60 66 A7 32 02 04 08 00 00 00 0C 06 67 02 00 00 0C 14 01 00 00 00"))
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else { return }
    let report = try #require(MeterReport(chain: [telegram]))
    #expect(
      report.values.map { $0.suggestedOBIS?.description } == ["6-0:1.0.0*255", "6-0:2.0.0*255"])
  }

  /// An hourly profile of a water meter: its first value has storage number 1, and is of no due date.
  @Test func valuesOfProfilesAreOfNoDueDate() throws {
    let data =
      "06 01 60 66 A7 32 02 07 08 00 00 00 04 13 10 27 00 00 04 6D 00 06 59 3A 0D 93 1F 07 62 01 01 00 02 00"
    let frame = Frame.long(
      control: .rspUD(), address: 1, ci: 0x72, data: try Hex.decode(data + "00"))
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else { return }
    let report = try #require(MeterReport(chain: [telegram]))
    #expect(report.values.map(\.key.storage) == [0, 0, 1, 2])
    #expect(
      report.values.map { $0.suggestedOBIS?.description } == [
        "8-0:1.0.0*255", "0-0:1.0.0*255", nil, nil,
      ])
    // The list of meters has the keys only: a value at storage number 1 that goes on with 2 may be one of a profile.
    let keys = report.values.map(\.key)
    #expect(OBISTable.possiblyOfProfiles(keys) == [2])
    let alone = Array(keys.prefix(3))
    #expect(OBISTable.possiblyOfProfiles(alone).isEmpty)
    #expect(
      OBISTable.proposals(alone, medium: .water).last??.description == "8-0:1.2.0*255")
  }

  @Test func theTableIsSound() {
    #expect(OBISTable.rules.count >= 60)
    for rule in OBISTable.rules {
      #expect(rule.groups.count == OBISCode.groupCount && !rule.quantity.isEmpty)
    }
  }
}
