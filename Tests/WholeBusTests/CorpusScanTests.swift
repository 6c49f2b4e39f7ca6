import BusMaster
import BusSimulator
import Foundation
import Metering
import SimulatorHost
import Testing
import Time
import VirtualBus

/// A scan of real meters, by their recorded telegrams.
@Suite struct CorpusScanTests {
  static let folder = ProcessInfo.processInfo.environment["METERGATE_CORPUS"]

  /// Those with a serial of decimal digits that no other one has are found; others may be.
  @Test(.enabled(if: folder != nil)) func metersWithDecimalSerialsAreFound() throws {
    let folder = try #require(Self.folder)
    let slaves = try SimulatorSource.file(folder + "/mbus.jsonl").load().slaves
    let serials = slaves.compactMap(\.identity?.serial)
    let counts = Dictionary(serials.map { ($0, 1) }, uniquingKeysWith: +)
    let wanted = Set(serials.filter { $0.decimal != nil && counts[$0] == 1 })
    #expect(wanted.count > 20)
    var bus = VirtualBus(slaves)
    let outcome = bus.scan(ScanPlan(reset: .standard, retries: 1))
    #expect(wanted.subtracting(outcome.serials) == [], "\(outcome.result?.problems ?? [])")
    #expect(outcome.serials.isSubset(of: Set(serials)))
  }
}
