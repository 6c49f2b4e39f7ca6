import Hummingbird
import TextFormats

/// `GET /api/v1/openapi.json`: all of the interface for programs (OpenAPI 3.1). Everybody who knows the device's address
/// may see it: it says nothing of the device.
struct OpenAPI: Sendable {
  /// The version of the interface.
  static let version = "1.0.0"

  func add(to group: RouterGroup<WebContext>) {
    group.get("openapi.json") { _, _ in Response(jsonBytes: Self.bytes) }
  }

  private static let bytes = Array(document.text.utf8)

  /// The document.
  static var document: JSONText {
    .object([
      ("openapi", .string("3.1.0")),
      (
        "info",
        .object([
          ("title", .string("metergate")), ("version", .string(version)),
          (
            "description",
            .string(
              "What the web page itself uses. Times are Unix seconds (UTC). Members that do not apply are left out. "
                + "Errors have a text for the person who must act.")
          ),
        ])
      ),
      ("security", .array(schemes.map { .object([($0.name, .array([]))]) })),
      ("paths", .object(paths)),
      (
        "components",
        .object([
          ("securitySchemes", .object(schemes.map { ($0.name, $0.json) })),
          ("schemas", .object(OpenAPISchemas.all)),
        ])
      ),
    ])
  }

  private static let schemes: [(name: String, json: JSONText)] = [
    ("token", .object([("type", .string("http")), ("scheme", .string("bearer"))])),
    (
      "session",
      .object([
        ("type", .string("apiKey")), ("in", .string("cookie")),
        ("name", .string("metergate-session")),
      ])
    ),
  ]

  private static var paths: [(String, JSONText)] {
    var order: [String] = []
    var byPath: [String: [(String, JSONText)]] = [:]
    for operation in OpenAPIOperation.all {
      if byPath[operation.path] == nil { order.append(operation.path) }
      byPath[operation.path, default: []].append((operation.method, operation.json))
    }
    return order.map { ($0, .object(byPath[$0] ?? [])) }
  }
}
