import Testing

@testable import Settings

@Suite struct SettingsTests {
  private func read(_ text: String, _ overrides: [String] = []) -> (
    settings: Settings, texts: [String]
  ) {
    let result = Settings.read(INIDocument(text), overrides: overrides)
    return (result.settings, result.diagnostics.map { "\($0.severity): \($0)" })
  }

  /// Keeps the note on the missing path away from tests of other things.
  private let quiet = "MBUS_ENABLE=0\n"

  @Test func theGroupDecidesTheDialect() {
    #expect(read("[CONFIG]\n").settings.dialect == .anybus)
    #expect(read("[config]\n").settings.dialect == .anybus)
    #expect(read("[SOLVIMUS]\n").settings.dialect == .solvimus)
    #expect(read("[DEVICE]\nNAME=x\n").settings.dialect == .solvimus)
    #expect(read("").settings == Settings(dialect: .solvimus))
    #expect(read("[CONFIG]\nMBUS_TIMEOUT=5\n").settings.integer(.mbusMaxMultipage) == 10)
  }

  @Test func everySpellingIsUnderstoodInBothDialects() {
    for group in ["[CONFIG]", "[SOLVIMUS]", "[ solvimus ]"] {
      for key in [
        "MODBUS_DISCONNECTTIMEOUT", "MODBUS_DISCONNECT_TIMEOUT", "modbus_disconnect timeout",
      ] {
        let result = read("\(group)\n\(quiet)\(key)=7\n")
        #expect(result.settings.integer(.modbusDisconnectTimeout) == 7, "\(group) \(key)")
        #expect(result.texts.isEmpty)
      }
    }
    #expect(read("[SOLVIMUS]\nMUC_SHOWTIMESTAMP ENTRIES=1").settings.flag(.mucShowTimestampEntries))
  }

  @Test func typedValues() {
    let settings = read(
      """
      [DEVICE]
      NAME="Cellar; left"
      [SOLVIMUS]
      MBUS_DEVPATH = tcp://converter:10001   ; the one in the hall
      MBUS_BAUDRATE=300
      METER_TIME=4294967295
      MUC_LOG=erroronly
      MODBUS_ENABLE=1
      """
    ).settings
    #expect(settings.text(.deviceName) == "Cellar; left")
    #expect(settings.mbusPath == .tcp(host: "converter", port: 10001))
    #expect(settings.integer(.mbusBaudRate) == 300)
    #expect(settings.integer(.meterTime) == 4_294_967_295)
    #expect(settings.logMode == .errorsOnly)
    #expect(settings.flag(.modbusEnable))
    #expect(SettingsTable.row(.main, "METER_TIME").map(settings.isGiven) == true)
    #expect(SettingsTable.row(.main, "MBUS_TIMEOUT").map(settings.isGiven) == false)
  }

  @Test func overridesWin() {
    let result = read(
      "[SOLVIMUS]\n\(quiet)MBUS_TIMEOUT=5\nMODBUS_NWPORT=5\n",
      ["SOLVIMUS.MBUS_TIMEOUT=6", "config.modbus nwport=7", "SOLVIMUS.MUC_LOG="])
    #expect(result.settings.integer(.mbusTimeout) == 6)
    #expect(result.settings.integer(.modbusPort) == 7)
    #expect(result.settings.logMode == .standard)
    #expect(result.texts.isEmpty)
  }

  @Test(arguments: [
    ("/dev/ttyS1", BusPath.serial("/dev/ttyS1")), ("/dev/", nil), ("ttyS1", nil),
    ("/run/bus", .serial("/run/bus")), ("./bus", .serial("./bus")), ("../bus", .serial("../bus")),
    ("/", nil), ("./", nil), ("bus/a", nil), (".bus", nil), ("tpc://h:5", nil), ("tcp:/h:5", nil),
    ("TCP://h:5", nil), ("//h:5/", nil),
    ("tcp://10.0.0.5:1", .tcp(host: "10.0.0.5", port: 1)), ("tcp://h:0", nil),
    ("tcp://h:65536", nil), ("tcp://:5", nil), ("tcp://h", nil), ("tcp://h:+5", nil),
    ("tcp://[::1]:65535", .tcp(host: "::1", port: 65535)), ("tcp://::1:5", nil),
    ("udp://h:5", .udp(host: "h", port: 5)), ("sim:demo", .demo),
    ("sim:a/b.jsonl", .telegrams(file: "a/b.jsonl")), ("sim:", nil), ("", nil),
  ])
  func busPaths(text: String, path: BusPath?) {
    #expect(BusPath(text) == path)
  }

