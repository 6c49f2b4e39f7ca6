import Certificates
import Metering
import Modbus
import ModbusServer
import Settings
import Station
import Testing
import Time
import Transport

@testable import Gateway

/// Which part of the gateway a setting concerns: only that part is touched when it changes.
@Suite struct SlicesTests {
  private static let base = "[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\nMODBUS_ENABLE=1\n"

  private func settings(_ more: String) -> Settings {
    Settings.read(INIDocument(Self.base + more)).settings
  }

  private func changed(by more: String, with base: String = "") -> [String] {
    Slices(settings(base + more)).differences(from: Slices(settings(base)))
  }

  @Test(arguments: [
    ("MBUS_TIMEOUT=500", ["how meters are asked"]), ("MBUS_PARITY=0", ["the M-Bus line"]),
    ("MBUS_ENABLE=0", ["the M-Bus line"]), ("MBUS_DEVPATH=/dev/ttyS1", ["the M-Bus line"]),
    ("MODBUS_NWPORT=1502", ["the Modbus server"]), ("MODBUS_ENABLE=0", ["the Modbus server"]),
    ("MODBUS_MODE=tcp, udp", ["the Modbus server"]), ("MODBUS_MODE=Tcp", []),
    ("MODBUS_MODE=SERIAL", ["the Modbus server"]), ("MODBUS_DEVPATH=/dev/ttyS9", []),
    ("MODBUS_TLSENABLE=1", ["the Modbus server"]), ("MODBUS_TLSROLES=Viewer", []),
    ("MODBUS_VENDOR=Example", ["the Modbus server"]), ("METER_TIME=60", ["readouts and scans"]),
    ("METER_MAXDEVICECOUNT=3", ["readouts and scans"]),
    ("MBUS_SCANMODE=PRIMARYSCAN", ["how meters are asked"]),
    ("MBUS_TIMEOUT=2000", ["how meters are asked"]), ("MBUS_IDLETIMEOUT=100", []),
    ("MBUS_SCANBAUDRATES=2400,300", ["how meters are asked"]),
    ("MBUS_SCANSTRATEGY=CLASSIC", ["how meters are asked"]),
    ("MODBUS_STALEPOLICY=NAN", ["stale values"]),
    ("LED_STATE_RED=red", ["the lights"]), ("MODBUS_STALEAFTER=3", ["stale values"]),
    ("MODBUS_QUALITY=1", ["the quality of values"]),
    ("[WEB]\nHTTP_ENABLE=0", ["the web page"]), ("[WEB]\nHTTPS_ENABLE=0", ["the web page"]),
    ("[WEB]\nHTTP_PORT=8080", ["the web page"]), ("[WEB]\nHTTPS_PORT=8443", ["the web page"]),
    ("[WEB]\nIP=127.0.0.1", ["the web page"]), ("[WEB]\nCERT_COUNTRY=DE", ["the web page"]),
    ("WEBCOM_TIMEOUT=1000", ["logging in to the web page"]),
    ("WEBCOM_PASSWORDPATTERN=^.{12,}$", ["logging in to the web page"]),
    ("WEBCOM_PASSWORDPATTERN=(", []),
    ("MODBUS_SWAP=1", ["the registers"]), ("MODBUS_ADDRESS=3", ["the registers"]),
  ])
  func eachSettingTouchesItsPart(line: String, expected: [String]) {
    #expect(changed(by: line) == expected)
  }

  /// With TLS the ways without it are closed, those in the network only, unless they are asked for.
  @Test(
    arguments: [
      ("", [.tcp]), ("MODBUS_MODE=UDP", [.udp]),
      ("MODBUS_MODE=TCP,UDP,SERIAL\nMODBUS_DEVPATH=/dev/ttyS9", [.tcp, .udp, .rtu]),
      ("MODBUS_MODE=SERIAL", []),
      ("MODBUS_MODE=TCP,UDP,SERIAL\nMODBUS_DEVPATH=/dev/ttyS9\nMODBUS_TLSENABLE=1", [.tls, .rtu]),
      ("MODBUS_TLSENABLE=1\nMODBUS_TLSPLAIN=1", [.tls, .tcp]),
    ] as [(String, Set<ModbusPlaces.Way>)])
  func waysByWhichItServes(lines: String, expected: Set<ModbusPlaces.Way>) {
    #expect(ModbusSlice(settings(lines), folder: "/app")?.ways == expected)
  }

