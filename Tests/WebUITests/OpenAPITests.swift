import Foundation
import Hummingbird
import Testing

@testable import WebUI

/// openapi.json against the routes that are answered.
@Suite struct OpenAPITests {
  private struct Description: Decodable {
    struct Operation: Decodable {
      struct Parameter: Decodable {
        var name: String
        var `in`: String
      }
      var tags: [String]
      var summary: String
      var operationId: String
      var parameters: [Parameter]?
      var responses: [String: Response]
    }
    struct Response: Decodable {}
    struct Tag: Decodable {
      var name: String
    }
    var openapi: String
    var tags: [Tag]
    var paths: [String: [String: Operation]]
  }

  private func description() throws -> Description {
    try JSONDecoder().decode(Description.self, from: Data(OpenAPI.bytes))
  }

  private func routes(_ description: Description) -> [RouteList.Route: Description.Operation] {
    var found: [RouteList.Route: Description.Operation] = [:]
    for (path, operations) in description.paths {
      for (method, operation) in operations {
        found[RouteList.Route(method: method.uppercased(), path: path)] = operation
      }
    }
    return found
  }

  /// Names of parameters in a path are those of the program.
  private func plain(_ route: RouteList.Route) -> String {
    "\(route.method) \(route.path.replacing(/\{[^}]*\}/, with: "{}"))"
  }

  /// What the door itself answers can come whatever is asked.
  @Test func eachOperationHasTheAnswersOfTheDoor() throws {
    for (route, operation) in routes(try description()) {
      for status in ["400", "405", "421", "431"] {
        #expect(operation.responses[status] != nil, "\(route.method) \(route.path): \(status)")
      }
    }
  }

  /// Each route is described, and each that is described is answered.
  @Test func whatIsAnsweredIsDescribedAndTheOtherWayRound() async throws {
    let answered = Set(try await DoorBench().page.routes.map(plain))
    let described = try routes(description())
    let names = Dictionary(uniqueKeysWithValues: described.map { (plain($0.key), $0.value) })
    #expect(answered.subtracting(names.keys).sorted() == [], "they are answered, and not described")
    #expect(
      Set(names.keys).subtracting(answered).sorted() == [], "they are described, and not answered")
    #expect(answered.count > 40)
  }

  @Test func eachOperationHasItsNameAndTag() throws {
    let description = try description()
    #expect(description.openapi.hasPrefix("3.1"))
    let operations = description.paths.values.flatMap(\.values)
    #expect(Set(operations.map(\.operationId)).count == operations.count)
    let tags = Set(description.tags.map(\.name))
    for operation in operations {
      #expect(tags.isSuperset(of: operation.tags) && !operation.summary.isEmpty)
    }
    for (path, operations) in description.paths {
      let inPath = Set(path.matches(of: /\{([^}]*)\}/).map { String($0.1) })
      for operation in operations.values {
        let named = (operation.parameters ?? []).filter { $0.in == "path" }.map(\.name)
        #expect(Set(named) == inPath, "\(path)")
      }
    }
  }

  @Test func itIsServed() async throws {
    let answer = try await ServiceBench().get("/api/v1/openapi.json", nil)
    #expect(answer.status == 200 && answer.bytes == Array(OpenAPI.bytes))
  }

  /// Each reference leads somewhere.
  @Test func referencesLeadSomewhere() throws {
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(OpenAPI.bytes)) as? [String: Any])
    let text = String(decoding: OpenAPI.bytes, as: UTF8.self)
    let references = Set(text.matches(of: /"\$ref": "#\/([^"]*)"/).map { String($0.1) })
    #expect(references.count > 20)
    for reference in references {
      var node: Any? = root
      for name in reference.split(separator: "/") { node = (node as? [String: Any])?[String(name)] }
      #expect(node != nil, "\(reference)")
    }
  }
}
