import Bytes
import MBus
import Testing

@testable import TelegramText
@testable import metergate

/// Telegrams without a link layer, or cut short, and what is said of who sent them. Bytes of our own, with invented
/// serials.
@Suite struct DecodeWithoutFrameTests {
  private final class Texts { var all: [String] = [] }

  private func run(
    _ line: String, _ kind: TelegramKind = .wired, asJSON: Bool = false, bytes: Bool = false,
    _ options: [String] = [], number: Int? = nil
  ) throws -> (text: String, succeeded: Bool) {
    let texts = Texts()
    var run = DecodeRun(
      form: DecodeForm(isJSON: asJSON, hasBytes: bytes, start: kind.start),
      options: try DecodeOptions.parse(options).decoding(), output: { texts.all.append($0) })
    let succeeded = run.line(line, number: number)
    return (texts.all.joined(separator: "\n"), succeeded)
  }

  private func frame(_ body: String) throws -> String {
    let bytes = try Hex.decode(body)
    return Hex.encode(
      [0x68, UInt8(bytes.count), UInt8(bytes.count), 0x68] + bytes + [bytes.reduce(0, &+), 0x16])
  }

  @Test func applicationLayer() throws {
    let hex = "72 06 01 60 66 A7 32 02 04 08 00 00 00 0C 06 67 02 00 00 2F"
    let found = try run(hex, .application)
    #expect(found.succeeded)
    #expect(
      found.text.hasPrefix(
        "Application layer without link layer, CI 72\nMeter: 66600106 LUG version 2 Heat (outlet)\n"
      ),
      "\(found.text)")
    #expect(
      found.text.contains("\n     0  72                       CI field: data, long header\n"))
    #expect(
      found.text.contains("\n    13  0C                       DIF: 8 digit BCD, instantaneous\n"))
    #expect(found.text.hasSuffix("\n    19  2F                       filler"))
    let json = try run(hex, .application, asJSON: true)
    #expect(
      json.text.hasPrefix(
        #"{"schema":1,"protocol":"mbus","frame":{"c":null,"a":null,"ci":"72"},"#
          + #""meter":{"serial":"66600106","manufacturer":"LUG","version":2,"medium":4,"#
          + #""mediumName":"Heat (outlet)"},"access":8,"#))
    #expect(json.text.contains(#""records":[{"offset":13,"#))
  }

  @Test func recordsAlone() throws {
    let found = try run("0C 06 67 02 00 00", .records)
    #expect(found.succeeded)
    #expect(found.text.hasPrefix("Records without link layer and CI field\nOffset"))
    #expect(found.text.contains("267000  Wh"))
    #expect(
      found.text.hasSuffix(
        """
        Offset  Bytes                    Meaning
             0  0C                       DIF: 8 digit BCD, instantaneous
             1  06                       VIF: Energy, 10^3 Wh
             2  67 02 00 00              267000 Wh
        """), "\(found.text)")
    let json = try run("0C 06 67 02 00 00", .records, asJSON: true)
    #expect(
      json.text.hasPrefix(
        #"{"schema":1,"protocol":"mbus","frame":{"c":null,"a":null,"ci":null},"meter":null,"#))
    #expect(json.text.contains(#""records":[{"offset":0,"#))
  }

  /// Offsets count from the first byte that is there.
  @Test(arguments: [
    (
      "0C 06 67 02", TelegramKind.records,
      "the telegram ends in the middle of a record, in its data: 4 bytes needed at offset 2, 2 left",
      2
    ),
    (
      "A0 01", .application,
      "CI A0 at offset 0 is not known (69, 6A, 6B, 6E, 6F, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 7A, 7B, "
        + "8A, 8B and 90 are)", 0
    ),
    ("53 01", .application, "CI 53 of a command is not known, at offset 0", 0),
    ("5B 78 56", .application, "2 bytes, 12 are needed, at offset 3", 3),
    (
      "5A 01 00 00 05 0C 06", .application,
      "encrypted (security mode 5), and commands are not decrypted, at offset 5", 5
    ),
    (
      "10 7B 01 7C 16", .application, "this is a whole frame, which --as wired, the default, takes",
      0
    ),
    ("E5", .records, "this is a whole frame, which --as wired, the default, takes", 0),
  ])
  func problems(hex: String, kind: TelegramKind, text: String, offset: Int) throws {
    let json = try run(hex, kind, asJSON: true)
    #expect(!json.succeeded)
    #expect(json.text.contains("\"error\":\"\(text)\""), "\(json.text)")
    #expect(json.text.contains("\"offset\":\(offset),"), "\(json.text)")
    #expect(try run(hex, kind).text.contains(text))
  }

  @Test func commandsWithoutFrame() throws {
    let found = try run("51 2F 0C 06 07 01 00 00 2F 2F", .application)
    #expect(found.succeeded)
    #expect(found.text.contains("\nCommand: data send: Energy = 107000 Wh\n"))
    #expect(found.text.hasSuffix("\n     8  2F 2F                    fillers"), "\(found.text)")
    #expect(try run("", .records).text == "No telegram: there are no bytes")
  }

  /// Each byte once, whatever they are cut to.
  @Test(arguments: [TelegramKind.application, .records]) func everyByte(kind: TelegramKind) throws {
    for hex in [
      "72 06 01 60 66 A7 32 02 04 08 0C 00 00 0C 06 67 02 00 00 2F 2F 04 6D 24 2E B6 15 1F 11 22",
      "73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00", "51 2F 0C 06 07 01 00 00 2F 2F",
      "0C 06 67 02 00 00 0F 01", "75 78563412 2D2C 01 07 05 00 0000 03", "90 05 00 00 00 00 00 78",
    ] {
      let all = try Hex.decode(hex)
      for count in 1...all.count {
        let bytes = Array(all.prefix(count))
        let frame = try #require(kind.start.frame(around: bytes))
        let map = TelegramMap(bytes, TelegramDecoder.decode(frame, from: kind.start))
        #expect(map.spans.flatMap(\.bytes) == bytes, "\(hex), \(count) bytes")
        var place = 0
        for span in map.spans {
          #expect(span.offset == place)
          place += span.bytes.count
        }
      }
    }
  }

  @Test func fillersInCommands() throws {
    let found = try run(frame("53 01 51 2F 2F 0C 06 07 01 00 00 2F"))
    #expect(found.succeeded)
    #expect(found.text.contains("\nCommand: data send: Energy = 107000 Wh\n"), "\(found.text)")
    #expect(found.text.contains("\n     7  2F 2F                    fillers\n"))
    #expect(found.text.contains("\n    15  2F                       filler\n"))
    #expect(try run(frame("53 01 51 2F")).text.contains("\nCommand: data send, without records\n"))
    // A checksum that looks like one: 53 + 01 + 51 + 01 + 7A + 0F = 12F.
    let checksum = try run(frame("53 01 51 01 7A 0F"))
    #expect(checksum.text.contains("\n    10  2F                       checksum\n"))
    let select = try run(frame("53 FD 52 78 56 34 12 FF FF FF FF 2F"))
    #expect(!select.succeeded)
    #expect(
      select.text.contains(
        "Not read: one record at most, and no filler, is possible behind the 8 bytes, at offset 15")
    )
  }

  /// Access number 10, counters in 10^-3 m^3, medium water (code 7: 11 in the first unit, 01 in the second).
  @Test func fixedStructureThatIsCutShort() throws {
    let whole = "08 01 73 78 56 34 12 0A 00 E9 69 01 00 00 00 35 01 00 00"
    let bytes = try Hex.decode(whole)
    // One counter and half of the other.
    let half = try run(frame(Hex.encode(bytes.prefix(3 + 14))))
    #expect(!half.succeeded)
    #expect(half.text.contains("\nMeter: 12345678 Water\n"))
    #expect(half.text.contains("  0.001  m^3"))
    #expect(
      half.text.contains(
        "Not read to the end: the fixed data structure is cut short: 14 of 16 bytes, at offset 21\n"
      ))
    #expect(
      half.text.contains(
        "\n    19  35 01                    counter 2, cut short: 2 of 4 bytes\n"), "\(half.text)")
    #expect(half.text.contains("missing: the rest of the counter 2\n"))
    let json = try run(frame(Hex.encode(bytes.prefix(3 + 14))), asJSON: true)
    #expect(json.text.contains(#""mediumName":"Water"}"#) && json.text.contains(#""offset":21"#))
    // Serial and access number.
    let short = try run(frame(Hex.encode(bytes.prefix(3 + 5))))
    #expect(
      short.text.contains(
        "\nNot read: the fixed data structure is cut short: 5 of 16 bytes, at offset 12\n"),
      "\(short.text)")
    #expect(short.text.contains("\n    11  0A                       access number 10\n"))
    #expect(
      short.text.contains(
        "missing: status, unit of counter 1, unit of counter 2, counter 1, counter 2\n"))
    let shortJSON = try run(frame(Hex.encode(bytes.prefix(3 + 5))), asJSON: true)
    #expect(
      shortJSON.text.contains(
        #""meter":{"serial":"12345678","manufacturer":null,"version":null,"medium":null,"mediumName":null}"#
      ))
  }

  @Test(arguments: ["75 78563412 2D2C 01 07 05 00 0000 03", "6F 78563412 2D2C 01 07 05 00 0000 08"])
  func whoSendsErrorsAndAlarms(data: String) throws {
    let meter =
      #""meter":{"serial":"12345678","manufacturer":"KAM","version":1,"medium":7,"mediumName":"Water"}"#
    #expect(try run(frame("08 01 \(data)"), asJSON: true).text.contains(meter))
  }

  /// A format frame behind a long header, as in annex G of EN 13757-3:2018; and a header that ends in its middle.
  @Test func whoSendsFormatsAndHalfHeaders() throws {
    let format = try frame("08 01 6B 78563412 2D2C 01 07 05 00 0000 08 31 3B 02 02 02 15 02 2A")
    #expect(try run(format, asJSON: true).text.contains(#""meter":{"serial":"12345678","#))
    #expect(try run(format).text.contains("\nMeter: 12345678 KAM version 1 Water\n"))
    let half = try run(frame("08 01 72 78563412 2D2C"), asJSON: true)
    #expect(
      half.text.contains(
        #""meter":{"serial":"12345678","manufacturer":"KAM","version":null,"medium":null,"#))
    for ci in ["70 08", "71 01"] {
      #expect(try run(frame("08 01 \(ci)"), asJSON: true).text.contains(#""meter":null,"#))
    }
  }

  /// The object has the form that it has where the telegram itself says who sent it, and says that it was given.
  @Test func whoSentItAsGiven() throws {
    let hex = try frame("08 01 7A 08 00 00 00 0C 06 67 02 00 00")
    let options = ["--identity", "66600106,LUG,2,4"]
    let meter =
      #""meter":{"serial":"66600106","manufacturer":"LUG","version":2,"medium":4,"mediumName":"Heat (outlet)"},"#
    let given = try run(hex, asJSON: true, bytes: true, options)
    #expect(given.text.contains(meter))
    #expect(given.text.contains(#""obis":"6-0:1.0.0*255""#))
    #expect(given.text.contains(#","kind":"telegram","meterGiven":true,"bytes":["#))
    let unknown = try run(hex, asJSON: true)
    #expect(unknown.text.contains(#""meter":null,"#) && !unknown.text.contains("meterGiven"))
    let own = try run(
      frame("08 01 72 78563412 2D2C 01 07 05 00 0000"), asJSON: true, options)
    #expect(own.text.contains(#""serial":"12345678""#) && !own.text.contains("meterGiven"))
    // A request comes from a master.
    #expect(try run("10 7B 01 7C 16", asJSON: true, options).text.contains(#""meter":null,"#))
  }

  @Test func prefixesAreShown() throws {
    let line = "2026-11-22 10:40:01 RECV: 10 7B 01 7C 16"
    #expect(
      try run(line, number: 3).text.hasPrefix("Line 3: 2026-11-22 10:40:01 RECV:\nFrame: REQ_UD2"))
    #expect(
      try run(line, asJSON: true).text.hasSuffix(
        #","kind":"request","prefix":"2026-11-22 10:40:01 RECV:"}"#))
    #expect(
      try run("RX: FF", asJSON: true).text.hasSuffix(#","kind":"none","prefix":"RX:"}"#))
  }
}
