import PeerSupport
import Settings
import Testing

@testable import MeterFiles

@Suite(.ownThread) struct SecretTests {
  private let key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

  private func setting(_ key: String) throws -> Setting {
    try #require(SettingsTable.rows.first { $0.key == key })
  }

  /// The password of the mobile network as the folder has it.
  private func password(_ folder: AppFolder) throws -> String {
    folder.settings[try setting("WAN_PASSWORD")].description
  }

  private func save(_ folder: TemporaryFolder, _ key: String, _ value: SettingValue?) throws {
    let change = SettingChange(try setting(key), value)
    _ = try AppFolder.load(folder.path).settingsFile.saving([change])
  }

  @Test(arguments: [1, 2]) func savedByMode(mode: Int) throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nWAN_USER=me\n"])
    try save(folder, "WAN_PASSWORD", .text("ein ; Gehäuse"))
    #expect(
      folder.read("chip.ini") == "[SOLVIMUS]\nWAN_USER=me\nWAN_PASSWORD=\"ein ; Gehäuse\"\n")
    #expect(folder.names == ["chip.ini"])

    // With the mode, what is there already is encrypted, too.
    try save(folder, "MUC_PASSMUC_ENCMODE", .integer(mode))
    let text = try #require(folder.read("chip.ini"))
    #expect(text.contains("\nWAN_PASSWORD=\"{enc\(mode)}"))
    #expect(!text.contains("Gehäuse") && text.contains("WAN_USER=me\n"))
    #expect(folder.names == ["chip.ini", "keys"])
    let modes = try PeerProcess.run(
      "stat", ["-c", "%a", folder["keys"], folder["keys/config.key"]]
    ).standardOutput
    #expect(modes == "700\n600\n")
    let loaded = AppFolder.load(folder.path)
    #expect(try password(loaded) == "ein ; Gehäuse")
    #expect(loaded.diagnostics.allSatisfy { $0.severity != .error })

    // What says the same is not written anew, though each encryption differs.
    try save(folder, "WAN_PASSWORD", .text("ein ; Gehäuse"))
    #expect(folder.read("chip.ini") == text)
    try save(folder, "WAN_PASSWORD", .text("another"))
    #expect(try password(AppFolder.load(folder.path)) == "another")
    try save(folder, "MUC_PASSMUC_ENCMODE", nil)
    #expect(folder.read("chip.ini") == "[SOLVIMUS]\nWAN_USER=me\nWAN_PASSWORD=\"another\"\n")
  }

  /// What people write by hand stays readable, whatever the mode says.
  @Test func plainIsReadInEveryMode() throws {
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=2\nWAN_PASSWORD=plain\n"
    ])
    #expect(try password(AppFolder.load(folder.path)) == "plain")
    #expect(folder.names == ["chip.ini"])
    try save(folder, "METER_TIME", .integer(60))
    let text = try #require(folder.read("chip.ini"))
    #expect(text.contains("WAN_PASSWORD={enc2}") && !text.contains("plain"))
  }

  /// A plain text that looks encrypted would be taken for it.
  @Test func whatLooksEncryptedIsEncrypted() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    try save(folder, "WAN_PASSWORD", .text("{enc1}mine"))
    #expect(folder.read("chip.ini")?.contains("{enc1}mine") == false)
    #expect(try password(AppFolder.load(folder.path)) == "{enc1}mine")
    let text = folder.read("chip.ini")
    try save(folder, "METER_TIME", .integer(900))
    #expect(folder.read("chip.ini") == text)
  }

  @Test func wrongKeys() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=1\n"])
    try save(folder, "WAN_PASSWORD", .text("sesame"))
    let good = try #require(folder.read("chip.ini"))
    let keyFile = try #require(folder.read("keys/config.key"))
    func errors() -> [String] {
      AppFolder.load(folder.path).diagnostics.filter { $0.severity == .error }.map(\.description)
    }
    let head = "chip.ini:3:14: [SOLVIMUS] WAN_PASSWORD cannot be decrypted: "
    try folder.write(key + "\n", to: "keys/config.key")
    #expect(
      errors() == [
        head
          + "it was encrypted with another keys/config.key, or has been changed; write the password as "
          + "it is; it counts as not set"
      ])
    #expect(try password(AppFolder.load(folder.path)).isEmpty)
    try folder.write("short", to: "keys/config.key")
    #expect(
      errors() == [head + "keys/config.key is no key: it has 64 hex digits; it counts as not set"])
    _ = try PeerProcess.run("rm", [folder["keys/config.key"]])
    #expect(
      errors() == [
        head
          + "there is no keys/config.key in the configuration folder; put the file back, or write the "
          + "password as it is; it counts as not set"
      ])
    try folder.write(keyFile, to: "keys/config.key")
    #expect(errors().isEmpty)
    try folder.write(good.replacing("{enc1}", with: "{enc1}!"), to: "chip.ini")
    #expect(
      errors() == [
        head
          + "what follows {enc1} is no whole encrypted text; write the password as it is, metergate "
          + "encrypts it when it saves the file; it counts as not set"
      ])
    // What was in force stays in force.
    try folder.write(good, to: "chip.ini")
    let before = AppFolder.load(folder.path)
    try folder.write(good.replacing("{enc1}", with: "{enc2}"), to: "chip.ini")
    #expect(try password(before.reloaded()) == "sesame")
    // Nobody can read it, so it stays as it is when something else is saved.
    try save(folder, "METER_TIME", .integer(60))
    #expect(folder.read("chip.ini")?.contains("WAN_PASSWORD={enc2}") == true)
  }

  @Test func anotherMachine() throws {
    let folder = try TemporaryFolder(["machine-a": "0123456789abcdef\n", "machine-b": "fedcba\n"])
    let a = SecretKeys(folder: folder.path, machineIDPath: folder["machine-a"])
    let b = SecretKeys(folder: folder.path, machineIDPath: folder["machine-b"])
    let bound = try a.seal("sesame", .bound)
    #expect(try a.open(bound) == "sesame")
    #expect(
      throws: SecretCoder.Refusal(
        "it was encrypted on another machine (/etc/machine-id) or with another keys/config.key, or has "
          + "been changed; write the password as it is")
    ) { try b.open(bound) }
    #expect(try b.open(try a.seal("sesame", .encrypted)) == "sesame")
    let missing = SecretKeys(folder: folder.path, machineIDPath: folder["none"])
    #expect(throws: SecretCoder.Refusal("there is no \(folder["none"])")) {
      try missing.seal("sesame", .bound)
    }
    // Not even a letter can be changed, nor the mark.
    for index in bound.indices.dropFirst(6) {
      var other = bound
      other.replaceSubrange(index...index, with: bound[index] == "A" ? "B" : "A")
      #expect(throws: SecretCoder.Refusal.self) { try a.open(other) }
    }
  }

  /// Another program, of Python's cryptography or openssl, can read it by what docs/users.md says.
  @Test func othersCanReadIt() throws {
    let folder = try TemporaryFolder(["id": "0123456789abcdef0123456789abcdef\n"])
    _ = try PeerProcess.run("mkdir", [folder["keys"]])
    try folder.write(key + "\n", to: "keys/config.key")
    let keys = SecretKeys(folder: folder.path, machineIDPath: folder["id"])
    for (form, salt) in [(SecretForm.encrypted, ""), (.bound, "0123456789abcdef0123456789abcdef")] {
      let sealed = try keys.seal("Öffne dich", form)
      // HKDF by hand (RFC 5869) and AES in counter mode from openssl: GCM begins its text at counter 2.
      let script = """
        import base64, hashlib, hmac, subprocess, sys
        key, salt, text = bytes.fromhex(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
        mark, body = text[:6], base64.b64decode(text[6:])
        prk = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
        okm = hmac.new(prk, b"metergate secret " + mark.encode() + b"\\x01", hashlib.sha256).digest()
        out = subprocess.run(["openssl", "enc", "-d", "-aes-256-ctr", "-K", okm.hex(), "-iv",
          (body[:12] + b"\\0\\0\\0\\2").hex()], input=body[12:-16], capture_output=True).stdout
        sys.stdout.buffer.write(out)
        """
      let output = try PeerProcess.run(PeerProcess.python, ["-c", script, key, salt, sealed])
      #expect(output.standardOutput == "Öffne dich", "\(output.standardError)")
    }
  }
}
