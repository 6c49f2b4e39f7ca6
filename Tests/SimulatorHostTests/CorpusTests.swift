import BusSimulator
import Foundation
import MBus
import Metering
import SimulatorHost
import Testing
import Time

/// Telegrams of real meters, read from the folder that METERGATE_CORPUS names.
@Suite struct CorpusTests {
  static let folder = ProcessInfo.processInfo.environment["METERGATE_CORPUS"]

  @Test(.enabled(if: folder != nil))
  func everyMeterAnswersWithItsTelegramAfterASelect() throws {
    let path = try #require(Self.folder) + "/mbus.jsonl"
    let telegrams = try TelegramFile.read(path)
    let population = try SimulatorSource.file(path).load()
    let placed = population.slaves.flatMap { slave -> [[UInt8]] in
      guard case .captured(let meter) = slave.content else { return [] }
      return meter.telegrams
    }
    #expect(placed.count + population.skipped.count == telegrams.count)
    #expect(placed.count > 60)
    var bus = SimulatedBus(population.slaves, settings: LineSettings(baud: 9600))
    var now = MonotonicInstant.zero
    for slave in population.slaves {
      guard let identity = slave.identity else { continue }
      #expect(try Self.ask(SlaveSelect(identity).frame(), &bus, &now) == [0xE5], "\(identity)")
      for index in 0..<slave.telegramCount {
        let answer = try Self.ask(.reqUD2(address: 253, fcb: index % 2 == 0), &bus, &now)
        #expect(answer == slave.telegram(index, at: 0, accessNumber: 0) ?? [], "\(identity)")
      }
    }
  }

  private static func ask(
    _ frame: Frame, _ bus: inout SimulatedBus, _ now: inout MonotonicInstant
  ) throws -> [UInt8] {
    now = now + .seconds(10)
    bus.send(try frame.encoded, at: now)
    now = now + .seconds(10)
    return bus.advance(to: now).map(\.value)
  }
}