  @Test(arguments: [
    "0.0.0.0", "192.168.1.80", "255.255.255.255", "::", "::1", "fd00::80", "FE80::",
    "1::2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
  ])
  func ipAddresses(text: String) { #expect(IPAddress.isValid(text)) }

  @Test(arguments: [
    "", "localhost", "10.0.0", "10.0.0.256", "10.0.0.1.1", "10.0.0.", "010.0.0.1", "+1.0.0.1", ":",
    ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "12345::", "g::",
    ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "10.0.0.1::", "fe80::1%eth0", "[::1]", "::1:",
    "10.0.0.1:502",
  ])
  func noIPAddresses(text: String) { #expect(!IPAddress.isValid(text)) }

  /// RFC 4291, ch. 2.2: the same address has several texts.
  @Test(arguments: [
    ("192.168.1.7", "192.168.1.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::7", "2001:db8:1:2::/64"), ("2001:db8::1", "2001:db8:0:0::/64"),
    ("2001:db8:0:0:1::", "2001:db8:0:0::/64"), ("fe80::1", "fe80:0:0:0:0:0:0:1"),
    ("FEBF::1:2", "febf:0:0:0:0:0:1:2"), ("fec0::1", "fec0:0:0:0::/64"),
    ("fd00::80", "fd00:0:0:0:0:0:0:80"), ("fc00:0::1", "fc00:0:0:0:0:0:0:1"),
    ("fe00::1", "fe00:0:0:0::/64"), ("::1", "0:0:0:0::/64"), ("::ffff:10.0.0.1", "10.0.0.1"),
    ("::ffff:c0a8:107", "192.168.1.7"), ("0:0:0:0:0:FFFF:c0a8:0107", "192.168.1.7"),
    ("::fffe:c0a8:107", "0:0:0:0::/64"),
    ("64:ff9b::10.0.0.1", "64:ff9b:0:0::/64"), ("", ""), ("here", "here"),
  ])
  func aClientCanTakeEachAddressOfItsNetwork(text: String, client: String) {
    #expect(IPAddress.client(of: text) == client)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.255.0.3", true), ("::1", true), ("0:0:0:0:0:0:0:1", true),
    ("0::0001", true), ("::ffff:127.0.0.1", true), ("::ffff:7f00:1", true), ("::", false),
    ("::2", false), ("1::1", false), ("128.0.0.1", false), ("::127.0.0.1", false),
    ("::ffff:10.0.0.1", false), ("127.1", false), ("127.example.org", false), ("", false),
  ])
  func whatOnlyTheMachineItselfReaches(text: String, isLoopback: Bool) {
    #expect(IPAddress.isLoopback(text) == isLoopback)
  }

  @Test(arguments: wrongFiles) func whatUsersSee(_ file: WrongFile) {
    let result = read(file.text, file.overrides)
    #expect(result.texts == file.messages)
  }

  @Test func aWrongValueLeavesTheDefaultInForce() {
    let settings = read("[CONFIG]\nMBUS_MAXMULTIPAGE=256\nMBUS_MAXRETRY=2\nMBUS_MAXRETRY=x\n")
      .settings
    #expect(settings.integer(.mbusMaxMultipage) == 10)
    #expect(settings.integer(.mbusMaxRetry) == 3, "the last line counts, and says nothing useful")
  }

  /// With a default, which no secret of the table has.
  @Test func secretsAreNotShown() throws {
    var reader = SettingsReader(file: "chip.ini")
    let secret = Setting(
      .main, "X_PASSWORD", type: .both(.text(maximum: 3)), default: .both(.text("abc")),
      summary: LocalizedText("", de: ""), isSecret: true, source: .both)
    reader.refuse(
      secret, "[SOLVIMUS] X_PASSWORD", "hunter2", SettingType.Refusal(allowed: "less"),
      in: "chip.ini", at: TextPlace(line: 1, column: 1), instead: secret.defaultValue.solvimus)
    let diagnostic = try #require(reader.diagnostics.first)
    #expect(
      "\(diagnostic)" == "chip.ini:1:1: [SOLVIMUS] X_PASSWORD = (not shown): not allowed; allowed: "
        + "less; its value so far stays in force")
    #expect(diagnostic.value == nil)
  }
}

