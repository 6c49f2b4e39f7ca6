import BusMaster
import MBus
import MBusLine
import Metering
import Station
import Testing
import Time

/// Scans and sends as jobs of the line.
@Suite struct ScanJobTests {
  static let line = LineID(.mbus)
  static let water = MeterIdentity(
    serial: MeterSerial(digits: 0x1000_0001), manufacturer: ManufacturerCode(rawValue: 0x3B52),
    version: 1, medium: .water)

  private func bench(_ range: ClosedRange<UInt8>) -> LineBench {
    let bench = LineBench(
      scan: ScanPlan(.primary(range), reset: .anybusStandard, retries: 0))
    bench.fake.onEvent?(.opened)
    bench.events = []
    return bench
  }

  @Test func aScanWaitsForReadoutsAskedBefore() throws {
    let bench = bench(5...5)
    bench.read(1)
    bench.line.perform(.scan)
    #expect(bench.fake.sent == [[0x10, 0x7B, 0x05, 0x80, 0x16]])
    bench.answer(try waterTelegram())
    #expect(bench.fake.sent.last == [0x10, 0x40, 0x05, 0x45, 0x16])
  }

  @Test func whatIsFoundIsToldAndThenTheEnd() throws {
    let bench = bench(5...5)
    bench.line.perform(.scan)
    bench.read(1)
    bench.pass(milliseconds: 50)
    bench.answer([0xE5])
    bench.pass(milliseconds: 400)
    bench.pass(milliseconds: 1000)
    bench.answer(try waterTelegram())
    var meter = FoundMeter(
      address: .mbus(.primary(5)), identity: Self.water, primaryAddress: 5)
    meter.lineBaud = 2400
    #expect(
      bench.events == [
        .scanProgress(Self.line, ScanProgress(thousandths: 0, found: 0)),
        .found(Self.line, meter),
        .scanProgress(Self.line, ScanProgress(thousandths: 1000, found: 1, secondsLeft: 0)),
        .scanEnded(Self.line, ScanSummary(found: 1)),
      ])
    #expect(
      bench.fake.sent.last == [0x10, 0x5B, 0x05, 0x60, 0x16], "the readout, with the next bit")
  }

  /// 40 silent addresses at 310 ms each are 12.4 s.
  @Test func progressIsToldOnceASecond() {
    let bench = bench(1...40)
    bench.line.perform(.scan)
    for _ in 0..<1300 { bench.pass(milliseconds: 10) }
    let progress = bench.events.count { if case .scanProgress = $0 { true } else { false } }
    #expect((9...13).contains(progress), "\(progress)")
    #expect(bench.events.last == .scanEnded(Self.line, ScanSummary(found: 0)))
  }

  /// The question under way is waited for; a scan that waits for its turn ends at once.
  @Test func aScanIsCancelled() {
    let bench = bench(1...40)
    bench.line.perform(.scan)
    bench.pass(milliseconds: 500)
    bench.line.perform(.scan)
    bench.events = []
    let sent = bench.fake.sent.count
    bench.line.cancelScan()
    let cancelled = LineEvent.scanEnded(Self.line, ScanSummary(found: 0, wasCancelled: true))
    #expect(bench.events == [cancelled], "the one that waits")
    bench.pass(milliseconds: 20_000)
    #expect(bench.events.filter { $0 == cancelled }.count == 2)
    #expect(bench.fake.sent.count == sent, "primary addresses are not selected")
    bench.line.cancelScan()
    bench.read(1)
    #expect(bench.fake.sent.count == sent + 1, "the line goes on")
  }

  /// A hundred questions of a second each: what is left is as long as what has been.
  @Test func progressTellsTheTimeLeft() {
    let bench = bench(1...100)
    bench.line.perform(.scan)
    for _ in 0..<200 { bench.pass(milliseconds: 100) }
    let told = bench.events.compactMap { event -> ScanProgress? in
      if case .scanProgress(_, let progress) = event { progress } else { nil }
    }
    #expect(told.first?.secondsLeft == nil)
    guard let last = told.last, let left = last.secondsLeft else {
      Issue.record("no time left is told")
      return
    }
    let expected = 20 * (1000 - last.thousandths) / last.thousandths
    #expect(abs(left - expected) <= 6, "\(left) s at \(last.thousandths) ‰")
  }

  @Test func lineLossEndsTheScanWithoutAnotherEvent() {
    let bench = bench(1...40)
    bench.line.perform(.scan)
    bench.pass(milliseconds: 500)
    bench.events = []
    bench.fake.onEvent?(.closed("the connection was reset"))
    bench.pass(milliseconds: 20_000)
    #expect(bench.events == [.state(Self.line, .down("the connection was reset"))])
    bench.line.perform(.scan)
    bench.line.perform(.send(SendJob([0xE5])))
    #expect(
      bench.events.dropFirst() == [
        .scanEnded(
          Self.line,
          ScanSummary(found: 0, problems: [.notBegun(.lineDown("the connection was reset"))])),
        .sent(Self.line, SendReply(.lineDown("the connection was reset"))),
      ])
  }

  @Test func whoHearsOfAMeterMayStopTheLine() throws {
    let bench = bench(5...6)
    var events = 0
    bench.line.onEvent = { [line = bench.line] event in
      events += 1
      if case .found = event { line.stop() }
    }
    bench.line.perform(.scan)
    bench.answer([0xE5])
    bench.pass(milliseconds: 400)
    bench.pass(milliseconds: 1000)
    bench.answer(try waterTelegram())
    let sent = bench.fake.sent.count
    bench.pass(milliseconds: 10_000)
    #expect(events == 2, "progress 0, and the meter")
    #expect(bench.fake.sent.count == sent)
  }

  @Test func sentBytesEndInOneReply() throws {
    let bench = bench(1...1)
    let request: [UInt8] = [0x10, 0x7B, 0x05, 0x80, 0x16]
    for _ in 0..<4 { bench.line.perform(.send(SendJob(request))) }
    bench.answer([0xE5])
    bench.answer(request + (try waterTelegram()))
    bench.pass(milliseconds: 2100)
    bench.answer([0x68, 0x03, 0x04])
    bench.pass(milliseconds: 2100)
    #expect(bench.fake.sent.count == 4)
    #expect(
      bench.events == [
        .sent(Self.line, SendReply(.answered, received: [0xE5])),
        .sent(Self.line, SendReply(.answered, received: request + (try waterTelegram()))),
        .sent(Self.line, SendReply(.silence)),
        .sent(
          Self.line,
          SendReply(
            .garbage("the two length bytes 03 04 differ, at offset 1"), received: [0x68, 3, 4])),
      ])
  }
}
