import Metering
import Testing

@testable import MeterFiles

@Suite struct DeviceHandleMessagesTests {
  @Test(arguments: wrongFiles) func whatUsersSee(_ file: WrongFile) {
    let result = DeviceHandleFile.parse(Array(file.text.utf8), name: "f.cfg")
    #expect(result.diagnostics.map { "\($0.severity): \($0)" } == file.messages)
    #expect(result.meters?.count == file.meters)
  }

  @Test func aFileBeyondTheLimit() {
    let bytes = [UInt8](repeating: 0x20, count: DeviceHandleLimit.fileSize + 1)
    let result = DeviceHandleFile.parse(bytes, name: "f.cfg")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "f.cfg: the file has 16777217 bytes; at most 16777216 are read"
      ])
  }

  /// Lines beyond 65,535, where old versions of libxml2 stop counting.
  @Test func linesOfLongFiles() {
    let text =
      "<r>" + String(repeating: "\n", count: 70_000) + "<meter><medium>?</medium></meter></r>"
    let result = DeviceHandleFile.parse(Array(text.utf8), name: "f.cfg")
    #expect(result.diagnostics.first?.line == 70_001)
  }

  @Test func theKeyIsNotShown() throws {
    let text = "<r><meter><serial>1</serial><encryptionkey>0x12</encryptionkey></meter></r>"
    let result = DeviceHandleFile.parse(Array(text.utf8), name: "f.cfg")
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.value == nil)
    #expect(
      "\(diagnostic)"
        == "f.cfg:1:29: meter 00000001: <encryptionkey> = (not shown): not allowed; allowed: 16 "
        + "bytes such as 0x82 0xB0 …, 0 for none; 0 stays in force")
  }

  @Test func thousandsOfErrorsAreCutShort() {
    let wrong = "<value><colour/><scale>2</scale></value>"
    let text =
      "<r><meter><serial>1</serial>" + String(repeating: wrong, count: 3000) + "</meter></r>"
    let diagnostics = DeviceHandleFile.parse(Array(text.utf8), name: "f.cfg").diagnostics
    #expect(diagnostics.count == 201)
    #expect(diagnostics.allSatisfy { $0.severity == .error })
    // 2800 errors and the note on <colour>.
    #expect(diagnostics.last?.description == "f.cfg: and 2801 more")
  }

  @Test func entitiesAreNotExpanded() {
    let text = """
      <!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "/etc/passwd">]>
      <r><meter><serial>1</serial><user>&b;&c;</user></meter></r>
      """
    let result = DeviceHandleFile.parse(Array(text.utf8), name: "f.cfg")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "f.cfg:1:1: document types (<!DOCTYPE …>) are not read; remove it"
          + "; the meter list is empty until it is mended"
      ])
  }
}

struct WrongFile: CustomTestStringConvertible, Sendable {
  let text: String
  let meters: Int?
  let messages: [String]
  var testDescription: String { text }

  init(_ text: String, meters: Int? = 1, _ messages: String...) {
    self.text = text
    self.meters = meters
    self.messages = messages
  }

  /// One meter, 66600106 LUG, whose own elements are in line 3.
  static func meter(_ elements: String, _ messages: String...) -> WrongFile {
    var file = WrongFile(
      "<root><meter>\n<serial>0x66600106</serial><manufacturer>LUG</manufacturer>\n\(elements)"
        + "</meter></root>")
    file = WrongFile(text: file.text, meters: 1, messages: messages)
    return file
  }

  private init(text: String, meters: Int?, messages: [String]) {
    (self.text, self.meters) = (text, meters)
    self.messages = messages.map { Self.placed($0, in: text) }
  }
}

