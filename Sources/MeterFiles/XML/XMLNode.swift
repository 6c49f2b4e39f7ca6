/// An element as libxml2 reads it, and where it stands.
struct XMLNode {
  let element: XMLElement
  let span: XMLSpan
  let children: [XMLNode]

  /// - Parameter span: of the same element: `matches` has been asked.
  init(_ element: XMLElement, _ span: XMLSpan) {
    self.element = element
    self.span = span
    children = zip(element.children, span.children).map { XMLNode($0, $1) }
  }

  /// How it is looked up: the name in lower case.
  var key: String { element.key }
}

extension XMLSpan {
  /// Whether the elements found are those that libxml2 has read.
  func matches(_ element: XMLElement, in bytes: [UInt8]) -> Bool {
    // In encodings other than UTF-8 only names in ASCII can be compared.
    let name = bytes[name]
    guard name.contains(where: { $0 >= 0x80 }) || name.elementsEqual(element.name.utf8),
      children.count == element.children.count
    else { return false }
    return zip(children, element.children).allSatisfy { $0.matches($1, in: bytes) }
  }
}
