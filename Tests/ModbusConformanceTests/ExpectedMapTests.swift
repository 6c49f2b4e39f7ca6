import Testing

@testable import ModbusConformance

/// What the conformance test expects, word by word as the manuals print it or as worked out by hand.
@Suite struct ExpectedMapTests {
  private func registers(
    _ layout: Layout, _ dialect: Dialect, _ order: WordOrder = .abcd, unit: UInt8 = 255
  ) -> [UInt16]? {
    var subject = Subject(Endpoint(host: "127.0.0.1", port: 502))
    (subject.layout, subject.dialect, subject.order, subject.data) = (layout, dialect, order, .test)
    let map = ExpectedMap(subject)
    return map?.units.first { $0.unit == unit }.flatMap { map?.registers($0) }
  }

  /// MUC500 manual 1.1, table 36.
  private static let solvimus: [UInt16] = [
    0xD080, 0x0DC1, 0x0002, 0x0084, 0x5CE5, 0x5EAC, 0x0000, 0x0100, 0x0000, 0x0000,
    0x00BC, 0x614E, 0x0443, 0x0102, 0x5CE5, 0x5EAC, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x5CE5, 0x5EAC,
  ]
  /// Anybus gateway manual 2.4, ch. 5.2; register 26 is a misprint there.
  private static let anybus: [UInt16] = [
    0x0002, 0x993A, 0x0001, 0x006F, 0x519C, 0xC16D, 0x0000, 0x0100, 0x0000, 0x0000,
    0x00BC, 0x614E, 0x0443, 0x0102, 0x519C, 0xC164, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x519C, 0xBBB3,
  ]

  @Test func asPrinted() {
    #expect(registers(.standard, .solvimus) == Self.solvimus)
    #expect(registers(.standard, .anybus) == Self.anybus)
  }

  /// Table 37 of the MUC500 manual has the four orders of 0x449A522B.
  @Test func theFloatAloneInTheSolvimusDialect() {
    for (order, float) in [
      (.cdab, [0x522B, 0x449A]), (.badc, [0x9A44, 0x2B52]), (.dcba, [0x2B52, 0x9A44]),
    ] as [(WordOrder, [UInt16])] {
      let expected = Self.solvimus[..<24] + float + Self.solvimus[26...]
      #expect(registers(.standard, .solvimus, order) == Array(expected))
    }
  }

  /// 12,345,678 in 64 bits is 00 00 00 00 00 BC 61 4E; reversed as words or as bytes.
  @Test func everythingWideInTheAnybusDialect() {
    #expect(
      registers(.standard, .anybus, .cdab) == [
        0x993A, 0x0002, 0x0001, 0x006F, 0xC16D, 0x519C, 0x0000, 0x0100, 0x0000, 0x0000,
        0x614E, 0x00BC, 0x0443, 0x0102, 0xC164, 0x519C, 0x0000, 0x0200, 0x0000, 0x0000,
        0x614E, 0x00BC, 0x0000, 0x0000, 0x522B, 0x449A, 0xFFFC, 0x0005, 0xBBB3, 0x519C,
      ])
    #expect(
      registers(.standard, .anybus, .dcba) == [
        0x3A99, 0x0200, 0x0001, 0x006F, 0x6DC1, 0x9C51, 0x0000, 0x0100, 0x0000, 0x0000,
        0x4E61, 0xBC00, 0x0443, 0x0102, 0x64C1, 0x9C51, 0x0000, 0x0200, 0x0000, 0x0000,
        0x4E61, 0xBC00, 0x0000, 0x0000, 0x2B52, 0x9A44, 0xFFFC, 0x0005, 0xB3BB, 0x9C51,
      ])
    #expect(
      registers(.standard, .anybus, .badc) == [
        0x0200, 0x3A99, 0x0001, 0x006F, 0x9C51, 0x6DC1, 0x0000, 0x0100, 0x0000, 0x0000,
        0xBC00, 0x4E61, 0x0443, 0x0102, 0x9C51, 0x64C1, 0x0000, 0x0200, 0x0000, 0x0000,
        0x0000, 0x0000, 0xBC00, 0x4E61, 0x9A44, 0x2B52, 0xFFFC, 0x0005, 0x9C51, 0xB3BB,
      ])
  }

  /// MUC500 manual 1.1, ch. 11.4.4 and 11.4.5.
  @Test func otherLayouts() {
    #expect(registers(.float, .solvimus) == [0, 0, 0x00BC, 0x614E, 0x449A, 0x522B])
    #expect(registers(.float, .anybus, .cdab) == [0, 0, 0x614E, 0x00BC, 0x522B, 0x449A])
    #expect(registers(.multi, .solvimus) == Array(Self.solvimus[..<10]))
    #expect(registers(.multi, .solvimus, unit: 1) == Array(Self.solvimus[10...]))
    #expect(registers(.floatMulti, .solvimus) == nil)
    #expect(registers(.floatMulti, .anybus, unit: 1) == [0x00BC, 0x614E, 0x449A, 0x522B])
  }
}
