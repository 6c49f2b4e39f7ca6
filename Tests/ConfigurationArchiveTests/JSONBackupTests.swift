import Foundation
import MeterFiles
import Metering
import PeerSupport
import Testing

@testable import ConfigurationArchive

@Suite struct JSONBackupTests {
  /// The schema is judged by a validator that is not ours.
  private func problems(_ text: String) throws -> String {
    let folder = try TemporaryFolder(["backup.json": text])
    let script = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      for error in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2]))):
          print(error.json_path, error.message)
      print("done")
      """
    let output = try PeerProcess.run(
      PeerProcess.python,
      ["-c", script, PeerProcess.root + "/docs/configuration.schema.json", folder["backup.json"]])
    return output.standardOutput + output.standardError
  }

  private func backup(_ contents: ConfigurationContents, secrets: Bool) throws -> String {
    try JSONBackup.write(
      contents, origin: Fixture.origin, hasSecrets: secrets, time: Fixture.time)
  }

  @Test func itsSchema() throws {
    let contents = try Fixture.contents()
    for secrets in [true, false] {
      let text = try backup(contents, secrets: secrets)
      #expect(try problems(text) == "done\n")
      #expect(
        try problems(text.replacingOccurrences(of: "\"hasSecrets\":", with: "\"secrets\":"))
          .contains("'hasSecrets' is a required property"))
    }
    #expect(
      try problems(backup(ConfigurationContents(files: [:], parts: []), secrets: true)) == "done\n")
    let list = "<root><version>0x06</version><a><b>1</b></a><meter><x>1</x><x>2</x></meter></root>"
    let odd = ConfigurationContents(
      files: ["Device_Handle.cfg": Array(list.utf8)], parts: [.meters])
    #expect(try problems(backup(odd, secrets: true)) == "done\n")
  }

  /// Settings, meters and files come back; comments do not.
  @Test func restoresTheSame() throws {
    let alpha = try Fixture.contents()
    let text = try backup(alpha, secrets: true)
    #expect(text.hasPrefix("{\"schema\":1,\"product\":\"metergate\",\"version\":\"0.1.0\""))
    #expect(JSONBackup.isLikely(Array(text.utf8)))
    let folder = try TemporaryFolder()
    let place = ConfigurationFolder(folder.path)
    try place.perform(place.plan(for: JSONBackup.read(Array(text.utf8))))
    let now = try place.contents()
    #expect(try backup(now, secrets: true).contains("\"METER_TIME\":\"60\""))
    #expect(try meters(now) == meters(alpha))
    var (before, after) = (alpha.files, now.files)
    for name in ["chip.ini", "Device_Handle.cfg"] {
      before[name] = nil
      after[name] = nil
    }
    #expect(before == after)
    #expect(
      folder.read("chip.ini") == """
        [DEVICE]
        NAME=alpha
        [IP]
        ADDRESS=192.0.2.1
        [SOLVIMUS]
        FUTURE_PASSWORD=hunter2
        METER_TIME=60
        MODBUS_ENABLE=1
        MODBUS_KEY_FILE=app/tls/server.key

        """)
  }

  /// Without secrets nothing secret is in it, and an import takes none away.
  @Test func withoutSecrets() throws {
    let alpha = try Fixture.contents()
    let text = try backup(alpha, secrets: false)
    for secret in ["hunter2", "0x0A", "yescrypt", "encryptionkey", "FUTURE_PASSWORD", "users"] {
      let isPart = secret == "users" && text.contains("\"users\":")
      #expect(secret == "users" ? !isPart : !text.contains(secret), "\(secret)")
    }
    for name in ["keys/http_host_key", "tls/server.key", "vpn/config.ovpn"] {
      #expect(!text.contains("\"\(name)\":"))
    }
    #expect(text.contains("\"cacert.pem\":") && text.contains("\"hasSecrets\":false"))
    let folder = try Fixture.alpha()
    try folder.write(
      Fixture.settings.replacingOccurrences(of: "METER_TIME = 60", with: "METER_TIME = 61"),
      to: "chip.ini")
    let place = ConfigurationFolder(folder.path)
    try place.perform(place.plan(for: JSONBackup.read(Array(text.utf8))))
    let now = try place.contents()
    #expect(try meters(now) == meters(alpha))
    #expect(
      String(decoding: now.meterList ?? [], as: UTF8.self).contains("0x0F 0x10</encryptionkey>"))
    #expect(
      now.files.filter { $0.key != "Device_Handle.cfg" }
        == alpha.files.filter { $0.key != "Device_Handle.cfg" })
  }

  /// What the meter list says, as the gateway reads it.
  private func meters(_ contents: ConfigurationContents) throws -> [MeterConfiguration] {
    let list = try #require(contents.meterList)
    return try #require(DeviceHandleFile.parse(list, name: "").meters)
  }

  @Test func refused() throws {
    let good = try backup(Fixture.contents(), secrets: true)
    let cases = [
      ("\"schema\":1", "\"schema\":7", "the backup has schema 7; this version reads schema 1"),
      (
        "\"users\":\"", "\"../users\":\"",
        "\"../users\" in \"files\" does not belong there; these files do: "
      ),
      ("\"users\":\"", "\"users\":\"*", "\"users\" in \"files\" is no base64"),
      (
        "\"METER_TIME\":\"60\"", "\"METER_TIME\":60",
        "the backup is not as its schema wants it: \"settings.SOLVIMUS.METER_TIME\" has the wrong form"
      ),
      (
        "\"METER_TIME\":\"60\"", "\"METER_TIME\":\"6\\n[IP]\"",
        "\"METER_TIME\" in \"settings\" cannot stand in chip.ini: "
      ),
      ("\"SOLVIMUS\":", "\"SOLV]IMUS\":", "\"SOLV]IMUS\" in \"settings\" is no name of a group"),
      (
        "\"label\":", "\"la bel\":",
        "\"meterList\" has a name that no element can have, in \"meter\""
      ),
    ]
    for (old, new, why) in cases {
      let bytes = Array(good.replacingOccurrences(of: old, with: new).utf8)
      let failure = Fixture.failure { () throws(ConfigurationFailure) in
        _ = try JSONBackup.read(bytes)
      }
      #expect(failure?.description.hasPrefix(why) ?? false, "\(failure?.description ?? "none")")
    }
  }
}
