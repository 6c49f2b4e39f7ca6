import TextFormats

/// An operation of the API as OpenAPI describes it.
struct OpenAPIOperation: Sendable {
  /// `get`, `put`, `post` or `delete`.
  let method: String
  /// The path, with parameters in braces.
  let path: String
  /// What it does, in a few words.
  let summary: String
  /// The right that it needs, such as `Meter: write`; nil: none.
  let right: String?
  /// Parameters of the query, each with its schema and what it means.
  var query: [(name: String, schema: JSONText, meaning: String)] = []
  /// The body; nil: none.
  var body: Content?
  /// The answer; nil: it has no body.
  var answer: Content?
  /// The status of success.
  var status = 200

  /// What a body has.
  enum Content: Sendable {
    /// JSON of this schema.
    case json(String)
    /// Something else, of this type.
    case other(String)
  }

  init(
    _ method: String, _ path: String, _ summary: String, right: String?,
    query: [(name: String, schema: JSONText, meaning: String)] = [], body: Content? = nil,
    answer: Content? = nil, status: Int = 200
  ) {
    self.method = method
    self.path = path
    self.summary = summary
    self.right = right
    self.query = query
    self.body = body
    self.answer = answer
    self.status = status
  }

  /// The operation object (OpenAPI 3.1, 4.8.10).
  var json: JSONText {
    var fields: [(String, JSONText)] = [("summary", .string(summary))]
    if let right { fields.append(("description", .string("Needs the right \(right)."))) }
    if !parameters.isEmpty { fields.append(("parameters", .array(parameters))) }
    if let body {
      fields.append(
        ("requestBody", .object([("required", .bool(true)), ("content", body.json)])))
    }
    var success: [(String, JSONText)] = [("description", .string("Done."))]
    if let answer { success.append(("content", answer.json)) }
    let failure = JSONText.object([
      ("description", .string("Why it was not done.")), ("content", Content.json("Error").json),
    ])
    fields.append(
      ("responses", .object([("\(status)", .object(success)), ("default", failure)])))
    return .object(fields)
  }

  private var parameters: [JSONText] {
    let inPath = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
      let name = String(part.dropFirst().prefix { $0 != "}" })
      return parameter(name, in: "path", Self.schema(of: name), Self.meaning(of: name))
    }
    return inPath + query.map { parameter($0.name, in: "query", $0.schema, $0.meaning) }
  }

  private func parameter(
    _ name: String, in place: String, _ schema: JSONText, _ meaning: String
  ) -> JSONText {
    .object([
      ("name", .string(name)), ("in", .string(place)), ("required", .bool(place == "path")),
      ("description", .string(meaning)), ("schema", schema),
    ])
  }

  private static func schema(of name: String) -> JSONText {
    .object([("type", .string(["meter", "index"].contains(name) ? "integer" : "string"))])
  }

  private static func meaning(of name: String) -> String {
    switch name {
    case "meter": "The key of the meter: `id`."
    case "index": "Which of its values, from 1."
    case "serial": "The serial of a meter."
    default: "The name."
    }
  }
}

extension OpenAPIOperation.Content {
  /// The content object (OpenAPI 3.1, 4.8.14).
  var json: JSONText {
    switch self {
    case .json(let schema):
      .object([
        (
          "application/json",
          .object([("schema", .object([("$ref", .string("#/components/schemas/\(schema)"))]))])
        )
      ])
    case .other(let type):
      .object([(type, .object([("schema", .object([("type", .string("string"))]))]))])
    }
  }
}
