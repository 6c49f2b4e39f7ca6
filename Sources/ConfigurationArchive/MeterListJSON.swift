import MeterFiles
import TextFormats

/// A meter list as JSON: an object for each meter, whose fields are the elements of the file. What does not fit
/// into fields, such as a second element of the same name, stands in `other`.
struct MeterListJSON: Codable {
  /// A meter or value, or the whole list.
  struct Item: Codable {
    /// Texts by the element's name.
    var fields: [String: String]
    /// The values of a meter.
    var values: [Item]?
    /// Everything else.
    var other: [Other]?
  }

  /// An element as it is.
  struct Other: Codable {
    var name: String
    var text: String
    var children: [Other]?
  }

  /// Its name.
  var name: String
  /// What stands beside the meters.
  var fields: [String: String]
  /// The meters, in their order.
  var meters: [Item]
  /// What else stands beside the meters.
  var other: [Other]?

  private static let secrets = SecretName.isLikely(element:)

  /// The list as text.
  static func text(_ name: String, _ elements: [ListElement], hasSecrets: Bool) -> JSONText {
    let meters = elements.filter { $0.key == "meter" }
    let rest = split(elements.filter { $0.key != "meter" }, nested: nil, hasSecrets)
    return .object(
      [
        ("name", .string(name)), ("fields", rest.fields),
        (
          "meters",
          .array(
            meters.map { meter in
              let parts = split(meter.children, nested: "value", hasSecrets)
              let values = parts.nested.map { value in
                let own = split(value.children, nested: nil, hasSecrets)
                return JSONText.object([("fields", own.fields)] + own.other)
              }
              return .object(
                [("fields", parts.fields), ("values", .array(values))] + parts.other)
            })
        ),
      ] + rest.other)
  }

  private static func split(
    _ elements: [ListElement], nested: String?, _ hasSecrets: Bool
  ) -> (fields: JSONText, nested: [ListElement], other: [(String, JSONText)]) {
    var seen: Set<String> = []
    var fields: [(String, JSONText)] = []
    var inner: [ListElement] = []
    var other: [JSONText] = []
    for element in elements where hasSecrets || !secrets(element.name) {
      if element.key == nested, !element.children.isEmpty || element.text.isEmpty {
        inner.append(element)
      } else if element.children.isEmpty, seen.insert(element.key).inserted {
        fields.append((element.name, .string(element.text)))
      } else {
        other.append(text(element, hasSecrets))
      }
    }
    return (.object(fields), inner, other.isEmpty ? [] : [("other", .array(other))])
  }

  private static func text(_ element: ListElement, _ hasSecrets: Bool) -> JSONText {
    let children = element.children.filter { hasSecrets || !secrets($0.name) }
    return .object(
      [("name", .string(element.name)), ("text", .string(element.text))]
        + (children.isEmpty ? [] : [("children", .array(children.map { text($0, hasSecrets) }))]))
  }

  /// The file that it stands for.
  func bytes() throws(ConfigurationFailure) -> [UInt8] {
    let meters = meters.map { meter in
      ListElement(
        "meter",
        children: Self.elements(meter.fields, meter.other)
          + (meter.values ?? []).map {
            ListElement("value", children: Self.elements($0.fields, $0.other))
          })
    }
    let all = Self.elements(fields, other) + meters
    if let wrong = all.first(where: { !$0.isWritable }) {
      throw ConfigurationFailure(
        "\"meterList\" has a name that no element can have, in \(wrong.name.shownName)")
    }
    return DeviceHandleFile.render(all)
  }

  private static func elements(_ fields: [String: String], _ other: [Other]?) -> [ListElement] {
    fields.sorted { $0.key < $1.key }.map { ListElement($0.key, text: $0.value) }
      + (other ?? []).map(element)
  }

  private static func element(_ other: Other) -> ListElement {
    ListElement(other.name, text: other.text, children: (other.children ?? []).map(element))
  }

  /// A list that was written without its keys, with those that the meters have so far. A meter is the same when
  /// it is reached in the same way.
  static func withSecrets(_ bytes: [UInt8], of list: [UInt8]?) -> [UInt8] {
    guard let list, let old = DeviceHandleFile.elements(list),
      var new = DeviceHandleFile.elements(bytes)
    else { return bytes }
    var known: [[String]: [ListElement]] = [:]
    for meter in old where meter.key == "meter" {
      known[place(of: meter)] = meter.children.filter { secrets($0.name) }
    }
    var isChanged = false
    for index in new.indices where new[index].key == "meter" {
      let keys = known[place(of: new[index])] ?? []
      guard !keys.isEmpty, !new[index].children.contains(where: { secrets($0.name) }) else {
        continue
      }
      new[index].children += keys
      isChanged = true
    }
    return isChanged ? DeviceHandleFile.render(new) : bytes
  }

  private static func place(of meter: ListElement) -> [String] {
    ["interface", "serial", "manufacturer", "primaryaddress"].map { name in
      meter.children.first { $0.key == name }?.text.lowercased() ?? ""
    }
  }
}
