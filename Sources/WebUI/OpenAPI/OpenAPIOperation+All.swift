import TextFormats

extension OpenAPIOperation {
  /// Every operation, in the order in which they are shown.
  static let all = door + status + meters + outputs + configuration + service

  private static let text = JSONText.object([("type", .string("string"))])
  private static let number = JSONText.object([("type", .string("number"))])
  private static let integer = JSONText.object([("type", .string("integer"))])
  private static let flag = JSONText.object([("enum", .array([.string("0"), .string("1")]))])

  private static let parts =
    (
      name: "parts", schema: text,
      meaning:
        "Parts with commas between them: certificates, device, network, name, meters, users; without it all."
    )
  private static let dryRun =
    (name: "dryRun", schema: flag, meaning: "1: say what would change, and change nothing.")

  /// Who is logged in, tokens and certificates.
  static let door = [
    OpenAPIOperation(
      "get", "/api/v1/session", "Who is logged in", right: nil, answer: .json("Session")),
    OpenAPIOperation(
      "post", "/api/v1/session", "Log in", right: nil, body: .json("Login"),
      answer: .json("Session")),
    OpenAPIOperation("delete", "/api/v1/session", "Log out", right: nil, status: 204),
    OpenAPIOperation(
      "post", "/api/v1/session/password", "Change the own password", right: nil,
      body: .json("PasswordChange"), answer: .json("Session")),
    OpenAPIOperation(
      "post", "/api/v1/session/lock", "Ask for the right to write, or take it", right: nil,
      body: .json("LockWish"), answer: .json("Lock")),
    OpenAPIOperation(
      "delete", "/api/v1/session/lock", "Give the right to write back", right: nil, status: 204),
    OpenAPIOperation(
      "post", "/api/v1/session/alive", "Somebody is there", right: nil, status: 204),
    OpenAPIOperation(
      "get", "/api/v1/tokens", "Tokens of machines", right: "User: read", answer: .json("Anything")),
    OpenAPIOperation(
      "post", "/api/v1/tokens", "Make a token, which is shown once", right: "User: write",
      body: .json("NewToken"), answer: .json("Token")),
    OpenAPIOperation(
      "delete", "/api/v1/tokens/{name}", "Take a token back", right: "User: write", status: 204),
    OpenAPIOperation(
      "get", "/api/v1/certificates", "Certificates of HTTPS", right: "Security: read",
      answer: .json("Anything")),
    OpenAPIOperation(
      "put", "/api/v1/certificates", "Other certificates", right: "Security: write",
      body: .json("Anything"), answer: .json("Anything")),
    OpenAPIOperation(
      "get", "/metrics", "Figures for Prometheus", right: "Meter: read",
      answer: .other("text/plain")),
  ]

  private static let status = [
    OpenAPIOperation(
      "get", "/api/v1/openapi.json", "This document", right: nil, answer: .json("Anything")),
    OpenAPIOperation(
      "get", "/api/v1/status", "What the gateway does just now", right: "General: read",
      answer: .json("Anything")),
    OpenAPIOperation(
      "get", "/api/v1/events", "What changes, as server-sent events: status, meters, session",
      right: nil, answer: .other("text/event-stream")),
  ]

  private static let meters = [
    OpenAPIOperation(
      "get", "/api/v1/meters", "All meters and values", right: "Meter: read",
      answer: .json("MeterList")),
    OpenAPIOperation(
      "put", "/api/v1/meters", "Change the meter list: all edits or none", right: "Meter: write",
      body: .json("Edits"), answer: .json("Answer")),
    OpenAPIOperation(
      "get", "/api/v1/meters/{meter}/values/{index}", "A value, its record explained",
      right: "Meter: read", answer: .json("Value")),
    OpenAPIOperation(
      "post", "/api/v1/meters/allocate", "Give registers to entries", right: "Meter: write",
      body: .json("Selection"), answer: .json("Answer")),
    OpenAPIOperation(
      "post", "/api/v1/meters/deallocate", "Take registers away", right: "Meter: write",
      body: .json("Selection"), answer: .json("Answer")),
    OpenAPIOperation(
      "post", "/api/v1/meters/assign", "Give one entry a certain register",
      right: "Meter: write", body: .json("Assignment"), answer: .json("Answer")),
    OpenAPIOperation(
      "post", "/api/v1/meters/readout", "Read meters now", right: "Meter: write",
      body: .json("Selection"), answer: .json("Answer")),
    OpenAPIOperation(
      "get", "/api/v1/meters.csv", "The list as a table", right: "Meter: read",
      answer: .other("text/csv")),
    OpenAPIOperation(
      "post", "/api/v1/meters/import", "Take a table over", right: "Meter: write",
      query: [dryRun], body: .other("text/csv"), answer: .json("Imported")),
    OpenAPIOperation(
      "post", "/api/v1/scan", "Look for meters", right: "Meter: write", answer: .json("Answer")),
    OpenAPIOperation(
      "delete", "/api/v1/scan", "End the scan", right: "Meter: write", answer: .json("Answer")),
    OpenAPIOperation(
      "get", "/app/api/serial/{serial}.csv", "The newest data of a meter as a table",
      right: "Meter: read", answer: .other("text/csv")),
    OpenAPIOperation(
      "get", "/app/api/serial/{serial}.json", "The newest data of a meter", right: "Meter: read",
      answer: .json("Meter")),
  ]

