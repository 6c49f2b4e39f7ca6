import CLibXML2
import Settings

/// Tells where the elements of a file begin, in the order of their start tags, for a reader that goes through them
/// in the same order: of places libxml2 tells no more than the line.
struct XMLTagPlaces {
  private let scanner: XMLScanner
  private var counter: XMLPlaceCounter
  /// Whether the elements are those that are asked for.
  private var isFollowing: Bool

  init(_ bytes: [UInt8]) {
    scanner = XMLScanner(bytes: bytes)
    counter = XMLPlaceCounter(bytes)
    if case .other = XMLEncoding(bytes) { isFollowing = false } else { isFollowing = true }
  }

  /// Where the next element begins.
  /// - Parameter node: that element.
  mutating func next(_ node: xmlNodePtr) -> TextPlace {
    let known = TextPlace(line: xmlGetLineNo(node))
    guard isFollowing, let (name, start, end) = nextTag(), isName(name, of: node) else {
      isFollowing = false
      return known
    }
    counter.advance(to: start, in: scanner.bytes)
    let place = counter.place
    counter.advance(to: end, in: scanner.bytes)
    return place
  }

  private func nextTag() -> (name: Range<Int>, start: Int, end: Int)? {
    var from = counter.position
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
}

/// Counts lines and characters up to a byte of a file.
struct XMLPlaceCounter {
  /// Up to where it has counted.
  private(set) var position: Int
  private var line = 1
  private var column = 1
  /// In UTF-8 some bytes only continue a character.
  private let isUTF8: Bool

  init(_ bytes: [UInt8]) {
    isUTF8 = XMLEncoding(bytes) == .utf8
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The place of the byte at `position`.
  var place: TextPlace { TextPlace(line: line, column: column) }

  /// Goes on to a byte behind.
  mutating func advance(to end: Int, in bytes: [UInt8]) {
    guard position <= end else { return }
    for byte in bytes[position..<end] {
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
