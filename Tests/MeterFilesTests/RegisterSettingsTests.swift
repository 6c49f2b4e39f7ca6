import Foundation
import PeerSupport
import RegisterMap
import Settings
import Testing

@testable import MeterFiles

/// MODBUSMETER_PROTOCOLVERSION and MODBUS_SWAP, and what they make of a meter list.
@Suite struct RegisterSettingsTests {
  private func settings(_ group: String, _ lines: String) -> Settings {
    Settings.read(INIDocument(Array("[\(group)]\n\(lines)\n".utf8))).settings
  }

  /// MUC500 manual 1.1, table 37: the switch for swapping is bit 2 of the version.
  @Test(arguments: [(0, 0, "ABCD"), (4, 0, "CDAB"), (0, 1, "DCBA"), (4, 1, "BADC")])
  func allFourOrders(version: Int, swap: Int, order: String) {
    let lines = "MODBUSMETER_PROTOCOLVERSION=\(version)\nMODBUS_SWAP=\(swap)"
    let solvimus = settings("SOLVIMUS", lines).registerLayout.order
    #expect(solvimus.name == order && solvimus.scope == .floats)
    let anybus = settings("CONFIG", lines).registerLayout.order
    #expect(anybus.name == order && anybus.scope == .longFields)
  }

  @Test func eachBitIsASwitch() {
    for version in 0...15 {
      let settings = settings("SOLVIMUS", "MODBUSMETER_PROTOCOLVERSION=\(version)")
      let layout = settings.registerLayout
      #expect(layout.isFloatOnly == (version & 1 != 0))
      #expect(layout.isMultiSlave == (version & 2 != 0))
      #expect(layout.order.swapsWords == (version & 4 != 0))
      #expect(settings.testData == (version & 8 != 0 ? .version2 : nil))
    }
    #expect(settings("CONFIG", "MODBUSMETER_PROTOCOLVERSION=8").testData == .version1)
  }

  private static let list = """
    <root>
    <meter><serial>0x00000001</serial><register>3</register>
    <value><register>4</register></value></meter>
    <meter><serial>0x00000002</serial><register>300</register>
    <value><register>5</register></value></meter>
    </root>
    """

  private func messages(_ layout: RegisterLayout) -> [String] {
    DeviceHandleFile.parse(Array(Self.list.utf8), name: "f.cfg", layout: layout).diagnostics
      .filter { $0.severity != .note }.map { "\($0.severity): \($0)" }
  }

  @Test func messagesInEachLayout() {
    #expect(
      messages(.standard) == [
        "error: f.cfg:2:35: meter 00000001: register 3 is taken: the device has 0 to 9",
        "error: f.cfg:3:8: value 1 of meter 00000001: register 4 is taken: the device has 0 to 9",
        "error: f.cfg:5:8: value 1 of meter 00000002: register 5 is taken: the device has 0 to 9",
      ])
    #expect(
      messages(RegisterLayout(isFloatOnly: true)) == [
        "error: f.cfg:3:8: value 1 of meter 00000001: register 4 is taken: meter 00000001 has 3 to 4 "
          + "(line 2)",
        "warning: f.cfg:2:35: meter 00000001: register 3 is no multiple of 2",
        "warning: f.cfg:5:8: value 1 of meter 00000002: register 5 is no multiple of 2",
      ])
    #expect(
      messages(RegisterLayout(isMultiSlave: true)) == [
        "error: f.cfg:3:8: value 1 of meter 00000001: register 4 is taken: the meter's own entry has 0 to 9",
        "error: f.cfg:4:35: meter 00000002: register 300 is no unit id of a meter: allowed are 1 to 247",
        "error: f.cfg:5:8: value 1 of meter 00000002: register 5 is taken: the meter's own entry has 0 to 9",
      ])
    #expect(
      messages(RegisterLayout(isFloatOnly: true, isMultiSlave: true)) == [
        "error: f.cfg:4:35: meter 00000002: register 300 is no unit id of a meter: allowed are 1 to 247",
        "error: f.cfg:5:8: value 1 of meter 00000002: register 5 is in no map: with multi slave the register "
          + "of its meter is the unit id, and it has none",
      ])
  }

  /// A list of another layout is one thing to say, in `metergate check`, too; in the log the station says it.
  @Test func aListOfAnotherLayoutInOneSentence() throws {
    let meters = (1...250).map {
      "<meter><serial>0x10000\(100 + $0)</serial><register>\(300 + $0 * 10)</register></meter>\n"
    }
    let list = "<root>\n\(meters.joined())</root>\n"
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\nMODBUSMETER_PROTOCOLVERSION=2\n", "Device_Handle.cfg": list,
    ])
    let app = AppFolder.load(folder.path)
    #expect(
      app.diagnostics.filter { $0.severity < .note }.map(\.description) == [
        "Device_Handle.cfg: 250 of 250 registers are not possible in the layout multi slave "
          + "(MODBUSMETER_PROTOCOLVERSION): line 2, line 3, line 4 and 247 more; they are probably those of "
          + "another layout, since a meter has register 310, while unit ids end at 247 with multi slave; "
          + "\"metergate allocate --all --anew\" gives new ones"
      ])
    #expect(app.logged.filter { $0.severity < .note }.isEmpty)
    // Mistakes of its own are named one by one, but not in the log.
    try folder.write("[SOLVIMUS]\n", to: "chip.ini")
    let same = list.replacingOccurrences(of: ">310<", with: ">315<")
      .replacing(/>3[2-9]0</, with: ">317<")
    try folder.write(same, to: "Device_Handle.cfg")
    let collided = AppFolder.load(folder.path)
    #expect(collided.diagnostics.count { $0.severity == .error } == 8)
    #expect(
      collided.logged.filter { $0.severity < .note }.map(\.description) == [
        "Device_Handle.cfg:2:35: meter 10000101: register 315 is no multiple of 10"
      ])
    // A list that is not taken over is nothing that the station knows of: a few of its mistakes, then.
    let before = app.reloaded()
    #expect(
      before.logged.filter { $0.severity == .error }.map(\.line) == [3, 4, 5, nil, nil])
    #expect(
      before.logged.contains {
        $0.message == "there is more to say of its registers: \"metergate check\" has it"
      })
  }

  @Test func oneUnitIDForTwoMeters() {
    let list = """
      <root>
      <meter><serial>0x00000001</serial><register>3</register></meter>
      <meter><serial>0x00000002</serial><register>3</register></meter>
      </root>
      """
    let result = DeviceHandleFile.parse(
      Array(list.utf8), name: "f.cfg", layout: RegisterLayout(isMultiSlave: true))
    #expect(
      result.diagnostics.map(\.description) == [
        "f.cfg:3:35: meter 00000002: register 3 is taken: meter 00000001 has it (line 2)"
      ])
  }
}
