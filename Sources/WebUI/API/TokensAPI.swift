import FoundationEssentials
import HTTPTypes
import Hummingbird
import MeterFiles
import NIOPosix
import Settings
import Users

/// `/api/v1/tokens`: what programs show instead of a name and a password.
struct TokensAPI: Sendable {
  let office: AccessOffice
  let files: NIOThreadPool

  private struct Token: Encodable {
    var name: String
    var rights: [String: String]
    var created: Int64
  }

  private struct Wanted: Codable {
    var name: String
    var rights: [String: String]
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("tokens") { _, context in
      try context.known().needs(.read, .user)
      return Response(json: ["tokens": list()])
    }
    group.post("tokens") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .user)
      let example = #"{"name":"prometheus","rights":{"Meter":"read"}}"#
      let wanted = try await request.json(Wanted.self, example: example)
      return Response(json: ["token": try await make(wanted, by: caller)])
    }
    group.delete("tokens/{name}") { _, context in
      let caller = try context.known()
      try caller.needs(.write, .user)
      let name = try context.parameters.require("name")
      try await change("removes the token \(name.excerpt)", by: caller) { try $0.removing(name) }
      return Response(status: .noContent)
    }
  }

  private func list() -> [Token] {
    office.tokens.map {
      Token(name: $0.name, rights: User.words($0.rights), created: $0.created)
    }
  }

  /// The text of a new token, which is told this once.
  private func make(_ wanted: Wanted, by caller: Caller) async throws -> String {
    var rights: [User.Tab: User.Right] = [:]
    for (name, word) in wanted.rights {
      guard let tab = User.Tab(rawValue: name), let right = User.Right(word: word) else {
        throw APIError(
          .unprocessableContent,
          "\(name.excerpt): \(word.excerpt) is no right: expected are the tabs "
            + "\(User.Tab.allCases.map(\.rawValue).joined(separator: ", ")), each with none, read or write"
        )
      }
      // Nobody gives away more than there is.
      try caller.needs(right, tab)
      rights[tab] = right
    }
    let text = AccessToken.newText()
    let token = AccessToken(
      name: wanted.name, hash: AccessToken.hash(of: text), rights: rights,
      created: office.clock().wall.unixSeconds)
    try await change("makes the token \(wanted.name.excerpt)", by: caller) { try $0.adding(token) }
    return text
  }

  private func change(
    _ what: String, by caller: Caller,
    _ body: @escaping @Sendable (TokensFile) throws -> TokensFile
  ) async throws {
    let (folder, audit, office) = (office.folder, office.audit, office)
    let saved: AccessFiles?
    do {
      saved = try await files.runIfActive {
        _ = try audit.changing(what, by: caller.name, isMachine: caller.isMachine) {
          try body(TokensFile.load(folder))
        }
        return office.read()
      }
    } catch let refusal as TokensFile.Refusal {
      throw APIError(.unprocessableContent, refusal.text)
    } catch let missing as TokensFile.Missing {
      throw APIError(.notFound, "there is no token \(missing.name.excerpt)")
    } catch let failure as SaveFailure {
      throw APIError(.serviceUnavailable, "\(failure)")
    }
    if let saved { office.take(saved) }
  }
}
