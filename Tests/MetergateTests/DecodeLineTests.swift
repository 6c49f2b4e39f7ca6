import Bytes
import Testing

@testable import TelegramText
@testable import metergate

/// The forms in which telegrams stand in lines of text.
@Suite struct DecodeLineTests {
  private static let request: [UInt8] = [0x10, 0x7B, 0x01, 0x7C, 0x16]

  @Test(arguments: [
    ("10 7B 01 7C 16", nil),
    ("[10 7B 01 7C 16]", nil),
    ("(10,7B,01,7C,16);", nil),
    ("{0x10, 0x7B, 0x01, 0x7C, 0x16};", nil),
    ("<10 7b 01 7c 16>", nil),
    ("\"107B017C16\"", nil),
    ("RECV: 10 7B 01 7C 16", "RECV:"),
    ("RX:107B017C16", "RX:"),
    ("RX 10:7B:01:7C:16", "RX"),
    ("tx [10 7B 01 7C 16] # request", "tx"),
    ("Received [10:7B:01:7C:16]", "Received"),
    ("Received 5 bytes: 10 7B 01 7C 16", "Received 5 bytes:"),
    ("Read 5 bytes: 10 7B 01 7C 16", "Read 5 bytes:"),
    ("hex=107B017C16", "hex="),
    ("-> 10 7B 01 7C 16", "->"),
    ("<-- 10 7B 01 7C 16", "<--"),
    ("> 10 7B 01 7C 16", ">"),
    ("2026-11-22 10:40:01 10 7B 01 7C 16", "2026-11-22 10:40:01"),
    ("2026-11-22T10:40:01.250Z RX 10 7B 01 7C 16", "2026-11-22T10:40:01.250Z RX"),
    ("2026-11-22T10:40:01+01:00: 10 7B 01 7C 16", "2026-11-22T10:40:01+01:00:"),
    ("22.11.2026 10:40:01 10 7B 01 7C 16", "22.11.2026 10:40:01"),
    ("10:40:01.250 10 7B 01 7C 16", "10:40:01.250"),
    ("10:40:01,250 RECV: 10 7B 01 7C 16", "10:40:01,250 RECV:"),
    ("[10:40:01] 10 7B 01 7C 16", "[10:40:01]"),
    ("1795344001.250 10 7B 01 7C 16", "1795344001.250"),
    // As libmbus and the logs of embedded systems write them.
    ("[2026-11-22 10:40:01Z] RECV (005): 10 7B 01 7C 16", "[2026-11-22 10:40:01Z] RECV (005):"),
    ("[10:40:01][D][mbus:123]: RX: 10.7B", nil),
    ("[10:40:01][D][mbus:123]: RX: 10 7B 01 7C 16", "[10:40:01][D][mbus:123]: RX:"),
    ("I (1234) mbus: 10 7B 01 7C 16", "I (1234) mbus:"),
    // A time alone could be bytes: it is a time since a frame begins behind it.
    ("12:40:01 10 7B 01 7C 16", "12:40:01"),
    ("2026-11-22 10 7B 01 7C 16", "2026-11-22"),
  ])
  func whatStandsBeforeTheBytes(text: String, prefix: String?) throws {
    guard !text.contains("10.7B") else {
      #expect(throws: TelegramLine.Problem.self) { try TelegramLine.read(text) }
      return
    }
    let line = try TelegramLine.read(text)
    #expect(line?.bytes == Self.request && line?.prefix == prefix, "\(String(describing: line))")
  }

  /// What could be bytes is bytes, so that none are lost.
  @Test(
    arguments: [
      ("12:40:01", [0x12, 0x40, 0x01]), ("10:40:01:41:16", [0x10, 0x40, 0x01, 0x41, 0x16]),
      ("10:40:01 41 16", [0x10, 0x40, 0x01, 0x41, 0x16]), ("2026-11-22", [0x20, 0x26, 0x11, 0x22]),
      ("ED: 10", [0xED, 0x10]), ("[10:40:01]", [0x10, 0x40, 0x01]),
    ] as [(String, [UInt8])])
  func whatIsNoPrefix(text: String, bytes: [UInt8]) throws {
    let line = try TelegramLine.read(text)
    #expect(line?.bytes == bytes && line?.prefix == nil)
  }

  @Test(arguments: [
    ("RECV: 68 1x 03", "'x' at character 11 is no hexadecimal digit", 10),
    ("  RX 68 1", "the byte at character 9 has one digit only: 1", 8),
    ("frame 68:15:15:68", "'r' at character 2 is no hexadecimal digit", 1),
    ("port 12: 68 03", "'p' at character 1 is no hexadecimal digit", 0),
    ("RX 68 xx: 03", "'x' at character 7 is no hexadecimal digit", 6),
    ("mbus 68 xx: 03", "'m' at character 1 is no hexadecimal digit", 0),
    ("hello world", "'h' at character 1 is no hexadecimal digit", 0),
    ("RX [68 15", "nothing closes the [ at character 4", 3),
    (
      "RX [68 15] OK", "'O' at character 12: nothing can follow the bytes in brackets or quotes", 11
    ),
    (#"{"name":"é","hex":"68 1x"}"#, "'x' at character 24 is no hexadecimal digit", 23),
    (
      #"{"name": "x"}"#,
      "the JSON object has no text \"hex\" with the telegram, at character 1", 0
    ),
    (
      #"{"hex": 68}"#, "the JSON object has no text \"hex\" with the telegram, at character 9", 8
    ),
    (
      #" {"hex": "68" "name"}"#,
      "this is no JSON object, at character 15: a comma or } must follow a field", 14
    ),
  ])
  func problemsNameTheirPlace(text: String, message: String, offset: Int) {
    let error = #expect(throws: TelegramLine.Problem.self) { try TelegramLine.read(text) }
    #expect(
      error?.description == message && error?.offset == offset, "\(String(describing: error))")
  }

  /// As in the files of telegrams that the simulator reads; # in a text is no comment.
  @Test(arguments: [
    #"{"hex":"107B017C16"}"#,
    ##"  { "name": "#1", "hex": "10 7b 01 7c 16", "n": [NaN, -Infinity] }"##,
    #"{"a":1,"a":2,"hex":"10:7B:01:7C:16","hex":"E5"}"#,
  ]) func objects(text: String) throws {
    #expect(try TelegramLine.read(text)?.bytes == Self.request)
  }

  @Test func nothing() throws {
    for text in ["", "  ", "# 10 7B", "\u{FEFF}"] { #expect(try TelegramLine.read(text) == nil) }
  }
}
