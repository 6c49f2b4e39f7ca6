import Foundation
import Metering
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

@Suite struct DeviceHandleDocumentationTests {
  /// With METERGATE_REGENERATE=1 it writes the file instead of comparing it.
  @Test func theCommittedFileComesFromTheRules() throws {
    let path = PeerProcess.root + "/docs/device-handle.md"
    let expected = DeviceHandleDocumentation.markdown
    if ProcessInfo.processInfo.environment["METERGATE_REGENERATE"] == "1" {
      try expected.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      found == expected, "renew it: METERGATE_REGENERATE=1 swift test --filter MeterFilesTests")
  }

  @Test func itsListsAreWithoutFault() throws {
    for (list, count) in [
      (DeviceHandleDocumentation.shortExample, 2), (DeviceHandleDocumentation.fullExample, 1),
    ] {
      let result = DeviceHandleFile.parse(Array(list.utf8), name: "f")
      #expect(result.meters?.count == count)
      #expect(result.diagnostics.allSatisfy { $0.severity == .note }, "\(result.diagnostics)")
    }
  }

  /// Elements of the tables of both manuals, in their order.
  @Test func everyElementOfBothManualsHasARule() {
    let meter = [
      "interface", "serial", "manufacturer", "version", "medium", "primaryaddress", "addressmode",
      "readoutcycle", "maxvaluecount", "encryptionkey", "active", "rssi", "rsi", "register", "user",
      "dbid",
    ]
    let value = [
      "description", "unit", "encodetype", "scale", "userscale", "valuetype", "storagenum",
      "tariff", "confdata", "rawdata", "dif", "vif", "active", "register", "user", "bacnetreg",
    ]
    func names<Target>(_ rules: [ElementRule<Target>]) -> [String] {
      rules.filter { $0.about.source != .metergate }.map(\.name)
    }
    #expect(names(DeviceHandleRules.root) == ["version", "layoutversion"])
    #expect(names(DeviceHandleRules.meter) == meter)
    #expect(names(DeviceHandleRules.value) == value)
  }

  @Test func everyExampleIsAllowedAndSurvives() {
    check(DeviceHandleRules.root, .init())
    check(DeviceHandleRules.meter, MeterConfiguration())
    check(DeviceHandleRules.value, ValueConfiguration())
  }

  private func check<Target: Equatable>(_ rules: [ElementRule<Target>], _ neutral: Target) {
    for rule in rules {
      var target = neutral
      #expect(rule.read(rule.about.example, &target), "\(rule.name)")
      #expect(!rule.isOnlyKept || target == neutral, "\(rule.name)")
      if let text = rule.write(target) {
        var again = neutral
        #expect(rule.read(text, &again) && again == target, "\(rule.name)")
      }
      rule.reset(&target)
      #expect(target == neutral, "\(rule.name)")
    }
  }
}
