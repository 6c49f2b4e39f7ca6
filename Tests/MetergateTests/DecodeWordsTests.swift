import Bytes
import MBus
import Testing

@testable import TelegramText
@testable import metergate

/// How `metergate decode` says things to people. Frames of our own, with invented serials.
@Suite struct DecodeWordsTests {
  private func shown(_ data: String, _ ci: UInt8 = 0x72) throws -> [String] {
    let header = ci == 0x72 ? "78563412 2D2C 01 04 01 00 0000" : ""
    let frame = Frame.long(
      control: .rspUD(), address: 1, ci: ci, data: try Hex.decode(header + data))
    let telegram = TelegramDecoder.decode(frame)
    let text =
      TelegramTable.text(telegram) + "\n"
      + TelegramBytes.text(TelegramMap(try frame.encoded, telegram))
    return text.split(separator: "\n").map(String.init)
  }

  @Test func headers() throws {
    let lines = try shown("")
    #expect(lines.dropFirst().first == "Meter: 12345678 KAM version 1 Heat (outlet)")
    #expect(lines.contains("Access number 1, status 00, configuration field 0000"))
    // Without records there is no heading of theirs.
    #expect(!lines.contains { $0.contains("Subunit") })
    let fixed = try shown("78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00", 0x73)
    #expect(fixed.contains("Access number 10, status 00"))
    let alarm = try shown("78563412 0000 01 04 01 04 0000 01", 0x75)
    #expect(
      alarm.dropFirst().prefix(4) == [
        "Meter: 12345678 manufacturer none (0000) version 1 Heat (outlet)",
        "Access number 1, status 04, configuration field 0000", "Status: power low",
        "Alarm: alarm bit 0 (01)",
      ])
  }

  @Test func identificationNumbersKeepTheirZeros() throws {
    #expect(try shown("0C 78 33 22 11 00").contains { $0.contains("  00112233  ") })
  }

  /// 30 bytes of the maker's own: 24 of them in the row of the record, all of them in the table of bytes.
  @Test func longData() throws {
    let lines = try shown("0F" + String(repeating: "AB", count: 30))
    let many = { (count: Int) in [String](repeating: "AB", count: count).joined(separator: " ") }
    #expect(lines.contains { $0.contains("  \(many(24)) … (30 bytes)  ") })
    #expect(lines.contains("    20  \(many(16))  vendor specific data"))
    #expect(lines.contains("    36  \(many(14))"))
  }
}
