import PeerSupport
import Settings
import Testing

@testable import Users

@Suite struct WebUsersTests {
  private let delivered = UserList.parse(INIDocument(DeliveredUsers.text)).list

  private func list(_ text: String) -> UserList { UserList.parse(INIDocument(text)).list }

  @Test func asDeliveredVisitorsWrite() {
    let users = WebUsers(delivered)
    #expect(users.withDeliveredPassword == ["admin", "web", "ftp"])
    #expect(
      users.visitor?.right(.meter) == .write && users.visitor?.right(.user) == User.Right.none)
  }

  /// Once admin has another password the entry of web as delivered only reads; an edited one counts as it is.
  @Test func onceTheDeviceIsTakenOverVisitorsRead() throws {
    var admin = try #require(delivered["admin"])
    admin.hash = PasswordHash.of("correct horse")
    let taken = try delivered.setting(admin)
    let users = WebUsers(taken)
    #expect(users.withDeliveredPassword == ["web", "ftp"])
    #expect(users.visitor?.right(.meter) == .read && users.visitor?.right(.user) == User.Right.none)
    #expect(users.users["admin"]?.right(.meter) == .write)

    let given = try taken.setting(try taken.known("web").with("WRITE", "Meter", named: "--write"))
    #expect(WebUsers(given).visitor?.right(.meter) == .write)
    #expect(WebUsers(given).visitor?.right(.log) == .read)
  }

  @Test func anotherPasswordOfWebLetsNobodyInWithoutOne() throws {
    var web = try #require(delivered["web"])
    web.hash = PasswordHash.of("correct horse")
    let users = WebUsers(try delivered.setting(web))
    #expect(users.visitor == nil && users.users["web"]?.right(.meter) == .write)
    #expect(WebUsers(try delivered.removing("web")).visitor == nil)
  }

  // MARK: - Patterns

  @Test func patternsOfPasswords() throws {
    let pattern = try PasswordPattern("^.{12,}$")
    #expect(!pattern.matches("eleven char") && pattern.matches("twelve chars"))
    #expect(try PasswordPattern("[0-9].*[0-9]").matches("a1b2c"))
    #expect(throws: PasswordPattern.Mistake(reason: "a ) is missing, at character 2")) {
      try PasswordPattern("(")
    }
    #expect(try !PasswordPattern("[A-Z]").matches("small letters"))
    #expect(try PasswordPattern("[[:upper:]].*[[:digit:]]").matches("Two2"))
    #expect(
      PasswordRule.mistake(in: "correct horse", of: "a", replacing: "correct horse", pattern: nil)
        == "the new password is the old one")
    #expect(
      PasswordRule.mistake(in: "short pass", of: "a", replacing: "", pattern: pattern)
        == "the password does not match what is asked of new ones here (WEBCOM_PASSWORDPATTERN = ^.{12,}$)"
    )
    #expect(
      PasswordRule.mistake(in: "long enough pass", of: "a", replacing: "", pattern: pattern) == nil)
  }

  /// The library of the system takes seconds and gigabytes for the first of them, at every start of the gateway.
  @Test func aPatternTakesNoTime() {
    #expect(
      throws: PasswordPattern.Mistake(
        reason: "with its repetitions written out it has more than 1000 steps")
    ) { try PasswordPattern("((a{1,100}){1,100}){1,100}") }
    #expect(
      throws: PasswordPattern.Mistake(
        reason: "\\ stands before signs, and in \\d, \\s and \\w, at character 5")
    ) { try PasswordPattern("(.)\\1") }
  }

  // MARK: - Tokens

  /// SHA-256 of "abc": FIPS 180-2, appendix B.1.
  @Test func hashesOfTokens() {
    #expect(
      AccessToken.hash(of: "abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(AccessToken.newText().count == 64 && AccessToken.newText() != AccessToken.newText())
  }

  @Test func theFileOfTokens() throws {
    let folder = try TemporaryFolder()
    let empty = TokensFile.load(folder.path)
    #expect(empty.tokens.isEmpty && empty.complaint == nil)
    let token = AccessToken(
      name: "scada", hash: AccessToken.hash(of: "abc"), rights: [.meter: .write, .log: .read],
      created: 1_795_305_600)
    let one = try empty.adding(token)
    #expect(one.token("abc") == token && one.token("abd") == nil)
    #expect(
      folder.read("keys/tokens")?.hasSuffix(
        """

        [scada]
        SHA256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        READ=Meter,Log
        WRITE=Meter
        CREATED=1795305600

        """) == true)
    #expect(TokensFile.load(folder.path).tokens == [token])
    #expect(throws: TokensFile.Refusal(text: "there is a token scada already")) {
      try one.adding(token)
    }
    #expect(try one.removing("scada").tokens.isEmpty)
    try folder.write("[scada]\nSHA256=abc\nREAD=ALL\nWRITE=NONE\nCREATED=1\n", to: "keys/tokens")
    #expect(TokensFile.load(folder.path).tokens.isEmpty, "half a hash is none")
  }
}
