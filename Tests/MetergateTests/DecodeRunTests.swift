import Bytes
import MBus
import Testing

@testable import TelegramText
@testable import metergate

/// What `metergate decode` prints, and how it ends.
@Suite struct DecodeRunTests {
  /// Meter 66600106 LUG, heat, 267 kWh: invented.
  private static let sound =
    "68 15 15 68 08 01 72 06 01 60 66 A7 32 02 04 08 00 00 00 0C 06 67 02 00 00 AA 16"

  /// What a run prints.
  private struct Printed {
    var texts: [String] = []
    var succeeded = true

    var text: String { texts.joined(separator: "\n") }
  }

  private func run(
    _ lines: [String], asJSON: Bool = false, numbered: Bool = false, _ options: [String] = []
  ) throws -> Printed {
    let parsed = try DecodeOptions.parse(options)
    let printed = Box()
    var run = DecodeRun(
      form: DecodeForm(isJSON: asJSON), options: try parsed.decoding(),
      seen: try parsed.seenFormats(), output: { printed.texts.append($0) })
    var result = Printed()
    for (index, line) in lines.enumerated() {
      let isGood = run.line(line, number: numbered ? index + 1 : nil)
      result.succeeded = isGood && result.succeeded
    }
    result.texts = printed.texts
    return result
  }

  private final class Box { var texts: [String] = [] }

