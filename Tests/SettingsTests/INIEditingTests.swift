import Testing

@testable import Settings

@Suite struct INIEditingTests {
  private func row(_ key: String, _ group: SettingGroup = .main) throws -> Setting {
    try #require(SettingsTable.row(group, key))
  }

  private func edit(_ text: String, _ assignments: [String], removing: [String] = []) throws
    -> String
  {
    let document = INIDocument(text)
    let (changes, mistakes) = SettingChange.read(assignments, removing: removing, in: document)
    #expect(mistakes.isEmpty)
    return String(decoding: try document.applying(changes).bytes, as: UTF8.self)
  }

  /// Before, what is set, after.
  @Test(arguments: [
    // The value alone changes.
    (
      "[SOLVIMUS]\n  METER_TIME\t= 900  ; often\n", "SOLVIMUS.METER_TIME=60",
      "[SOLVIMUS]\n  METER_TIME\t= 60  ; often\n"
    ),
    ("[SOLVIMUS]\r\nMETER_TIME=900", "CONFIG.METER_TIME=60", "[SOLVIMUS]\r\nMETER_TIME=60"),
    (
      "[SOLVIMUS]\nmeter time='900' #x\n", "SOLVIMUS.METER_TIME=1",
      "[SOLVIMUS]\nmeter time='1' #x\n"
    ),
    // Quotes come where a value needs them, and other ones where it contains them.
    ("[DEVICE]\nNAME=a\n", "DEVICE.NAME=b ; c", "[DEVICE]\nNAME=\"b ; c\"\n"),
    ("[DEVICE]\nNAME=\"a\";c\n", "DEVICE.NAME=b", "[DEVICE]\nNAME=\"b\";c\n"),
    ("[DEVICE]\nNAME=\"a\"\n", "DEVICE.NAME= b\"c ", "[DEVICE]\nNAME=' b\"c '\n"),
    ("[DEVICE]\nNAME=a\n", "DEVICE.NAME=\"b\"", "[DEVICE]\nNAME='\"b\"'\n"),
    ("[DEVICE]\nNAME=a\n", "DEVICE.NAME=it's", "[DEVICE]\nNAME=it's\n"),
    // A value that was empty, with and without a comment behind it.
    ("[DEVICE]\nNAME=\n", "DEVICE.NAME=b", "[DEVICE]\nNAME=b\n"),
    ("[DEVICE]\nNAME =   ; c\n", "DEVICE.NAME=b", "[DEVICE]\nNAME = b  ; c\n"),
    ("[DEVICE]\nNAME=;c\n", "DEVICE.NAME=b", "[DEVICE]\nNAME=b ;c\n"),
    ("[DEVICE]\nNAME=\"\"\n", "DEVICE.NAME=b", "[DEVICE]\nNAME=\"b\"\n"),
    // The last of several counts.
    (
      "[SOLVIMUS]\nMETER_TIME=1\nMETERTIME=2\n", "SOLVIMUS.METER_TIME=3",
      "[SOLVIMUS]\nMETER_TIME=1\nMETERTIME=3\n"
    ),
    // What says the same already keeps its spelling; a default is written where there is a line.
    ("[SOLVIMUS]\nMETER_TIME=0900\n", "SOLVIMUS.METER_TIME=900", "[SOLVIMUS]\nMETER_TIME=0900\n"),
    ("[SOLVIMUS]\nMUC_LOG=all\n", "SOLVIMUS.MUC_LOG=ALL", "[SOLVIMUS]\nMUC_LOG=all\n"),
    ("[SOLVIMUS]\nMETER_TIME=60\n", "SOLVIMUS.METER_TIME=900", "[SOLVIMUS]\nMETER_TIME=900\n"),
    ("[SOLVIMUS]\nMETER_TIME=x\n", "SOLVIMUS.METER_TIME=900", "[SOLVIMUS]\nMETER_TIME=900\n"),
    ("[SOLVIMUS]\nMETER_TIME=\n", "SOLVIMUS.METER_TIME=900", "[SOLVIMUS]\nMETER_TIME=\n"),
    ("[SOLVIMUS]\nMETER_TIME=60\n", "SOLVIMUS.METER_TIME=", "[SOLVIMUS]\nMETER_TIME=900\n"),
    ("[SOLVIMUS]\n", "SOLVIMUS.METER_TIME=900", "[SOLVIMUS]\n"),
    // A new line stands at the end of its group, before what leads to the next, spaced as its neighbour
    // is and in the spelling of the dialect.
    (
      "[SOLVIMUS]\n A = 1\n\n; names\n[DEVICE]\nNAME=a", "SOLVIMUS.METER_TIME=60",
      "[SOLVIMUS]\n A = 1\n METER_TIME = 60\n\n; names\n[DEVICE]\nNAME=a"
    ),
    (
      "[SOLVIMUS]\nA=1\r\n", "SOLVIMUS.MODBUS_DISCONNECTTIMEOUT=5",
      "[SOLVIMUS]\nA=1\r\nMODBUS_DISCONNECT_TIMEOUT=5\r\n"
    ),
    ("[config]\n;A=1", "CONFIG.METER_TIME=60", "[config]\nMETER_TIME=60\n;A=1"),
    ("[CONFIG]\rA=1", "CONFIG.METER_TIME=60", "[CONFIG]\rA=1\rMETER_TIME=60\r"),
    (
      "[CONFIG]\n[SOLVIMUS]\nB=1\n", "SOLVIMUS.METER_TIME=60",
      "[CONFIG]\nMETER_TIME=60\n[SOLVIMUS]\nB=1\n"
    ),
    // A new group stands at the end.
    ("", "SOLVIMUS.METER_TIME=60", "[SOLVIMUS]\nMETER_TIME=60\n"),
    ("\u{FEFF}", "DEVICE.NAME=a", "\u{FEFF}[DEVICE]\nNAME=a\n"),
    (
      "[CONFIG]\r\nA=1\r\n", "DEVICE.NAME=a",
      "[CONFIG]\r\nA=1\r\n\r\n[DEVICE]\r\nNAME=a\r\n"
    ),
    ("[CONFIG]\nA=1", "DEVICE.NAME=a", "[CONFIG]\nA=1\n\n[DEVICE]\nNAME=a\n"),
  ])
  func golden(before: String, assignment: String, after: String) throws {
    #expect(try edit(before, [assignment]) == after)
  }

