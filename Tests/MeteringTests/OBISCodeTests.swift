import Metering
import Testing

@Suite struct OBISCodeTests {
  @Test(
    arguments: [
      ("1-0:1.8.0*255", [1, 0, 1, 8, 0, 255]), ("1-0:1.8.0", [1, 0, 1, 8, 0, 255]),
      ("255-255:255.255.255*0", [255, 255, 255, 255, 255, 0]),
      ("01-0:1.8.0*1", [1, 0, 1, 8, 0, 1]),
    ] as [(String, [UInt8])])
  func texts(text: String, groups: [UInt8]) throws {
    let code = try #require(OBISCode(text))
    #expect(code.groups == groups)
    #expect(OBISCode(code.description) == code)
    #expect(OBISCode(groups: groups) == code)
  }

  @Test(arguments: [
    "", "1", "1-0", "1-0:1.8", "1-0:1.8.", "1-0:1.8.0*", "1-0:1.8.0*255*1", "1-0:1.8.0.255",
    "256-0:1.8.0", "1-0:1.8.1000", "1:0-1.8.0", " 1-0:1.8.0", "1-0:1.8.0 ", "-1-0:1.8.0", "1.8.0",
    "١-0:1.8.0", "0x01 0x00 0x01 0x08 0x00 0xFF",
  ])
  func otherTexts(text: String) { #expect(OBISCode(text) == nil) }

  @Test func description() {
    #expect(OBISCode(groups: [1, 0, 1, 8, 0, 255])?.description == "1-0:1.8.0*255")
    #expect(OBISCode(groups: [1, 0, 1, 8, 0]) == nil)
  }
}

@Suite struct SecretTests {
  @Test func aKeyIsInNoText() {
    var meter = MeterConfiguration(encryptionKey: [UInt8](repeating: 213, count: 16))
    var dumped = ""
    dump(meter, to: &dumped)
    for text in ["\(meter)", String(reflecting: meter), "\(Optional(meter) as Any)", dumped] {
      #expect(!text.contains("213") && text.contains("primaryAddress"))
    }
    let before = meter
    meter.encryptionKey[0] = 0
    #expect(meter != before && meter.encryptionKey.count == 16)
  }
}