  @Test func completeTelegramsSucceed() throws {
    for hex in [Self.sound, "E5", "10 7B 01 7C 16", "10 40 FE 3E 16", "68 03 03 68 53 01 50 A4 16"]
    {
      #expect(try run([hex]).succeeded, "\(hex)")
      #expect(try run([hex], asJSON: true).succeeded, "\(hex)")
      #expect(try !run([hex], asJSON: true).text.contains("\"error\":\""), "\(hex)")
    }
    #expect(
      try run(["E5"]).text == """
        Frame: E5, acknowledgement: the frame before was received

        Offset  Bytes                    Meaning
             0  E5                       acknowledgement: the frame before was received
        """)
    #expect(
      try run(["10 7B 01 7C 16"]).text.hasPrefix(
        """
        Frame: REQ_UD2 (C 7B), address 1: request for data
        Command: request for the meter's data
        """))
  }

  /// The record at byte 7 announces 4 bytes of data from byte 9 on.
  @Test func recordThatIsCutOff() throws {
    let hex = "68 07 07 68 08 01 78 04 13 39 30 01 16"
    let found = try run([hex])
    #expect(!found.succeeded)
    #expect(
      found.text.contains(
        "\nNot read to the end: the telegram ends in the middle of a record, in its data: "
          + "4 bytes needed at offset 9, 2 left\n"))
    let json = try run([hex], asJSON: true)
    #expect(!json.succeeded)
    #expect(json.text.contains(#""offset":9"#))
    let command = try run(["68 07 07 68 53 01 51 04 13 39 30 25 16"])
    #expect(!command.succeeded)
    #expect(command.text.contains("\nCommand: data send, which cannot be read to its end: 04 13"))
  }

  @Test func brokenFramesAreShownWithTheirFault() throws {
    let broken = Self.sound.replacing("AA 16", with: "5A 16")
    let found = try run([broken])
    #expect(!found.succeeded)
    #expect(found.text.contains("\nWrong: checksum wrong: is 5A, must be AA, at byte 25\n"))
    #expect(found.text.contains("267000  Wh"))
    #expect(
      found.text.hasSuffix(
        """
            25 !5A                       checksum wrong: is 5A, must be AA
            26  16                       stop
        """))
    let json = try run([broken], asJSON: true)
    #expect(!json.succeeded)
    #expect(json.text.contains(#""scaled":267000,"#))
    #expect(
      json.text.contains(#""error":"checksum wrong: is 5A, must be AA","offset":25"#))
    #expect(
      try run(["68 14 15" + Self.sound.dropFirst(8)]).text.contains(
        "     1 !14 15                    length fields wrong: are 14 and 15, must both be 15\n"))
  }

  @Test func severalFramesInALine() throws {
    let found = try run(["E5" + Self.sound], numbered: true)
    #expect(found.succeeded && found.texts.count == 2)
    #expect(found.texts[0].hasPrefix("Line 1: frame 1 of 2, from byte 0 on\nFrame: E5"))
    #expect(found.texts[1].hasPrefix("\nLine 1: frame 2 of 2, from byte 1 on\nFrame: RSP_UD"))
    let json = try run([Self.sound + Self.sound], asJSON: true)
    #expect(json.texts.count == 2)
    #expect(
      json.texts[1].hasSuffix(#","frameNumber":2,"frameCount":2,"from":27,"kind":"telegram"}"#))
    #expect(
      try run(["E5 0C 13 67 02 00 00"]).texts.last
        == "\nFrame 2 of 2, from byte 1 on\nNo telegram: 0C begins no frame (E5, 10 or 68 do), at offset 1\n\n"
        + "Offset  Bytes                    Meaning\n     1  0C 13 67 02 00 00        no frame"
    )
    // A format frame and a compact frame of one meter (EN 13757-3:2018, annex G).
    let compact = try run(
      [
        "68 0C 0C 68 08 01 69 08 31 3B 02 02 02 15 02 2A 2D 16"
          + "68 0D 0D 68 08 01 79 31 3B 42 A6 D2 04 2E 16 34 23 47 16"
      ], asJSON: true)
    #expect(compact.succeeded && compact.text.contains(#""scaled":567.8"#))
  }

  @Test func linesOfAFile() throws {
    let found = try run(
      [
        "", "# a comment", "  \t", Self.sound + " # the heat meter", "0x10, 0x7B, 0x01, 0x7C, 0x16",
        "xyz", "\u{FEFF}E5",
      ], asJSON: true, numbered: true)
    #expect(!found.succeeded)
    #expect(found.texts.count == 4)
    #expect(found.texts[0].hasSuffix(#","line":4,"kind":"telegram"}"#))
    #expect(found.texts[1].contains(#""command":"request for the meter's data","line":5"#))
    #expect(
      found.texts[2]
        == #"{"schema":1,"error":"'x' at character 1 is no hexadecimal digit","offset":0,"line":6,"kind":"none"}"#
    )
    #expect(found.texts[3].contains(#""line":7"#))
    let people = try run(["", "68 1"], numbered: true)
    #expect(people.text == "Line 2\nNo telegram: the byte at character 4 has one digit only: 1")
  }

  @Test func linesOfTheRawLog() throws {
    let found = try run(
      [
        "2026-11-22T00:48:42.001Z M-Bus TX serial=66600106 10 7B FD 78 16",
        "2026-11-22T00:48:42.123Z M-Bus RX serial=66600106 " + Self.sound,
        "2026-11-22T00:48:43.123Z M-Bus 2 GUEST serial=- 10 40 FE 3E 16",
        "2026-11-22T00:48:44.123Z M-Bus RX serial=- E5!",
        "2026-11-22T00:48:44.123Z M-Bus RX serial=- E5 1",
      ], numbered: true)
    #expect(
      found.texts[0].hasPrefix(
        "Line 1: 2026-11-22T00:48:42.001Z M-Bus, to the meters, while 66600106 was read\n"
          + "Frame: REQ_UD2 (C 7B), address 253: request for data\n"))
    #expect(found.texts[1].contains("267000"))
    #expect(
      found.texts[2].contains("M-Bus 2, from an outside master to the meters\nFrame: SND_NKE"))
    #expect(
      found.texts[3].contains("\nByte 0 of the line came with a wrong parity or stop bit.\n"))
    #expect(
      found.texts[3].hasSuffix(
        "\n     0  E5!                      acknowledgement: the frame before was received"))
    #expect(found.texts[4].contains("No telegram: the byte at character 47 has one digit only: 1"))
    let json = try run(
      ["2026-11-22T00:48:42.123Z M-Bus TX serial=66600106 10 7B FD 78 16"], asJSON: true)
    #expect(
      json.text.hasSuffix(
        #""log":{"time":"2026-11-22T00:48:42.123Z","line":"M-Bus","direction":"TX","#
          + #""serial":"66600106"},"kind":"request"}"#))
  }

  @Test(arguments: [
    ("", "there are no bytes"),
    ("   ", "there are no bytes"),
    ("681", "the byte at character 3 has one digit only: 1"),
    ("FF", "FF begins no frame (E5, 10 or 68 do), at offset 0"),
    // Records without data, and what begins as a frame, are no records alone.
    ("00 13", "00 begins no frame (E5, 10 or 68 do), at offset 0"),
    (
      "68 00 00 68 00 13", "length 00 is too small for C, A and CI field (at least 03), at offset 1"
    ),
    (
      "0C 13 67 02 00 00",
      "0C begins no frame (E5, 10 or 68 do), at offset 0; it reads as 1 record (Volume 0.267 m^3) "
        + "without a frame around: --as records takes it"
    ),
    (
      "72 06 01 60 66 A7 32 02 04 08 00 00 00 0C 06 67 02 00 00",
      "72 begins no frame (E5, 10 or 68 do), at offset 0; behind a link layer, which is missing, "
        + "it would be an answer with CI 72 of meter 66600106 and 1 record (Energy 267000 Wh): "
        + "--as application takes it"
    ),
    // Encrypted: what is in it cannot be seen, but who it is from.
    (
      "72 06 01 60 66 A7 32 02 04 08 00 10 05 D5 2A 9D EF 1F A1 44 D9 13 05 61 8E 87 AB 79 72",
      "72 begins no frame (E5, 10 or 68 do), at offset 0; behind a link layer, which is missing, "
        + "it would be an answer with CI 72 of meter 66600106: --as application takes it"
    ),
    // The last record is cut off; one alone that is cut off could be anything.
    (
      "0C 13 67 02 00 00 0C 06 67 02 00 00 04 6D 24",
      "0C begins no frame (E5, 10 or 68 do), at offset 0; it reads as 2 records (Volume 0.267 m^3, "
        + "Energy 267000 Wh) without a frame around: --as records takes it"
    ),
    ("0C 13 67", "0C begins no frame (E5, 10 or 68 do), at offset 0"),
    // A serial with letters, and a manufacturer without: no header.
    (
      "72 FA 01 60 66 00 00 02 04 08 00 00 00 03",
      "72 begins no frame (E5, 10 or 68 do), at offset 0"
    ),
    // Values that somebody has printed.
    ("267000", "26 begins no frame (E5, 10 or 68 do), at offset 0"),
    ("267000.0 Wh", "'.' at character 7 is no hexadecimal digit"),
    ("Energy: 267000.0 Wh", "'.' at character 15 is no hexadecimal digit"),
    (
      "32 36 37 30 30 30 2E 30 20 57 68 0D 0A",
      "32 begins no frame (E5, 10 or 68 do), at offset 0; they are the text \"267000.0 Wh\", and no telegram"
    ),
    (
      "0E 44 A7 32 06 01 60 66 02 04 78 0C 13 67 02",
      "0E begins no frame (E5, 10 or 68 do), at offset 0; it may be a telegram of wireless M-Bus, "
        + "and only those of wired M-Bus are read"
    ),
  ])
  func whatIsNoTelegram(text: String, why: String) throws {
    let found = try run([text])
    #expect(!found.succeeded)
    #expect(found.text.split(separator: "\n").first.map(String.init) == "No telegram: \(why)")
    #expect(try run([text], asJSON: true).text.hasPrefix(#"{"schema":1,"error":""#))
  }

  /// 2F 2F, 267 kWh, eight fillers: encrypted by openssl 3.0 (`enc -aes-128-cbc -nopad`) with the vector A732
  /// 06016066 02 04 and eight times 08.
  private enum EncryptedTelegram {
    static let key = "000102030405060708090A0B0C0D0E0F"
    static let sealed = "D52A9DEF1FA144D91305618E87AB7972"
    static let long = "681F1F6808017206016066A732020408001005\(sealed)D016"
    static let short = "6817176808017A08001005\(sealed)2C16"
  }

  @Test func encryptedTelegrams() throws {
    let long = EncryptedTelegram.long
    let missing = try run([long])
    #expect(!missing.succeeded)
    #expect(
      missing.text.contains(
        "\nEncryption: security mode 5, 1 block of 16 bytes encrypted, not decrypted, the key or the "
          + "sender is missing\nNot read: key missing: the telegram is encrypted (security mode 5), and no "
          + "key of the meter is known; --key or --key-file gives it; if the meter sends plain data all the "
          + "same, --disable-decryption takes it as it is\n"))
    #expect(!missing.text.contains("MBUS_DISABLE_DECRYPTION"))
    let read = try run([long], ["--key", EncryptedTelegram.key])
    #expect(read.succeeded)
    #expect(
      read.text.contains(
        "\nEncryption: security mode 5, 1 block of 16 bytes encrypted, decrypted\n"))
    #expect(read.text.contains("\n    19  2F 2F                    fillers\n"))
    #expect(read.text.contains("\n    27  2F 2F 2F 2F 2F 2F 2F 2F  fillers\n"))
    #expect(
      try run([long], asJSON: true, ["--key", EncryptedTelegram.key]).text.contains(
        #""security":{"mode":5,"state":"decrypted","blocks":1}"#))
  }

  @Test func shortHeadersNeedTheSender() throws {
    let short = EncryptedTelegram.short
    #expect(
      try run([short]).text.contains(
        "--key or --key-file gives it, and --identity serial,manufacturer,version,medium says who sent "
          + "the telegram, which has a short header"))
    let key = ["--key", EncryptedTelegram.key]
    #expect(
      try run([short], key).text.contains(
        "must be known of the meter; --identity serial,manufacturer,version,medium gives them"))
    let read = try run([short], key + ["--identity", "66600106,LUG,2,4"])
    #expect(read.succeeded)
    #expect(read.text.contains("\nMeter: 66600106 LUG version 2 Heat (outlet), as given\n"))
    #expect(read.text.contains("\nFrom offset 11 on: 16 bytes, decrypted\n"))
    #expect(read.text.contains("  6-0:1.0.0*255  "))
    #expect(
      try run([short], key + ["--identity", "66600106,ABC,2,4"]).text.contains(
        "neither may fit: the key, or the sender that --identity names"))
    #expect(try run([short], ["--disable-decryption"]).text.contains(", taken as it is\n"))
  }

  /// 99999999999999999999 of decimal digits, thousandths: no number of 64 bits holds them.
  @Test func numbersBeyond64Bits() throws {
    let hex = "68 10 10 68 08 01 78 0D 13 CA 99 99 99 99 99 99 99 99 99 99 65 16"
    #expect(try run([hex]).text.contains("  99999999999999999.999  m^3"))
    #expect(
      try run([hex], asJSON: true).text.contains(
        #""value":"99999999999999999999","scale":-3,"factor":null,"scaled":99999999999999999.999,"#)
    )
  }

  @Test func subcodesAndUnitsInWords() throws {
    #expect(
      try run(["68 04 04 68 53 01 50 20 C4 16"]).text.contains(
        "\nCommand: application reset: simple billing\n"))
    // The fixed data structure of EN 13757-3:2013: counters in 10^-3 m^3 and an older value.
    let fixed = try run(
      ["68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16"])
    #expect(fixed.succeeded)
    #expect(fixed.text.contains("counter 1: Volume, 10^-3 m^3\n"))
    #expect(fixed.text.contains("counter 2: historic value of the other counter\n"))
  }

  @Test func whatArgumentsAre() throws {
    #expect(try DecodeInput(["-"]) == .standardInput)
    #expect(try DecodeInput(["E5"]) == .text("E5"))
    #expect(try DecodeInput(["68", "03"]) == .text("68 03"))
    #expect(try DecodeInput(["xyz"]) == .text("xyz"))
    #expect(try DecodeInput([""]) == .text(""))
    #expect(try DecodeInput(["/etc/hostname"]) == .file("/etc/hostname"))
    #expect(try DecodeInput(["no-such-file.txt"]) == .file("no-such-file.txt"))
    // A value is no name of a file.
    for value in [["267000.0 Wh"], ["267000.0", "Wh"], ["267000.0"]] {
      #expect(try DecodeInput(value) == .text(value.joined(separator: " ")))
    }
    #expect(try DecodeInput([#"{"hex":"E5"}"#]) == .text(#"{"hex":"E5"}"#))
  }
}
