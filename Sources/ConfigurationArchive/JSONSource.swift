import MeterFiles
import Settings
import TextFormats

/// Where the files of a configuration stand in the JSON text from which they were made. People have that text,
/// and no chip.ini or meter list, so that it is what messages must name.
struct JSONSource: Equatable, Sendable {
  let document: JSONDocument
  let file: String
  /// For each line of chip.ini where in the text it comes from.
  var lines: [Int: Int] = [:]

  /// What is to be said of chip.ini.
  func ofSettings(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.map { placed($0, at: $0.line.flatMap { lines[$0] }) }
  }

  /// What is to be said of a meter list that was made of the text.
  func ofList(_ diagnostics: [Diagnostic], _ bytes: [UInt8]) -> [Diagnostic] {
    let places = DeviceHandleFile.places(ofLines: Set(diagnostics.compactMap(\.line)), in: bytes)
    return diagnostics.map { diagnostic in
      var told = placed(diagnostic, at: diagnostic.line.flatMap { places[$0] }.flatMap(offset))
      told.message = DeviceHandleFile.withoutLines(told.message)
      return told
    }
  }

  private func placed(_ diagnostic: Diagnostic, at offset: Int?) -> Diagnostic {
    var told = diagnostic
    let place = offset.map(document.place)
    (told.file, told.line, told.column) = (file, place?.line, place?.column)
    return told
  }

  /// Where an element of the list stands: itself, or else what it is in.
  private func offset(_ place: ListPlace) -> Int? {
    guard let list = document.root["meterList"] else { return nil }
    var node = list
    if let meter = place.meter { node = node["meters"]?[meter] ?? node }
    if let value = place.value { node = node["values"]?[value] ?? node }
    guard let key = place.element, case .object(let fields)? = node["fields"]?.content else {
      return node.offset
    }
    return fields.first { $0.name.lowercased() == key }?.value.offset ?? node.offset
  }
}

extension JSONDocument.Node {
  fileprivate subscript(name: String) -> JSONDocument.Node? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.name == name }?.value
  }

  fileprivate subscript(index: Int) -> JSONDocument.Node? {
    guard case .array(let items) = content, items.indices.contains(index) else { return nil }
    return items[index]
  }
}
