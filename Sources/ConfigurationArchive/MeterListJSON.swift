import MeterFiles
import Metering
import Settings
import TextFormats

/// A meter list as JSON: an object for each meter, whose fields are the elements of the file. What does not fit
/// into fields, such as a second element of the same name, stands in `other`.
enum MeterListJSON {
  private static let secrets = SecretName.isSecret(element:)

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

  /// A list that was written without its keys, with those that the meters have so far, and what is to be said of
  /// keys that no meter takes.
  static func withSecrets(
    _ bytes: [UInt8], of list: [UInt8]?
  ) -> (bytes: [UInt8], warnings: [String]) {
    guard let list, let old = DeviceHandleFile.elements(list),
      var new = DeviceHandleFile.elements(bytes)
    else { return (bytes, []) }
    var keyed = old.filter { $0.key == "meter" && $0.children.contains { secrets($0.name) } }
      .map { KeyedMeter(meter: $0.meter, keys: $0.children.filter { secrets($0.name) }) }
    guard !keyed.isEmpty else { return (bytes, []) }
    // First those that agree in everything: of twins each keeps its own.
    for isExact in [true, false] {
      for index in new.indices where new[index].key == "meter" {
        guard !new[index].children.contains(where: { secrets($0.name) }) else { continue }
        let meter = new[index].meter
        let found = keyed.indices.filter { keyed[$0].isSame(as: meter, isExact: isExact) }
        guard found.count == 1 || isExact && !found.isEmpty else { continue }
        new[index].children += keyed.remove(at: found[0]).keys
      }
    }
    let lost = keyed.filter { $0.keys.contains { !["", "0"].contains($0.text) } }.map { lost in
      "the encryption key of \(lost.meter.label.excerpt) is lost: the backup has no such meter, or several, and no keys"
    }
    return (DeviceHandleFile.render(new), lost)
  }
}

/// A meter of the list so far, and its secret elements.
private struct KeyedMeter {
  let meter: MeterConfiguration
  let keys: [ListElement]

  /// Whether another entry means the same meter, whatever way it is spelt: by its serial and what else both tell, or
  /// else by its primary address.
  func isSame(as other: MeterConfiguration, isExact: Bool) -> Bool {
    guard meter.interface == other.interface else { return false }
    if isExact {
      return meter.identity == other.identity && meter.primaryAddress == other.primaryAddress
    }
    let (own, wanted) = (meter.identity, other.identity)
    guard own.serial != .any || wanted.serial != .any else {
      return meter.primaryAddress == other.primaryAddress
    }
    return own.serial == wanted.serial && own.agrees(with: wanted)
  }
}
