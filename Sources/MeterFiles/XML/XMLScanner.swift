/// An element of a file as ranges of the file's bytes.
struct XMLSpan {
  /// Its name in the start tag, without a prefix.
  let name: Range<Int>
  /// All of it, from `<` to the last `>`.
  let whole: Range<Int>
  /// What stands between its tags; nil for `<a/>`.
  let content: Range<Int>?
  /// The elements in it.
  let children: [XMLSpan]
}

/// Finds where the elements of a file stand. It is no parser: it relies on libxml2 having accepted the
/// file, and is only there because libxml2 does not tell places. Works in every encoding in which the
/// bytes of ASCII mean ASCII.
struct XMLScanner {
  let bytes: [UInt8]

  /// A part of a file that begins with `<`.
  enum Markup {
    case start(name: Range<Int>)
    case empty(name: Range<Int>)
    case end
    case characterData
    /// A comment, a processing instruction, the XML declaration.
    case other
  }

  /// A part of an element's content.
  struct Piece {
    let range: Range<Int>
    /// Characters, or a CDATA section; false for comments, elements and the like.
    let isText: Bool
  }

  /// The root element; nil for what is no XML.
  func root() -> XMLSpan? {
    var open: [OpenElement] = []
    var position = 0
    while let start = first(0x3C, from: position) {
      guard let (markup, end) = markup(at: start) else { return nil }
      position = end
      let finished: XMLSpan
      switch markup {
      case .start(let name):
        open.append(OpenElement(name: name, start: start, content: end))
        continue
      case .empty(let name):
        finished = XMLSpan(name: name, whole: start..<end, content: nil, children: [])
      case .end:
        guard let element = open.popLast() else { return nil }
        finished = XMLSpan(
          name: element.name, whole: element.start..<end, content: element.content..<start,
          children: element.children)
      case .characterData, .other: continue
      }
      guard !open.isEmpty else { return finished }
      open[open.count - 1].children.append(finished)
    }
    return nil
  }

  /// The content of an element without elements of its own: its text, and what stands within it.
  func pieces(of element: XMLSpan) -> [Piece] {
    guard let content = element.content else { return [] }
    var pieces: [Piece] = []
    var position = content.lowerBound
    while position < content.upperBound {
      let start = min(first(0x3C, from: position) ?? content.upperBound, content.upperBound)
      if start > position { pieces.append(Piece(range: position..<start, isText: true)) }
      guard start < content.upperBound, let (markup, end) = markup(at: start) else { break }
      if case .characterData = markup {
        pieces.append(Piece(range: start..<end, isText: true))
      } else {
        pieces.append(Piece(range: start..<end, isText: false))
      }
      position = end
    }
    return pieces
  }

  /// What begins at a `<`, and where it ends.
  func markup(at start: Int) -> (Markup, end: Int)? {
    guard let next = byte(start + 1) else { return nil }
    guard next == 0x21 || next == 0x2F || next == 0x3F else { return tag(at: start) }
    if has("<!--", at: start) { return end("-->", from: start + 4).map { (.other, $0) } }
    if has("<![CDATA[", at: start) {
      return end("]]>", from: start + 9).map { (.characterData, $0) }
    }
    if has("<?", at: start) { return end("?>", from: start + 2).map { (.other, $0) } }
    if has("</", at: start) { return end(">", from: start + 2).map { (.end, $0) } }
    return nil
  }

  private func tag(at start: Int) -> (Markup, end: Int)? {
    var position = start + 1
    var nameStart = position
    while let byte = byte(position), !XMLText.isSpace(byte), byte != 0x2F, byte != 0x3E {
      position += 1
      if byte == 0x3A { nameStart = position }
    }
    let name = nameStart..<position
    while let byte = byte(position) {
      switch byte {
      case 0x22, 0x27:
        guard let quote = first(byte, from: position + 1) else { return nil }
        position = quote + 1
      case 0x3E:
        let isEmpty = self.byte(position - 1) == 0x2F
        return (isEmpty ? .empty(name: name) : .start(name: name), position + 1)
      default: position += 1
      }
    }
    return nil
  }

  /// A byte; nil beyond the ends.
  func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

  func has(_ text: StaticString, at start: Int) -> Bool {
    guard start >= 0, start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { bytes[start...].starts(with: $0) }
  }

  func first(_ wanted: UInt8, from start: Int) -> Int? {
    guard (0...bytes.count).contains(start) else { return nil }
    return bytes[start...].firstIndex(of: wanted)
  }

  /// Where the first of these texts ends.
  private func end(_ text: StaticString, from start: Int) -> Int? {
    guard let head = text.withUTF8Buffer({ $0.first }) else { return nil }
    var position = start
    while let found = first(head, from: position) {
      if has(text, at: found) { return found + text.utf8CodeUnitCount }
      position = found + 1
    }
    return nil
  }
}

/// An element whose end has not been seen.
private struct OpenElement {
  let name: Range<Int>
  let start: Int
  let content: Int
  var children: [XMLSpan] = []
}
