import Metering
import Testing

/// The modes of the Anybus gateway manual 2.4, ch. 4.4, and the MUC500 manual 1.1, ch. 4.6.
@Suite struct DescriptionTests {
  /// 647960 Wh of storage 2 and tariff 1: the record of both manuals' examples, 8C 11 04 96 47 06 00.
  private let key = ValueKey(dif: [0x8C, 0x11], vif: [0x04], storage: 2, tariff: 1)
  private let data: [UInt8] = [0x96, 0x47, 0x06, 0x00]
  private let energy = ValueMeaning(.energy, .wattHour)

  @Test(arguments: [
    (0, "", ""), (1, "Energy", "Energy"), (3, "Energy [2] <1>", "Energy [2] (1)"),
    (7, "Energy [2] <1> # 8C 11 04", "Energy [2] (1) # 8C 11 04"),
    (
      11, "Energy [2] <1> # 8C 11 04 96 47 06 00", "Energy [2] (1) # 8C 11 04 96 47 06 00"
    ), (4, "8C 11 04", "8C 11 04"), (8, "8C 11 04 96 47 06 00", "8C 11 04 96 47 06 00"),
    // Beyond the seven: each part by itself, the record has the codes in it.
    (2, "[2] <1>", "[2] (1)"), (5, "Energy # 8C 11 04", "Energy # 8C 11 04"),
    (
      15, "Energy [2] <1> # 8C 11 04 96 47 06 00", "Energy [2] (1) # 8C 11 04 96 47 06 00"
    ),
  ]) func examples(flags: Int, anybus: String, solvimus: String) {
    let mode = DescriptionMode(rawValue: flags)
    #expect(DescriptionStyle(mode, brackets: .angle).text(energy, key, data: data) == anybus)
    #expect(DescriptionStyle(mode, brackets: .round).text(energy, key, data: data) == solvimus)
  }

  @Test func kindsOfValues() {
    let style = DescriptionStyle(.extended, brackets: .angle)
    for (function, word) in [
      (ValueKey.Function.maximum, "max"), (.minimum, "min"), (.error, "error"),
    ] {
      var key = key
      key.function = function
      #expect(style.text(energy, key) == "Energy [2] <1> {\(word)}")
    }
    #expect(style.text(energy, ValueKey()) == "Energy", "what is 0 is left out")
    #expect(
      style.text(ValueMeaning(.meterSpecific, .none, ownDescription: "flow"), ValueKey()) == "flow")
    #expect(DescriptionStyle(.record).text(energy, key) == "8C 11 04", "before it has been read")
  }
}

@Suite struct MeterStatusTests {
  @Test(
    arguments: [
      (0x00, "no error", 0x00), (0x01, "application busy", 0x00), (0x02, "application error", 0x02),
      (0x03, "abnormal condition", 0x03), (0x0C, "power low, permanent error", 0x0C),
      (0x10, "temporary error", 0x10),
      (0xE0, "manufacturer bit 5, manufacturer bit 6, manufacturer bit 7", 0x00),
      (0x85, "application busy, power low, manufacturer bit 7", 0x04),
    ] as [(UInt8, String, UInt8)]) func words(byte: UInt8, words: String, errors: UInt8)
  {
    let status = MeterStatus(rawValue: byte)
    #expect(status.description == words && status.errors.rawValue == errors)
  }
}
