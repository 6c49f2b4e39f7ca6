import Metering
import Testing

@testable import MeterFiles

/// Files that are no XML: where, and what is expected there.
@Suite struct MalformedListTests {
  @Test(arguments: [
    (
      "<root>\n<meter>\n",
      "3:1: Premature end of data in tag meter line 2; expected is </meter> "
        + "before the end of the file"
    ),
    (
      "<root>\n<meter><user>a & b</user></meter></root>",
      "2:17: no name; expected is a name; in a text & is written &amp; and < is "
        + "written &lt;"
    ),
    (
      "<root><user>a &b</user></root>",
      "1:17: EntityRef: expecting ';'; expected is a semicolon; in a text & is written &amp;"
    ),
    (
      "<root><user>K&uuml;che</user></root>",
      "1:20: Entity 'uuml' not defined; expected is the character itself, or one of &amp; &lt; &gt; "
        + "&quot; &apos;"
    ),
    (
      "<root><user>a < b</user></root>",
      "1:16: StartTag: invalid element name; expected is a name; in a text & is written &amp; and < is "
        + "written &lt;"
    ),
    (
      "<root></root>\n<root/>",
      "2:1: Extra content at the end of the document; expected is nothing behind the end of the first "
        + "element"
    ),
    (
      "<root><!-- a </root>",
      "1:21: Comment not terminated; expected is the end of the comment, -->"
    ),
    (
      "<root>\u{1}</root>",
      "1:7: PCDATA invalid Char value 1; expected is text in UTF-8 without control characters; save "
        + "the file in that encoding"
    ),
    (
      "<root a=b/>",
      "1:9: AttValue: \" or ' expected; expected is name=\"value\" or the end of the tag, >"
    ),
    (
      "\n<?xml version=\"1.0\"?><root/>",
      "2:6: XML declaration allowed only at the start of the document; expected is <?xml …?> as the first "
        + "characters of the file, or not at all"
    ),
  ])
  func whatIsExpected(text: String, message: String) {
    let result = DeviceHandleFile.parse(Array(text.utf8), name: "f")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "f:\(message); the meter list is empty until it is mended"
      ])
  }

  @Test func aLetterOfAnotherEncoding() throws {
    let bytes = Array("<root>\n<user>K".utf8) + [0xFC] + Array("che</user></root>".utf8)
    let diagnostic = try #require(DeviceHandleFile.parse(bytes, name: "f").diagnostics.first)
    #expect(diagnostic.line == 2 && diagnostic.column != nil)
    #expect(
      diagnostic.message.contains(
        "; expected is text in UTF-8 without control characters; save the file in that encoding;"))
  }

  @Test func entityBombsAreNotRead() {
    let bomb = """
      <?xml version="1.0"?>
      <!-- a -->
      <!DOCTYPE root [<!ENTITY a "aaaaaaaaaa">
      \((0..<12).map { "<!ENTITY a\($0 + 1) \"\(String(repeating: "&a\($0);", count: 10))\">" }
        .joined(separator: "\n"))
      ]>
      <root><meter><serial>1</serial><user>&a12;</user></meter></root>
      """
    let result = DeviceHandleFile.parse(Array(bomb.utf8), name: "f")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "f:3:1: document types (<!DOCTYPE …>) are not read; remove it; the meter list is empty until "
          + "it is mended"
      ])
  }

  @Test func depthIsLimited() throws {
    for (depth, message) in [
      (65, "more than 64 levels deep"), (5000, "Excessive depth in document: 256"),
    ] {
      let text =
        String(repeating: "<a>\n", count: depth) + String(repeating: "</a>", count: depth)
      let result = DeviceHandleFile.parse(Array(text.utf8), name: "f")
      #expect(result.meters == nil)
      let diagnostic = try #require(result.diagnostics.first)
      #expect(diagnostic.message.hasPrefix(message), "\(diagnostic)")
      #expect(diagnostic.line != nil)
    }
  }

  @Test func tagsAndAttributesAreLimited() {
    let tags = "<root>\n" + String(repeating: "<a/>", count: XMLLimit.markup) + "</root>"
    let column = 4 * (XMLLimit.markup - 1) + 1
    #expect(
      DeviceHandleFile.parse(Array(tags.utf8), name: "f").diagnostics.map(\.description) == [
        "f:2:\(column): more than 600000 tags are not read; the meter list is empty until it is mended"
      ])
    let attributes =
      "<root>\n<a " + (0...XMLLimit.attributes).map { "a\($0) = '' " }.joined() + "/></root>"
    let diagnostics = DeviceHandleFile.parse(Array(attributes.utf8), name: "f").diagnostics
    #expect(
      diagnostics.map(\.message) == [
        "more than 1000 attributes are not read; expected are elements; the meter list is empty until "
          + "it is mended"
      ])
    #expect(diagnostics.first?.line == 2)
  }

  @Test func metersAreLimited() {
    let limit = DeviceHandleLimit.meters
    let meters = (1...limit + 1).map { "\n<meter><serial>\($0)</serial></meter>" }
    let most = "<root>" + meters.dropLast().joined() + "</root>"
    #expect(DeviceHandleFile.parse(Array(most.utf8), name: "f").meters?.count == limit)
    let more = Array(("<root>" + meters.joined() + "</root>").utf8)
    let result = DeviceHandleFile.parse(more, name: "f")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "f:10002:1: more than 10000 meters are not read; the meter list is empty until it is mended"
      ])
    #expect(throws: DeviceHandleEditFailure.self) {
      _ = try DeviceHandleFile.edit(more, name: "f", to: [])
    }
  }

  /// Comparing each with all others would take minutes.
  @Test func manyMetersWithOneSerialAreNoHang() {
    let meters = (0..<10_000).map {
      "<meter><serial>1</serial><version>\($0 % 255)</version><medium>\($0 / 255)</medium></meter>"
    }
    let text = "<root>" + meters.joined() + "</root>"
    let result = DeviceHandleFile.parse(Array(text.utf8), name: "f")
    #expect(result.meters?.count == 10_000)
    #expect(result.diagnostics.isEmpty, "they are all different")
  }

  /// It is read, and the label is not taken over.
  @Test func longTexts() {
    let limit = DeviceHandleLimit.textLength
    for (count, isAllowed) in [(limit, true), (limit + 1, false), (5_000_000, false)] {
      let text =
        "<r><meter><serial>1</serial><user>" + String(repeating: "x", count: count)
        + "</user></meter></r>"
      let result = DeviceHandleFile.parse(Array(text.utf8), name: "f")
      #expect(result.meters?.first?.userLabel.isEmpty == !isAllowed)
      #expect(result.diagnostics.allSatisfy { $0.message.count < 300 })
      #expect(result.diagnostics.map(\.severity) == (isAllowed ? [] : [.error]))
    }
  }

  @Test func otherEncodingsAreReadWhileTheyAreSmall() {
    func utf16(_ text: String) -> [UInt8] {
      [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
    let small = "<r><meter><serial>1</serial></meter></r>"
    #expect(DeviceHandleFile.parse(utf16(small), name: "f").meters?.count == 1)
    let large = small + String(repeating: " ", count: XMLLimit.otherEncodingSize / 2)
    let result = DeviceHandleFile.parse(utf16(large), name: "f")
    #expect(result.meters == nil)
    #expect(
      result.diagnostics.map(\.message) == [
        "the file has 262226 bytes, of which in the encoding UTF-16 or UTF-32 at most 262144 are read; "
          + "expected is UTF-8; the meter list is empty until it is mended"
      ])
  }
}
