import MeterFiles
import Settings
import TextFormats

extension JSONBackupReader {
  /// The elements of the meter list.
  /// - Parameter name: how the list is called by METER_STAT_CONFIG.
  mutating func meterList(_ node: Node, name: String) -> [ListElement] {
    let path = "meterList"
    let list = fields(node, path, needed: ["name", "fields", "meters"], optional: ["other"])
    if let node = list["name"], let text = string(node, "meterList.name"),
      !ConfigurationNames.isSame(text, name)
    {
      say(
        node.offset,
        "meterList.name is \(text.shownName), and by METER_STAT_CONFIG in settings the list is called \"\(name)\""
      )
    }
    let beside = elements(list, path)
    // A meter among them would shift the others.
    if beside.contains(where: { $0.key == "meter" }) {
      say(node.offset, "meterList has a meter outside of meters")
    }
    let meters = list["meters"].map { items($0, "meterList.meters") } ?? []
    return beside + meters.enumerated().map { meter($0.element, "meterList.meters[\($0.offset)]") }
  }

  private mutating func meter(_ node: Node, _ path: String) -> ListElement {
    let meter = fields(node, path, needed: ["fields"], optional: ["values", "other"])
    let values = meter["values"].map { items($0, path + ".values") } ?? []
    var element = ListElement("meter", children: elements(meter, path))
    for (index, node) in values.enumerated() {
      let path = "\(path).values[\(index)]"
      let value = fields(node, path, needed: ["fields"], optional: ["other"])
      element.children.append(ListElement("value", children: elements(value, path)))
    }
    return element
  }

  /// Those of `fields` and `other`.
  private mutating func elements(_ item: Fields, _ path: String) -> [ListElement] {
    var elements: [ListElement] = []
    var known: [String: String] = [:]
    for member in item["fields"].map({ members($0, path + ".fields") }) ?? [] {
      let place = "\(path).fields.\(member.name)"
      checkName(member.name, member.offset)
      if let other = known.updateValue(member.name, forKey: member.name.lowercased()) {
        say(
          member.offset,
          "\(member.name.shownName) is the same element as \(other.shownName); a second one stands in other"
        )
      }
      let text = text(member.value, place)
      elements.append(ListElement(member.name, text: text))
    }
    return elements + others(item["other"], path + ".other")
  }

  private mutating func others(_ node: Node?, _ path: String) -> [ListElement] {
    let nodes = node.map { items($0, path) } ?? []
    var elements: [ListElement] = []
    for (index, node) in nodes.enumerated() {
      let path = "\(path)[\(index)]"
      let other = fields(node, path, needed: ["name", "text"], optional: ["children"])
      let name = other["name"].flatMap { string($0, path + ".name") } ?? "x"
      checkName(name, other["name"]?.offset ?? node.offset)
      let own = other["text"].map { text($0, path + ".text") } ?? ""
      let children = others(other["children"], path + ".children")
      elements.append(ListElement(name, text: children.isEmpty ? own : "", children: children))
    }
    return elements
  }

  private mutating func checkName(_ name: String, _ offset: Int) {
    guard !ListElement(name).isWritable else { return }
    say(
      offset,
      "\(name.shownName) is no name of an element: letters, digits, _, - and ., at most 100, beginning with a letter "
        + "or _")
  }

  private mutating func text(_ node: Node, _ path: String) -> String {
    guard let text = string(node, path) else { return "" }
    if let scalar = ListElement.unwritable(in: text) {
      say(
        node.offset,
        "\(path.excerpt(120)) has the character U+\(CRC32.hex(scalar.value).uppercased().suffix(4)) in it, which no "
          + "meter list can carry")
    }
    return ListElement.carried(text)
  }
}
