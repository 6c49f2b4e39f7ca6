import Metering
import Station
import Testing
import Time

/// Scans that a person ends, and meters that share a serial.
@Suite struct ScanCancelTests {
  private func texts(_ bench: Bench) -> [String] { bench.events.map(\.text) }

  @Test func aScanThatIsCancelledKeepsWhatItFound() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    bench.find(0x6660_0106)
    bench.give(.cancelScan)
    #expect(bench.effects.contains(.cancelScan))
    #expect(texts(bench) == ["M-Bus line 0: the scan ends with the question that is under way"])
    bench.find(0x6660_0107)
    bench.endScan(found: 2, wasCancelled: true)
    #expect(
      texts(bench) == [
        "M-Bus line 0: the scan was cancelled: 2 meters answered until then, 2 of them new in the list"
      ])
    #expect(bench.station.meters.count == 2)
    #expect(bench.asked == MeterID(1), "what was found is read")
  }

  @Test func aScanThatHasNotBegunIsNotBegun() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.give(.scan)
    bench.give(.cancelScan)
    #expect(texts(bench) == ["M-Bus line 0: the scan is not begun"])
    bench.answer(1, [energy(1)])
    #expect(!bench.effects.contains(.perform(.scan)))
    bench.give(.cancelScan)
    #expect(texts(bench) == ["M-Bus line 0: there is no scan to end"])
    #expect(!bench.effects.contains(.cancelScan))
  }

  @Test func progressTellsTheTimeLeft() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    bench.give(
      .line(
        .scanProgress(
          LineID(.mbus), ScanProgress(thousandths: 255, found: 1, secondsLeft: 130))))
    #expect(
      texts(bench) == [
        "M-Bus line 0: 25 % of the addresses scanned, 1 meter found, about 2 min to go"
      ])
    #expect(bench.station.scanStatus?.secondsLeft == 130)
    bench.give(
      .line(
        .scanProgress(
          LineID(.mbus), ScanProgress(thousandths: 900, found: 1, secondsLeft: 12))))
    #expect(
      texts(bench) == [
        "M-Bus line 0: 90 % of the addresses scanned, 1 meter found, about 20 s to go"
      ])
  }

  /// Whatever MBUS_SELECTMASK leaves out of a select.
  @Test func metersThatShareASerialAreSelectedInFull() {
    func meter(_ serial: UInt32, _ maker: String) -> MeterConfiguration {
      MeterConfiguration(
        identity: MeterIdentity(
          serial: MeterSerial(digits: serial), manufacturer: ManufacturerCode(letters: maker),
          version: 1, medium: .coldWater))
    }
    var bench = Bench([meter(0x11, "KAM"), meter(0x11, "LUG"), meter(0x12, "KAM")])
    bench.give(up)
    var inFull: [Int: Bool] = [:]
    for id in 1...3 {
      for case .perform(.read(let job)) in bench.effects {
        inFull[job.meter.number] = job.isSelectedInFull
      }
      bench.fail(id)
    }
    #expect(inFull == [1: true, 2: true, 3: false])
  }
}