struct WrongFile: CustomTestStringConvertible, Sendable {
  let text: String
  var overrides: [String] = []
  let messages: [String]
  var testDescription: String { text }

  /// A `[SOLVIMUS]` file with M-Bus off; its first own line is line 3.
  static func solvimus(_ text: String, _ messages: String...) -> WrongFile {
    WrongFile(text: "[SOLVIMUS]\nMBUS_ENABLE=0\n" + text, messages: messages)
  }
}

private let rates =
  "one of 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800 Bd"

private let wrongFiles: [WrongFile] = [
  .solvimus(
    "MBUS_BAUDRATE = 24OO",
    "error: chip.ini:3:17: [SOLVIMUS] MBUS_BAUDRATE = '24OO': not allowed; allowed: \(rates); 2400 stays "
      + "in force"),
  .solvimus(
    "MBUS_TIMEOUT=65536",
    "error: chip.ini:3:14: [SOLVIMUS] MBUS_TIMEOUT = '65536': not allowed; allowed: 0 to 65535 ms; 2000 "
      + "stays in force"),
  .solvimus(
    "MBUS_TIMEOUT=-1",
    "error: chip.ini:3:14: [SOLVIMUS] MBUS_TIMEOUT = '-1': not allowed; allowed: 0 to 65535 ms; 2000 "
      + "stays in force"),
  .solvimus(
    "MODBUS_ENABLE=yes",
    "error: chip.ini:3:15: [SOLVIMUS] MODBUS_ENABLE = 'yes': not allowed; allowed: 0 (no) or 1 (yes); 0 "
      + "stays in force"),
  .solvimus(
    "MUC_LOG=LOUD",
    "error: chip.ini:3:9: [SOLVIMUS] MUC_LOG = 'LOUD': not allowed; allowed: one of DEFAULT, NONE, "
      + "ERRORONLY, ALL; DEFAULT stays in force"),
  .solvimus(
    "MBUS_DEVPATH=COM1",
    "error: chip.ini:3:14: [SOLVIMUS] MBUS_DEVPATH = 'COM1': not allowed; allowed: /dev/… (or "
      + "another path with / or ./ in front), tcp://host:port, udp://host:port, sim:demo or sim:FILE; "
      + "it stays unset"),
  .solvimus(
    "MODBUS_IP=localhost",
    "error: chip.ini:3:11: [SOLVIMUS] MODBUS_IP = 'localhost': not allowed; allowed: an IPv4 address such "
      + "as 192.168.1.80 or an IPv6 address such as fd00::80, no name; it stays unset"),
  .solvimus(
    "MODBUS_STALEPOLICY=LAST",
    "error: chip.ini:3:20: [SOLVIMUS] MODBUS_STALEPOLICY = 'LAST': not allowed; allowed: one of HOLD, NAN, "
      + "EXCEPTION; HOLD stays in force"),
  .solvimus(
    "MODBUS_STALEAFTER=256",
    "error: chip.ini:3:19: [SOLVIMUS] MODBUS_STALEAFTER = '256': not allowed; allowed: 1 to 255; 1 stays "
      + "in force"),
  .solvimus("MODBUS_QUALITY=1\nMODBUS_STALEPOLICY=exception\nMODBUS_STALEAFTER=255"),
  .solvimus("MODBUS_IP=\nMETER_TIME=5"),
  WrongFile(
    text: "[CONFIG]\nMBUS_ENABLE=0\nMETER_TIME=5\nMBUS_RESETMODE=5\nMODBUS_DISCONNECTTIMEOUT=0",
    messages: [
      "error: chip.ini:3:12: [CONFIG] METER_TIME = '5': not allowed; allowed: 10 to 4294967295 s; 900 "
        + "stays in force",
      "error: chip.ini:4:16: [CONFIG] MBUS_RESETMODE = '5': not allowed; allowed: 0 to 4; 0 stays in force",
      "error: chip.ini:5:26: [CONFIG] MODBUS_DISCONNECTTIMEOUT = '0': not allowed; allowed: 1 to 1000 s; "
        + "60 stays in force",
    ]),
  .solvimus("MBUS_RESETMODE=4\nMODBUS_DISCONNECT_TIMEOUT=0"),
  WrongFile(
    text: "[CONFIG]\nMBUS_ENABLE=0\n[DEVICE]\nNAME=A name with 26 characters.",
    messages: [
      "error: chip.ini:4:6: [DEVICE] NAME = 'A name with 26 characters.': not allowed; allowed: at most "
        + "25 characters, this has 26; metergate stays in force"
    ]),
  .solvimus("[DEVICE]\nTIMEZONE=Europe/Berlin"),
  .solvimus(
    "METER_PRESENTVALUESONLY=1",
    "note: chip.ini:3:1: [SOLVIMUS] METER_PRESENTVALUESONLY is accepted without effect yet"),
  .solvimus(
    "MODBUSMETER_PROTOCOLVERSION=16",
    "error: chip.ini:3:29: [SOLVIMUS] MODBUSMETER_PROTOCOLVERSION = '16': not allowed; allowed: 0 to 15; 0 "
      + "stays in force"),
  .solvimus(
    "MODBUS_ENABLE=1\nMODBUSMETER_PROTOCOLVERSION=8",
    "warning: chip.ini:4:29: MODBUSMETER_PROTOCOLVERSION = 8 has the switch for test data (8) on: no meter "
      + "is in the registers"),
  .solvimus(
    "MODBUSMETER_PROTOCOLVERSION=2\nMODBUS_ADDRESS=7",
    "note: chip.ini:4:16: MODBUS_ADDRESS = 7 has no effect with multi slave: the meters' own unit ids "
      + "count"),
  .solvimus(
    "MBUS_TIMOUT=1",
    "warning: chip.ini:3:1: [SOLVIMUS] MBUS_TIMOUT is not a key that this version knows; kept without "
      + "effect; did you mean MBUS_TIMEOUT?"),
  .solvimus(
    "MBUS_TELEPATHY=1\nMBUS_SECTION=1",
    "note: chip.ini:3:1: [SOLVIMUS] MBUS_TELEPATHY is not a key that this version knows; kept without "
      + "effect",
    "note: chip.ini:4:1: [SOLVIMUS] MBUS_SECTION is not a key that this version knows; kept without effect"
  ),
  .solvimus(
    "WAN_PIN=1234\nWMBUS_BAUDRATE=9600\nMUC_SETDEVICES=internal or digtalout",
    "note: chip.ini:3:1: [SOLVIMUS] WAN_PIN is accepted without effect: this device lacks the hardware",
    "note: chip.ini:4:1: [SOLVIMUS] WMBUS_BAUDRATE is accepted without effect yet"),
  .solvimus(
    "[DEVICE]\nMBUS_TIMEOUT=1",
    "warning: chip.ini:4:1: [DEVICE] MBUS_TIMEOUT is not a key that this version knows; kept without "
      + "effect; it belongs to [CONFIG]/[SOLVIMUS]"),
  .solvimus(
    "[DEVCIE]\nNAME=x",
    "warning: chip.ini:3:1: [DEVCIE] is not a group that this version knows; kept without effect; did you "
      + "mean [DEVICE]?"),
  .solvimus(
    "[REPORT_1]\nPASSWORD=hunter2",
    "note: chip.ini:4:1: [REPORT_1] PASSWORD is accepted without effect yet"),
  .solvimus(
    "[REPORT_10]\nPASSWORD=\(String(repeating: "x", count: 256))\nPASWORD=hunter2\nSNTPIP=a",
    "warning: chip.ini:4:10: [REPORT_10] PASSWORD = (not shown): not allowed; allowed: at most 255 characters, "
      + "this has 256; it stays in the file, and has no effect",
    "warning: chip.ini:5:1: [REPORT_10] PASWORD is not a key that this version knows; kept without "
      + "effect; did you mean PASSWORD?",
    "warning: chip.ini:6:1: [REPORT_10] SNTPIP is not a key that this version knows; kept without "
      + "effect; it belongs to [CONFIG]/[SOLVIMUS]"),
  .solvimus(
    "CYCLE=1\nHTTP_PORT=1\nENABLE=1\n[REPORT_11]\n[REPROT_3]\n[WIFI]",
    "warning: chip.ini:3:1: [SOLVIMUS] CYCLE is not a key that this version knows; kept without effect; "
      + "it belongs to [REPORT_1] … [REPORT_10]",
    "warning: chip.ini:4:1: [SOLVIMUS] HTTP_PORT is not a key that this version knows; kept without "
      + "effect; it belongs to [WEB]",
    "warning: chip.ini:5:1: [SOLVIMUS] ENABLE is not a key that this version knows; kept without effect; "
      + "it belongs to [VPN], [FTP], [SSH] or [UDPCFG]",
    "warning: chip.ini:6:1: [REPORT_11] is not a group that this version knows; kept without effect; "
      + "there are [REPORT_1] … [REPORT_10]",
    "warning: chip.ini:7:1: [REPROT_3] is not a group that this version knows; kept without effect; did "
      + "you mean [REPORT_3]?",
    "note: chip.ini:8:1: [WIFI] is not a group that this version knows; kept without effect"),
  .solvimus(
    "[IP]\nADDRESS=fd00::80\nNETMASK=255.0.255.0\nTCPIPMEM=59",
    "warning: chip.ini:4:9: [IP] ADDRESS = 'fd00::80': not allowed; allowed: an IPv4 address such as "
      + "192.168.1.80; 0.0.0.0 is none; it stays in the file, and has no effect",
    "warning: chip.ini:5:9: [IP] NETMASK = '255.0.255.0': not allowed; allowed: an IPv4 netmask such as "
      + "255.255.255.0; 0.0.0.0 is none; it stays in the file, and has no effect",
    "warning: chip.ini:6:10: [IP] TCPIPMEM = '59': not allowed; allowed: 60 to 1000 kB; it stays in the file, and has no effect"
  ),
  .solvimus(
    "SNTPIP=time server\nMBUS_SOC MANUFACTURER=0x1FFFF\nMETER_CYCLETIMESTAMP=31.1.2026",
    "warning: chip.ini:3:8: [SOLVIMUS] SNTPIP = 'time server': not allowed; allowed: an IP address, or a name "
      + "such as time.example.org; it stays in the file, and has no effect",
    "warning: chip.ini:4:23: [SOLVIMUS] MBUS_SOC MANUFACTURER = '0x1FFFF': not allowed; allowed: 0 to 65535, or "
      + "in hexadecimal digits with 0x; it stays in the file, and has no effect",
    "error: chip.ini:5:22: [SOLVIMUS] METER_CYCLETIMESTAMP = '31.1.2026': not allowed; allowed: local date "
      + "and time such as 2026-01-31 06:00, or seconds since 1970; it stays unset"
  ),
  .solvimus(
    "[REPORT_2]\nHOST=http//example.org\nTOADDRESS=office\nKEY_FILE=app/keys/\n[FTP]\nCERT_COUNTRY=Germany",
    "warning: chip.ini:4:6: [REPORT_2] HOST = 'http//example.org': not allowed; allowed: an IP address or a "
      + "name such as meters.example.org, also with the protocol in front (https://…, sftp://…, "
      + "mqtt://…); it stays in the file, and has no effect",
    "warning: chip.ini:5:11: [REPORT_2] TOADDRESS = 'office': not allowed; allowed: an e-mail address such as "
      + "reports@example.org, or several with commas between them; it stays in the file, and has no effect",
    "warning: chip.ini:6:10: [REPORT_2] KEY_FILE = 'app/keys/': not allowed; allowed: a path with at most 255 "
      + "characters that does not end with /; it stays in the file, and has no effect",
    "warning: chip.ini:8:14: [FTP] CERT_COUNTRY = 'Germany': not allowed; allowed: two letters, such as DE; it "
      + "stays in the file, and has no effect"),
  .solvimus(
    "MBUS_TIMEOUT=1\nMBUS_TIMEOUT=2",
    "warning: chip.ini:4:1: [SOLVIMUS] MBUS_TIMEOUT stands in line 3 already; this one counts"),
  .solvimus(
    "PASSWORD hunter2",
    "warning: chip.ini:3:1: \"PASSWORD …\" is no group, no KEY=VALUE and no comment; it has no effect"
  ),
  .solvimus(
    "MODBUS_PRODUCT_CODE=-1\nMODBUS_VENDOR=\(String(repeating: "ü", count: 122))\nMODBUS_MODEL="
      + String(repeating: "ü", count: 123),
    "warning: chip.ini:5:14: MODBUS_MODEL has 246 bytes in UTF-8; at most 244 bytes are sent"),
  .solvimus(
    "MODBUS_PRODUCT_CODE=-2\nMODBUS_VERSION=\(String(repeating: "1", count: 256))",
    "error: chip.ini:3:21: [SOLVIMUS] MODBUS_PRODUCT_CODE = '-2': not allowed; allowed: -1 to 65535; -1 "
      + "stays in force",
    "error: chip.ini:4:16: [SOLVIMUS] MODBUS_VERSION = '\(String(repeating: "1", count: 60))…': not "
      + "allowed; allowed: at most 255 characters, this has 256; it stays unset"),
  WrongFile(
    text: "[CONFIG]\nMBUS_ENABLE=0\nMODBUS_VENDORURL=short",
    overrides: ["CONFIG.MODBUS_VENDORURL=\(String(repeating: "a", count: 255))"],
    messages: [
      "warning: --set: MODBUS_VENDORURL has 255 bytes in UTF-8; at most 244 bytes are sent"
    ]),
  .solvimus("[DEVICE\nNAME=", "warning: chip.ini:3:1: [DEVICE lacks its closing ]"),
  WrongFile(
    text: "NAME=x\n[SOLVIMUS]\nMBUS_ENABLE=0\n[CONFIG]\nMETER_TIME=5",
    messages: [
      "warning: chip.ini:4:1: [CONFIG] stands beside [SOLVIMUS] of line 2, which decides ranges and "
        + "defaults; the settings of both are read",
      "warning: chip.ini:1:1: NAME stands before the first group and has no effect",
    ]),
  WrongFile(
    text: "",
    messages: [
      "error: chip.ini: the file is empty; it gives no settings",
      "note: chip.ini: MBUS_DEVPATH is not set; no meter is read over M-Bus",
    ]),
  WrongFile(text: "[SOLVIMUS]\nMBUS_DEVPATH=/dev/ttyS1", messages: []),
  .solvimus(
    "MBUS_PARITY=5\nMBUS_DATABITS=9\nMBUS_STOPBITS=0",
    "error: chip.ini:3:13: [SOLVIMUS] MBUS_PARITY = '5': not allowed; allowed: 0 to 4; 2 stays in force",
    "error: chip.ini:4:15: [SOLVIMUS] MBUS_DATABITS = '9': not allowed; allowed: one of 7, 8; 8 stays in "
      + "force",
    "error: chip.ini:5:15: [SOLVIMUS] MBUS_STOPBITS = '0': not allowed; allowed: one of 1, 2; 1 stays in "
      + "force"),
  WrongFile(
    text: "[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\nMBUS_TIMEOUT=0\nMBUS_FULLTIMEOUT=5",
    overrides: ["SOLVIMUS.MBUS_FULLTIMEOUT=0"],
    messages: [
      "warning: chip.ini:3:14: MBUS_TIMEOUT = 0 gives meters no time to answer; none can be read",
      "warning: --set: MBUS_FULLTIMEOUT = 0 gives meters no time to answer; none can be read",
    ]),
  .solvimus("MBUS_TIMEOUT=0"),
  WrongFile(
    text: "[SOLVIMUS]\nMBUS_BAUDRATE=1",
    overrides: ["SOLVIMUS.MBUS_BAUDRATE=300", "SOLVIMUS.MBUS_DEVPATH=udp://h:1"],
    messages: [
      "error: chip.ini:2:15: [SOLVIMUS] MBUS_BAUDRATE = '1': not allowed; allowed: \(rates); 300 stays in "
        + "force"
    ]),
  WrongFile(
    text: "[SOLVIMUS]\nMBUS_ENABLE=0\nMBUS_TIMEOUT=70",
    overrides: [
      "hunter2", "SOLVIMUS.MBUS_TIMEOUT=soon", "SOLVIMUS.MBUS_TIMOUT=1", "NOWHERE.X=1",
      "MBUS_TIMEOUT=1.5",
    ],
    messages: [
      "error: --set: \"hunter2\" is not GROUP.KEY=VALUE",
      "error: --set: SOLVIMUS.MBUS_TIMEOUT = 'soon': not allowed; allowed: 0 to 65535 ms; 70 stays in force",
      "error: --set: SOLVIMUS.MBUS_TIMOUT is not a setting that this version knows; did you mean "
        + "MBUS_TIMEOUT?",
      "error: --set: NOWHERE.X is not a setting that this version knows",
      "error: --set: \"MBUS_TIMEOUT\" is not GROUP.KEY=VALUE; did you mean SOLVIMUS.MBUS_TIMEOUT?",
    ]),
]
