/// An element of a file that has been read: its name, its place, its own text, its children.
struct XMLElement: Equatable {
  let name: String
  /// The name in lower case: how it is looked up.
  let key: String
  /// 1 and up.
  let line: Int
  /// The text directly in it, without spaces and line ends around it.
  let text: String
  let children: [XMLElement]
  /// The names of its attributes.
  let attributes: [String]

  /// The same element with these children.
  func with(_ children: [XMLElement]) -> XMLElement {
    XMLElement(
      name: name, key: key, line: line, text: text, children: children, attributes: attributes)
  }
}

/// Why a file is no XML.
struct XMLProblem: Error, Equatable {
  let line: Int?
  let column: Int?
  let message: String
  /// Whether libxml2 says so.
  var isOfParser = false
}
