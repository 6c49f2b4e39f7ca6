import CLibXML2

/// Reads XML with libxml2: no network, no entities other than the five of XML, no document type.
enum XMLReader {
  /// Elements within elements; libxml2 itself stops at 256.
  static let maximumDepth = 64

  /// The root element of a file.
  static func read(_ bytes: [UInt8]) throws(XMLProblem) -> XMLElement {
    guard let length = Int32(exactly: bytes.count), length > 0 else {
      throw XMLProblem(line: nil, column: nil, message: "the file is empty")
    }
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
        throw XMLProblem(
          line: 1, column: nil, message: "document types (<!DOCTYPE …>) are not read; remove it")
      }
      return try element(root, depth: 1)
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

  private static func element(_ node: xmlNodePtr, depth: Int) throws(XMLProblem) -> XMLElement {
    let line = xmlGetLineNo(node)
    guard depth <= maximumDepth else {
      throw XMLProblem(line: line, column: nil, message: "more than \(maximumDepth) levels deep")
    }
    var text = ""
    var children: [XMLElement] = []
    var next = node.pointee.children
    while let child = next {
      switch child.pointee.type {
      case XML_ELEMENT_NODE: children.append(try element(child, depth: depth + 1))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += string(child.pointee.content)
      default: break
      }
      next = child.pointee.next
    }
    return XMLElement(
      name: string(node.pointee.name), line: line, text: text.trimmed, children: children)
  }

  private static func string(_ text: UnsafePointer<xmlChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
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
  first.problem = XMLProblem(
    line: error.pointee.line > 0 ? Int(error.pointee.line) : nil,
    column: error.pointee.int2 > 0 ? Int(error.pointee.int2) : nil,
    message: message.trimmed.replacingLineEnds)
}

extension String {
  /// Without white space at the ends.
  var trimmed: String {
    let front = drop(while: \.isWhitespace)
    let end = front.lastIndex { !$0.isWhitespace }
    return end.map { String(front[...$0]) } ?? ""
  }

  /// In one line.
  fileprivate var replacingLineEnds: String { String(map { $0.isNewline ? " " : $0 }) }
}
