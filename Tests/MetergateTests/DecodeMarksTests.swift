import Bytes
import MBus
import Testing
import TextFormats

@testable import TelegramText
@testable import metergate

/// What `metergate decode` says of fixed structures, damaged bytes, commands, dates and numbers. Frames are put
/// together here, with invented serials and a checksum that is added up.
@Suite struct DecodeMarksTests {
  /// What a run prints, and whether all could be read.
  private func run(
    _ line: String, asJSON: Bool = false, hint: String = ""
  ) throws -> (text: String, succeeded: Bool) {
    let texts = Texts()
    var run = DecodeRun(
      form: DecodeForm(isJSON: asJSON), options: try DecodeOptions.parse([]).decoding(),
      output: { texts.all.append($0) })
    let succeeded = run.line(line, hint: hint)
    return (texts.all.joined(separator: "\n"), succeeded)
  }

  private final class Texts { var all: [String] = [] }

  private func frame(_ body: String) throws -> String {
    let bytes = try Hex.decode(body.filter { $0 != " " })
    return Hex.encode(
      [0x68, UInt8(bytes.count), UInt8(bytes.count), 0x68] + bytes
        + [bytes.reduce(0, &+), 0x16])
  }

  /// Meter 12345678 version 1, heat, with records.
  private func meter(_ records: String) throws -> String {
    try frame("080172785634122D2C01040100 0000" + records)
  }

  /// Medium 11, "heat, mode 2": bits 11 in the unit of the first counter, 10 in that of the second.
  @Test func fixedStructureHasItsOwnMedia() throws {
    let hex = "68131368080173785634120A02E9BE3501000036010000B016"
    let found = try run(hex)
    #expect(found.text.contains("\nMeter: 12345678 Heat (outlet)\nAccess number 10, status 02\n"))
    #expect(found.text.contains("medium heat, mode 2 (code 11), counter 1: Volume, 10^-3 m^3\n"))
    let json = try run(hex, asJSON: true)
    #expect(json.text.contains(#""medium":4,"mediumName":"Heat (outlet)"}"#))
    #expect(json.text.contains(#""signature":null,"#))
    #expect(try run(meter(""), asJSON: true).text.contains(#""signature":"0000","#))
  }

