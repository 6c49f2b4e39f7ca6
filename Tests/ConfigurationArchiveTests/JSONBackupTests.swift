import Foundation
import MeterFiles
import Metering
import PeerSupport
import Testing

@testable import ConfigurationArchive

@Suite(.ownThread) struct JSONBackupTests {
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
        [IP]
        ADDRESS=192.0.2.1
        [DEVICE]
        NAME=alpha
        [SOLVIMUS]
        METER_TIME=60
        MODBUS_ENABLE=1
        FUTURE_PASSWORD=hunter2
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

  /// What the schema does not allow is refused here, too, with its place: nothing is passed over in silence.
  @Test(arguments: Counterexample.ofSchema + Counterexample.ofReader)
  func refused(_ wrong: Counterexample) throws {
    let good = try backup(Fixture.contents(), secrets: true)
    let text = good.replacingOccurrences(of: wrong.old, with: wrong.new)
    try #require(text != good, "\(wrong.old)")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try JSONBackup.read(Array(text.utf8))
    }
    let told = ([failure?.description ?? ""] + (failure?.diagnostics ?? []).map(\.description))
      .joined(separator: "\n")
    #expect(told.contains(wrong.why), "\(told)")
    guard !told.hasPrefix("this is no backup"), !told.hasPrefix("the backup has schema") else {
      return
    }
    let place = try #require(failure?.diagnostics.first)
    #expect(place.file == "backup.json" && place.line == 1 && place.column ?? 0 > 1, "\(told)")
  }

  /// The same for a validator that is not ours.
  @Test func counterexamplesOfTheSchema() throws {
    let good = try backup(Fixture.contents(), secrets: true)
    for wrong in Counterexample.ofSchema {
      let text = good.replacingOccurrences(of: wrong.old, with: wrong.new)
      #expect(try problems(text).split(separator: "\n").count > 1, "\(wrong.new)")
    }
  }

  /// Mistakes in what it says are told by the place in the JSON text, since nobody has another file.
  @Test func placesOfMistakes() throws {
    let folder = try TemporaryFolder()
    let text = """
      {"schema": 1, "product": "metergate", "parts": ["device", "meters"], "hasSecrets": true,
       "settings": {
        "SOLVIMUS": {"MODBUS_ENABLE": "1",
         "METER_TIME": "ä"}},
       "meterList": {"name": "Device_Handle.cfg", "fields": {}, "meters": [
        {"fields": {"serial": "1"}},
        {"fields": {"serial": "2"}, "values": [{"fields": {}}, {"fields": {"dif": "04",
         "Register": "none"}}]}]},
       "files": {}}
      """
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      let place = ConfigurationFolder(folder.path)
      _ = try place.plan(for: JSONBackup.read(Array(text.utf8), file: "b.json"))
    }
    let told = (failure?.diagnostics ?? []).map(\.description)
    #expect(told.count == 2)
    #expect(
      told.first?.hasPrefix("b.json:4:18: [SOLVIMUS] METER_TIME = 'ä': not allowed; allowed: ")
        == true)
    #expect(
      told.last
        == "b.json:8:16: meter 00000002, value 2: <register> = 'none': not allowed; allowed: 0 to 65535; the "
        + "meter and its values are given no registers until it is mended", "\(told)")
  }

  @Test func noJSON() throws {
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      _ = try JSONBackup.read(Array("{\"schema\": 1,\n \"schema\": 1}".utf8))
    }
    #expect(failure?.description == "the backup is no JSON that can be read")
    #expect(
      failure?.diagnostics.map(\.description)
        == ["backup.json:2:2: \"schema\" is in the object already; once is allowed"])
  }

  /// Keys stay with their meters, however these are spelt; what is lost is said.
  @Test func keysOfMeters() throws {
    func key(_ digit: Int) -> String {
      Array(repeating: "0x0\(digit)", count: 16).joined(separator: " ")
    }
    func meter(_ serial: String, _ maker: String, _ rest: String) -> String {
      "<meter><serial>\(serial)</serial><manufacturer>\(maker)</manufacturer>\(rest)</meter>"
    }
    func secret(_ digit: Int) -> String { "<encryptionkey>\(key(digit))</encryptionkey>" }
    let old =
      "<root>" + meter("0x00000001", "0x3265", secret(1)) + meter("2", "NZR", secret(2))
      + meter("3", "LSE", secret(3)) + meter("4", "LSE", "<encryptionkey>0</encryptionkey>")
      + "</root>"
    let new =
      "<root>" + meter("1", "lse", "<bypass>1</bypass><hotkeyroot>2</hotkeyroot>")
      + meter("0x2", "0xFFFF", "<version>0x01</version>") + "</root>"
    let folder = try TemporaryFolder(["Device_Handle.cfg": old])
    let backup = try backup(
      ConfigurationContents(files: ["Device_Handle.cfg": Array(new.utf8)], parts: [.meters]),
      secrets: false)
    #expect(backup.contains("\"bypass\":\"1\"") && backup.contains("\"hotkeyroot\":\"2\""))
    let place = ConfigurationFolder(folder.path)
    let plan = try place.plan(for: JSONBackup.read(Array(backup.utf8)))
    try place.perform(plan)
    let list = try #require(folder.read("Device_Handle.cfg"))
    #expect(list.contains(key(1)) && list.contains(key(2)) && !list.contains(key(3)))
    #expect(list.contains("<bypass>1</bypass>") && list.contains("<hotkeyroot>2</hotkeyroot>"))
    #expect(
      plan.warnings == [
        "the encryption key of 00000003 LSE is lost: the backup has no such meter, or several, and no keys"
      ])
  }

  /// The files of the MUC500 manual 1.1, ch. 10.6: keys of meters are in them.
  @Test func filesWithKeysOfMeters() throws {
    var contents = try Fixture.contents()
    let files = [
      "meter-conf-import.csv":
        "WMBUS;12345670;00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F;Flat 1",
      "Device_Config.cfg": "<root><encryptionkey>0x00 0x01</encryptionkey></root>",
    ]
    for (name, text) in files { contents.files[name] = Array(text.utf8) }
    let (with, without) = (
      try backup(contents, secrets: true), try backup(contents, secrets: false)
    )
    for name in files.keys { #expect(with.contains("\"\(name)\":") && !without.contains(name)) }
  }
}

