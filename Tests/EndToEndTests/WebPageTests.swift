import Foundation
import PeerSupport
import Testing

/// The web page in headless Chromium: `Tests/Browser/scenarios.py`, each on a gateway of its own.
@Suite(.serialized, .ownThread) struct WebPageTests {
  /// Scenarios on three meters that the list has.
  @Test(arguments: ["second_session", "rights", "print_page", "language", "pictures"])
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

  /// A label of the list that is HTML.
  @Test func hostile() throws {
    try run(
      "hostile", try Workbench(), label: "&lt;img src=x onerror=window.hacked=1&gt;")
  }

  private func run(_ name: String, _ bench: Workbench, label: String?) throws {
    let bus = try #require(
      try bench.startSimulator(["--meters", "3", "--baud", "38400"]))
    try bench.write(
      "chip.ini",
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
      HTTP_PORT=0
      HTTPS_ENABLE=0

      """)
    if let label { try bench.write("Device_Handle.cfg", Self.list(label)) }
    let (gateway, modbus) = try bench.startGateway(
      ["--ext", bench.folder.path], withPage: true)
    let page = try #require(
      gateway.standardOutput.split(separator: " ").first { $0.hasPrefix("web=") })
    let port = try #require(modbus)
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        PeerProcess.root + "/Tests/Browser/scenarios.py", name, String(page.dropFirst(4)),
        "\(port)",
      ], timeout: 240)
    #expect(output.status == 0, "\(output.standardError)")
    #expect(gateway.stop() == 0)
  }

  /// The meters of the bus, the first one with a label.
  private static func list(_ label: String) throws -> String {
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--meters", "3", "--write-config"]
    ).standardOutput
    let end = try #require(list.range(of: "</serial>"))
    return list.replacingCharacters(in: end, with: "</serial><user>\(label)</user>")
  }
}
