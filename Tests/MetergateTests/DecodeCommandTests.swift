import Bytes
import MBus
import Testing
import TextFormats

@testable import TelegramText
@testable import metergate

@Suite struct DecodeCommandTests {
  /// A heat meter's telegram with an invented serial; its values worked by hand.
  private let hex = """
    68 31 31 68 08 01 72 06 01 60 66 A7 32 02 04 08 00 00 00 \
    0C 06 67 02 00 00 04 6D 24 2E B6 15 42 EC 7E FF FF \
    07 03 01 00 00 00 00 00 20 00 05 5B 00 00 A4 41 1F 71 16
    """

  @Test func objectIsAsSpecified() throws {
    let text = TelegramJSON.object(try TelegramDecoder.decode(try Hex.decode(hex))).text
    let head = """
      {"schema":1,"protocol":"mbus","frame":{"c":"08","a":1,"ci":"72"},\
      "meter":{"serial":"66600106","manufacturer":"LUG","version":2,"medium":4,\
      "mediumName":"Heat (outlet)"},"access":8,"status":"00","signature":"0000",\
      "security":{"mode":0,"state":"none"},"moreRecordsFollow":true,"records":[\
      {"offset":19,"dif":"0C","vif":"06","data":"67020000","function":"instantaneous",\
      "storage":0,"tariff":0,"subunit":0,"type":"bcd8","description":"Energy",\
      "descriptionIndex":9,"unit":"Wh","unitIndex":5,"value":267,"scale":3,"factor":null,\
      "scaled":267000,"qualifiers":[],"error":null,"time":null,"addend":null,"obis":"6-0:1.0.0*255"}
      """
    #expect(text.hasPrefix(head))
    #expect(
      text.contains(
        #""value":null,"scale":0,"factor":null,"scaled":null,"qualifiers":[],"error":null,"#
          + #""time":"2013-05-22T14:36","addend":null,"obis":"0-0:1.0.0*255"}"#))
    #expect(
      text.contains(
        #""qualifiers":["future value"],"error":"invalid date FFFF","time":null,"addend":null,"#
          + #""obis":"0-0:0.1.2*255"}"#))
    #expect(
      text.contains(
        #""value":9007199254740993,"scale":0,"factor":null,"scaled":9007199254740993,"#))
    #expect(
      text.contains(
        #""value":20.5,"scale":0,"factor":null,"scaled":20.5"#))
    #expect(
      text.hasSuffix(
        #""type":"manufacturer","description":"Vendor specific data","descriptionIndex":57,"#
          + #""unit":"None","unitIndex":0,"value":"","scale":0,"factor":null,"scaled":null,"#
          + #""qualifiers":[],"error":null,"time":null,"addend":null,"obis":null}],"statusWords":[],"kind":"telegram"}"#
      ))
  }

  @Test func tableForPeople() throws {
    let lines = TelegramTable.text(try TelegramDecoder.decode(try Hex.decode(hex)))
      .split(separator: "\n")
    #expect(lines.first == "Frame: RSP_UD (C 08), address 1, CI 72: data of the meter")
    #expect(lines.dropFirst().first == "Meter: 66600106 LUG version 2 Heat (outlet)")
    #expect(lines.contains { $0.contains("267000") && $0.hasSuffix("Energy") })
    #expect(lines.contains { $0.contains("2013-05-22T14:36") })
    #expect(lines.last == "The meter has another telegram to send.")
  }

  @Test func eachByteForPeopleAndPrograms() throws {
    let bytes = try Hex.decode(hex)
    let telegram = try TelegramDecoder.decode(bytes)
    let map = TelegramMap(bytes, telegram)
    let lines = TelegramBytes.text(map).split(separator: "\n")
    #expect(lines.first == "Offset  Bytes                    Meaning")
    #expect(lines.contains("     7  06 01 60 66              serial 66600106"))
    #expect(lines.contains("    19  0C                       DIF: 8 digit BCD, instantaneous"))
    #expect(lines.last == "    54  16                       stop")
    let json = TelegramJSON.object(telegram, map: map).text
    #expect(
      json.hasSuffix(
        #"{"offset":54,"count":1,"bytes":"16","part":"frame","meaning":"stop"}]}"#))
    #expect(!TelegramJSON.object(telegram).text.contains("\"bytes\""))
  }

  /// 10.000 m^3 at 2026-10-25 06:00 and the two hours before: 9.999 and 9.997 m^3.
  @Test func profilesAreValues() throws {
    let bytes = try Hex.decode("681A1A68080178041310270000046D0006593A0D931307620101000200090216")
    let telegram = try TelegramDecoder.decode(bytes)
    let lines = TelegramTable.text(telegram).split(separator: "\n")
    #expect(
      lines.contains { $0.contains(" 9.997 ") && $0.hasSuffix("of the profile, 2026-10-25T04:00") })
    #expect(
      TelegramJSON.object(telegram).text.contains(
        #""obis":null,"profile":[{"storage":1,"value":9999,"scaled":9.999,"error":null,"#
          + #""time":"2026-10-25T05:00"},{"storage":2,"value":9997,"scaled":9.997,"error":null,"#
          + #""time":"2026-10-25T04:00"}]}]"#))
  }

  @Test(arguments: [
    ("", "the frame is cut short after 0 bytes", 0),
    ("68 03 03 68 08", "the frame is cut short: 5 of 9 bytes", 5),
    ("E5 E5", "1 byte follows the frame, at offset 1", 1),
    ("68 03 04", "the two length bytes 03 04 differ, at offset 1", 1),
  ])
  func errorsNameTheirPlace(hex: String, text: String, offset: Int) throws {
    let bytes = try Hex.decode(hex)
    let error = #expect(throws: TelegramError.self) { try TelegramDecoder.decode(bytes) }
    #expect(error?.description == text && error?.offset == offset)
  }

  @Test func numbersInJSON() {
    #expect(JSONText.number(-0.2).text == "-0.2")
    #expect(JSONText.number(267_000).text == "267000")
    #expect(JSONText.number(1e300).text == "1e+300")
    #expect(JSONText.number(.nan).text == "null")
    #expect(JSONText.integer(9_007_199_254_740_992).text == "9007199254740992")
    #expect(JSONText.integer(9_007_199_254_740_993).text == "9007199254740993")
    #expect(JSONText.integer(Int64.min).text == "-9223372036854775808")
    #expect(JSONText.digits("20.65").text == "20.65" && JSONText.digits(nil).text == "null")
    #expect(JSONText.whole(UInt64.max).text == "\"18446744073709551615\"")
    #expect(JSONText.string("a\"\\\n\u{1}é\u{85}").text == #""a\"\\\n\u0001é\u0085""#)
  }

  @Test func otherProtocolsAreRefused() throws {
    let error = #expect(throws: (any Error).self) {
      try DecodeCommand.parse(["--as", "sml", "E5"])
    }
    #expect(error.map { DecodeCommand.message(for: $0).contains("'wired', 'application'") } == true)
    let command = try DecodeCommand.parse(["E5"])
    #expect(command.kind == .wired)
    #expect(DecodeCommand.helpMessage().contains("--as <wired|application|records>"))
  }
}
