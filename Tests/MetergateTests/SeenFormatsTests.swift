import Bytes
import MBus
import Metering
import Testing

@testable import TelegramText
@testable import metergate

/// Compact frames among the telegrams of a run (EN 13757-3:2018, annex G): 123.4 Wh, 567.8 m^3 and 901.2 W with the
/// signature 3B31 of the example in G.5.
@Suite struct SeenFormatsTests {
  private let full = "681B1B6808017240302010286202042A0000000202D20402152E16022A34238D16"
  private let format = "680C0C6808016908313B02020215022A2D16"
  private let compact = "680D0D68080179313B42A6D2042E1634234716"
  /// The same of the meter at address 2.
  private let others = "680D0D68080279313B42A6D2042E1634234816"

  private func read(_ seen: inout SeenFormats, _ hex: String) throws -> [Double?] {
    let telegram = try seen.decode(try Hex.decode(hex), .standard)
    guard case .data(let data) = telegram.response else { return [] }
    return data.records.map(\.scaled)
  }

  private let values: [Double?] = [123.4, 567.8, 901.2]

  @Test func formatsComeFromWhatWasReadBefore() throws {
    for first in [full, format] {
      var seen = SeenFormats()
      #expect(try read(&seen, compact).isEmpty, "not seen yet")
      _ = try read(&seen, first)
      #expect(try read(&seen, compact) == values)
      #expect(try read(&seen, others).isEmpty, "each meter has its own")
    }
  }

  @Test func formatsCanBeGiven() throws {
    let options = try DecodeOptions.parse(["--format", "02 02 02 15 02 2A"])
    var seen = try options.seenFormats()
    #expect(try read(&seen, compact) == values)
    #expect(try read(&seen, others) == values)
    for wrong in ["02", "0202 02", "xy", "0F", ""] {
      #expect(throws: (any Error).self) { try DecodeOptions.parse(["--format", wrong]) }
    }
  }

  @Test func keys() throws {
    let hex = "000102030405060708090A0B0C0D0E0F"
    #expect(try DecodeOptions.parse(["--key", hex]).decoding().key?.bytes == Array(0...15))
    #expect(try DecodeOptions.parse([]).decoding().key == nil)
    for wrong in [["--key", "0011"], ["--key", hex, "--key-file", "x"]] {
      #expect(throws: (any Error).self) { try DecodeOptions.parse(wrong) }
    }
    let error = #expect(throws: (any Error).self) {
      _ = try DecodeOptions.parse(["--key-file", "/nowhere/key"]).decoding()
    }
    #expect(
      error.map { "\($0)" }?.contains("--key-file /nowhere/key: there is no such file") == true)
  }

  /// A clock that was never set, and letters in place of a number: as the gateway takes them.
  @Test(arguments: MeterQuirk.all) func quirks(quirk: MeterQuirk) throws {
    var seen = SeenFormats()
    let sent = try seen.decode(try Hex.decode(quirk.frame), .standard)
    let (telegram, quirks) = sent.withQuirks()
    #expect(quirks == [quirk])
    #expect(TelegramTable.text(telegram, quirks: quirks).contains("\nSet right: \(quirk.name)"))
    #expect(
      TelegramJSON.object(telegram, quirks: quirks).text.hasSuffix(
        "\"quirks\":[\"\(quirk.name)\"],\"kind\":\"telegram\"}"))
    if quirk.effect != .plainDespiteSignature { #expect(telegram != sent) }
  }
}
