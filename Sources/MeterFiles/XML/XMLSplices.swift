/// Changes to the bytes of a file, each a range with what takes its place; everything between them stays
/// as it is. Knows how the file is laid out, so that what is new looks like what is there.
struct XMLSplices {
  /// The indentation of a file that shows none.
  static let usualUnit: [UInt8] = [0x20, 0x20]

  let scanner: XMLScanner
  /// The file's line end: the first in it.
  let lineEnd: [UInt8]
  private var splices: [(range: Range<Int>, bytes: [UInt8])] = []

  init(_ scanner: XMLScanner) {
    self.scanner = scanner
    let isReturn = { (byte: UInt8) in byte == 0x0D }
    guard let first = scanner.bytes.firstIndex(where: { $0 == 0x0A || isReturn($0) }),
      let byte = scanner.byte(first), isReturn(byte)
    else {
      lineEnd = [0x0A]
      return
    }
    lineEnd = scanner.byte(first + 1) == 0x0A ? [0x0D, 0x0A] : [0x0D]
  }

  /// The file with all changes; nil when two of them overlap.
  func result() -> [UInt8]? {
    guard !splices.isEmpty else { return scanner.bytes }
    // What is put in at a place stands before what is taken out there.
    let ordered = splices.enumerated().sorted { a, b in
      (a.element.range.lowerBound, a.element.range.isEmpty ? 0 : 1, a.offset)
        < (b.element.range.lowerBound, b.element.range.isEmpty ? 0 : 1, b.offset)
    }
    var result: [UInt8] = []
    var position = 0
    for (_, splice) in ordered {
      guard splice.range.lowerBound >= position else { return nil }
      result += scanner.bytes[position..<splice.range.lowerBound]
      result += splice.bytes
      position = splice.range.upperBound
    }
    return result + scanner.bytes[position...]
  }

  mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
    splices.append((range, bytes))
  }

  /// Takes an element out: with its lines when nothing else stands in them.
  mutating func cut(_ element: XMLSpan) {
    let whole = element.whole
    guard let indentation = indentation(at: whole.lowerBound),
      let end = lineEnd(from: whole.upperBound)
    else {
      replace(whole, with: [])
      return
    }
    replace(whole.lowerBound - indentation.count..<end, with: [])
  }

  /// Puts something behind an element, and behind the comment that follows it in its line.
  /// - Parameter lead: what begins a new line, nil where elements stand side by side.
  mutating func insert(_ bytes: [UInt8], after element: XMLSpan, lead: XMLLead?) {
    let place = endOfComments(from: element.whole.upperBound)
    replace(place..<place, with: (lead?.bytes ?? []) + bytes)
  }

  mutating func insert(_ bytes: [UInt8], before element: XMLSpan, lead: XMLLead?) {
    let place = element.whole.lowerBound
    replace(place..<place, with: bytes + (lead?.bytes ?? []))
  }

  /// Puts elements at the end of another, which has none that stay.
  mutating func append(
    _ parts: [[UInt8]], to element: XMLSpan, lead: XMLLead?, closing: XMLLead?
  ) {
    let joined = parts.flatMap { (lead?.bytes ?? []) + $0 }
    let end = lead == nil ? [] : closing?.bytes ?? []
    guard let content = element.content else {
      // From <a/> to <a>…</a>.
      let name = qualifiedName(element)
      let tail = tailOfEmptyTag(element)
      let tag = Array("</".utf8) + name + Array(">".utf8)
      replace(tail, with: Array(">".utf8) + joined + end + tag)
      return
    }
    let place = content.upperBound
    if let indentation = indentation(at: place), place - indentation.count > content.lowerBound {
      let start = place - indentation.count
      let lines = parts.flatMap { (lead?.indentation ?? []) + $0 + lineEnd }
      replace(start..<start, with: lines)
    } else {
      replace(place..<place, with: joined + end)
    }
  }

  /// `/>`, with the spaces before it.
  func tailOfEmptyTag(_ element: XMLSpan) -> Range<Int> {
    let end = element.whole.upperBound
    var start = end - 2
    while let byte = scanner.byte(start - 1), XMLText.isSpace(byte) { start -= 1 }
    return start..<end
  }

  /// The name with its prefix, as the start tag has it.
  func qualifiedName(_ element: XMLSpan) -> ArraySlice<UInt8> {
    scanner.bytes[element.whole.lowerBound + 1..<element.name.upperBound]
  }

  /// How lines with this element begin; nil when something stands before it in its line.
  func lead(of element: XMLSpan) -> XMLLead? {
    indentation(at: element.whole.lowerBound).map {
      XMLLead(lineEnd: lineEnd, indentation: Array($0))
    }
  }

  /// The blanks from the line's begin to a place; nil when there is anything else.
  private func indentation(at place: Int) -> ArraySlice<UInt8>? {
    var start = place
    while let byte = scanner.byte(start - 1), byte == 0x20 || byte == 0x09 { start -= 1 }
    guard let before = scanner.byte(start - 1) else {
      return start == 0 ? scanner.bytes[..<place] : nil
    }
    return before == 0x0A || before == 0x0D ? scanner.bytes[start..<place] : nil
  }

  /// The end of the line with its line end, when only blanks are between.
  private func lineEnd(from place: Int) -> Int? {
    var end = place
    while let byte = scanner.byte(end), byte == 0x20 || byte == 0x09 { end += 1 }
    switch scanner.byte(end) {
    case 0x0D: return scanner.byte(end + 1) == 0x0A ? end + 2 : end + 1
    case 0x0A: return end + 1
    default: return nil
    }
  }

  /// Behind comments that end the line; the place itself when there are none.
  private func endOfComments(from place: Int) -> Int {
    var end = place
    var position = place
    while let byte = scanner.byte(position) {
      if byte == 0x20 || byte == 0x09 {
        position += 1
      } else if scanner.has("<!--", at: position), let (_, next) = scanner.markup(at: position) {
        (position, end) = (next, next)
      } else {
        break
      }
    }
    let isOneLine = !scanner.bytes[place..<end].contains { $0 == 0x0A || $0 == 0x0D }
    return isOneLine && lineEnd(from: end) != nil ? end : place
  }
}

/// What begins a line with an element.
struct XMLLead: Equatable {
  let lineEnd: [UInt8]
  let indentation: [UInt8]

  var bytes: [UInt8] { lineEnd + indentation }

  /// That of the elements within.
  func deeper(by unit: [UInt8]) -> XMLLead {
    XMLLead(lineEnd: lineEnd, indentation: indentation + unit)
  }
}
