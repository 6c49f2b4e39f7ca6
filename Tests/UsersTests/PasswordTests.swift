import PeerSupport
import Testing

@testable import Users

@Suite(.ownThread) struct PasswordTests {
  /// Perl's crypt is that of the system, as sshd and FTP servers use it.
  private func perl(_ password: String, _ setting: String) throws -> String {
    try PeerProcess.run("perl", ["-e", "print crypt($ARGV[0], $ARGV[1])", password, setting])
      .standardOutput
  }

  @Test func othersAcceptOurs() throws {
    let hash = try #require(PasswordHash.of("correct häuser 1"))
    #expect(hash.text.hasPrefix("$y$"))
    #expect(try perl("correct häuser 1", hash.text) == hash.text)
    #expect(try perl("correct häuser 2", hash.text) != hash.text)
    #expect(PasswordHash.of("correct häuser 1") != hash)
  }

  @Test func weAcceptTheirs() throws {
    let settings = [
      "$y$j9T$aYElisRUfYAHHAZM3B/e2/", "$6$saltsaltsalt", "$2b$05$abcdefghijklmnopqrstuu",
    ]
    for setting in settings {
      let hash = try #require(PasswordHash(try perl("s3cret pass", setting)))
      #expect(hash.matches("s3cret pass"))
      for other in ["s3cret pas", "s3cret pass ", "", "S3cret pass", "s3cret\0pass"] {
        #expect(!hash.matches(other))
      }
    }
  }

  /// mkpasswd of Debian's package whois makes what the file's comment says.
  @Test func mkpasswd() throws {
    let output = try PeerProcess.run("mkpasswd", ["-m", "yescrypt", "garden gate"])
    let text = String(output.standardOutput.dropLast())
    #expect(PasswordHash(text)?.matches("garden gate") == true)
  }

  @Test func hashesThatAreRefused() throws {
    for text in [
      "", "!", "*", "x", "plain text", "$y$", "$y$j9T$aYElisRUfYAHHAZM3B/e2/",
      // MD5 and DES are broken.
      "$1$abcdefgh$G//4keteveJp0qb8z2DxG/", "ab1Fg/gJqTqAM",
      "$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSj:I2sREvfvbpR3oujVJN5YXA",
      "$9$abcdefgh$G//4keteveJp0qb8z2DxG/", String(repeating: "$", count: 1000),
    ] {
      #expect(PasswordHash(text) == nil, "\(text)")
    }
    #expect("\(try #require(PasswordHash.of("12345678")))" == "(not shown)")
  }

  @Test func newPasswords() {
    #expect(PasswordRule.mistake(in: "12345678", of: "web") == nil)
    #expect(
      PasswordRule.mistake(in: "1234567", of: "web")
        == "the password has 7 characters; at least 8 are needed")
    #expect(
      PasswordRule.mistake(in: "Operator", of: "operator")
        == "the password is the name of the user")
    #expect(
      PasswordRule.mistake(in: String(repeating: "ä", count: 256), of: "web")
        == "the password has 512 bytes; at most 511 are allowed")
    #expect(
      PasswordRule.mistake(in: "1234567\t8", of: "web")
        == "the password has control characters in it; letters, digits, signs and spaces are allowed"
    )
  }
}
