import Metering
import Testing

/// Numbers as text. Expected are the digits as written on paper; the floats are those of IEEE 754, by Python's struct.
@Suite struct NumberTextTests {
  private func text(
    _ reading: Reading, scale: Int = 0, factor: Double? = nil, addend: Double? = nil
  ) -> String? {
    MeterValue(
      key: ValueKey(dif: [0x04], vif: [0x13]), meaning: ValueMeaning(.volume, .cubicMetre),
      reading: reading, scale: scale, factor: factor, addend: addend
    ).scaledText
  }

  @Test(
    arguments: [
      (1_152_921_504_606_846_975, 0, "1152921504606846975"),
      (Int64.max, -3, "9223372036854775.807"), (Int64.min, 0, "-9223372036854775808"),
      (Int64.min, 3, "-9223372036854775808000"), (0, -3, "0"), (0, 5, "0"), (-5, -3, "-0.005"),
      (267, 3, "267000"), (9999, -3, "9.999"), (10_000, -3, "10"), (1200, -1, "120"),
      (1, -6, "0.000001"), (1, 24, "1000000000000000000000000"),
    ] as [(Int64, Int, String)])
  func wholeNumbersKeepTheirDigits(number: Int64, scale: Int, expected: String) {
    #expect(text(.integer(number), scale: scale) == expected)
  }

  @Test func digitsThatNoNumberHolds() {
    #expect(text(.large("99999999999999999999"), scale: -3) == "99999999999999999.999")
    #expect(text(.large("-18446744073709551616")) == "-18446744073709551616")
  }

  /// 20.65 and 0.1 as single precision are 41A53333 and 3DCCCCCD.
  @Test func floatsAsTheyWereMeant() {
    let single = Double(Float(bitPattern: 0x41A5_3333))
    #expect(single != 20.65, "single precision has other bits")
    #expect(text(.real(single)) == "20.65")
    #expect(text(.real(single), scale: -1) == "2.065")
    #expect(text(.real(single), scale: 0, factor: 2) == "41.3")
    #expect(text(.real(Double(Float(bitPattern: 0x3DCC_CCCD)))) == "0.1")
    #expect(text(.real(0.1)) == "0.1", "double precision")
    #expect(text(.real(1.0 / 3)) == "0.3333333333333333")
    #expect(text(.real(-0.0)) == "0")
    #expect(text(.real(16_777_216)) == "16777216")
  }

  @Test func factorsAndAddends() {
    #expect(text(.integer(10), factor: 0.5, addend: 1) == "6")
    #expect(text(.text("10")) == nil)
    #expect(text(.real(1e300), scale: 300) == nil)
  }
}
