import TextFormats

/// The schemas of the API's bodies (JSON Schema 2020-12).
enum OpenAPISchemas {
  private static let text = type("string")
  private static let number = type("number")
  private static let integer = type("integer")
  private static let flag = type("boolean")
  private static let either = JSONText.object([
    ("type", .array([.string("number"), .string("string")]))
  ])

  private static func type(_ name: String) -> JSONText { .object([("type", .string(name))]) }

  private static func list(_ item: JSONText) -> JSONText {
    .object([("type", .string("array")), ("items", item)])
  }

  private static func reference(_ name: String) -> JSONText {
    .object([("$ref", .string("#/components/schemas/\(name)"))])
  }

  private static func map(_ value: JSONText) -> JSONText {
    .object([("type", .string("object")), ("additionalProperties", value)])
  }

  private static func object(
    _ members: [(String, JSONText)], required: [String] = []
  ) -> JSONText {
    var fields: [(String, JSONText)] = [
      ("type", .string("object")), ("properties", .object(members)),
    ]
    if !required.isEmpty { fields.append(("required", .array(required.map { .string($0) }))) }
    return .object(fields)
  }

  /// All of them by name.
  static let all: [(String, JSONText)] = general + meters + edits + rest

  private static let general: [(String, JSONText)] = [
    ("Anything", type("object")),
    (
      "Problem",
      object(
        [
          (
            "severity",
            .object([("enum", .array([.string("error"), .string("warning"), .string("note")]))])
          ),
          ("message", text), ("file", text), ("line", integer), ("column", integer),
          ("field", text),
        ], required: ["severity", "message"])
    ),
    (
      "Error",
      object(
        [("error", text), ("problems", list(reference("Problem"))), ("hash", text)],
        required: ["error"])
    ),
    (
      "Answer",
      object([
        (
          "changes",
          list(object([("entry", text), ("before", text), ("now", text)], required: ["entry"]))
        ), ("news", list(text)), ("problems", list(text)), ("notes", list(text)), ("saved", text),
        ("notSaved", text),
      ])
    ),
    (
      "Imported",
      object(
        [
          ("news", list(text)), ("notes", list(text)), ("problems", list(reference("Problem"))),
          ("saved", text),
        ], required: ["news", "problems"])
    ),
  ]

  private static let meters: [(String, JSONText)] = [
    (
      "MeterList",
      object(
        [("revision", integer), ("meters", list(reference("Meter")))],
        required: ["revision", "meters"])
    ),
    (
      "Meter",
      object(
        [
          ("id", integer), ("name", text), ("interface", text), ("status", text), ("serial", text),
          ("manufacturer", text), ("medium", text), ("mediumCode", integer), ("version", integer),
          ("link", integer), ("byPrimary", flag), ("cycle", integer), ("cycleMode", text),
          ("label", text), ("register", integer), ("active", flag), ("hasKey", flag),
          ("battery", flag), ("baud", integer), ("maxValues", integer), ("duplicate", flag),
          (
            "state",
            .object([("enum", .array(MeterState.allCases.map { .string($0.rawValue) }))])
          ), ("failure", text), ("lastRead", integer), ("next", integer), ("misses", integer),
          ("problems", list(text)), ("sentValues", integer), ("values", list(reference("Value"))),
        ], required: ["id", "name", "interface", "state"])
    ),
    (
      "Value",
      object(
        [
          ("index", integer), ("value", text), ("scale", text), ("unit", text),
          ("scaled", number), ("description", text), ("label", text), ("obis", text),
          ("suggestedObis", text), ("register", integer), ("active", flag), ("userScale", text),
          ("quality", text), ("why", text), ("readAt", integer), ("meterTime", text),
          ("misses", integer), ("status", text), ("bacnet", integer),
          ("meter", reference("Meter")), ("dif", text), ("vif", text), ("data", text),
          ("storage", integer), ("tariff", integer), ("subunit", integer), ("function", text),
          ("explained", list(reference("Anything"))),
        ], required: ["index", "unit", "quality"])
    ),
  ]

  private static let edits: [(String, JSONText)] = [
    ("Edits", object([("edits", list(reference("Edit")))], required: ["edits"])),
    (
      "Edit",
      object(
        meterFields + [
          ("meter", either), ("values", list(reference("ValueEdit"))),
          ("addValue", reference("NewValue")), ("deleteValue", integer),
          ("add", object(meterFields)), ("delete", either),
        ])
    ),
    (
      "ValueEdit",
      object([("index", integer)] + valueFields, required: ["index"])
    ),
    (
      "NewValue",
      object([("dif", text), ("vif", text)] + valueFields, required: ["dif", "vif"])
    ),
    ("Selection", object([("entries", list(text)), ("all", flag), ("anew", flag)])),
    (
      "Assignment",
      object([("entries", list(text)), ("register", integer)], required: ["entries", "register"])
    ),
    ("OutputWish", object([("on", flag)], required: ["on"])),
  ]

  private static let meterFields: [(String, JSONText)] = [
    ("label", text), ("cycle", either), ("active", flag), ("battery", flag), ("baud", either),
    ("link", either), ("byPrimary", flag), ("serial", text), ("manufacturer", text),
    ("version", either), ("medium", either), ("key", text), ("maxValues", either),
  ]

  private static let valueFields: [(String, JSONText)] = [
    ("label", text), ("active", flag), ("userScale", either), ("obis", text),
  ]

  private static let rest: [(String, JSONText)] = [
    (
      "FieldList",
      object(
        [
          ("dialect", text), ("file", text), ("hash", text),
          ("fields", list(reference("Anything"))), ("problems", list(reference("Problem"))),
          ("pending", list(text)),
        ], required: ["hash", "fields"])
    ),
    (
      "SettingsWish",
      object(
        [
          ("hash", text),
          ("changes", map(.object([("type", .array([.string("string"), .string("null")]))]))),
        ], required: ["changes"])
    ),
    ("Checked", object([("problems", list(reference("Problem")))], required: ["problems"])),
    (
      "Saved",
      object(
        [
          ("hash", text), ("saved", text), ("news", list(text)), ("notes", list(text)),
          ("problems", list(reference("Problem"))),
        ], required: ["hash", "news"])
    ),
    (
      "UsersWish",
      object(
        [("hash", text), ("edits", list(reference("Anything")))], required: ["hash", "edits"])
    ),
    (
      "LogPage",
      object(
        [("entries", list(reference("Anything"))), ("page", integer), ("more", flag)],
        required: ["entries", "page", "more"])
    ),
    (
      "ResetWish",
      object([("confirm", text), ("keep", list(text))], required: ["confirm"])
    ),
    ("Session", type("object")),
    ("Login", object([("user", text), ("password", text)], required: ["user", "password"])),
    ("PasswordChange", object([("old", text), ("new", text)], required: ["old", "new"])),
    ("LockWish", object([("ask", flag), ("take", flag)])),
    (
      "Lock",
      object([("holder", text), ("isMine", flag), ("since", integer), ("wantedBy", text)])
    ),
    ("NewToken", object([("name", text), ("rights", map(text))], required: ["name", "rights"])),
    ("Token", object([("token", text)], required: ["token"])),
  ]
}
