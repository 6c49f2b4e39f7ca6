import Foundation
import Metering
import PeerSupport
import Testing

@testable import MeterFiles

@Suite struct DeviceHandleFileTests {
  private func parse(_ xml: String) -> (meters: [MeterConfiguration]?, texts: [String]) {
    let result = DeviceHandleFile.parse(Array(xml.utf8), name: "f.cfg")
    return (result.meters, result.diagnostics.map { "\($0.severity): \($0)" })
  }

  private func meter(_ elements: String) throws -> MeterConfiguration {
    let result = parse("<root><meter><serial>1</serial>\(elements)</meter></root>")
    // What has no effect yet is read all the same.
    let texts = result.texts.filter { !$0.hasSuffix("is accepted without effect yet") }
    #expect(texts.isEmpty, "\(elements)")
    return try #require(result.meters?.first)
  }

  private func value(_ elements: String) throws -> ValueConfiguration {
    try #require(try meter("<value>\(elements)</value>").values.first)
  }

  @Test func identitySpellings() throws {
    #expect(
      try meter("<manufacturer>slv</manufacturer>").identity.manufacturer?.description == "SLV")
    #expect(try meter("<manufacturer>0xFFFF</manufacturer>").identity.manufacturer == nil)
    #expect(
      try meter("<manufacturer>15186</manufacturer>").identity.manufacturer?.rawValue == 0x3B52)
    #expect(try meter("<version>255</version>").identity.version == nil)
    #expect(try meter("<version>16</version>").identity.version == 16)
    #expect(try meter("<medium>0xFF</medium>").identity.medium == nil)
    #expect(try meter("<medium>4</medium>").identity.medium == .heat)
    #expect(try meter("<medium> heat (OUTLET) </medium>").identity.medium == .heat)
    #expect(ElementText.serial("0x0500023e")?.digits == 0x0500_023E)
    #expect(ElementText.serial("66600106")?.digits == 0x6660_0106)
    #expect(ElementText.serial("106")?.digits == 0x106)
    #expect(ElementText.serial("0xFFFFFFFF") == .any)
    #expect(ElementText.serial("123456789") == nil && ElementText.serial("0x") == nil)
    let key = String(repeating: "0F", count: 16)
    #expect(
      try meter("<encryptionkey>\(key)</encryptionkey>").encryptionKey
        == [UInt8](repeating: 15, count: 16))
    #expect(try meter("<encryptionkey>0</encryptionkey>").encryptionKey.isEmpty)
  }

  @Test(arguments: [
    ("M-Bus", InterfaceKind.mbus), ("MBUS", .mbus), ("wm-bus", .wirelessMBus),
    ("wMBus", .wirelessMBus),
    ("DLDE", .dlde), ("dlders", .dlde), ("s0", .s0), ("Modbus", .modbus), ("System", .system),
  ])
  func interfaces(text: String, kind: InterfaceKind) throws {
    #expect(ElementText.interface(text) == kind)
  }

  @Test(arguments: [
    ("1e0", 0), ("1e-3", -3), ("1E+3", 3), ("1", 0), ("1000", 3), ("0.001", -3), ("1.0e2", 2),
    ("10e-2", -1), (".1", -1), ("01e1", 1), ("1e99", 99), ("1e100", nil), ("2e3", nil), ("11", nil),
    ("1.1", nil), ("-1", nil), ("0", nil), ("e3", nil), ("1e", nil), ("1e3e3", nil), ("1.0.0", nil),
    ("1e99999999999999999999", nil), ("x", nil),
  ])
  func scales(text: String, exponent: Int?) {
    #expect(ElementText.exponent(text) == exponent)
  }

  @Test func valueSpellings() throws {
    #expect(try value("<valuetype>Maximum</valuetype>").function == .maximum)
    #expect(try value("<valuetype>ERRORSTATE</valuetype>").function == .error)
    #expect(try value("<dif>8c11</dif>").dif == [0x8C, 0x11])
    #expect(try value("<vif>0xFB 0x0D</vif>").vif == [0xFB, 0x0D])
    #expect(try value("<dif></dif>").dif == nil)
    let own = try value("<description>Door open</description><unit>times</unit>").meaning
    #expect(own.description == "Door open" && own.unitName == "times")
    let backward = try value("<description>Energy, backward, phase L1</description>").meaning
    #expect(backward.type == .energy && backward.qualifiers == ["backward", "phase L1"])
    #expect(backward.description == "Energy, backward, phase L1" && backward.ownDescription == nil)
    let named = try value("<description>Door, garage</description>").meaning
    #expect(named.ownDescription == "Door, garage" && named.qualifiers.isEmpty)
    #expect(own.type == .meterSpecific && own.unit == .none)
    #expect(try value("<unit></unit>").meaning.unit == .dimensionless)
    #expect(try value("<confdata>1-0:1.8.0*255</confdata>").confdata == [1, 0, 1, 8, 0, 255])
    #expect(try value("<confdata>1-0:1.8.0</confdata>").obis?.groups == [1, 0, 1, 8, 0, 255])
    #expect(try value("<confdata>0100010800FF</confdata>").obis?.description == "1-0:1.8.0*255")
    #expect(try value("<rawdata>0c0667020000</rawdata>").rawData == [0x0C, 6, 0x67, 2, 0, 0])
    #expect(try value("<bacnetreg>0x10</bacnetreg>").bacnetObject == 16)
    #expect(try value("<bacnetreg>0</bacnetreg>").bacnetObject == 0)
    #expect(try value("<user>a &amp; <![CDATA[<b>]]></user>").userLabel == "a & <b>")
  }

  @Test func anyRootAndOtherEncodings() throws {
    #expect(parse("<config/>").meters == [])
    let latin = Array(
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r><meter><serial>1</serial>".utf8)
    let user = Array("<user>K".utf8) + [0xFC] + Array("che</user></meter></r>".utf8)
    #expect(DeviceHandleFile.parse(latin + user, name: "f").meters?.first?.userLabel == "Küche")
    let marked = [0xEF, 0xBB, 0xBF] + Array("<r><meter><serial>1</serial></meter></r>".utf8)
    #expect(DeviceHandleFile.parse(marked, name: "f").meters?.count == 1)
  }

  @Test func theExampleIsWithoutFault() throws {
    let path = PeerProcess.root + "/Device_Handle.cfg.example"
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let result = DeviceHandleFile.parse(bytes, name: "example")
    #expect(result.diagnostics.isEmpty)
    let meters = try #require(result.meters)
    #expect(meters.map(\.label) == ["10000001 NZR", "address 5"])
    #expect(meters.map(\.register) == [10, 50])
    #expect(meters[0].values.map(\.register) == [20, 30, 40])
    #expect(meters[0].values.map(\.scale) == [3, -1, 3])
    #expect(meters[1].usesPrimaryAddress && meters[1].values.isEmpty)
  }
}
