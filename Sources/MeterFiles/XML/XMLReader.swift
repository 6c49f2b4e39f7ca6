import CLibXML2
import Settings

/// Reads XML with libxml2: no network, no entities other than the five of XML, no document type.
enum XMLReader {
  /// Elements within elements; libxml2 itself stops at 256.
  static let maximumDepth = 64

  /// Once, since libxml2 asks for it before several threads use it.
  static let library: Void = {
    xmlInitParser()
    clibxml2_silence()
  }()

  /// The root element of a file, with all that is in it.
  static func read(_ bytes: [UInt8]) throws(XMLProblem) -> XMLElement {
    var children: [XMLElement] = []
    let root = try read(bytes) { (child) throws(XMLProblem) in children.append(child) }
    return root.with(children)
  }

  /// Reads a file element by element: the trees of a large one would take twenty times its size, and of that
  /// memory the holes between what is kept of it would never go back to the system.
  /// - Parameter take: is given the children of the root, in the order of the file, as far as it is readable.
  /// - Returns: the root without them.
  /// - Throws: what is wrong with the file, or what `take` throws.
  static func read(
    _ bytes: [UInt8], each take: (XMLElement) throws(XMLProblem) -> Void
  ) throws(XMLProblem) -> XMLElement {
    guard let length = Int32(exactly: bytes.count), length > 0 else {
      throw XMLProblem(message: "the file is empty")
    }
    try XMLLimit.check(bytes)
    _ = library
    do throws(XMLProblem) {
      return try stream(bytes, length, take)
    } catch {
      // Reading in pieces, libxml2 knows less of what is wrong than reading the whole.
      var problem = error.isOfParser ? whole(bytes, length) ?? error : error
      // What is not in the encoding that it names looks like other mistakes.
      if problem.isOfParser, case .other(let name) = XMLEncoding(bytes) {
        problem.message += "; the file is in the encoding \(name), or says so: save it as UTF-8"
      }
      throw problem
    }
  }

  private static func stream(
    _ bytes: [UInt8], _ length: Int32, _ take: (XMLElement) throws(XMLProblem) -> Void
  ) throws(XMLProblem) -> XMLElement {
    let first = FirstError()
    let result = bytes.withUnsafeBytes { buffer -> Result<XMLElement, XMLProblem> in
      let content = buffer.bindMemory(to: CChar.self).baseAddress
      guard let reader = xmlReaderForMemory(content, length, nil, nil, options) else {
        return .failure(outOfMemory)
      }
      defer { xmlFreeTextReader(reader) }
      return withExtendedLifetime(first) {
        xmlTextReaderSetStructuredErrorHandler(
          reader, noteFirstError, Unmanaged.passUnretained(first).toOpaque())
        var root = RootReader(bytes, reader: reader, errors: first)
        return Result { () throws(XMLProblem) in try root.read(each: take) }
      }
    }
    return try result.get()
  }

  /// What is wrong with a file; nil: nothing.
  private static func whole(_ bytes: [UInt8], _ length: Int32) -> XMLProblem? {
    let first = FirstError()
    return withExtendedLifetime(first) {
      guard let context = xmlNewParserCtxt() else { return outOfMemory }
      defer { xmlFreeParserCtxt(context) }
      context.pointee._private = Unmanaged.passUnretained(first).toOpaque()
      context.pointee.sax?.pointee.serror = { context, error in
        noteFirstError(context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private, error)
      }
      bytes.withUnsafeBytes { buffer in
        xmlFreeDoc(
          xmlCtxtReadMemory(
            context, buffer.bindMemory(to: CChar.self).baseAddress, length, nil, nil, options))
      }
      return first.problem
    }
  }

  private static let outOfMemory = XMLProblem(message: "out of memory")

  private static let options = Int32(
    bitPattern: [XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING, XML_PARSE_BIG_LINES]
      .reduce(0) { $0 | $1.rawValue })
}

/// Reads the root element and hands out its children, each with all that is in it.
private struct RootReader {
  let reader: xmlTextReaderPtr
  let errors: FirstError
  private var tree: TreeReader
  private var text: [UInt8] = []

  init(_ bytes: [UInt8], reader: xmlTextReaderPtr, errors: FirstError) {
    self.reader = reader
    self.errors = errors
    tree = TreeReader(places: XMLTagPlaces(bytes))
  }