extension WrongFile {
  /// A message of `refused` with the column at which its element stands in line 3.
  private static func placed(_ message: String, in text: String) -> String {
    let parts = message.split(separator: "{", maxSplits: 1)
    guard parts.count == 2, let end = parts[1].firstIndex(of: "}"),
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).first,
      let tag = line.firstRange(of: parts[1][..<end])
    else { return message }
    let column = line.distance(from: line.startIndex, to: tag.lowerBound) + 1
    return "\(parts[0])\(column)\(parts[1][end...].dropFirst())"
  }
}

/// The message for an element of line 3.
private func refused(_ element: String, _ value: String, _ rest: String, of: String = "") -> String
{
  "error: f.cfg:3:{<\(element)>\(value)<}: meter 66600106 LUG\(of): <\(element)> = '\(value)': not allowed; allowed: \(rest)"
}

private let userScales =
  "a number other than 0 such as 1e-1, 0.25 or -1, 1e-99 to 1e99 in amount"

private func meterXML(_ serial: Int, _ elements: String) -> String {
  "<meter><serial>0x\(serial)</serial>\(elements)</meter>\n"
}

private let wrongFiles: [WrongFile] = [
  WrongFile(
    "<root><version>six</version><layoutversion>1</layoutversion><layoutversion>2</layoutversion></root>",
    meters: 0,
    "warning: f.cfg:1:7: the list: <version> = 'six' is not what other devices write: a number such as "
      + "0x06; it stays in the file, and has no effect",
    "warning: f.cfg:1:61: the list: <layoutversion> stands in line 1, column 29 already; this one counts"
  ),
  .meter(
    "<rssi>-71</rssi><rsi>300</rsi><dbid>one</dbid><value><encodetype>INT 32</encodetype></value>",
    "warning: f.cfg:3:17: meter 66600106 LUG: <rsi> = '300' is not what other devices write: -255 to 255; "
      + "it stays in the file, and has no effect",
    "warning: f.cfg:3:31: meter 66600106 LUG: <dbid> = 'one' is not what other devices write: 0 to "
      + "18446744073709551615; it stays in the file, and has no effect",
    "warning: f.cfg:3:54: meter 66600106 LUG, value 1: <encodetype> = 'INT 32' is not what other devices "
      + "write: a word such as INT32; it stays in the file, and has no effect"),
  // In other places than the manuals have them, too.
  .meter("<layoutversion>x</layoutversion><value><dbid>x</dbid><rssi>y</rssi></value>"),
  .meter(
    "<value><confdata>1-0:1.8.256</confdata><bacnetreg>4194303</bacnetreg></value>",
    refused(
      "confdata", "1-0:1.8.256",
      "1 to 64 bytes such as 0x01 0x00 0x01 0x08 0x00 0xFF, or an OBIS code such as 1-0:1.8.0*255; "
        + "it stays unset", of: ", value 1"),
    refused("bacnetreg", "4194303", "0 to 4194302; it stays unset", of: ", value 1")),
  .meter(
    "<value><rawdata>07 FB 0</rawdata></value>",
    refused(
      "rawdata", "07 FB 0", "at most 534 bytes such as 07 FB 0D 00; it stays unset", of: ", value 1"
    )),
  .meter(
    "<value><confdata>01 02</confdata></value>",
    "note: f.cfg:3:8: <confdata> is accepted without effect yet",
    "warning: f.cfg:3:1: meter 66600106 LUG, value 1: <confdata> has 2 bytes; an OBIS code has 6"),
  .meter(
    "<value><user>a</user></value><value/>\n<value>\n<user>a</user></value>",
    "warning: f.cfg:5:1: meter 66600106 LUG, value 3: <user> = \"a\" is the label of value 1 in line 3, too: "
      + "whoever reads reports cannot tell them apart"),
  WrongFile(
    "<r>" + meterXML(1, "<value><bacnetreg>8</bacnetreg></value>")
      + meterXML(2, "<value/><value><bacnetreg>0x08</bacnetreg></value>") + "</r>", meters: 2,
    "note: f.cfg:1:38: <bacnetreg> is accepted without effect yet (2 times, first here)",
    "warning: f.cfg:2:43: value 2 of meter 00000002: <bacnetreg> = \"8\" is the number of value 1 of meter "
      + "00000001 in line 1, too"),
  WrongFile(
    "<r>" + meterXML(1, "<user>flat</user>") + meterXML(2, "<user>flat</user>") + "</r>", meters: 2),
  WrongFile(
    "<r>" + meterXML(1, "<interface>S0</interface><primaryaddress>1</primaryaddress>")
      + meterXML(1, "<interface>S0</interface><primaryaddress>2</primaryaddress>")
      + meterXML(1, "<interface>S0</interface><primaryaddress>1</primaryaddress>") + "</r>",
    meters: 3,
    "note: f.cfg:1:4: 3 meters have interfaces that this version does not read (S0: 3), the first is meter "
      + "00000001; they keep their places and registers",
    "error: f.cfg:3:1: meter 00000001 has the same identity as meter 00000001 in line 1"),
  WrongFile(
    "", meters: nil, "error: f.cfg: the file is empty; the meter list is empty until it is mended"),
  WrongFile(
    "<root>\n <meter>\n</root>", meters: nil,
    "error: f.cfg:3:8: Opening and ending tag mismatch: meter line 2 and root; expected is "
      + "</meter>; the meter list is empty until it is mended"),
  WrongFile(
    "no xml", meters: nil,
    "error: f.cfg:1:1: Start tag expected, '<' not found; expected is <root> with one <meter> "
      + "a meter; the meter list is empty until it is mended"),
  .meter(
    "<interface>KNX</interface>",
    refused(
      "interface", "KNX",
      "one of M-Bus, wM-Bus, DLDERs, S0, Modbus, System; the meter keeps its registers, and is not read until "
        + "it is mended")),
  .meter(
    "<interface>wM-Bus</interface>",
    "note: f.cfg:1:7: meter 66600106 LUG has an interface that this version does not read (wM-Bus); it "
      + "keeps its place and registers"),
  .meter(
    "<medium>Beer</medium>",
    refused(
      "medium", "Beer",
      "a name such as Electricity or its number, 0xFF for any; 0xFF stays in force")),
  .meter(
    "<version>256</version>",
    refused("version", "256", "0 to 255 or 0x00 to 0xFF, 0xFF for any; 0xFF stays in force")),
  .meter(
    "<primaryaddress>251</primaryaddress>",
    refused("primaryaddress", "251", "0 to 250; 0 stays in force")),
  .meter(
    "<addressmode>2</addressmode>",
    refused("addressmode", "2", "0 (secondary) or 1 (primary); 0 stays in force")),
  .meter(
    "<readoutcycle>daily</readoutcycle>",
    refused(
      "readoutcycle", "daily", "0 to 4294967295 s, 0 for METER_TIME; 0 stays in force")),
  .meter(
    "<maxvaluecount>-1</maxvaluecount>",
    refused(
      "maxvaluecount", "-1", "0 to 65535, 0 for METER_MAXVALUECOUNT; 0 stays in force")),
  .meter("<active>yes</active>", refused("active", "yes", "0 (no) or 1 (yes); 1 stays in force")),
  .meter(
    "<register>65536</register>",
    refused(
      "register", "65536",
      "1 to 65535, 0 for none; the meter and its values are given no registers until it is mended")),
  .meter(
    "<manufacturer>NZR</manufacturer>",
    "warning: f.cfg:3:1: meter 66600106 NZR: <manufacturer> stands in line 2 already; this one counts"
  ),
  .meter(
    "<value/><value><scale>2</scale></value>",
    refused(
      "scale", "2", "a power of ten such as 1e-3, 1e-99 to 1e99; 1e0 stays in force",
      of: ", value 2")),
  .meter(
    "<value><valuetype>mean</valuetype><storagenum>x</storagenum></value>",
    refused(
      "valuetype", "mean",
      "one of instantaneous, maximum, minimum, errorstate; instantaneous stays in force",
      of: ", value 1"),
    refused("storagenum", "x", "0 to 18446744073709551615; 0 stays in force", of: ", value 1")),
  .meter(
    "<value><tariff>4294967296</tariff><dif>0</dif><vif>0G</vif></value>",
    refused("tariff", "4294967296", "0 to 4294967295; 0 stays in force", of: ", value 1"),
    refused("dif", "0", "1 to 11 bytes such as 8C 11; it stays unset", of: ", value 1"),
    refused("vif", "0G", "1 to 267 bytes such as FB 0D; it stays unset", of: ", value 1")),
  .meter(
    "<stalepolicy>LAST</stalepolicy><staleafter>0</staleafter>",
    refused(
      "stalepolicy", "LAST", "one of HOLD, NAN, EXCEPTION; MODBUS_STALEPOLICY stays in force"),
    refused("staleafter", "0", "1 to 255 readouts; MODBUS_STALEAFTER stays in force")),
  .meter("<stalepolicy>nan</stalepolicy><staleafter>0xFF</staleafter>"),
  .meter("<timezone>Etc/UTC</timezone>"),
  .meter(
    "<timezone>Middle/Earth</timezone>",
    refused(
      "timezone", "Middle/Earth",
      "a name of the zone database (/usr/share/zoneinfo), such as Europe/Berlin or UTC; TIMEZONE stays in "
        + "force")),
  .meter(
    "<value><stalepolicy>NAN</stalepolicy></value>",
    "warning: f.cfg:3:8: <stalepolicy> has no effect here; it belongs into <meter>"),
  .meter(
    "<value><userscale>0</userscale></value><value><userscale>1e100</userscale></value>",
    refused("userscale", "0", "\(userScales); 1e0 stays in force", of: ", value 1"),
    refused("userscale", "1e100", "\(userScales); 1e0 stays in force", of: ", value 2")),
  .meter(
    "<userscale>1</userscale><value><userscale>1</userscale><colour/></value>",
    "warning: f.cfg:3:1: <userscale> has no effect here; it belongs into <value>",
    "note: f.cfg:3:56: <colour> is not an element that this version knows; it has no effect"),
  .meter(
    "<reedoutcycle>5</reedoutcycle><scale>1</scale><values/>",
    "warning: f.cfg:3:1: <reedoutcycle> is not an element that this version knows; it has no effect; "
      + "did you mean <readoutcycle>?",
    "warning: f.cfg:3:31: <scale> has no effect here; it belongs into <value>",
    "warning: f.cfg:3:47: <values> is not an element that this version knows; it has no effect; did "
      + "you mean <value>?"),
  WrongFile(
    "<foo/>", meters: 0,
    "error: f.cfg:1:1: there is no <meter> in <foo>; expected is <root> with one <meter> a meter; "
      + "the meter list is empty"),
  WrongFile(
    "<meter>\n<seriall>1</seriall></meter>", meters: 0,
    "error: f.cfg:1:1: there is no <meter> in <meter>; expected is <root> with one <meter> a meter; "
      + "the meter list is empty",
    "note: f.cfg:2:1: <seriall> is not an element that this version knows; it has no effect"),
  WrongFile("<root><version>0x06</version></root>", meters: 0),
  WrongFile(
    "<root><meter><serial>1</serial></meter>\n<meter serial=\"2\" medium=\"4\"><serial "
      + "x=\"1\">2</serial></meter></root>", meters: 2,
    "note: f.cfg:2:1: <meter serial=…>: attributes have no effect; what counts stands in elements (3 "
      + "attributes, first here)"),
  .meter(
    "<active>0</active><user/><encryptionkey>0</encryptionkey><value><active>1</active>\n"
      + "<user>a</user></value><value><active>0</active><user>b</user></value>",
    "note: f.cfg:3:1: <active> is accepted without effect yet (2 times, first here)"),
  .meter("<encryptionkey>000102030405060708090A0B0C0D0E0F</encryptionkey>"),
  WrongFile(
    "<r><meter><serial>abc!</serial></meter></r>",
    "error: f.cfg:1:11: meter address 0: <serial> = 'abc!': not allowed; allowed: eight digits such as "
      + "0x30101198, 0xFFFFFFFF for any; the meter keeps its registers, and is not "
      + "read until it is mended"),
  WrongFile(
    "<r><meter><version>1</version></meter></r>",
    "warning: f.cfg:1:4: this meter has no serial and is read by secondary address: any meter answers; "
      + "give <serial>, or <addressmode> 1 to read it by its primary address"),
  WrongFile(
    "<r><meter><manufacturer>N1R</manufacturer><serial>1</serial></meter></r>",
    "error: f.cfg:1:11: meter 00000001: <manufacturer> = 'N1R': not allowed; allowed: three letters such as "
      + "NZR or their code such as 0x3B52, 0xFFFF for any; 0xFFFF stays in force"),
  WrongFile(
    "<r>" + meterXML(1, "") + meterXML(2, "") + meterXML(1, "<primaryaddress>7</primaryaddress>")
      + "</r>", meters: 3,
    "error: f.cfg:3:1: meter 00000001 has the same identity as meter 00000001 in line 1"),
  WrongFile(
    "<r>" + meterXML(1, "")
      + meterXML(
        1,
        "<manufacturer>NZR</manufacturer><primaryaddress>7</primaryaddress><addressmode>1</addressmode>"
      )
      + meterXML(2, "<manufacturer>NZR</manufacturer>")
      + meterXML(2, "<manufacturer>ABB</manufacturer>")
      + "</r>", meters: 4,
    "warning: f.cfg:2:1: meter 00000001 NZR is probably the same as meter 00000001 in line 1, and read "
      + "twice: take one of them out"),
  WrongFile(
    "<r>" + meterXML(1, "<primaryaddress>7</primaryaddress><addressmode>1</addressmode>")
      + meterXML(2, "<primaryaddress>7</primaryaddress><addressmode>1</addressmode>") + "</r>",
    meters: 2,
    "error: f.cfg:2:1: meter 00000002 has primary address 7, too, as meter 00000001 in line 1"),
  WrongFile(
    "<r>" + meterXML(1, "<register>10</register>\n<value><register>20</register></value>")
      + meterXML(2, "<register>15</register>") + meterXML(3, "<register>20</register>") + "</r>",
    meters: 3,
    "error: f.cfg:3:28: meter 00000002: register 15 is taken: meter 00000001 has 10 to 19 (line 1)",
    "error: f.cfg:4:28: meter 00000003: register 20 is taken: value 1 of meter 00000001 has 20 to 29 "
      + "(line 2)"),
  // The earlier entry keeps its registers, whichever is lower; one that is refused takes none.
  WrongFile(
    "<r>" + meterXML(11_111_111, "<register>30</register>")
      + meterXML(22_222_222, "<register>25</register>")
      + meterXML(33_333_333, "<register>20</register>") + "</r>", meters: 3,
    "error: f.cfg:2:35: meter 22222222: register 25 is taken: meter 11111111 has 30 to 39 (line 1)"),
  .meter(
    "<register>9</register>",
    "error: f.cfg:3:1: meter 66600106 LUG: register 9 is taken: the device has 0 to 9"),
  .meter(
    "<register>25</register>",
    "warning: f.cfg:3:1: meter 66600106 LUG: register 25 is no multiple of 10"),
  .meter(
    "<register>65530</register>",
    "error: f.cfg:3:1: meter 66600106 LUG: register 65530 is too high: an entry takes 10 registers, the "
      + "last is 65535"),
  .meter("<register>65520</register>"),
]
