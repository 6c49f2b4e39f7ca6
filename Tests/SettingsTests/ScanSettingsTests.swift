import Testing

@testable import Settings

/// What chip.ini says of scans (Anybus gateway manual 2.4, ch. 9.4; MUC500 manual 1.1, table 25).
@Suite struct ScanSettingsTests {
  private func read(_ lines: String) -> (settings: Settings, diagnostics: [Diagnostic]) {
    Settings.read(
      INIDocument(Array("[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\n\(lines)\n".utf8)))
  }

  @Test func withoutAnyEverythingIsLookedFor() {
    for dialect in Dialect.allCases {
      let settings = Settings(dialect: dialect)
      #expect(settings.scanMode == .secondary)
      #expect(settings.primaryScanRange == 0...250)
      #expect(settings.mask(.serial) == 0xFFFF_FFFF)
      #expect(settings.mask(.manufacturer) == 0xFFFF)
      #expect(settings.mask(.medium) == 0xFF)
      #expect(settings.mask(.version) == 0xFF)
    }
  }

  @Test(arguments: [
    ("33FFFFFF", 0x33FF_FFFF), ("0x33FFFFFF", 0x33FF_FFFF), ("0X33ffffff", 0x33FF_FFFF),
    ("33", 0x0000_0033), ("FF", 0x0000_00FF), ("1234A678", 0x1234_A678), ("FFFFFFFF", 0xFFFF_FFFF),
  ])
  func masksOfSerialsAreFilledWithZeros(text: String, mask: UInt32) {
    let (settings, diagnostics) = read("MBUS_SECMASKSERIAL=\(text)")
    #expect(settings.mask(.serial) == mask)
    #expect(diagnostics.isEmpty)
  }

  @Test func masksOfTwoDigitsAreAnyWithFourTimesF() {
    let (settings, diagnostics) = read(
      """
      MBUS_SECMASK MEDIUM=0xFFFF
      MBUS_SECMASK VERSION=7
      MBUS_SECMASK MANUFACTURER=0x32A7
      """)
    #expect(diagnostics.isEmpty)
    #expect(settings.mask(.medium) == 0xFF)
    #expect(settings.mask(.version) == 0x07)
    #expect(settings.mask(.manufacturer) == 0x32A7)
  }

  @Test(arguments: ["33GFFFFF", "0x", "123456789", "FFFFFFFFF", "-1", "3 3"])
  func aMaskWithOtherLettersIsRefused(text: String) {
    let (settings, diagnostics) = read("MBUS_SECMASKSERIAL=\(text)")
    #expect(settings.mask(.serial) == 0xFFFF_FFFF)
    #expect(
      diagnostics.map(\.message) == [
        "[SOLVIMUS] MBUS_SECMASKSERIAL = '\(text)': not allowed; allowed: up to 8 digits 0-9, A-F, with or "
          + "without 0x; FFFFFFFF is any; 0xFFFFFFFF stays in force"
      ])
  }

  @Test(arguments: [
    ("secondaryscan", ScanMode.secondary, false, false),
    ("SECONDARYSCAN ALLOC", .secondaryAllocating, false, true),
    ("SECONDARYSCAN_REVERSE", .secondaryReverse, true, false),
    ("SECONDARYSCAN ALLOCREVERSE", .secondaryReverseAllocating, true, true),
    ("PrimaryScan", .primary, false, false),
  ])
  func modesAreKnownInBothSpellings(
    text: String, mode: ScanMode, isReverse: Bool, allocates: Bool
  ) {
    let (settings, diagnostics) = read("MBUS_SCANMODE=\(text)")
    #expect(diagnostics.isEmpty)
    #expect(settings.scanMode == mode)
    #expect(mode.isReverse == isReverse && mode.allocates == allocates)
  }

  @Test func addressesInTheWrongOrderAreTurnedRound() {
    let (settings, diagnostics) = read("MBUS_MINPRIMARY_ADDRESS=20\nMBUS_MAXPRIMARYADDRESS=10")
    #expect(settings.primaryScanRange == 10...20)
    #expect(
      diagnostics.map(\.description) == [
        "chip.ini:3:25: MBUS_MINPRIMARYADDRESS = 20 is above MBUS_MAXPRIMARYADDRESS = 10; a primary scan "
          + "looks at 10 to 20"
      ])
  }
}
