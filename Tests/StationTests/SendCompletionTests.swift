import Metering
import Station
import Testing

/// What the list knows of the meter that a command goes to.
@Suite struct SendCompletionTests {
  private static let key: [UInt8] = (0..<16).map { $0 * 0x11 }

  private func meter(
    _ serial: UInt32, baud: Int?, key: [UInt8] = []
  ) -> MeterConfiguration {
    var meter = fresh(serial)
    meter.identity.manufacturer = ManufacturerCode(letters: "LUG")
    meter.baud = baud
    meter.encryptionKey = key
    return meter
  }

  private func job(_ meters: [MeterConfiguration], to serial: UInt32) throws -> SendJob {
    var bench = Bench(meters)
    bench.give(.line(.state(LineID(.mbus), .up)))
    let address = MBusAddress.secondary(MeterIdentity(serial: MeterSerial(digits: serial)))
    bench.give(.send(SendJob(.applicationReset(subcode: nil), to: .mbus(address))))
    for case .perform(.send(let job)) in bench.effects { return job }
    throw NothingSent()
  }

  private struct NothingSent: Error {}

  @Test func itsSpeedItsKeyAndWhoItIs() throws {
    let listed = meter(0x6660_0106, baud: 300, key: Self.key)
    let job = try job([listed, meter(7, baud: 9600)], to: 0x6660_0106)
    #expect(job.baud == 300)
    #expect(job.encryptionKey == Self.key)
    #expect(job.identity == listed.identity)
  }

  /// Which of them is meant shows only on the bus.
  @Test func ofSeveralOnlyWhatTheyHaveInCommon() throws {
    let meters = [
      meter(0x6660_0106, baud: 300, key: Self.key), meter(0x6660_0107, baud: 300),
    ]
    let job = try job(meters, to: 0x6660_010F)
    #expect(job.baud == 300 && job.encryptionKey == [] && job.identity == nil)
    let other = try self.job(meters + [meter(0x6660_0108, baud: nil)], to: 0x6660_010F)
    #expect(other.baud == nil)
  }

  @Test func nobodyOfTheList() throws {
    let job = try job([meter(7, baud: 300, key: Self.key)], to: 0x6660_0106)
    #expect(job.baud == nil && job.encryptionKey == [] && job.identity == nil)
  }
}