  @Test func damagedBytes() throws {
    let log = "2026-11-22T00:48:44.123Z M-Bus RX serial=- "
    let json = try run(log + "E5!", asJSON: true)
    #expect(!json.succeeded)
    #expect(json.text.hasSuffix(#","damaged":[0],"kind":"acknowledgement"}"#))
    let found = try run(log + "E5 10 7B! 01 7C 16")
    #expect(!found.succeeded)
    #expect(found.text.contains("\n     1  7B!                      C field: REQ_UD2"))
    #expect(!found.text.contains("E5!"))
    let rubbish = try run(log + "E5 0C 13!", asJSON: true)
    #expect(
      rubbish.text.hasSuffix(
        #""from":1,"log":{"time":"2026-11-22T00:48:44.123Z","#
          + #""line":"M-Bus","direction":"RX","serial":null},"damaged":[2],"kind":"none"}"#))
    #expect(try run(log + "E5").succeeded)
  }

  @Test(arguments: [
    ("10FF010016", "C field FF: not a C field of M-Bus (EN 60870-5-2), at offset 1", 1),
    ("1000010116", "C field 00: not a C field of M-Bus (EN 60870-5-2), at offset 1", 1),
    ("1044014516", "C field 44: not a C field of M-Bus (EN 60870-5-2), at offset 1", 1),
    ("10C801C916", "C field C8: not a C field of M-Bus (EN 60870-5-2), at offset 1", 1),
    ("6803036844017 8BD16", "C field 44: not a C field of M-Bus (EN 60870-5-2), at offset 4", 4),
    ("6809096853015278563412FFFFB816", "6 bytes, 8 are needed, at offset 13", 13),
    ("68050568530150101 0C416", "2 bytes, at most 1 is possible, at offset 8", 8),
    ("680303685301A6FA16", "CI A6 of a command is not known, at offset 6", 6),
    (
      "68070768530151041339302516",
      "the telegram ends in the middle of a record, in its data: 4 bytes needed at offset 9, 2 left",
      9
    ),
  ])
  func whatIsNotUnderstood(hex: String, text: String, offset: Int) throws {
    let hex = hex.filter { $0 != " " }
    let found = try run(hex)
    #expect(!found.succeeded)
    #expect(found.text.contains("\nNot read: \(text)\n"), "\(found.text)")
    let json = try run(hex, asJSON: true)
    #expect(!json.succeeded)
    #expect(json.text.contains("\"error\":\"\(text)\",\"offset\":\(offset),"), "\(json.text)")
  }

  @Test func commandsWithHeader() throws {
    let hex = try frame("53015B785634122D2C01040100 0000 0C0607010000")
    let found = try run(hex)
    #expect(found.succeeded)
    #expect(
      found.text.contains(
        "\nCommand: data send, long header: for 12345678 KAM version 1 Heat (outlet); "
          + "Energy = 107000 Wh\n"), "\(found.text)")
    #expect(found.text.contains("\n     7  78 56 34 12              serial 12345678\n"))
    #expect(
      found.text.contains("\n    19  0C                       DIF: 8 digit BCD, instantaneous\n"))
    let short = try run(frame("53015A01000000 0C0607010000"))
    #expect(short.succeeded && short.text.contains("data send, short header: Energy = 107000 Wh"))
    let cut = try run(frame("53015B785634122D2C"), asJSON: true)
    #expect(!cut.succeeded && cut.text.contains("6 bytes, 12 are needed, at offset 13"))
    let sealed = try run(frame("53015B785634122D2C010401001005" + "00000000"))
    #expect(!sealed.succeeded)
    #expect(
      sealed.text.contains(
        "Not read: encrypted (security mode 5), and commands are not decrypted, at offset 19"))
  }

  @Test func manufacturerDataInCommands() throws {
    let found = try run("680606685301510F0102B716")
    #expect(found.succeeded)
    #expect(found.text.contains("\nCommand: data send: manufacturer's own data 01 02\n"))
    #expect(found.text.contains("\n     8  01 02                    vendor specific data\n"))
  }

  /// 2026-07-01 12:30 in type F, with bit 7 of the hour; type I adds Wednesday (3) and week 27. Year 26 is 011010 10
  /// in three and four bits: 010 in the day byte, 0011 in the month byte.
  @Test func summerTimeDayAndWeek() throws {
    let f = try meter("046D1EAC4137")
    #expect(try run(f).text.contains("  2026-07-01T12:30, summer time  "))
    #expect(
      try run(f).text.contains(
        "1E AC 41 37              2026-07-01T12:30, summer time\n"))
    #expect(try run(f, asJSON: true).text.contains(#","summerTime":true}]"#))
    let winter = try run(meter("046D1E2C4137"), asJSON: true)
    #expect(winter.text.contains("2026-07-01T12:30\"") && !winter.text.contains("summerTime"))
    let i = try meter("066D451E6C41371B")
    #expect(
      try run(i).text.contains("  2026-07-01T12:30:05, summer time, Wednesday, week 27  "))
    #expect(
      try run(i, asJSON: true).text.contains(
        #","summerTime":true,"dayOfWeek":3,"week":27}]"#))
    #expect(!(try run(meter("066D051E0C413700")).text.contains("summer time")))
  }

  /// Single precision 41A53333 is 20.65.
  @Test func digitsOfNumbers() throws {
    let large = try meter("0703FFFFFFFFFFFFFF0F")
    #expect(try run(large).text.contains("  1152921504606846975  Wh"))
    #expect(
      try run(large, asJSON: true).text.contains(
        #""value":1152921504606846975,"scale":0,"factor":null,"scaled":1152921504606846975,"#))
    let single = try meter("055B3333A541")
    #expect(try run(single).text.contains("  20.65  "))
    #expect(try run(single).text.contains("33 33 A5 41              20.65 "))
    #expect(
      try run(single, asJSON: true).text.contains(
        #""value":20.65,"scale":0,"factor":null,"scaled":20.65,"#))
  }

  @Test func kinds() throws {
    for (hex, kind) in [
      ("E5", "acknowledgement"), ("107B017C16", "request"), ("1040FE3E16", "command"),
      ("680404680801700079 16", "applicationError"), (try meter(""), "telegram"), ("FF", "none"),
    ] {
      let json = try run(hex, asJSON: true).text
      #expect(json.hasSuffix(",\"kind\":\"\(kind)\"}"), "\(json)")
    }
  }

  @Test func argumentsThatDoNotGoTogether() throws {
    let failure = #expect(throws: DecodeInput.Failure.self) {
      try DecodeInput(["/etc/hostname", "E5"])
    }
    #expect(
      failure?.description
        == "the file /etc/hostname must be the only argument: one file, -, or telegrams as hexadecimal text "
        + "can be given; several files are read by: cat FILE… | metergate decode --table -")
    #expect(throws: DecodeInput.Failure.self) { try DecodeInput(["E5", "-"]) }
    let hint = ", and there is no file of that name"
    #expect(
      try run("xyz", hint: hint).text
        == "No telegram: 'x' at character 1 is no hexadecimal digit" + hint)
    #expect(!(try run("681", hint: hint).text.contains(hint)))
  }

  @Test func nothingToRead() throws {
    let texts = Texts()
    var run = DecodeRun(
      form: DecodeForm(isJSON: false), options: try DecodeOptions.parse([]).decoding(),
      output: { texts.all.append($0) })
    var succeeded = run.end(of: "empty.txt")
    #expect(!succeeded)
    #expect(
      texts.all == [
        "No telegram: empty.txt has no telegram in it: it is empty, or has nothing but comments"
      ])
    succeeded = run.end(of: nil)
    #expect(succeeded, "something has been said")
  }
}
