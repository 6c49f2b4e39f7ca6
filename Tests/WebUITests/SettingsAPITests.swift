import Control
import FoundationEssentials
import PeerSupport
import Settings
import Testing
import Users

@testable import WebUI

/// chip.ini as the fields of the page.
@Suite struct SettingsAPITests {
  private struct Fields: Decodable {
    struct Range: Decodable, Equatable {
      var en: String
      var de: String
    }
    struct Field: Decodable {
      var id: String
      var range: Range
      var tab: String
      var kind: String
      var min: Int?
      var max: Int?
      var value: String?
      var isSet: Bool?
      var source: String
      var line: Int?
      var bit: Int?
      var isReadOnly: String?
    }
    var dialect: String
    var hash: String
    var fields: [Field]
  }

  private func fields(_ bench: WebBench, _ query: String = "") async throws -> Fields {
    let answer = await bench.ask(.get, "/api/v1/settings\(query)")
    #expect(answer.status == 200)
    return try JSONDecoder().decode(Fields.self, from: Data(answer.text.utf8))
  }

  @Test func fieldsComeFromTheTable() async throws {
    let bench = try WebBench(
      settings: "[SOLVIMUS]\nMETER_TIME=300\nWAN_PASSWORD=geheim\n[DEVICE]\nNAME=cellar\n")
    let all = try await fields(bench)
    #expect(all.dialect == "solvimus")
    let time = try #require(all.fields.first { $0.id == "SOLVIMUS.METER_TIME" })
    #expect(time.tab == "Configuration")
    #expect(time.kind == "integer")
    #expect(time.value == "300")
    #expect(time.source == "chip.ini")
    #expect(time.line == 2)
    let some = try await fields(bench, "?tab=Configuration")
    #expect(Set(some.fields.map(\.tab)) == ["Configuration"])
    let text = await bench.ask(.get, "/api/v1/settings").text
    #expect(!text.contains("geheim"))
    let wan = try #require(all.fields.first { $0.id == "SOLVIMUS.WAN_PASSWORD" })
    #expect(wan.kind == "secret")
    #expect(wan.isSet == true)
    #expect(wan.value == nil)
  }

  /// The file may have port 0, with which nobody would find the page again; the hint at the field says so.
  @Test func portsOfThePageBeginAtOne() async throws {
    let all = try await fields(try WebBench(settings: "[SOLVIMUS]\n[WEB]\nHTTP_PORT=0\n")).fields
    for id in ["WEB.HTTP_PORT", "WEB.HTTPS_PORT"] {
      let port = try #require(all.first { $0.id == id })
      #expect(port.min == 1 && port.max == 65535)
      #expect(port.range == .init(en: "1 to 65535", de: "1 bis 65535"))
    }
    let modbus = try #require(all.first { $0.id == "SOLVIMUS.MODBUS_NWPORT" })
    #expect(modbus.min == 0)
  }

