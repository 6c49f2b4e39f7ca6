import CLibXML2
import Settings

/// Reads XML with libxml2: no network, no entities other than the five of XML, no document type.
enum XMLReader {
  /// Elements within elements; libxml2 itself stops at 256.
  static let maximumDepth = 64

  /// Once, since libxml2 asks for it before several threads use it.
  static let library: Void = xmlInitParser()

  /// The root element of a file.
  static func read(_ bytes: [UInt8]) throws(XMLProblem) -> XMLElement {
    guard let length = Int32(exactly: bytes.count), length > 0 else {
      throw XMLProblem(line: nil, column: nil, message: "the file is empty")
    }
    try XMLLimit.check(bytes)
    _ = library
    guard let context = xmlNewParserCtxt() else { throw outOfMemory }
    defer { xmlFreeParserCtxt(context) }
    let first = FirstError()
    return try withExtendedLifetime(first) { () throws(XMLProblem) in
      context.pointee._private = Unmanaged.passUnretained(first).toOpaque()
      context.pointee.sax?.pointee.serror = noteFirstError
      let document = parse(bytes, length, context)
      defer { if let document { xmlFreeDoc(document) } }
      if let problem = first.problem { throw problem }
      guard let document, context.pointee.wellFormed == 1,
        let root = xmlDocGetRootElement(document)
      else { throw XMLProblem(line: nil, column: nil, message: "the file is not readable as XML") }
      guard document.pointee.intSubset == nil else {
        throw XMLProblem(line: 1, column: nil, message: XMLLimit.noDocumentType)
      }
      var tree = TreeReader()
      return try tree.element(root, depth: 1)
    }
  }

  private static let outOfMemory = XMLProblem(line: nil, column: nil, message: "out of memory")

  private static func parse(_ bytes: [UInt8], _ length: Int32, _ context: xmlParserCtxtPtr)
    -> xmlDocPtr?
  {
    let options = [XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING, XML_PARSE_BIG_LINES]
      .reduce(0) { $0 | $1.rawValue }
    return bytes.withUnsafeBytes { buffer in
      xmlCtxtReadMemory(
        context, buffer.bindMemory(to: CChar.self).baseAddress, length, nil, nil,
        Int32(bitPattern: options))
    }
  }

}

/// Turns libxml2's tree into ours.
private struct TreeReader {
  /// Names by where libxml2 keeps them: it keeps each once.
  private var names: [UnsafePointer<xmlChar>: (name: String, key: String)] = [:]

  mutating func element(_ node: xmlNodePtr, depth: Int) throws(XMLProblem) -> XMLElement {
    let line = xmlGetLineNo(node)
    let limit = XMLReader.maximumDepth
    guard depth <= limit else {
      throw XMLProblem(line: line, column: nil, message: "more than \(limit) levels deep")
    }
    var text: [UInt8] = []
    var children: [XMLElement] = []
    var next = node.pointee.children
    while let child = next {
      switch child.pointee.type {
      case XML_ELEMENT_NODE: children.append(try element(child, depth: depth + 1))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        guard let content = child.pointee.content else { break }
        text += UnsafeBufferPointer(start: content, count: Int(max(0, xmlStrlen(content))))
      default: break
      }
      next = child.pointee.next
    }
    let (name, key) = name(of: node)
    return XMLElement(
      name: name, key: key, line: line,
      text: String(decoding: XMLText.trimmed(text), as: UTF8.self), children: children,
      attributes: Self.attributes(of: node))
  }

  private static func attributes(of node: xmlNodePtr) -> [String] {
    var names: [String] = []
    var next = node.pointee.properties
    while let attribute = next {
      if let name = attribute.pointee.name { names.append(String(cString: name)) }
      next = attribute.pointee.next
    }
    return names
  }

  private mutating func name(of node: xmlNodePtr) -> (name: String, key: String) {
    guard let pointer = node.pointee.name else { return ("", "") }
    if let known = names[pointer] { return known }
    let name = String(cString: pointer)
    names[pointer] = (name, name.lowercased())
    return (name, name.lowercased())
  }
}

/// The first thing that is wrong is the cause; what libxml2 says later follows from it.
private final class FirstError {
  var problem: XMLProblem?
}

/// Called by libxml2 for every error and warning, with the parser as its first argument.
private func noteFirstError(_ parser: UnsafeMutableRawPointer?, _ error: xmlErrorPtr?) {
  guard let parser, let error, error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue else {
    return
  }
  let context = parser.assumingMemoryBound(to: xmlParserCtxt.self)
  guard let box = context.pointee._private else { return }
  let first = Unmanaged<FirstError>.fromOpaque(box).takeUnretainedValue()
  guard first.problem == nil else { return }
  let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
  let subject = error.pointee.str1.map { String(cString: $0) }
  let expected = XMLExpectation.text(code: error.pointee.code, subject: subject)
  first.problem = XMLProblem(
    line: error.pointee.line > 0 ? Int(error.pointee.line) : nil,
    column: error.pointee.int2 > 0 ? Int(error.pointee.int2) : nil,
    message: "\(message.firstLine.excerpt(200)); expected is \(expected)")
}

extension String {
  /// Without the line end that libxml2 puts after its messages. What follows in further lines shows bytes of
  /// the file, which may be those of a key.
  fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }
}
