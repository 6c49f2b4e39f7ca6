import Settings

/// An element of a file that has been read: its name, its place, its own text, its children.
struct XMLElement: Equatable {
  let name: String
  /// The name in lower case: how it is looked up.
  let key: String
  /// Where its start tag begins.
  let place: TextPlace
  /// The text directly in it, without spaces and line ends around it.
  let text: String
  let children: [XMLElement]
  /// The names of its attributes.
  let attributes: [String]

  /// The same element with these children.
  func with(_ children: [XMLElement]) -> XMLElement {
    XMLElement(
      name: name, key: key, place: place, text: text, children: children, attributes: attributes)
  }
}

/// Why a file is no XML.
struct XMLProblem: Error, Equatable {
  /// Nil: it is about the file as a whole, or not known.
  var place: TextPlace?
  var message: String
  /// Whether libxml2 says so.
  var isOfParser = false
}
