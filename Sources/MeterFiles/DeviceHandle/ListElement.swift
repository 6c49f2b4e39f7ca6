import Metering

/// An element of a meter list as its file has it, known or not: for those who carry lists in another form.
public struct ListElement: Equatable, Sendable {
  /// The element's name as the file spells it.
  public var name: String
  /// The text directly in it, without spaces around it.
  public var text: String
  /// The elements in it.
  public var children: [ListElement]

  /// - Parameters:
  ///   - name: the element's name.
  ///   - text: the text in it.
  ///   - children: the elements in it.
  public init(_ name: String, text: String = "", children: [ListElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// How it is looked up: the name in lower case.
  public var key: String { name.lowercased() }

  /// Whether it can be written: names of elements are letters, digits, `_`, `-` and `.`, and begin with a letter
  /// or `_`.
  public var isWritable: Bool {
    let isName = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    let first = name.utf8.first ?? 0x30
    return isName && !(0x2D...0x39).contains(first) && name.utf8.count <= 100
      && children.allSatisfy(\.isWritable)
  }

  /// The first character of a text that no XML can carry; nil: there is none.
  public static func unwritable(in text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { !XMLText.isSendable($0) }
  }

  /// What remains of a text that is written into an element and read again.
  public static func carried(_ text: String) -> String { XMLText.carried(text) }

  /// The meter that it is, as far as its elements tell, without its values; what is not allowed is at its default.
  public var meter: MeterConfiguration {
    var meter = MeterConfiguration()
    for child in children where !child.text.isEmpty {
      _ = DeviceHandleRules.meterByName[child.key]?.read(child.text, &meter)
    }
    return meter
  }

  fileprivate init(_ element: XMLElement) {
    self.init(
      element.name, text: element.text, children: element.children.map(ListElement.init))
  }

  fileprivate var tree: XMLTree {
    XMLTree(
      name, text: text, children: children.map(\.tree))
  }
}

extension DeviceHandleFile {
  /// The elements, in lower case, whose text is never shown, and left out where secrets are.
  public static let secretElements = DeviceHandleRules.secret

  /// The elements of a file: version, meters and whatever else it has. Nil when it is not readable as a whole;
  /// `parse` tells why.
  public static func elements(_ bytes: [UInt8]) -> [ListElement]? {
    guard bytes.count <= DeviceHandleLimit.fileSize, let root = try? XMLReader.read(bytes) else {
      return nil
    }
    return root.children.map(ListElement.init)
  }

  /// A file with these elements, those of meters and values in the order in which a new file has them. They must
  /// be writable.
  public static func render(_ elements: [ListElement]) -> [UInt8] {
    XMLWriter.write(XMLTree("root", children: elements.map { ordered($0).tree }))
  }

  private static func ordered(_ element: ListElement) -> ListElement {
    let rules: [String] =
      switch element.key {
      case "meter": DeviceHandleRules.meter.map(\.name) + ["value"]
      case "value": DeviceHandleRules.value.map(\.name)
      default: []
      }
    guard !rules.isEmpty else { return element }
    let last = rules.count
    let order = Dictionary(zip(rules, rules.indices), uniquingKeysWith: { first, _ in first })
    var result = element
    result.children = element.children.map(ordered).enumerated().sorted { a, b in
      (order[a.element.key] ?? last, a.offset) < (order[b.element.key] ?? last, b.offset)
    }.map(\.element)
    return result
  }
}
