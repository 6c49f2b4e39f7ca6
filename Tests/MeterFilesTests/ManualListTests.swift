import Foundation
import Metering
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

/// The element tables of both manuals: their examples, and files with the same elements.
@Suite struct ManualListTests {
  private func list(_ name: String) throws -> [UInt8] {
    let path = PeerProcess.root + "/Tests/MeterLists/" + name
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func parse(_ xml: String) -> (meters: [MeterConfiguration]?, texts: [String]) {
    let result = DeviceHandleFile.parse(Array(xml.utf8), name: "f.cfg")
    return (result.meters, result.diagnostics.map { "\($0.severity): \($0)" })
  }

  private let key: [UInt8] = [
    0x82, 0xB0, 0x55, 0x11, 0x91, 0xF5, 0x1D, 0x66, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23,
    0x01,
  ]

  /// The example column of MUC500 manual 1.1, table 26.
  @Test func theExamplesOfTable26() throws {
    let result = parse(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <root><version>0x06</version><layoutversion>0x06</layoutversion><meter>
      <interface>M-Bus</interface><serial>0x30101198</serial><manufacturer>0x3B52</manufacturer>
      <version>0x01</version><medium>Electricity</medium><primaryaddress>0x03</primaryaddress>
      <addressmode>0</addressmode><readoutcycle>900</readoutcycle><maxvaluecount>12</maxvaluecount>
      <encryptionkey>0x82 0xB0 0x55 0x11 0x91 0xF5 0x1D 0x66 0xEF 0xCD 0xAB 0x89 0x67 0x45 0x23 0x01
      </encryptionkey><active>1</active><rssi>123</rssi><register>250</register>
      <user>Floor-1-Right</user><dbid>1</dbid><value><description>Energy</description>
      <unit>Wh</unit><encodetype>INT32</encodetype><scale>1e-3</scale><userscale>1e-1</userscale>
      <valuetype>instantaneous</valuetype><storagenum>2</storagenum><tariff>3</tariff>
      <confdata>0x01 0x00 0x01 0x08 0x00 0xFF</confdata>
      <rawdata>07 FB 0D 00 00 00 00 00 00 00 00 00</rawdata><dif>07</dif><vif>FB 0D</vif>
      <active>1</active><register>260</register><user>Room 2</user><bacnetreg>8</bacnetreg>
      </value></meter></root>
      """)
    #expect(
      result.texts == [
        "note: f.cfg:11:1: <confdata> is accepted without effect yet",
        "note: f.cfg:13:62: <bacnetreg> is accepted without effect yet",
      ])
    let expected = MeterConfiguration(
      identity: MeterIdentity(
        serial: MeterSerial(digits: 0x3010_1198), manufacturer: ManufacturerCode(letters: "NZR"),
        version: 1, medium: .electricity),
      primaryAddress: 3, readoutCycle: 900, maxValueCount: 12, encryptionKey: key, register: 250,
      userLabel: "Floor-1-Right",
      values: [
        ValueConfiguration(
          dif: [0x07], vif: [0xFB, 0x0D], meaning: ValueMeaning(.energy, .wattHour), storage: 2,
          tariff: 3, scale: -3, userScale: .powerOfTen(-1), register: 260, userLabel: "Room 2",
          confdata: [1, 0, 1, 8, 0, 255],
          rawData: [0x07, 0xFB, 0x0D] + [UInt8](repeating: 0, count: 9), bacnetObject: 8)
      ])
    #expect(result.meters == [expected])
    #expect(result.meters?.first?.values.first?.obis?.description == "1-0:1.8.0*255")
  }

  /// The example column of the Anybus gateway manual 2.4, ch. 9.4.
  @Test func theExamplesOfTheAnybusGateway() throws {
    let result = parse(
      """
      <root><version>0x08</version><meter>
      <interface>M-Bus</interface><serial>0x30101198</serial><manufacturer>SLV</manufacturer>
      <version>0x01</version><medium>Electricity</medium><primaryaddress>0x03</primaryaddress>
      <addressmode>0</addressmode><readoutcycle>900</readoutcycle><maxvaluecount>12</maxvaluecount>
      <encryptionkey>0x82 0xB0 0x55 0x11 0x91 0xF5 0x1D 0x66 0xEF 0xCD 0xAB 0x89 0x67 0x45 0x23 0x01
      </encryptionkey><active>1</active><rsi>123</rsi><register>20</register><value>
      <description>Energy</description><unit>Wh</unit><encodetype>INT32</encodetype>
      <scale>1e-3</scale><valuetype>instantaneous</valuetype><storagenum>2</storagenum>
      <tariff>3</tariff><confdata>0x01 0x00 0x01 0x08 0x00 0xFF</confdata><active>1</active>
      <register>30</register><user>OG-1-Re</user></value></meter></root>
      """)
    #expect(result.texts.count == 1)
    #expect(result.texts.allSatisfy { $0.hasSuffix("is accepted without effect yet") })
    let expected = MeterConfiguration(
      identity: MeterIdentity(
        serial: MeterSerial(digits: 0x3010_1198), manufacturer: ManufacturerCode(letters: "SLV"),
        version: 1, medium: .electricity),
      primaryAddress: 3, readoutCycle: 900, maxValueCount: 12, encryptionKey: key, register: 20,
      values: [
        ValueConfiguration(
          meaning: ValueMeaning(.energy, .wattHour), storage: 2, tariff: 3, scale: -3,
          register: 30, userLabel: "OG-1-Re", confdata: [1, 0, 1, 8, 0, 255])
      ])
    #expect(result.meters == [expected])
  }

  @Test(arguments: [("anybus.cfg", 1), ("muc500.cfg", 7)])
  func filesWithTheSameElementsLoad(name: String, count: Int) throws {
    let result = DeviceHandleFile.parse(try list(name), name: name)
    #expect(result.meters?.count == count)
    #expect(result.diagnostics.allSatisfy { $0.severity == .note }, "\(result.diagnostics)")
    let kinds = Set((result.meters ?? []).map(\.interface))
    #expect(kinds == (count == 1 ? [.mbus] : Set(InterfaceKind.allCases)))
  }

  @Test func metersThatAreNotReadAreToldOfInOneLine() throws {
    let result = DeviceHandleFile.parse(try list("muc500.cfg"), name: "f.cfg")
    #expect(
      result.diagnostics.filter { $0.key == "interface" }.map(\.description) == [
        "f.cfg:50:3: 6 meters have interfaces that this version does not read (wM-Bus: 1, DLDERs: 1, S0: 2, "
          + "Modbus: 1, System: 1), the first is meter 10000032 NZR; they keep their places and "
          + "registers"
      ])
  }

  /// What the gateway changes is one line; what it does not know of stays.
  @Test(arguments: ["anybus.cfg", "muc500.cfg"])
  func aChangeTouchesItsLineOnly(name: String) throws {
    let bytes = try list(name)
    let meters = try #require(DeviceHandleFile.parse(bytes, name: name).meters)
    var listed = meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    #expect(try DeviceHandleFile.edit(bytes, name: name, to: listed).bytes == bytes)
    listed[0].configuration.values[0].obis = OBISCode("1-0:2.8.0*255")
    listed[0].configuration.values[0].bacnetObject = 4_194_302
    let edited = try DeviceHandleFile.edit(bytes, name: name, to: listed).bytes
    func lines(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    let difference = lines(edited).difference(from: lines(bytes))
    let isNew = name == "anybus.cfg"
    #expect(difference.removals.count == (isNew ? 1 : 2))
    #expect(
      Set(difference.insertions.map { if case .insert(_, let text, _) = $0 { text } else { "" } })
        == [
          "<confdata>0x01 0x00 0x02 0x08 0x00 0xFF</confdata>", "<bacnetreg>4194302</bacnetreg>",
        ])
  }
}