  @Test func cyclesHaveTheirUnit() {
    #expect(settings("METER_TIME=15\n").station.raster == .seconds(15))
    #expect(settings("METER_TIME=15\nMETER_CYCLEMODE=MINUTE").station.raster == .seconds(900))
    #expect(
      settings("METER_CYCLEMODE=YEARLY").station.raster == ReadoutRaster(.calendar(.yearly)))
  }

  /// 1767247200 is 2026-01-01 06:00 UTC (date -u -d).
  @Test(arguments: ["1767247200", "2026-01-01 06:00"])
  func cyclesHaveTheirStart(text: String) {
    let lines = "METER_CYCLEMODE=never\nMETER_CYCLETIMESTAMP=\(text)\nMETER_DELAY=7\n"
    let start = CivilTime(year: 2026, month: 1, day: 1, hour: 6, minute: 0, second: 0)
    #expect(
      settings(lines).station.raster
        == ReadoutRaster(.calendar(.never), start: start, delay: 7))
  }

  @Test(arguments: CalendarCycle.allCases) func theCalendar(cycle: CalendarCycle) {
    let station = settings("METER_CYCLEMODE=\(cycle.rawValue)").station
    #expect(station.raster.period == .calendar(cycle))
  }

  @Test func whatIsReadBesidesTheTurns() {
    #expect(!settings("").station.isContinuous)
    #expect(settings("METER_CONTINUOUS=1").station.isContinuous)
    #expect(settings("METER_MAXALLVALUECOUNT=7").station.maxAllValueCount == 7)
  }

  @Test func pausesOfDeadMeters() {
    #expect(settings("").station.backoff == Schedule.Backoff(after: 3, longest: .seconds(3600)))
    #expect(
      settings("METER_BACKOFF=0\nMETER_BACKOFFMAX=60").station.backoff
        == Schedule.Backoff(after: 0, longest: .seconds(60)))
  }

  @Test func theLineHasEightBitsAndItsOwnFormat() throws {
    let lines = """
      MODBUS_MODE=SERIAL
      MODBUS_DEVPATH=/dev/ttyS9
      MODBUS_BAUDRATE=460800
      MODBUS_DATABITS=7
      MODBUS_PARITY=2
      MODBUS_STOPBITS=2
      MODBUS_FLOWCONTROL=2
      MODBUS_RS485ENABLE=1
      """
    let line = try #require(ModbusSlice(settings(lines), folder: "")?.line)
    var expected = SerialParameters(baud: 460_800, parity: .even, stopBits: 2)
    expected.flowControl = .rtsCts
    expected.isRS485 = true
    #expect(line.parameters == expected && line.path == "/dev/ttyS9")
    #expect(line.timing == RTUTiming(baud: 460_800, bitsPerCharacter: 12))
  }

  @Test func pathsOfCertificates() throws {
    let lines = """
      MODBUS_TLSENABLE=1
      MODBUS_CA_FILE=app/keys/ca.pem
      MODBUS_CERT_FILE=/ext/keys/own.pem
      MODBUS_KEY_FILE=0
      MODBUS_TLSROLES= Viewer , ,Boss
      """
    let security = ModbusSlice(settings(lines), folder: "/etc/gate", ext: "/mnt")?.server
      .security
    #expect(
      security
        == ModbusSecurity(
          files: TLSServerFiles(
            reason: "MODBUS_TLSENABLE",
            certificate: .init("MODBUS_CERT_FILE", path: "/mnt/keys/own.pem"),
            key: .init("MODBUS_KEY_FILE", path: ""),
            authorities: .init("MODBUS_CA_FILE", path: "/etc/gate/keys/ca.pem"), clients: .known),
          roles: ["Viewer", "Boss"]))
  }

  @Test func theReadyLineNamesEveryWay() {
    var places = ModbusPlaces()
    places[.tls] = "127.0.0.1:802"
    #expect(Gateway.Ready(places: places).line == "ready: modbus-tls=127.0.0.1:802")
    places[.rtu] = "/dev/ttyS1"
    #expect(
      Gateway.Ready(places: places).line
        == "ready: modbus-rtu=/dev/ttyS1 modbus-tls=127.0.0.1:802")
    places[.udp] = "127.0.0.1:503"
    places[.tcp] = "127.0.0.1:502"
    #expect(
      Gateway.Ready(places: places).line
        == "ready: modbus=127.0.0.1:502 modbus-udp=127.0.0.1:503 modbus-rtu=/dev/ttyS1 "
        + "modbus-tls=127.0.0.1:802")
    #expect(Gateway.Ready(places: ModbusPlaces()).line == "ready:")
    var web = WebPlaces()
    web[.https] = "https://127.0.0.1:8443"
    #expect(
      Gateway.Ready(places: ModbusPlaces(), web: web).line
        == "ready: web-tls=https://127.0.0.1:8443")
    web[.http] = "http://127.0.0.1:8080"
    places = ModbusPlaces()
    places[.tcp] = "127.0.0.1:502"
    #expect(
      Gateway.Ready(places: places, web: web).line
        == "ready: web=http://127.0.0.1:8080 web-tls=https://127.0.0.1:8443 modbus=127.0.0.1:502")
  }

  @Test func theCertificateSaysWhatTheSettingsSay() {
    let lines = """
      [WEB]
      CERT_COMMON_NAME=gate.plant.example
      CERT_COUNTRY=DE
      CERT_LOCATION=Chemnitz
      CERT_ORGANISATION=Plant
      CERT_ORGANISATION_UNIT=Heat
      CERT_STATE=Saxony
      """
    let subject = WebSlice(settings(lines), folder: "/app").subject
    #expect(
      [
        subject.commonName, subject.country, subject.location, subject.organisation, subject.unit,
        subject.state,
      ] == ["gate.plant.example", "DE", "Chemnitz", "Plant", "Heat", "Saxony"])
    #expect(
      WebSlice(settings("[DEVICE]\nNAME=Cellar"), folder: "/app").subject.commonName == "Cellar")
  }

  /// Settings that are used where they are read, not in a part that is set up.
  private static let readWhereUsed: Set<String> = [
    "MUC_LOG", "METER_STAT_CONFIG",
    // When secrets are saved (MeterFilesTests/SecretTests).
    "MUC_PASSMUC_ENCMODE",
    // When changed files are noticed (EndToEndTests/PendingTests).
    "MUC_CONFIG_AUTOAPPLY",
    // Read with the folder (MeterFilesTests/ZoneFileTests), and when values are shown (ReadingSettingsTests).
    "DEVICE.TIMEZONE", "MUC_METERDESCRIPTION_ENABLEFLAGS",
    // When somebody wants to switch an output (WebUITests/OutputAPITests).
    "MUC_SETDEVICES",
    // Only 8 can carry Modbus RTU; `check` says so.
    "MODBUS_DATABITS",
  ]

  /// No setting is taken and then ignored.
  @Test(arguments: SettingsTable.rows.filter { $0.status == .effective }.map(\.id))
  func everySettingThatIsEffectiveChangesSomething(id: String) throws {
    let row = try #require(SettingsTable.rows.first { $0.id == id })
    guard !Self.readWhereUsed.contains(row.id) else { return }
    let group = row.group == .main ? "" : "[\(row.group.name(in: .solvimus))]\n"
    let changes = candidates(row).contains { text in
      // Limits of the primary scan matter for that scan only, a line or TLS has to be in use.
      (try? row.type.solvimus.parse(text, unit: row.unit)) != nil
        && Self.contexts.contains {
          !changed(by: "\(group)\(row.key)=\(text)\n", with: $0).isEmpty
        }
    }
    #expect(changes, "\(row.id)")
  }

  /// What the table says of when a change counts is what the gateway does: only another wire to the meters, and
  /// other ports, end something.
  @Test(arguments: SettingsTable.rows.filter { $0.status == .effective }.map(\.id))
  func whatIsTouchedIsWhatTheTableSays(id: String) throws {
    let row = try #require(SettingsTable.rows.first { $0.id == id })
    let group = row.group == .main ? "" : "[\(row.group.name(in: .solvimus))]\n"
    let touched = candidates(row).filter {
      (try? row.type.solvimus.parse($0, unit: row.unit)) != nil
    }.flatMap { text in
      Self.contexts.map { context in
        let before = Slices(settings(context))
        let after = Slices(settings(context + "\(group)\(row.key)=\(text)\n"))
        return after.line?.wire != before.line?.wire
          || after.modbus?.server != before.modbus?.server
          || after.modbus?.line != before.modbus?.line
      }
    }
    #expect(
      touched.contains(true) == (row.effect == .serviceRestart) || Self.readWhereUsed.contains(id))
  }

  private static let contexts = [
    "", "MBUS_SCANMODE=PRIMARYSCAN\n", "MODBUS_MODE=TCP,SERIAL\nMODBUS_DEVPATH=/dev/ttyS9\n",
    "MODBUS_TLSENABLE=1\nMODBUS_CA_FILE=a\n", "MBUS_REQUESTMODE=FREEZE\n",
    "MBUS_RAWLOGENABLE=1\n", "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\n",
    "MBUS_TRANSPARENTPORT=10001\n", "MBUS_TRANSPARENT=TCP\n",
    "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1\n"
      + "MBUS_TRANSPARENT_CA_FILE=a\n",
  ]

  private func candidates(_ row: Setting) -> [String] {
    row.choices.map(\.value) + [
      "1", "0", "2", "7", "12", "2400", "300", "tcp://127.0.0.1:1", "127.0.0.2", "33FFFFFF", "1234",
      "07", "Example", "UDP", "SERIAL", "DE",
    ]
  }
}
