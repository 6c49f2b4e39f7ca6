import Metering
import Testing

/// Serials and secondary addresses as people write them.
@Suite struct SecondaryAddressTests {
  @Test(
    arguments: [
      ("33", "00000033", "00000033", "00000033"), ("66600106", "66600106", "66600106", "66600106"),
      ("6660010a", nil, "6660010A", "6660010A"), ("666001FF", nil, nil, "666001FF"),
      ("ffffffff", nil, nil, "FFFFFFFF"), ("", nil, nil, nil), ("123456789", nil, nil, nil),
      ("+1", nil, nil, nil), ("0x1", nil, nil, nil), ("1 ", nil, nil, nil),
      ("6660010G", nil, nil, nil),
      ("١", nil, nil, nil),
    ] as [(String, String?, String?, String?)])
  func serials(text: String, decimal: String?, hex: String?, pattern: String?) {
    #expect(MeterSerial(text: text, .decimal)?.description == decimal)
    #expect(MeterSerial(text: text, .hex)?.description == hex)
    #expect(MeterSerial(text: text, .pattern)?.description == pattern)
  }

  @Test func whatIsAllowed() {
    let rest = "; missing ones are zeros in front"
    #expect(MeterSerial.Digits.decimal.allowed == "1 to 8 digits 0 to 9" + rest)
    #expect(MeterSerial.Digits.hex.allowed == "1 to 8 digits 0 to 9 and A to E" + rest)
    #expect(
      MeterSerial.Digits.pattern.allowed
        == "1 to 8 digits 0 to 9 and A to F, of which F stands for any" + rest)
  }

  @Test(arguments: [
    ("66600106,LUG,2,4", "66600106,LUG,2,4", true), ("66600106", "66600106", false),
    ("106,lug", "00000106,LUG", false), ("66600106,,2", "66600106,,2", false),
    ("6660010F,LUG,2,4", "6660010F,LUG,2,4", false),
  ])
  func addresses(text: String, expected: String, isWhole: Bool) throws {
    let identity = try #require(MeterIdentity(addressText: text))
    #expect(identity.addressText == expected)
    #expect(identity.isWhole == isWhole)
  }

  @Test(arguments: [
    "", ",LUG", "66600106,LU", "66600106,LUG,256", "66600106,LUG,2,x", "66600106,LUG,2,4,5",
    "66600106 LUG",
  ])
  func noAddresses(text: String) { #expect(MeterIdentity(addressText: text) == nil) }

  @Test func speeds() {
    #expect(MeterSpeed.all == [300, 600, 1200, 2400, 4800, 9600, 19200, 38400])
    #expect(MeterSpeed.words == "300, 600, 1200, 2400, 4800, 9600, 19200, 38400")
  }
}
