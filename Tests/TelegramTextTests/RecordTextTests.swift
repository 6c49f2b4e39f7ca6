import Bytes
import Testing
import TextFormats

@testable import TelegramText

/// A record, and a text with telegrams, explained byte by byte.
@Suite struct RecordTextTests {
  /// BCD 00 02 67 at 10^3 Wh: 267 kWh (EN 13757-3, ch. 6.3: DIF 0C is 8 digits BCD, VIF 06 energy in kWh).
  @Test func everyByteOfARecordIsExplained() {
    let found = RecordText.explain(dif: [0x0C], vif: [0x06], data: [0x67, 0x02, 0x00, 0x00])
    #expect(found.map(\.offset) == [0, 1, 2])
    #expect(found.map(\.bytes) == ["0C", "06", "67020000"])
    #expect(found[0].meaning.en == "DIF: 8 digit BCD, instantaneous")
    #expect(found[1].meaning.en.hasPrefix("VIF: Energy"))
    #expect(found[2].meaning.en.contains("267"))
  }

  @Test func extensionsHaveLinesOfTheirOwn() {
    // Storage 1, tariff 1: DIF C4 has a DIFE 10; VIF FD with VIFE 17 are error flags.
    let found = RecordText.explain(dif: [0xC4, 0x10], vif: [0xFD, 0x17], data: [1, 0, 0, 0])
    #expect(found.map(\.bytes).joined() == "C410FD1701000000")
    #expect(found.count >= 4)
  }

  @Test func whatIsNoRecordLosesNoByte() {
    for bytes in [[0x0C], [0xFF], [0x8C, 0x80, 0x80], [0x0D]] as [[UInt8]] {
      let found = RecordText.explain(dif: bytes, vif: [0x06], data: [1])
      #expect(found.map(\.bytes).joined() == Hex.encode(bytes + [0x06, 1]))
    }
    #expect(RecordText.explain(dif: [], vif: [], data: []).isEmpty)
  }
}

@Suite struct TelegramAnalysisTests {
  private func frames(_ text: String) throws(TelegramAnalysis.Mistake) -> [String] {
    try TelegramAnalysis.frames(of: text) { _ in nil }.map(\.text)
  }

  @Test func eachTelegramHasItsObjectAndBytes() throws {
    let found = try frames("E5\n10 7B FD 78 16")
    #expect(found.count == 2)
    #expect(found[0].hasPrefix("{\"telegram\":{\"schema\":1,\"protocol\":\"mbus\""))
    #expect(
      found[0].hasSuffix(
        "\"bytes\":[{\"offset\":0,\"count\":1,\"bytes\":\"E5\",\"part\":\"frame\","
          + "\"meaning\":\"acknowledgement: the frame before was received\"}]}"))
    #expect(found[1].contains("start of a short frame"))
  }

  @Test(arguments: [
    ("", "there are no bytes", 0), ("# words", "there are no bytes", 0),
    ("68 1", "the byte at character 4 has one digit only: 1", 3),
    ("zz", "'z' at character 1 is no hexadecimal digit", 0),
  ])
  func whatIsWrongIsSaid(text: String, message: String, offset: Int) {
    do throws(TelegramAnalysis.Mistake) {
      _ = try frames(text)
      Issue.record("\(text) is a telegram")
    } catch {
      #expect(error == TelegramAnalysis.Mistake(text: message, offset: offset))
    }
  }

  @Test func bytesOfTheRawLogHaveAFewWords() {
    #expect(TelegramAnalysis.words([0x10, 0x7B, 0xFD, 0x78, 0x16]) == "REQ_UD2, address 253")
    #expect(TelegramAnalysis.words([0xE5]) == "acknowledgement")
    #expect(TelegramAnalysis.words([0x01, 0x02]) == "no telegram")
    #expect(
      TelegramAnalysis.words([0x10, 0x7B, 0xFD, 0x00, 0x16]) == "REQ_UD2, address 253, damaged")
  }
}
