import Hummingbird

/// What stands behind the `?` of a request.
struct Query {
  private var items: [String: String] = [:]

  /// What may stand there, by the path of the API; elsewhere nothing may.
  private static let names: [String: [String]] = [
    "/api/v1/config/export": ["parts"],
    "/api/v1/config/import": ["parts", "dryRun"],
    "/api/v1/events": ["topics", "since", "instance"],
    "/api/v1/log": ["source", "from", "to", "filter", "regex", "page"],
    "/api/v1/log.csv": ["source", "from", "to", "filter", "regex"],
    "/api/v1/meters/import": ["dryRun"],
    "/api/v1/settings": ["tab"],
    "/api/v1/users": ["dryRun"],
  ]

  /// - Throws: 400 for a name that is not known there, and for one that is there twice.
  init(_ request: Request) throws(APIError) {
    let names = Self.names[request.uri.path] ?? []
    for item in (request.uri.query ?? "").split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = PercentText.decoded(parts.first ?? "", plusIsBlank: true)
      guard names.contains(name) else {
        let known = names.isEmpty ? "nothing" : names.joined(separator: ", ")
        throw APIError(
          .badRequest, "\"\(name)\" is not known behind the ? of this address; allowed is \(known)")
      }
      let value = parts.count > 1 ? PercentText.decoded(parts[1], plusIsBlank: true) : ""
      guard items.updateValue(value, forKey: name) == nil else {
        throw APIError(.badRequest, "\"\(name)\" stands twice behind the ? of this address")
      }
    }
  }

  /// A text; empty is as if it were not there.
  func text(_ name: String) -> String? {
    items[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A whole number.
  func whole(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let text = items[name] else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw APIError(
        .badRequest,
        "\(name)=\(text) is not allowed: a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  /// A switch.
  func flag(_ name: String) throws(APIError) -> Bool {
    switch items[name] {
    case nil, "0"?: return false
    case "1"?: return true
    case let other?: throw APIError(.badRequest, "\(name)=\(other) is not allowed: 0 or 1")
    }
  }
}
