import Metering
import RegisterMap
import Station
import Testing

/// How people name meters and entries.
@Suite struct EntryNameTests {
  @Test(arguments: [
    ("66600106", "66600106"), ("1", "00000001"), ("66600106:LUG", "66600106:LUG"),
    ("6660010a:lug/0", "6660010A:LUG/0"), ("@5", "@5"), ("@250/12", "@250/12"),
  ])
  func names(text: String, expected: String) {
    #expect(EntryName(text)?.description == expected)
  }

  @Test(arguments: [
    "", "666001066", "66600106:LU", "66600106:LUGA", "66600106:LUG:2", "@251", "@", "@x",
    "66600106/", "66600106/-1", "66600106/1/2", "66600106/99999", "+1", "x", "/1", "1 ",
  ])
  func noNames(text: String) { #expect(EntryName(text) == nil) }

  @Test func newMeters() {
    #expect(
      NewMeterName.identity("66600107:LUG:2:4")
        == MeterIdentity(
          serial: MeterSerial(digits: 0x6660_0107), manufacturer: ManufacturerCode(letters: "LUG"),
          version: 2, medium: Medium(rawValue: 4)))
    #expect(
      NewMeterName.identity("107") == MeterIdentity(serial: MeterSerial(digits: 0x107)))
    for text in ["", "FFFFFFFF", "1:", "1:LUG:256", "1:LUG:2:x", "1:LUG:2:4:5", "@5"] {
      #expect(NewMeterName.identity(text) == nil, "\(text)")
    }
  }

  private var station: Station {
    var meters = [fresh(0x6660_0106), fresh(0x6660_0106), fresh(0x6660_0106), fresh(9)]
    meters[0].identity.manufacturer = ManufacturerCode(letters: "LUG")
    meters[1].identity.manufacturer = ManufacturerCode(letters: "NZR")
    meters[2].identity.manufacturer = ManufacturerCode(letters: "NZR")
    meters[2].usesPrimaryAddress = true
    meters[2].primaryAddress = 5
    meters[3].values = [ValueConfiguration(), ValueConfiguration()]
    return Station(configuration: .init(), meters: meters)
  }

  private func refusal(_ text: String) -> String {
    guard let name = EntryName(text) else { return "no name" }
    do throws(ListRefusal) {
      return "\(try station.part(named: name))"
    } catch {
      return "\(error)"
    }
  }

  @Test func whatTheyMean() throws {
    let parts = try ["66600106:LUG", "@5/0", "9/2", "9"].compactMap { EntryName($0) }.map {
      try station.part(named: $0)
    }
    #expect(
      parts == [
        MeterPart(MeterID(1)), MeterPart(MeterID(3), .meterEntry),
        MeterPart(MeterID(4), .value(1)), MeterPart(MeterID(4)),
      ])
  }

  /// What is shown can be typed, and means just that entry.
  @Test func theShortestNameOfEach() throws {
    #expect(
      station.meters.map { station.name(of: $0)?.description }
        == ["66600106:LUG", nil, "@5", "00000009"])
    var placed = station.meters.map(\.configuration)
    placed[3].register = 50
    let shown = Station(configuration: .init(), meters: placed)
    #expect(shown.registerRows.map(\.name) == ["", "00000009/0"])
    let names = shown.unplacedRows.map(\.name)
    #expect(names == ["66600106:LUG/0", "", "@5/0", "00000009/1", "00000009/2"])
    for name in names where !name.isEmpty {
      _ = try shown.part(named: try #require(EntryName(name)))
    }
    #expect(
      shown.unplacedRows.map(\.kind) == [.meter, .meter, .meter, .value, .value])
  }

  @Test func whatTheyDoNotMean() {
    #expect(refusal("123") == "there is no meter 00000123 in the list")
    #expect(refusal("123:LUG/1") == "there is no meter 00000123 LUG in the list")
    #expect(refusal("@7") == "the list has no meter that is read by the primary address 7")
    #expect(
      refusal("66600106") == """
        66600106 means 3 meters of the list (66600106 LUG; 66600106 NZR; 66600106 NZR at address 5): name \
        the manufacturer, too, as in 66600106:ABC, or a primary address, as in @5
        """)
    #expect(
      refusal("66600106:NZR") == """
        66600106:NZR means 2 meters of the list (66600106 NZR; 66600106 NZR at address 5): name a primary \
        address, as in @5
        """)
    #expect(refusal("9/3") == "there is no value 3 of meter 00000009: it has 1 to 2")
    #expect(
      refusal("66600106:LUG/1") == "there is no value 1 of meter 66600106 LUG: none is known yet")
  }
}
