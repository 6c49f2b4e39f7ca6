import CLibXML2
import Settings

/// Tells where the elements of a file begin, in the order of their start tags, for a reader that goes through them
/// in the same order: of places libxml2 tells no more than the line.
struct XMLTagPlaces {
  private let scanner: XMLScanner
  /// In UTF-8 some bytes only continue a character.
  private let isUTF8: Bool
  /// Up to where line and column are counted; nil: the elements are other ones than those that are asked for.
  private var position: Int?
  private var line = 1
  private var column = 1

  init(_ bytes: [UInt8]) {
    scanner = XMLScanner(bytes: bytes)
    let encoding = XMLEncoding(bytes)
    isUTF8 = encoding == .utf8
    if case .other = encoding { return }
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Where the next element begins.
  /// - Parameter node: that element.
  mutating func next(_ node: xmlNodePtr) -> TextPlace {
    let known = TextPlace(line: xmlGetLineNo(node))
    guard let (name, start, end) = nextTag(), isName(name, of: node) else {
      position = nil
      return known
    }
    advance(to: start)
    let place = TextPlace(line: line, column: column)
    advance(to: end)
    return place
  }

  private func nextTag() -> (name: Range<Int>, start: Int, end: Int)? {
    guard var from = position else { return nil }
    while let start = scanner.first(0x3C, from: from), let (markup, end) = scanner.markup(at: start)
    {
      switch markup {
      case .start(let name), .empty(let name): return (name, start, end)
      case .end, .characterData, .other: from = end
      }
    }
    return nil
  }

  /// In encodings other than UTF-8 only names in ASCII can be compared.
  private func isName(_ range: Range<Int>, of node: xmlNodePtr) -> Bool {
    let bytes = scanner.bytes[range]
    guard let name = node.pointee.name else { return false }
    return bytes.contains { $0 >= 0x80 }
      || bytes.elementsEqual(UnsafeBufferPointer(start: name, count: Int(max(0, xmlStrlen(name)))))
  }

  private mutating func advance(to end: Int) {
    guard let start = position, start <= end else { return }
    for byte in scanner.bytes[start..<end] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if !isUTF8 || byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    position = end
  }
}
