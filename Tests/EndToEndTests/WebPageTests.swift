import Foundation
import PeerSupport
import Testing

/// The web page in headless Chromium: `Tests/Browser/scenarios.py`, each on a gateway of its own.
@Suite(.serialized, .ownThread) struct WebPageTests {
  /// Scenarios on three meters that the list has.
  @Test(arguments: [
    "second_session", "rights", "print_page", "care", "language", "meter_tab", "visits",
  ])
  func scenario(_ name: String) throws {
    let bench = try Workbench()
    try run(name, bench, label: "Cellar")
  }

  /// What somebody who sees the page for the first time stumbles over.
  @Test func newcomer() throws {
    try run("newcomer", try Workbench(), label: "Cellar")
  }

  /// What an installer does with a new device.
  @Test func commissioning() throws {
    try run("commissioning", try Workbench(), label: nil)
  }

  /// All tabs with 20 meters, of which one is dead and one has a label that is HTML.
  @Test func pictures() throws {
    try run(
      "pictures", try Workbench(), label: "&lt;img src=x onerror=window.hacked=1&gt;",
      bus: ["--meters", "20", "--mute", "85806727"], meters: 20)
  }

  /// What people, files and meters say comes out as text wherever the page shows it.
  @Test func hostile() throws { try peer("Browser/hostile.py") }

  /// A user with a single right sees that tab and no other.
  @Test func singleRights() throws { try peer("Browser/single_rights.py") }

  /// 500 meters of 25 values: rows exist for what is in sight only, and an update touches only what has changed.
  @Test func crowd() throws { try peer("Browser/crowd.py") }

  private func peer(_ name: String) throws {
    let output = try PeerProcess.run(
      PeerProcess.python, [PeerProcess.root + "/Tests/" + name, PeerProcess.metergate],
      timeout: 240)
    #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
  }

  /// The gateway begins anew at the same port, with the third meter before the first, and without the second.
  @Test func restart() throws {
    let bench = try Workbench()
    let bus = try #require(try bench.startSimulator(["--meters", "3", "--baud", "38400"]))
    try bench.write("chip.ini", Self.settings(bus, page: 0))
    try bench.write("Device_Handle.cfg", Self.list("Cellar", 3))
    let (gateway, _) = try bench.startGateway(withPage: true)
    let place = try #require(Self.page(of: gateway))
    let port = try #require(place.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) })
    let browser = try PeerProcess.start(
      PeerProcess.python, [PeerProcess.root + "/Tests/Browser/scenarios.py", "restart", place])
    #expect(browser.waitForOutput(containing: "restart", timeout: 120), "\(browser.standardError)")
    #expect(gateway.stop() == 0)
    try bench.write("chip.ini", Self.settings(bus, page: port))
    let list = try bench.read("Device_Handle.cfg")
    let meters = list.matches(of: /(?s)<meter>.*?<\/meter>\s*/).map { $0.output }
    try #require(meters.count == 3)
    let start = try #require(list.range(of: "<meter>")?.lowerBound)
    let end = try #require(list.range(of: "</root>")?.lowerBound)
    try bench.write(
      "Device_Handle.cfg", "\(list[..<start])\(meters[2])\(meters[0])\(list[end...])")
    let (next, _) = try bench.startGateway(withPage: true)
    #expect(browser.waitForEnd(timeout: 120) == 0, "\(browser.standardError)")
    #expect(next.stop() == 0)
  }

  /// chip.ini is changed on the disk, broken, and mended again while the page is looked at.
  @Test func pending() throws {
    let bench = try Workbench()
    let bus = try #require(try bench.startSimulator(["--meters", "3", "--baud", "38400"]))
    let settings = Self.settings(bus, page: 0)
    try bench.write("chip.ini", settings)
    try bench.write("Device_Handle.cfg", Self.list("Cellar", 3))
    let (gateway, _) = try bench.startGateway(withPage: true)
    let place = try #require(Self.page(of: gateway))
    let browser = try PeerProcess.start(
      PeerProcess.python, [PeerProcess.root + "/Tests/Browser/scenarios.py", "pending", place])
    let named = settings + "[DEVICE]\nNAME=Attic\n"
    for (word, text) in [
      ("change", named), ("break", named.replacing("METER_TIME=60", with: "METER_TIME=soon")),
      ("mend", named),
    ] {
      #expect(browser.waitForOutput(containing: word, timeout: 120), "\(browser.standardError)")
      try bench.write("chip.ini", text)
    }
    #expect(browser.waitForEnd(timeout: 120) == 0, "\(browser.standardError)")
    #expect(gateway.stop() == 0)
  }

  private static func page(of gateway: RunningPeer) -> String? {
    gateway.standardOutput.split(separator: " ").first { $0.hasPrefix("web=") }
      .map { String($0.dropFirst(4)) }
  }

  private static func settings(_ bus: Int, page: Int) -> String {
    """
    [SOLVIMUS]
    MBUS_DEVPATH=tcp://127.0.0.1:\(bus)
    MBUS_BAUDRATE=38400
    METER_TIME=60
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    [WEB]
    IP=127.0.0.1
    HTTP_PORT=\(page)
    HTTPS_ENABLE=0

    """
  }

  private func run(
    _ name: String, _ bench: Workbench, label: String?, bus: [String] = ["--meters", "3"],
    meters: Int = 3
  ) throws {
    let bus = try #require(try bench.startSimulator(bus + ["--baud", "38400"]))
    try bench.write("chip.ini", Self.settings(bus, page: 0))
    if let label { try bench.write("Device_Handle.cfg", Self.list(label, meters)) }
    let (gateway, modbus) = try bench.startGateway(
      ["--ext", bench.folder.path], withPage: true)
    let page = try #require(Self.page(of: gateway))
    let port = try #require(modbus)
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        PeerProcess.root + "/Tests/Browser/scenarios.py", name, page,
        "\(port)",
      ], timeout: 240)
    #expect(output.status == 0, "\(output.standardError)")
    #expect(gateway.stop() == 0)
  }

  /// The meters of the bus, the first one with a label.
  private static func list(_ label: String, _ meters: Int) throws -> String {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--meters", "\(meters)", "--write-config"]
    ).standardOutput
    let end = try #require(list.range(of: "</serial>"))
    return list.replacingCharacters(in: end, with: "</serial><user>\(label)</user>")
  }
}