  mutating func read(
    each take: (XMLElement) throws(XMLProblem) -> Void
  ) throws(XMLProblem) -> XMLElement {
    var root: XMLElement?
    var isThere = try moves(xmlTextReaderRead(reader))
    while isThere {
      switch UInt32(bitPattern: xmlTextReaderNodeType(reader)) {
      case XML_READER_TYPE_DOCUMENT_TYPE.rawValue:
        throw XMLProblem(place: TextPlace(line: 1), message: XMLLimit.noDocumentType)
      case XML_READER_TYPE_ELEMENT.rawValue:
        if xmlTextReaderDepth(reader) == 0 {
          if let node = xmlTextReaderCurrentNode(reader) { root = tree.head(node) }
          break
        }
        let node = xmlTextReaderExpand(reader)
        if let problem = errors.problem { throw problem }
        guard let node else { throw Self.unreadable }
        try take(tree.element(node, depth: 2))
        isThere = try moves(xmlTextReaderNext(reader))
        continue
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
        XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue:
        xmlTextReaderCurrentNode(reader).map { text += TreeReader.content(of: $0) }
      default: break
      }
      isThere = try moves(xmlTextReaderRead(reader))
    }
    guard let root else { throw Self.unreadable }
    return XMLElement(
      name: root.name, key: root.key, place: root.place,
      text: String(decoding: XMLText.trimmed(text), as: UTF8.self), children: [],
      attributes: root.attributes)
  }

  private static let unreadable = XMLProblem(
    message: "the file is not readable as XML; expected is \(XMLExpectation.encoding)",
    isOfParser: true)

  /// - Parameter result: of a step: 1, or 0 at the end, or negative.
  private func moves(_ result: Int32) throws(XMLProblem) -> Bool {
    if let problem = errors.problem { throw problem }
    guard result >= 0 else { throw Self.unreadable }
    return result == 1
  }
}

/// Turns libxml2's tree into ours.
private struct TreeReader {
  /// Of the elements, which are read in their order.
  private var places: XMLTagPlaces
  /// Names by where libxml2 keeps them: it keeps each once.
  private var names: [UnsafePointer<xmlChar>: (name: String, key: String)] = [:]

  init(places: XMLTagPlaces) { self.places = places }

  mutating func element(_ node: xmlNodePtr, depth: Int) throws(XMLProblem) -> XMLElement {
    let place = places.next(node)
    let limit = XMLReader.maximumDepth
    guard depth <= limit else {
      throw XMLProblem(place: place, message: "more than \(limit) levels deep")
    }
    var text: [UInt8] = []
    var children: [XMLElement] = []
    var next = node.pointee.children
    while let child = next {
      switch child.pointee.type {
      case XML_ELEMENT_NODE: children.append(try element(child, depth: depth + 1))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += Self.content(of: child)
      default: break
      }
      next = child.pointee.next
    }
    let (name, key) = name(of: node)
    return XMLElement(
      name: name, key: key, place: place,
      text: String(decoding: XMLText.trimmed(text), as: UTF8.self), children: children,
      attributes: Self.attributes(of: node))
  }

  /// An element without all that is in it.
  mutating func head(_ node: xmlNodePtr) -> XMLElement {
    let (name, key) = name(of: node)
    return XMLElement(
      name: name, key: key, place: places.next(node), text: "", children: [],
      attributes: Self.attributes(of: node))
  }

  /// The bytes of a text.
  static func content(of node: xmlNodePtr) -> UnsafeBufferPointer<xmlChar> {
    guard let content = node.pointee.content else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(start: content, count: Int(max(0, xmlStrlen(content))))
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

/// Called by libxml2 for every error and warning.
private func noteFirstError(_ box: UnsafeMutableRawPointer?, _ error: xmlErrorPtr?) {
  guard let box, let error, error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue else {
    return
  }
  let first = Unmanaged<FirstError>.fromOpaque(box).takeUnretainedValue()
  guard first.problem == nil else { return }
  let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
  let subject = error.pointee.str1.map { String(cString: $0) }
  let expected = XMLExpectation.text(code: error.pointee.code, subject: subject)
  first.problem = XMLProblem(
    place: error.pointee.line > 0
      ? TextPlace(
        line: Int(error.pointee.line),
        column: error.pointee.int2 > 0 ? Int(error.pointee.int2) : nil) : nil,
    message: "\(message.firstLine.withoutFunction.excerpt(200)); expected is \(expected)",
    isOfParser: true)
}

extension String {
  /// Without the line end that libxml2 puts after its messages. What follows in further lines shows bytes of
  /// the file, which may be those of a key.
  fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }

  /// Without the function of libxml2 that some of its messages begin with: `xmlParseEntityRef: no name`.
  fileprivate var withoutFunction: String {
    guard hasPrefix("xml"), let end = firstRange(of: ": ") else { return self }
    return self[..<end.lowerBound].allSatisfy(\.isLetter) ? String(self[end.upperBound...]) : self
  }
}