  @Test func takingOut() throws {
    let text = "[SOLVIMUS]\nMETER_TIME=1\n; c\nMETERTIME=2 ; d\nA=1\n[CONFIG]\nMETER_TIME=x"
    #expect(
      try edit(text, ["DEVICE.NAME=b"], removing: ["SOLVIMUS.meter_time"])
        == "[SOLVIMUS]\n; c\nA=1\n[CONFIG]\n\n[DEVICE]\nNAME=b\n")
    #expect(try edit(text, [], removing: ["DEVICE.NAME"]) == text)
  }

  @Test func latin1LinesStayLatin1() throws {
    let head = Array("[DEVICE]\nTIMEZONE=x ; gr".utf8) + [0xFC] + Array("n\nNAME=Z".utf8)
    let document = INIDocument(head + [0xE4, 0x0A])
    let name = try row("NAME", .device)
    let small = try document.applying([SettingChange(name, .text("größer"))])
    #expect(
      small.bytes == head.dropLast() + Array("gr".utf8) + [0xF6, 0xDF] + Array("er\n".utf8))
    // € is not in Latin-1: this line becomes UTF-8, the other stays.
    let zone = try row("TIMEZONE", .device)
    let euro = try document.applying([SettingChange(zone, .text("€"))])
    #expect(
      euro.bytes == Array("[DEVICE]\nTIMEZONE=€ ; grün\nNAME=Z".utf8) + [0xE4, 0x0A])
    // Two Latin-1 characters that look like UTF-8 are written as UTF-8.
    let tricky = try document.applying([SettingChange(name, .text("Ã¤"))])
    #expect(tricky.bytes == head.dropLast() + Array("Ã¤\n".utf8))
  }

  @Test(arguments: ["a\nb", "a\rb", "\u{301}x", " ' \" "])
  func whatALineCannotCarry(value: String) throws {
    let name = try row("NAME", .device)
    let document = INIDocument("[DEVICE]\nNAME=a\n")
    let error = #expect(throws: SettingsEditFailure.self) {
      try document.applying([SettingChange(name, .text(value))])
    }
    #expect(error == .notCarried(key: "NAME"))
    #expect(
      error?.description
        == "the value for NAME cannot be written: a value stands in one line, and must not contain "
        + "both kinds of quotes where it needs some")
  }

  @Test func whatIsNotAllowed() throws {
    let time = try row("METER_TIME")
    let error = #expect(throws: SettingsEditFailure.self) {
      try INIDocument("[CONFIG]\n").applying([SettingChange(time, .integer(9))])
    }
    #expect(
      error?.description
        == "the value for METER_TIME is not allowed: 10 to 4294967295 s")
  }

  @Test func mistakesOfTheCommandLine() {
    let (changes, mistakes) = SettingChange.read(
      ["SOLVIMUS.METER_TIME=x", "METER_TIME=1", "SOLVIMUS.METERTIMES=2", "SOLVIMUS.MUC_LOG=ALL"],
      removing: [
        "SOLVIMUS.MUC_LOG", "DEVICE.METER_TIME", "NAME", "DEVICE.NAME=secret", "DEVICE.NAME",
      ],
      in: INIDocument("[SOLVIMUS]\nMETER_TIME=7\n"))
    #expect(changes.isEmpty)
    #expect(
      mistakes.map(\.description) == [
        "--set: SOLVIMUS.METER_TIME = 'x': not allowed; allowed: 1 to 4294967295 s; 7 stays in force",
        "--set: \"METER_TIME\" is not GROUP.KEY=VALUE; did you mean SOLVIMUS.METER_TIME?",
        "--set: SOLVIMUS.METERTIMES is not a setting that this version knows; did you mean "
          + "METER_TIME?",
        "--unset: SOLVIMUS.MUC_LOG is to be set and to be taken out at the same time",
        "--unset: DEVICE.METER_TIME is not a setting that this version knows; it belongs to "
          + "[CONFIG]/[SOLVIMUS]",
        "--unset: \"NAME\" is not GROUP.KEY; did you mean DEVICE.NAME?",
        "--unset: \"DEVICE.NAME\" is not GROUP.KEY",
      ])
  }

  /// Every row in many documents: the value reads back, and no other byte has changed.
  @Test(arguments: SettingsTable.definitions.map(\.id) + ["REPORT_10.HOST"])
  func everyRowEverywhere(id: String) throws {
    let setting = try #require(SettingsTable.row(id: id))
    for document in Self.documents(for: setting).map({ INIDocument($0) }) {
      let dialect = document.dialect
      // All values of a type in one of its rows, and one in each.
      let values = Self.values(of: setting.type[dialect])
      for value in Self.isFirstOfType(setting) ? values : Array(values.prefix(1)) {
        let edited = try document.applying([SettingChange(setting, value)])
        #expect(Settings.read(edited).settings[setting] == value)
        #expect(edited.dialect == dialect)
        #expect(try edited.applying([SettingChange(setting, value)]) == edited)
        if document.lines.count == edited.lines.count {
          let changed = zip(document.lines, edited.lines).filter { $0.bytes != $1.bytes }
          #expect(changed.count <= 1)
        } else {
          let (old, new) = (document.bytes, edited.bytes)
          let common = zip(old, new).prefix { $0 == $1 }.count
          #expect(new.suffix(old.count - common) == old.suffix(old.count - common))
        }
        let removed = try edited.applying([SettingChange(setting, nil)])
        #expect(!Settings.read(removed).settings.isGiven(setting))
      }
    }
  }

  private static func isFirstOfType(_ setting: Setting) -> Bool {
    SettingsTable.definitions.first { $0.type == setting.type }?.id == setting.id
  }

  private static func documents(for setting: Setting) -> [[UInt8]] {
    Dialect.allCases.flatMap { texts(setting, "[\(setting.group.name(in: $0))]") }
  }

  private static func texts(_ setting: Setting, _ head: String) -> [[UInt8]] {
    let (key, group) = (setting.key, setting.group)
    let latin1: [UInt8] = [0xE4, 0xFF]
    let texts: [String] = [
      "", head, "\(head)\n\(key)=", "\u{FEFF}\(head) ; x\r\n\(key) = ; x\r\n\r\n[X]\r\nA=1",
      "\(head)\n\(key)=\"a\" ;b\n\(key)='c\"'\n", "[X]\n\(key)=1\n\n\(head)\n\(key)=x;y # z",
      "nonsense\n[\n\(head)\n=\n\t\(key)\t=\t0\t;\t\n[DEVICE]\rNAME=x\r", "; only a comment",
      "[CONFIG]\nA=1\n[SOLVIMUS]\n[\(group.name(in: .anybus))]\n# end",
    ]
    let value: [UInt8] = Array("\(head)\n\(key)=".utf8) + latin1 + Array(" ; ".utf8) + latin1
    let other: [UInt8] = Array("; ".utf8) + latin1 + Array("\n\(head)\nA=1".utf8) + latin1
    return texts.map { Array($0.utf8) } + [value, other]
  }

  private static func values(of type: SettingType) -> [SettingValue] {
    switch type {
    case .flag: [.flag(false), .flag(true)]
    case .integer(let range), .code(let range):
      [.integer(range.lowerBound), .integer(range.upperBound)]
    case .numbers(let numbers): numbers.map { .integer($0) }
    case .words(let words): words.map { .text($0) }
    case .numberList(let numbers):
      [.text(""), .text(numbers.map(String.init).joined(separator: ","))]
    case .wordList(let words): words.map { .text($0) } + [.text(words.joined(separator: ","))]
    case .text:
      [
        "x", "a b", "a;b", "a ;b", "#x", " x ", "\"q\"", "'", "ä€", "it's", "x=y", "[x]", "\"",
        "\\n", "a\tb", "Ã¤", "\u{FEFF}",
      ].map { .text($0) }
    case .busPath: ["/dev/ttyS1", "tcp://[fd00::1]:1", "sim:a ;b", "sim:demo"].map { .text($0) }
    case .path: ["app/x.pem", "/dev/ttyS1", "a ;b", "0"].map { .text($0) }
    case .ipAddress: [.text("192.168.1.80"), .text("fd00::80")]
    case .ipv4Address: [.text("0.0.0.0"), .text("192.168.1.80")]
    case .netmask: [.text("255.255.255.0")]
    case .host: [.text("time.example.org"), .text("fd00::80")]
    case .server: [.text("https://a.example.org:8080/x"), .text("10.0.0.1")]
    case .mailAddresses: [.text("a@example.org, Bob <b@example.org>")]
    case .countryCode: [.text("DE")]
    case .pointInTime: [.text("2026-01-31 06:00"), .text("0")]
    case .hexMask: ["F", "0x0", "07"].compactMap { try? type.parse($0) }
    }
  }
}
