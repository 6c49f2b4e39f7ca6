import MeterFiles
import Settings

/// The file `keys/tokens` in the configuration folder: a group for each token, with its name.
public struct TokensFile: Sendable {
  /// Its name in the folder.
  public static let name = "keys/tokens"
  /// The most tokens.
  public static let maximum = 32
  private static let sizeLimit = 64 * 1024

  /// The tokens, in the order of the file.
  public let tokens: [AccessToken]
  /// Why the file cannot be read; nil: it can, or there is none.
  public let complaint: String?
  private let folder: String
  private let version: FileVersion?

  /// Why the tokens cannot be changed as wanted.
  public struct Refusal: Error, Equatable, Sendable {
    /// What is wrong, and what is allowed.
    public let text: String
  }

  /// There is no token of this name.
  public struct Missing: Error, Equatable, Sendable {
    /// The name.
    public let name: String
  }

  /// Reads the file. A group with a mistake is no token. Blocks.
  public static func load(_ folder: String) -> TokensFile {
    switch FileBytes.read(FilePlace.join(folder, name), limit: sizeLimit) {
    case .read(let bytes):
      return TokensFile(
        tokens: INIDocument(bytes).groups.compactMap(read), complaint: nil, folder: folder,
        version: .of(bytes))
    case .missing: return TokensFile(tokens: [], complaint: nil, folder: folder, version: .missing)
    case .unreadable(let why):
      return TokensFile(tokens: [], complaint: why, folder: folder, version: nil)
    }
  }

  /// The token of this text; nil: there is none.
  public func token(_ text: String) -> AccessToken? {
    let hash = AccessToken.hash(of: text)
    return tokens.first { $0.hash == hash }
  }

  /// With one more, on the disk when this returns. Blocks.
  public func adding(_ token: AccessToken) throws -> TokensFile {
    if let mistake = AccessToken.mistake(in: token.name) { throw Refusal(text: mistake) }
    guard !tokens.contains(where: { $0.name == token.name }) else {
      throw Refusal(text: "there is a token \(token.name) already")
    }
    guard tokens.count < Self.maximum else {
      throw Refusal(text: "there are \(tokens.count) tokens already, which is the most")
    }
    return try saving(tokens + [token])
  }

  /// Without one, on the disk when this returns. Blocks.
  /// - Throws: `Missing` when there is none of this name.
  public func removing(_ name: String) throws -> TokensFile {
    guard tokens.contains(where: { $0.name == name }) else { throw Missing(name: name) }
    return try saving(tokens.filter { $0.name != name })
  }

  private func saving(_ tokens: [AccessToken]) throws -> TokensFile {
    guard let version else {
      throw SaveFailure.unreadable(file: Self.name, why: complaint ?? "")
    }
    let groups = tokens.map { token in
      let user = User(name: token.name, rights: token.rights)
      let tabs = user.texts
      return """

        [\(token.name)]
        SHA256=\(token.hash)
        READ=\(tabs["READ"] ?? "")
        WRITE=\(tabs["WRITE"] ?? "")
        CREATED=\(token.created)

        """
    }
    let bytes = Array((Self.header + groups.joined()).utf8)
    let path = FilePlace.join(folder, Self.name)
    try PrivateFolder.make(FilePlace.split(path).folder, of: folder)
    try SafeFile.save(bytes, to: path, replacing: version, isPrivate: true, owner: folder)
    return TokensFile(tokens: tokens, complaint: nil, folder: folder, version: .of(bytes))
  }

  private static let header = """
    ; Access tokens for programs, a group for each. The web page makes and removes them.
    ;   SHA256      hash of the token's text, which is kept nowhere
    ;   READ WRITE  tabs that it may see, and change, as in the file users

    """

  private static func read(_ group: INIDocument.Group) -> AccessToken? {
    let texts = Dictionary(group.entries.map { ($0.key.uppercased(), $0.value) }) { $1 }
    guard AccessToken.mistake(in: group.name) == nil, let hash = texts["SHA256"]?.lowercased(),
      hash.utf8.count == 64, let created = Int64(texts["CREATED"] ?? "")
    else { return nil }
    var user = User(name: group.name)
    for key in ["WRITE", "READ"] {
      guard let text = texts[key], UserRule.of(key)?.read(text, &user) == true else { return nil }
    }
    return AccessToken(name: group.name, hash: hash, rights: user.rights, created: created)
  }
}