  /// The order of the manuals, on each tab.
  @Test func fieldsStandInTheOrderOfTheManuals() async throws {
    for (tab, labels) in FieldOrder.labels {
      #expect(Set(labels).count == labels.count)
      let all = SettingsTable.rows.flatMap { row in
        [row.field].compactMap(\.self) + row.bits.map(\.field)
      }
      for label in labels {
        #expect(all.contains { $0.tab == tab && $0.label.en == label }, "\(label) on \(tab)")
      }
    }
    let fields = try await fields(try WebBench(), "?tab=Configuration").fields
    let names = fields.map(\.id).filter { $0.hasPrefix("SOLVIMUS.M") }
    #expect(
      names.prefix(4) == [
        "SOLVIMUS.METER_CYCLEMODE", "SOLVIMUS.METER_TIME", "SOLVIMUS.METER_CYCLETIMESTAMP",
        "SOLVIMUS.MUC_METERDESCRIPTION_ENABLEFLAGS",
      ])
  }

  /// Whoever fills a field in sees in both languages what it is, what is allowed, in which unit, and what is the default.
  @Test(arguments: Dialect.allCases)
  func everyFieldSaysInBothLanguagesWhatItIs(_ dialect: Dialect) throws {
    let text = "[\(SettingGroup.main.name(in: dialect))]\n"
    let settings = Settings.read(INIDocument(text)).settings
    let fields = SettingFields(settings, []).fields(of: Set(WebField.Tab.allCases))
    let units = ["(ms)": "ms", "(s)": "s", "(kB)": "kB"]
    for field in fields {
      var texts = [field.label, field.help, field.range]
      texts += (field.choices ?? []).map(\.label)
      #expect(texts.allSatisfy { !$0.en.isEmpty && !$0.de.isEmpty }, "\(field.id)")
      #expect(field.help.en != field.help.de && field.range.en == field.allowed, "\(field.id)")
      // A secret has no default that anybody may know.
      #expect((field.default != nil) == (field.kind != "secret"), "\(field.id)")
      if field.kind == "integer" {
        let bounds = [field.min, field.max].compactMap { $0.map(String.init) }
        #expect(bounds.count == 2 && bounds.allSatisfy(field.range.de.contains), "\(field.id)")
      }
      if let unit = field.unit { #expect(field.range.de.hasSuffix(" \(unit)"), "\(field.id)") }
      for (mark, unit) in units where field.label.en.hasSuffix(mark) {
        #expect(field.unit == unit && field.label.de.hasSuffix(mark), "\(field.id)")
      }
    }
  }

  /// Two fields with one name cannot be told apart, unless they stand under different headings, as those of each
  /// interface do; the ten reports are shown one at a time.
  @Test(arguments: ["en", "de"])
  func noTwoFieldsOfATabHaveTheSameName(_ language: String) throws {
    let settings = Settings.read(INIDocument("[SOLVIMUS]\n")).settings
    let fields = SettingFields(settings, []).fields(of: Set(WebField.Tab.allCases))
    var seen: [String: String] = [:]
    for field in fields where !field.id.hasPrefix("REPORT_") {
      let interface = field.id.drop { $0 != "." }.prefix { $0 != "_" }
      let name = "\(field.tab) \(interface): \(language == "de" ? field.label.de : field.label.en)"
      if let other = seen.updateValue(field.id, forKey: name) {
        Issue.record("\(name) is both \(other) and \(field.id)")
      }
    }
  }

  /// The words for what is allowed, in German.
  @Test(
    arguments: [
      (SettingType.integer(0...65_535), "0 bis 65535 ms"),
      (.code(0...9), "0 bis 9, oder hexadezimal mit 0x"),
      (.flag, "0 (nein) oder 1 (ja)"), (.numbers([7, 8]), "eins von 7, 8 ms"),
      (.words(["NONE", "TCP"]), "eins von NONE, TCP"),
      (.wordList(["A", "B"]), "eins oder mehrere von A, B, durch Kommas getrennt"),
      (.numberList([1, 2]), "einige von 1, 2, durch Kommas getrennt, oder nichts"),
      (.text(maximum: 32), "Text mit höchstens 32 Zeichen"),
      (.path(maximum: 9), "ein Pfad mit höchstens 9 Zeichen, der nicht mit / endet"),
      (.countryCode, "zwei Buchstaben, etwa DE"),
      (.ipv4Address, "eine IPv4-Adresse wie 192.168.1.80; 0.0.0.0 ist keine"),
      (.netmask, "eine IPv4-Netzmaske wie 255.255.255.0; 0.0.0.0 ist keine"),
      (
        .ipAddress,
        "eine IPv4-Adresse wie 192.168.1.80 oder eine IPv6-Adresse wie fd00::80, kein Name"
      ),
      (.host(maximum: 9), "eine IP-Adresse oder ein Name wie time.example.org"),
      (
        .server(maximum: 9),
        "eine IP-Adresse oder ein Name wie meters.example.org, auch mit dem Protokoll davor (https://…, sftp://…, "
          + "mqtt://…)"
      ),
      (
        .mailAddresses(maximum: 9),
        "eine E-Mail-Adresse wie reports@example.org, oder mehrere, durch Kommas getrennt"
      ),
      (.pointInTime, "Datum und Uhrzeit (lokal), etwa 2026-01-31 06:00, oder Sekunden seit 1970"),
      (.hexMask(digits: 4), "bis zu 4 Ziffern 0-9, A-F, mit oder ohne 0x; FFFF ist beliebig"),
      (
        .busPath(maximum: 9),
        "/dev/… (oder ein anderer Pfad mit / oder ./ am Anfang), tcp://host:port, udp://host:port, sim:demo oder "
          + "sim:DATEI"
      ),
    ] as [(SettingType, String)])
  func germanRanges(type: SettingType, german: String) {
    let text = type.allowedText(unit: .milliseconds)
    #expect(text.de == german && text.en == type.allowed(unit: .milliseconds))
  }

  /// Every field can be changed under the name that it has.
  @Test func everyNameMeansItsField() throws {
    for dialect in Dialect.allCases {
      let settings = Settings.read(
        INIDocument(Array("[\(SettingGroup.main.name(in: dialect))]\n".utf8))
      ).settings
      let fields = SettingFields(settings, []).fields(of: Set(WebField.Tab.allCases))
      #expect(fields.count > 50)
      for field in fields {
        let target = try SettingsWish.target(field.id)
        #expect(target.tab.rawValue == field.tab)
        #expect(target.bit == field.bit)
      }
      #expect(Set(fields.map(\.id)).count == fields.count)
    }
  }

  @Test func tabsWithoutRightAreLeftOut() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [.general: .read]))
    #expect(Set(try await fields(bench).fields.map(\.tab)) == ["General"])
    let answer = await bench.ask(.get, "/api/v1/settings?tab=Server")
    #expect(answer.status == 403)
    #expect(answer.text == "{\"error\":\"guest may not see the tab Server\"}")
    let strange = await bench.ask(.get, "/api/v1/settings?tab=Sever")
    #expect(
      strange.text
        == "{\"error\":\"there is no tab Sever: there are General, Meter, Output, Configuration, WAN, Server, Security, "
        + "User, Log, Service\"}")
  }

  private func put(_ bench: WebBench, _ changes: String, hash: String? = nil) async throws
    -> WebBench.Answer
  {
    let known = try await fields(bench).hash
    return await bench.ask(
      .put, "/api/v1/settings", "{\"hash\":\"\(hash ?? known)\",\"changes\":\(changes)}")
  }

  @Test func aChangeIsSavedAndApplied() async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\n; how often\nMETER_TIME=300\n")
    let answer = try await put(bench, "{\"SOLVIMUS.METER_TIME\":\"60\",\"DEVICE.NAME\":\"cellar\"}")
    #expect(answer.status == 200)
    #expect(answer.text.contains("[SOLVIMUS] METER_TIME = 60 (was 300)"))
    #expect(
      bench.folder.read("chip.ini")
        == "[SOLVIMUS]\n; how often\nMETER_TIME=60\n\n[DEVICE]\nNAME=cellar\n")
    #expect(bench.gateway.wanted.map(\.command) == [.reload])
    let back = try await put(bench, "{\"SOLVIMUS.METER_TIME\":null}")
    #expect(back.status == 200)
    #expect(bench.folder.read("chip.ini")?.contains("METER_TIME") == false)
  }

  @Test func whoeverSawAnotherFileIsTold() async throws {
    let bench = try WebBench()
    let answer = try await put(bench, "{\"SOLVIMUS.METER_TIME\":\"60\"}", hash: "1-2")
    #expect(answer.status == 409)
    #expect(answer.text.contains("\"hash\":\"\(try await fields(bench).hash)\""))
    #expect(
      answer.text.contains(
        "the file was changed meanwhile: load it again, then repeat the change; nothing is saved"))
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\n")
  }

  @Test(arguments: [
    (
      "{\"SOLVIMUS.METER_TIME\":\"x\"}", "SOLVIMUS.METER_TIME",
      "allowed: "
    ),
    (
      "{\"SOLVIMUS.METRE\":\"1\"}", "SOLVIMUS.METRE",
      "SOLVIMUS.METRE is not a setting that this version knows"
    ),
    (
      "{\"SOLVIMUS.MBUS_SELECTMASK#3\":\"1\"}", "SOLVIMUS.MBUS_SELECTMASK#3",
      "SOLVIMUS.MBUS_SELECTMASK#3 is no switch of this setting"
    ),
    (
      "{\"WEB.HTTP_ENABLE\":\"0\"}", "WEB.HTTP_ENABLE",
      "HTTP can be switched over HTTPS only: open the page by https"
    ),
    (
      "{\"WEB.HTTPS_PORT\":\"0\"}", "WEB.HTTPS_PORT",
      "a port that the system chooses could not be found again from here: 1 to 65535; the file may have 0"
    ),
    (
      "{\"WEB.IP\":\"127.0.0.1\"}", "WEB.IP",
      "127.0.0.1 is reached on the gateway itself only: the page could not be reached any more"
    ),
    (
      "{\"WEB.IP\":\"0:0:0:0:0:0:0:1\"}", "WEB.IP",
      "0:0:0:0:0:0:0:1 is reached on the gateway itself only: the page could not be reached any more"
    ),
    (
      "{\"WEB.IP\":\"192.0.2.1\"}", "WEB.IP",
      "this machine does not have the address 192.0.2.1; it has 127.0.0.1"
    ),
  ])
  func whatIsNotAllowedIsNamed(changes: String, field: String, why: String) async throws {
    let bench = try WebBench()
    let checked = await bench.ask(.post, "/api/v1/settings/check", "{\"changes\":\(changes)}")
    #expect(checked.status == 200)
    let answer = try await put(bench, changes)
    #expect(answer.status == 422)
    for text in [checked.text, answer.text] {
      #expect(text.contains("\"field\":\"\(field)\""))
      #expect(text.contains(why))
    }
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\n")
  }

  @Test func httpsIsSwitchedOverHTTPOnly() async throws {
    let bench = try WebBench()
    var caller = WebBench.administrator
    caller.isSecure = true
    bench.be(caller)
    #expect(
      try await put(bench, "{\"WEB.HTTPS_ENABLE\":\"0\"}").text.contains(
        "HTTPS can be switched over HTTP only: open the page by http"))
    #expect(try await put(bench, "{\"WEB.HTTP_ENABLE\":\"0\"}").status == 200)
  }

  /// Where the other way is closed it has to be opened before.
  @Test(arguments: [
    (false, "HTTP_ENABLE", "HTTPS", "https"), (true, "HTTPS_ENABLE", "HTTP", "http"),
  ])
  func aWayThatIsClosedIsOpenedFirst(
    isSecure: Bool, key: String, other: String, scheme: String
  ) async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\n[WEB]\n\(other)_ENABLE=0\n")
    var caller = WebBench.administrator
    caller.isSecure = isSecure
    bench.be(caller)
    let answer = try await put(bench, "{\"WEB.\(key)\":\"0\"}")
    #expect(answer.status == 422)
    #expect(
      answer.text.contains(
        "\"message\":\"\(isSecure ? "HTTPS" : "HTTP") can be switched over \(other) only: switch \(other) on first, then "
          + "come by \(scheme)\""))
  }

  /// Saving has the files read anew, which somebody else may have changed: whoever may change nothing does not bring that
  /// about.
  @Test func whoeverChangesNothingHasNothingApplied() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [.general: .read]))
    let answer = try await put(bench, "{}")
    #expect(answer.status == 422)
    #expect(answer.text == #"{"error":"\"changes\" is empty: there is nothing to save"}"#)
    #expect(!bench.gateway.wanted.contains { $0.command == .reload })
  }

  @Test func tabsThatMustOnlyBeSeenAreNotChanged() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [.configuration: .read, .general: .write]))
    let answer = try await put(bench, "{\"SOLVIMUS.METER_TIME\":\"60\"}")
    #expect(answer.status == 403)
    #expect(answer.text == "{\"error\":\"guest may not change what is on the tab Configuration\"}")
  }
}
