import CLibXML2

/// An element to write: text or children.
struct XMLTree {
  let name: String
  let text: String
  let children: [XMLTree]

  init(_ name: String, text: String = "", children: [XMLTree] = []) {
    self.name = name
    self.text = text
    self.children = children
  }
}

/// Writes XML with libxml2: UTF-8, indented.
enum XMLWriter {
  static func write(_ root: XMLTree) -> [UInt8] {
    _ = XMLReader.library
    guard let document = xmlNewDoc("1.0"), let buffer = xmlBufferCreate() else { return [] }
    defer {
      xmlFreeDoc(document)
      xmlBufferFree(buffer)
    }
    guard let node = xmlNewDocNode(document, nil, root.name, nil) else { return [] }
    xmlDocSetRootElement(document, node)
    add(root.children, to: node)
    let options = Int(XML_SAVE_FORMAT.rawValue)
    guard let context = xmlSaveToBuffer(buffer, "UTF-8", Int32(clamping: options)) else {
      return []
    }
    xmlSaveDoc(context, document)
    xmlSaveClose(context)
    guard let content = xmlBufferContent(buffer) else { return [] }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
  }

  private static func add(_ children: [XMLTree], to parent: xmlNodePtr) {
    for child in children {
      let text = child.text.isEmpty ? nil : XMLText.sendable(child.text)
      guard let node = xmlNewTextChild(parent, nil, child.name, text) else { continue }
      add(child.children, to: node)
    }
  }
}
