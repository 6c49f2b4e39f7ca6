import Bytes
import MBus
import Metering
import Testing
import Time

@testable import BusMaster

/// What the exchanges of a line tell of the way to its meters.
@Suite struct LinkRecordTests {
  private let timing = LineTiming()
  /// REQ_UD2: 55 bits at 2400 baud are 22.917 ms.
  private let request: [UInt8] = [0x10, 0x7B, 0x05, 0x80, 0x16]

  /// One exchange a second: what came, at which milliseconds.
  private func record(
    _ exchanges: [[(bytes: [UInt8], at: Int64)]], request: [UInt8]? = nil
  ) -> LinkRecord {
    var record = LinkRecord()
    for (second, pieces) in exchanges.enumerated() {
      let start = MonotonicInstant.zero + .seconds(Int64(second))
      record.noteSent(request ?? self.request, timing, now: start)
      for piece in pieces {
        record.noteReceived(
          LineBytes(piece.bytes), timing, now: start + .milliseconds(piece.at))
      }
    }
    return record
  }

  private func latency(_ record: LinkRecord, least: Int64 = 0) -> Int64 {
    record.latency(least: .milliseconds(least)).nanoseconds / 1_000_000
  }

  /// 22.917 ms for the request, 4.583 ms for E5: at 200 ms it is 172.5 ms late, of which 50 are the meter's.
  @Test func whatAnswersAreLateBeyondTheUsualIsLaidToTheLink() {
    #expect(latency(record([[([0xE5], 200)]])) == 122)
    #expect(latency(record([[([0xE5], 200)]]), least: 150) == 150)
    #expect(latency(record([[([0xE5], 60)]])) == 0, "a meter may take 50 ms")
    #expect(latency(LinkRecord(), least: 20) == 20, "nothing is known")
    #expect(latency(record([[([0xE5], 1900)]])) == 1000, "no link takes so long")
  }

  /// Converters hand over what they have gathered: the end of an answer counts.
  @Test func anAnswerInPiecesCountsByItsEnd() throws {
    let frame = try Frame.long(
      control: .rspUD(), address: 5, ci: 0x72, data: [UInt8](repeating: 1, count: 95)
    ).encoded
    // 104 bytes take 476.7 ms; 22.9 + 50 + 476.7 = 549.6.
    let late = record([[(Array(frame.prefix(40)), 400), (Array(frame.dropFirst(40)), 700)]])
    #expect(latency(late) == 150)
  }

  @Test func theQuickerAnswersCount() {
    let slow = [(bytes: [UInt8(0xE5)], at: Int64(400))]
    let quick = [(bytes: [UInt8(0xE5)], at: Int64(180))]
    #expect(latency(record([slow, quick, slow])) == 102, "the quickest of a few")
    // One in four may be a late answer to an earlier request; it must not hide that the link is slow.
    #expect(latency(record([[([0xE5], 24)], slow, slow, slow])) == 322)
    let changed = [[(bytes: [UInt8], at: Int64)]](repeating: quick, count: 16)
    let slower = [[(bytes: [UInt8], at: Int64)]](repeating: slow, count: 16)
    #expect(latency(record(changed + slower)) == 322, "only the last ones count")
  }

