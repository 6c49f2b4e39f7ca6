import BusMaster
import Certificates
import Settings
import Testing
import Time
import Transport
import TransparentPort

@testable import Gateway

/// What the keys of the M-Bus become.
@Suite struct ReadoutSettingsTests {
  private func settings(_ lines: String) -> Settings {
    Settings.read(INIDocument("[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\n" + lines)).settings
  }

  @Test(
    arguments: [
      ("", []), ("MBUS_REQUESTMODE=ONLY", []), ("MBUS_REQUESTMODE=DEFAULT", []),
      ("MBUS_REQUESTMODE=ALL", [.globalReadout]), ("MBUS_REQUESTMODE=EXT", [.shortGlobalReadout]),
      ("MBUS_REQUESTMODE=FREEZE", [.synchronize]),
      ("MBUS_REQUESTMODE=FREEZE\nMBUS_FREEZESTORAGEUM=3", [.freeze(storage: 3)]),
      ("MBUS_REQUESTMODE=ALL\nMUC_USE_FREEZE=1", [.synchronize, .globalReadout]),
      ("MUC_USE_FREEZE=1\nMBUS_FREEZESTORAGEUM=7", [.freeze(storage: 7)]),
    ] as [(String, [RequestSequence.Step])])
  func whatIsAskedFor(lines: String, steps: [RequestSequence.Step]) {
    #expect(settings(lines).requestSequence.steps == steps)
  }

  @Test(arguments: [
    ("", ReadoutManner()),
    ("MBUS_IGNORECRCFIELD=1", ReadoutManner(tolerance: .checksum)),
    ("MBUS_IGNORELENGTHFIELD=1", ReadoutManner(tolerance: .length)),
    ("MBUS_FORCE=1", ReadoutManner(forcedAcknowledge: .anyBytes)),
    ("MBUS_FORCE=2", ReadoutManner(forcedAcknowledge: .always)),
    ("MBUS_NOADDRESS_VERIFY=1", ReadoutManner(verifiesAddress: false)),
    ("MBUS_FIRST_FCBBIT_NEG=1", ReadoutManner(firstBit: false)),
    ("MBUS_WAKEUPENABLE=1", ReadoutManner(wakes: true)),
    ("MBUS_RESETDISABLE=1", ReadoutManner(mayReset: false)),
  ])
  func howMetersAreTreated(lines: String, manner: ReadoutManner) {
    #expect(settings(lines).readoutManner == manner)
  }

  @Test func resetsCanBeSwitchedOff() {
    #expect(settings("MBUS_RESETMODE=3").resetSequence == .extended1)
    #expect(settings("MBUS_RESETMODE=3\nMBUS_RESETDISABLE=1").resetSequence == .none)
  }

  @Test func thePortHasFlowControlAndDirection() {
    let port = settings("MBUS_FLOWCONTROL=2\nMBUS_RS485ENABLE=1").serialParameters
    #expect(port.flowControl == .rtsCts)
    #expect(port.isRS485)
  }

  @Test func theRawLogHasItsSize() {
    let off = RawLogSlice(settings(""), ext: "/ext")
    #expect(!off.isOn)
    let on = RawLogSlice(settings("MBUS_RAWLOGENABLE=1\nMBUS_RAWLOGSIZE=3"), ext: "/ext")
    #expect(on.files == .init(folder: "/ext", limit: 3_000_000) && !on.isShown)
    let shown = RawLogSlice(settings("MBUS_DEBUGOUT=1"), ext: "/ext")
    #expect(shown.files == nil && shown.isShown)
  }

  @Test func scansMayLookForHexDigits() {
    #expect(!settings("").scanPlan.triesHex)
    #expect(settings("MBUS_SCANHEX=1").scanPlan.triesHex)
  }

  @Test func anOutsideMasterHasItsPort() {
    #expect(TransparentSlice(settings("MBUS_TRANSPARENT=TCP")) == nil)
    #expect(TransparentSlice(settings("MBUS_TRANSPARENTPORT=10001")) == nil)
    let shared = TransparentSlice(
      settings(
        """
        MBUS_TRANSPARENT=SHARED
        MBUS_TRANSPARENTPORT=10001
        MBUS_TRANSPARENTIP=127.0.0.1
        MBUS_TRANSPARENTTIMEOUT=30
        """))
    #expect(
      shared?.port
        == .init(transport: .tcp, host: "127.0.0.1", port: 10001, clientTimeout: .seconds(30)))
    #expect(shared?.isShared == true)
    let alone = TransparentSlice(
      settings("MBUS_TRANSPARENT=UDP\nMBUS_TRANSPARENTPORT=10001"))
    #expect(alone?.port.transport == .udp && alone?.port.host == "0.0.0.0")
    #expect(alone?.isShared == false)
  }

  @Test func anOutsideMasterMayHaveToShowACertificate() {
    let transparent = "MBUS_TRANSPARENT=TCP\nMBUS_TRANSPARENTPORT=10001\n"
    let tls =
      "MBUS_TRANSPARENT_TLSENABLE=1\nMBUS_TRANSPARENT_CERT_FILE=app/own.pem\nMBUS_TRANSPARENT_KEY_FILE=own.key\n"
    func security(_ text: String) -> TLSServerFiles? {
      TransparentSlice(settings(transparent + text), folder: "/app", ext: "/ext")?.port.security
    }
    #expect(security("") == nil)
    let anybody = security(tls)
    #expect(anybody?.certificate == .init("MBUS_TRANSPARENT_CERT_FILE", path: "/app/own.pem"))
    #expect(anybody?.key == .init("MBUS_TRANSPARENT_KEY_FILE", path: "/app/own.key"))
    #expect(anybody?.clients == .known, "not opened without a file of authorities")
    #expect(security(tls + "MBUS_TRANSPARENT_CA_FILE=0")?.clients == .known)
    #expect(security(tls + "MBUS_TRANSPARENT_CA_FILE=ca.pem")?.clients == .known)
    #expect(security(tls + "MBUS_TRANSPARENT_INSECURE=1")?.clients == .anonymous)
    let datagrams = settings(
      "MBUS_TRANSPARENT=UDP\nMBUS_TRANSPARENTPORT=10001\nMBUS_TRANSPARENT_TLSENABLE=1")
    #expect(TransparentSlice(datagrams) == nil)
  }
}