/// A change of a good backup that makes it a wrong one, and what is said of it.
struct Counterexample: Sendable {
  let old: String
  let new: String
  let why: String

  init(_ old: String, _ new: String, _ why: String) {
    (self.old, self.new, self.why) = (old, new, why)
  }

  static let ofSchema = [
    Counterexample(
      "\"schema\":1", "\"schema\":7", "the backup has schema 7; this version reads schema 1"),
    Counterexample("\"schema\":1", "\"schema\":\"1\"", "this is no backup of a configuration: "),
    Counterexample(
      "\"product\":\"metergate\"", "\"product\":\"x\"", "this is no backup of a configuration: "),
    Counterexample(
      "\"meterList\":", "\"meterlist\":",
      "\"meterlist\" is no field of the backup; allowed: schema, product, parts, hasSecrets, settings, meterList, "
        + "files, version, time, isTimeTrusted, device; did you mean meterList?\n"
        + "backup.json:1:1: \"meterList\" is missing in the backup; needed: schema, product, "),
    Counterexample(
      "\"hasSecrets\":", "\"secrets\":", "\"secrets\" is no field of the backup; allowed: "),
    Counterexample("\"hasSecrets\":true", "\"hasSecrets\":1", "hasSecrets must be true or false"),
    Counterexample(
      "\"values\":", "\"value\":",
      "\"value\" is no field of meterList.meters[0]; allowed: fields, values, other; did you mean values?"
    ),
    Counterexample(
      "\"name\":\"Device_Handle.cfg\",", "",
      "\"name\" is missing in meterList; needed: name, fields, meters"),
    Counterexample(
      "\"values\":[", "\"values\":[[],",
      "meterList.meters[0].values[0] must be an object with fields"),
    Counterexample(
      "\"parts\":[\"certificates\"", "\"parts\":[\"certificate\"",
      "parts[0] must be one of certificates, device, network, name, meters, users, in double quotes"
    ),
    Counterexample("\"parts\":[", "\"parts\":[\"users\",", "\"users\" is in parts twice"),
    Counterexample(
      "\"isTimeTrusted\":true", "\"isTimeTrusted\":0", "isTimeTrusted must be true or false"),
    Counterexample(
      "\"time\":\"2026-", "\"time\":\"26-",
      "time must be a time in UTC such as 2026-11-21T15:50:23Z"),
    Counterexample(
      "\"serial\":\"d0800dc1\"", "\"serial\":\"D0800DC1\"",
      "device.serial must be eight of 0-9 and a-f"),
    Counterexample(
      "\"version\":\"0.1.0\"", "\"version\":1", "version must be a text in double quotes"),
    Counterexample(
      "\"METER_TIME\":\"60\"", "\"METER_TIME\":60",
      "settings.SOLVIMUS.METER_TIME must be a text in double quotes"),
    Counterexample("\"IP\":{", "\"IP\":[],\"x\":{", "settings.IP must be an object"),
    Counterexample(
      "\"label\":", "\"la bel\":",
      "\"la bel\" is no name of an element: letters, digits, _, - and ., at most 100, beginning with a letter or _"
    ),
    Counterexample(
      "\"label\":\"cellar\"", "\"label\":null", "meterList.meters[0].fields.label must be a text"),
    Counterexample(
      "\"users\":\"", "\"../users\":\"",
      "\"../users\" in files does not belong there; these files do: "),
    Counterexample(
      "\"users\":\"", "\"users\":\"*",
      "files.users is no base64: letters, digits, + and /, filled up by = to a multiple of four"),
  ]