  @Test func whatIsNoAnswerTellsNothing() {
    #expect(latency(record([[([0x00, 0xE5], 200)]])) == 0, "noise")
    #expect(latency(record([[([0xE5], 10)]])) == 0, "before the request has left the wire")
    var damaged = LinkRecord()
    damaged.noteSent(request, timing, now: .zero)
    damaged.noteReceived(
      LineBytes([0xE5], damaged: [0]), timing, now: .zero + .milliseconds(200))
    #expect(latency(damaged) == 0)
    #expect(
      latency(record([[(request, 100), ([0xE5], 200)]])) == 122, "behind an echo that is late")
  }

  /// The echo of a request comes while it is on the wire, byte by byte (4.583 ms each), or in pieces; it is no answer,
  /// and hides none.
  @Test func theEchoOfARequestIsNoAnswer() {
    let bytewise = zip(request, [5, 10, 14, 19, 23] as [Int64]).map { (bytes: [$0], at: $1) }
    #expect(latency(record([bytewise])) == 0)
    #expect(latency(record([bytewise + [([0xE5], 200)]])) == 122)
    let pieces: [(bytes: [UInt8], at: Int64)] = [
      (Array(request.prefix(3)), 15), (Array(request.dropFirst(3)) + [0xE5], 200),
    ]
    #expect(latency(record([pieces])) == 122)
    #expect(record([bytewise, bytewise + [([0xE5], 60)]]).hasLostAnswers, "asked again")
    #expect(!record([bytewise + [([0xE5], 60)], bytewise + [([0xE5], 60)]]).hasLostAnswers)
    // A late answer to an earlier request before the echo: nothing can be said.
    #expect(latency(record([[([0xE5], 3)] + bytewise + [([0xE5], 200)]])) == 0)
  }

  @Test func anAnswerThatCameWhenAskedAgainWasLost() {
    #expect(!record([[([0xE5], 60)], [([0xE5], 60)]]).hasLostAnswers)
    #expect(record([[], [([0xE5], 60)]]).hasLostAnswers)
    #expect(!record([[], []]).hasLostAnswers, "nobody may be there")
  }

  // MARK: - What a scan makes of it

  /// 77.917 ms for the select, 187.5 ms, and a byte that begins at their end: 270 ms; the link's 122.5 ms beside.
  @Test func theWindowGrowsWithTheLink() {
    let plan = ScanPlan(strategy: .adaptive)
    #expect(Drive(plan).wakeAt == MonotonicInstant(nanoseconds: 269_999_999))
    let slow = Drive(plan, link: record([[([0xE5], 200)]]))
    #expect(slow.wakeAt == MonotonicInstant(nanoseconds: 392_500_000))
    let given = Drive(
      plan, timing: LineTiming(timeout: .milliseconds(300), isTimeoutGiven: true),
      link: record([[([0xE5], 200)]]))
    #expect(given.wakeAt == MonotonicInstant(nanoseconds: 382_499_999), "MBUS_TIMEOUT rules")
  }

  /// SND_NKE 22.917 ms, then as above: 215 ms, twice, whatever MBUS_MAXRETRY says.
  @Test func aPrimaryScanHasTheSameWindow() throws {
    let plan = ScanPlan(
      .primary(5...6), reset: .anybusStandard, retries: 0, strategy: .adaptive)
    var drive = Drive(plan)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 214_999_999))
    drive.silence()
    #expect(
      drive.sent == ["10 40 05 45 16", "10 40 05 45 16", "10 40 06 46 16", "10 40 06 46 16"])
    let given = Drive(
      plan, timing: LineTiming(timeout: .milliseconds(1500), isTimeoutGiven: true))
    #expect(given.wakeAt == MonotonicInstant(nanoseconds: 1_527_499_999))
  }

  /// With 122.5 ms of the link 337.5 ms. An answer that comes at once tells of a quicker link; what was silent before
  /// is known for the longer time only.
  @Test func withinAPrimaryScanTheWindowOnlyGrows() throws {
    let plan = ScanPlan(
      .primary(5...6), reset: .anybusStandard, retries: 0, strategy: .adaptive)
    let slow = record([[([0xE5], 200)]])
    var drive = Drive(plan, link: slow)
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 337_500_000))
    drive.answerAndWait([0xE5])
    drive.answerAndWait(try telegram())
    #expect(drive.sent.last == "10 40 06 46 16")
    let window = try #require(drive.wakeAt) - drive.now
    #expect(abs((window - .milliseconds(337)).nanoseconds - 500_000) < 10)
    // Digit by digit 100 ms are taken for granted, MBUS_IDLETIMEOUT; the link adds more than that.
    var classic = plan
    classic.strategy = .classic
    #expect(
      Drive(classic, link: slow).wakeAt == MonotonicInstant(nanoseconds: 332_916_667))
  }
}