  private static let outputs = [
    OpenAPIOperation(
      "get", "/api/v1/outputs", "Digital outputs of meters", right: "Output: read",
      answer: .json("Anything")),
    OpenAPIOperation(
      "post", "/api/v1/outputs/{meter}/{index}", "Switch an output, and read it back",
      right: "Output: write", body: .json("OutputWish"), answer: .json("Answer")),
  ]

  private static let configuration = [
    OpenAPIOperation(
      "get", "/api/v1/settings", "Settings as fields", right: "that tab: read",
      query: [(name: "tab", schema: text, meaning: "One tab; without it all that may be read.")],
      answer: .json("FieldList")),
    OpenAPIOperation(
      "post", "/api/v1/settings/check", "Say what is wrong with changes",
      right: "that tab: write", body: .json("SettingsWish"), answer: .json("Checked")),
    OpenAPIOperation(
      "put", "/api/v1/settings", "Save changes and apply them", right: "that tab: write",
      body: .json("SettingsWish"), answer: .json("Saved")),
    OpenAPIOperation(
      "get", "/api/v1/users", "Who may log in", right: "User: read", answer: .json("Anything")),
    OpenAPIOperation(
      "put", "/api/v1/users", "Change who may log in", right: "User: write",
      body: .json("UsersWish"), answer: .json("Saved")),
    OpenAPIOperation(
      "get", "/api/v1/config/export", "The configuration as an archive, with its secrets",
      right: "Service: write, and write for the tabs of the parts", query: [parts],
      answer: .other("application/gzip")),
    OpenAPIOperation(
      "post", "/api/v1/config/import", "Take an archive or a JSON backup over",
      right: "Service: write, and write for the tabs of the parts", query: [parts, dryRun],
      body: .other("application/gzip"), answer: .json("Imported")),
  ]

  private static let service = [
    OpenAPIOperation(
      "get", "/api/v1/log", "A page of a log, newest first", right: "Log: read", query: logQuery,
      answer: .json("LogPage")),
    OpenAPIOperation(
      "get", "/api/v1/log.csv", "The same as a table", right: "Log: read", query: logQuery,
      answer: .other("text/csv")),
    OpenAPIOperation(
      "get", "/api/v1/service", "Versions, licences, space", right: "Service: read",
      answer: .json("Anything")),
    OpenAPIOperation(
      "post", "/api/v1/service/restart", "Begin anew", right: "Service: write",
      answer: .json("Answer"), status: 202),
    OpenAPIOperation(
      "post", "/api/v1/service/reset", "Make it a new device", right: "Service: write, User: write",
      body: .json("ResetWish"), answer: .json("Imported"), status: 202),
    OpenAPIOperation(
      "get", "/api/v1/service/support", "What helps whoever helps, without secrets",
      right: "Service: read, Configuration: read, Log: read", answer: .other("application/gzip")),
  ]

  private static let logQuery = [
    (name: "source", schema: text, meaning: "application, or mbus for the bytes of the M-Bus."),
    (name: "from", schema: number, meaning: "Not before this time, Unix seconds."),
    (name: "to", schema: number, meaning: "Not after this time."),
    (
      name: "filter", schema: text,
      meaning: "What the text has to have; serial=12345678 in it is a meter."
    ),
    (name: "regex", schema: flag, meaning: "1: the filter is a POSIX extended regular expression."),
    (name: "page", schema: integer, meaning: "Which page of 500 lines, from 0."),
  ]
}
