import RegisterMap
import TextFormats

/// The register map as JSON, one entry a line.
enum JSONExport {
  /// The number of this form; it grows when a reader of an older one would be misled.
  private static let schema: Int64 = 1

  static func document(_ map: ExportMap) -> String {
    let fields = Dictionary(
      EntryKind.allCases.map { ($0, map.layout.fields(of: $0)) }, uniquingKeysWith: { $1 })
    let entries = map.rows.map { "    " + entry($0, fields[$0.kind] ?? []).text }
    let unplaced = map.unplaced.map { "    " + entry($0).text }
    return """
      {
        "schema": \(schema),
        "layout": \(layout(map).text),
        "entries": [
      \(entries.joined(separator: ",\n"))
        ],
        "withoutRegister": [\(unplaced.isEmpty ? "" : "\n" + unplaced.joined(separator: ",\n") + "\n  ")]
      }

      """
  }

  private static func entry(_ row: UnplacedRow) -> JSONText {
    .object([
      ("name", text(row.name)), ("entry", .string(row.kind.name)), ("meter", text(row.meter)),
      ("description", text(row.description)), ("unit", text(row.unit)),
      ("scale", row.scale.map { .whole($0) } ?? .null), ("key", text(row.keyText)),
      ("obis", .optional(row.obis?.description)),
      ("suggestedObis", .optional(row.suggestedOBIS?.description)),
    ])
  }

  private static func layout(_ map: ExportMap) -> JSONText {
    let order = map.layout.order
    return .object([
      ("registersPerEntry", .whole(map.layout.entryWidth)),
      ("multiSlave", .bool(map.layout.isMultiSlave)),
      ("order", .string(order.name)),
      ("orderScope", .string(order.scope == .floats ? "floats" : "longFields")),
      ("dialect", .optional(map.dialect)),
    ])
  }

  private static func entry(_ row: RegisterRow, _ fields: [FieldDescription]) -> JSONText {
    let first = row.address.register
    return .object([
      ("unitId", row.address.unit.map { .whole($0) } ?? .null),
      ("first", .whole(first)), ("last", .whole(first + max(row.count, 1) - 1)),
      ("entry", .string(row.kind.name)), ("meter", text(row.meter)),
      ("description", text(row.description)), ("unit", text(row.unit)),
      ("scale", row.scale.map { .whole($0) } ?? .null), ("key", text(row.keyText)),
      ("name", text(row.name)),
      ("fields", .array(fields.map { field($0, at: first) })),
      ("obis", .optional(row.obis?.description)),
      ("suggestedObis", .optional(row.suggestedOBIS?.description)),
    ])
  }

  private static func field(_ field: FieldDescription, at first: Int) -> JSONText {
    .object([
      ("name", .string(field.name)), ("register", .whole(first + field.offset)),
      ("registers", .whole(field.width)), ("type", .string(field.type.rawValue)),
      ("order", .string(field.order.name)),
    ])
  }

  /// An empty text says nothing.
  private static func text(_ text: String) -> JSONText { text.isEmpty ? .null : .string(text) }
}