  /// What the schema cannot say.
  static let ofReader = [
    Counterexample(
      "\"schema\":1,", "\"schema\":1.0,", "the backup has schema 1.0; this version reads schema 1"),
    Counterexample(
      "\"IP\":{", "\"IP\":{},\"IP\":{", "the backup is no JSON that can be read\nbackup.json:1:"),
    Counterexample(
      "\"IP\":{", "\"ip\":{},\"IP\":{", "\"IP\" is the same group as \"ip\"; once is allowed"),
    Counterexample(
      "\"IP\":{", "\"\":{},\"IP\":{", "\"\" is no name of a group of chip.ini: one line of text"),
    Counterexample(
      "\"SOLVIMUS\":", "\"SOLV]IMUS\":", "\"SOLV]IMUS\" is no name of a group of chip.ini: "),
    Counterexample(
      "\"METER_TIME\":", "\"METERTIME\":\"5\",\"METER_TIME\":",
      "\"METER_TIME\" is the same key as \"METERTIME\"; once is allowed"),
    Counterexample(
      "\"METER_TIME\":\"60\"", "\"METER_TIME\":\"6\\n[IP]\"",
      "settings.SOLVIMUS.METER_TIME cannot stand in chip.ini: key and value stand in one line"),
    Counterexample(
      "\"name\":\"Device_Handle.cfg\"", "\"name\":\"x.cfg\"",
      "meterList.name is \"x.cfg\", and by METER_STAT_CONFIG in settings the list is called \"Device_Handle.cfg\""
    ),
    Counterexample(
      "\"label\":\"cellar\"", "\"label\":\"\\u0001\"",
      "meterList.meters[0].fields.label has the character U+0001 in it, which no meter list can carry"
    ),
    Counterexample(
      "\"label\":", "\"Serial\":\"1\",\"label\":",
      "\"Serial\" is the same element as \"serial\"; a second one stands in other"),
    Counterexample(
      "\"keys/http_host_key\":", "\"keys/http_host_key/x\":\"\",\"keys/http_host_key\":",
      "\"keys/http_host_key\" in files is a file and a folder"),
  ]
}
