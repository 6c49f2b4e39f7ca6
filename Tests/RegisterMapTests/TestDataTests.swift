import RegisterMap
import Testing

/// Every row of the test data as the manuals print them.
@Suite struct TestDataTests {
  /// Anybus gateway manual 2.4, ch. 5.2; register 26 is printed as 0xFFFF there and explained as -4.
  static let version1: [UInt16] = [
    0x0002, 0x993A, 0x0001, 0x006F, 0x519C, 0xC16D, 0x0000, 0x0100, 0x0000, 0x0000,
    0x00BC, 0x614E, 0x0443, 0x0102, 0x519C, 0xC164, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x519C, 0xBBB3,
  ]
  /// MUC500 manual 1.1, table 36.
  static let version2: [UInt16] = [
    0xD080, 0x0DC1, 0x0002, 0x0084, 0x5CE5, 0x5EAC, 0x0000, 0x0100, 0x0000, 0x0000,
    0x00BC, 0x614E, 0x0443, 0x0102, 0x5CE5, 0x5EAC, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x5CE5, 0x5EAC,
  ]
  static let all = [(TestData.version1, version1), (.version2, version2)]

  @Test(arguments: all)
  func standardLayout(data: TestData, expected: [UInt16]) {
    var bank = data.bank(layout: .standard)
    #expect(bank.words(0, 30, now: 77) == expected, "the clock stands still")
    #expect(bank.span() == 30)
    bank.noteReadout(at: .init(unixSeconds: 5))
    #expect(bank.words(0, 30, now: 78) == expected)
  }

  @Test(arguments: all)
  func thereIsNoQuality(data: TestData, expected: [UInt16]) {
    let bank = data.bank(layout: RegisterLayout(hasQuality: true))
    #expect(!bank.layout.hasQuality)
    #expect(bank.words(0, 30) == expected)
  }

  @Test(arguments: all)
  func floatOnly(data: TestData, expected: [UInt16]) {
    let bank = data.bank(layout: RegisterLayout(isFloatOnly: true))
    #expect(bank.words(0, 6) == Array([0, 0] + expected[10...11] + expected[24...25]))
    #expect(bank.span() == 6)
  }

  @Test(arguments: all)
  func multiSlave(data: TestData, expected: [UInt16]) {
    let bank = data.bank(layout: RegisterLayout(isMultiSlave: true))
    #expect(bank.words(0, 10, unit: 0) == Array(expected[0..<10]))
    #expect(bank.words(0, 10, unit: 255) == Array(expected[0..<10]))
    #expect(bank.words(0, 20, unit: 1) == Array(expected[10..<30]))
    #expect(bank.span(unit: 1) == 20)
    #expect(!bank.has(unit: 2))
  }

  @Test(arguments: all)
  func both(data: TestData, expected: [UInt16]) {
    let bank = data.bank(layout: RegisterLayout(isFloatOnly: true, isMultiSlave: true))
    #expect(bank.words(0, 4, unit: 1) == Array(expected[10...11] + expected[24...25]))
    #expect(bank.words(0, 1, unit: 255) == nil)
    #expect(bank.has(unit: 255))
  }

  @Test func onlyTheUnitIDThatIsAskedFor() {
    let bank = TestData.version2.bank(layout: .standard, unitID: 9)
    #expect(bank.has(unit: 9) && !bank.has(unit: 8))
  }
}
