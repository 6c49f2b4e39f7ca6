import Settings
import Testing

@testable import MeterFiles

/// Where elements stand, by line and column.
@Suite struct XMLPlaceTests {
  private func places(_ bytes: [UInt8]) throws -> [String] {
    var found: [String] = []
    func note(_ element: XMLElement) {
      let column = element.place.column.map { ":\($0)" } ?? ""
      found.append("\(element.name) \(element.place.line)\(column)")
      for child in element.children { note(child) }
    }
    note(try XMLReader.read(bytes))
    return found
  }

  @Test(
    arguments: [
      ("<a><b/><b/><c>x</c></a>", ["a 1:1", "b 1:4", "b 1:8", "c 1:12"]),
      ("<a>\n  <b>\n    <c/>\r\n  </b><d/>\n</a>", ["a 1:1", "b 2:3", "c 3:5", "d 4:7"]),
      // A tag over several lines stands where it begins.
      ("<a\n  x='>'\n><b\n/><c/></a>", ["a 1:1", "b 3:2", "c 4:3"]),
      ("<?xml version=\"1.0\"?><!-- <no> --><a><![CDATA[<no>]]><b/></a>", ["a 1:35", "b 1:54"]),
      ("<a><?p <no> ?><n:b xmlns:n='u'/></a>", ["a 1:1", "b 1:15"]),
      // Characters count, not bytes.
      ("\u{FEFF}<a>ä€😀<b>é</b><c/></a>", ["a 1:1", "b 1:7", "c 1:15"]),
      ("<ä><b/></ä>", ["ä 1:1", "b 1:4"]),
    ] as [(String, [String])])
  func places(text: String, expected: [String]) throws {
    #expect(try places(Array(text.utf8)) == expected)
  }

  @Test func latin1() throws {
    let head = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>".utf8)
    #expect(try places(head + [0xE4, 0xF6] + Array("<b/></a>".utf8)) == ["a 2:1", "b 2:6"])
  }

  /// There the scanner cannot follow: better no column than a wrong one.
  @Test func utf16HasLinesOnly() throws {
    let units = "<a>\n<b/></a>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try places([0xFF, 0xFE] + units) == ["a 1", "b 2"])
  }
}
