import FoundationEssentials
import Hummingbird
import Testing

@testable import WebUI

/// The description of the API is that of its routes.
@Suite struct OpenAPITests {
  @Test func everyRouteIsDescribedAndTheOtherWayRound() throws {
    let bench = try WebBench()
    let router = Router(context: WebContext.self)
    let web = WebAPI(control: bench.gateway, environment: bench.environment)
    web.add(to: router.group("api/v1"))
    web.addForeign(to: router.group("app/api"))
    let routes = Set(
      router.routes.map { "\($0.method.rawValue.lowercased()) \(Self.braced($0.path.description))" }
    )
    // Sessions, tokens, certificates and figures have routes of their own beside these.
    let others = Set(OpenAPIOperation.door.map { "\($0.method) \($0.path)" })
    var described = Set(OpenAPIOperation.all.map { "\($0.method) \($0.path)" }).subtracting(others)
    // One route serves both kinds of file.
    described.remove("get /app/api/serial/{serial}.csv")
    described.remove("get /app/api/serial/{serial}.json")
    described.insert("get /app/api/serial/{file}")
    #expect(described.subtracting(routes) == [])
    #expect(routes.subtracting(described) == [])
  }

  /// `/a/:b/c` or `/a/{b}/c`.
  private static func braced(_ path: String) -> String {
    let parts = path.split(separator: "/").map { part in
      part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
    }
    return "/" + parts.joined(separator: "/")
  }

  private struct Document: Decodable {
    struct Components: Decodable {
      struct Nothing: Decodable {}
      var schemas: [String: Nothing]
    }
    var openapi: String
    var components: Components
  }

  @Test func everySchemaThatIsNamedIsThere() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [:]))
    let answer = await bench.ask(.get, "/api/v1/openapi.json")
    #expect(answer.status == 200)
    let document = try JSONDecoder().decode(Document.self, from: Data(answer.text.utf8))
    #expect(document.openapi == "3.1.0")
    let known = Set(document.components.schemas.keys)
    #expect(known.count == OpenAPISchemas.all.count)
    let mark = "#/components/schemas/"
    var named = Set<String>()
    for piece in answer.text.split(separator: "\"") where piece.hasPrefix(mark) {
      named.insert(String(piece.dropFirst(mark.count)))
    }
    #expect(named.subtracting(known) == [])
    #expect(known.subtracting(named) == [])
  }
}
