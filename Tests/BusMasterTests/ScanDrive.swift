import BusMaster
import Bytes
import MBus
import Metering
import Time

/// Drives a scan by hand.
struct ScanDrive {
  var machine: BusScan
  var now = MonotonicInstant.zero
  var sent: [String] = []
  var wakeAt: MonotonicInstant?
  var hits: [ScanHit] = []
  var progress: [Int] = []
  var result: ScanResult?

  init(
    _ plan: ScanPlan, timing: LineTiming = LineTiming(),
    countBits: FrameCountBits = FrameCountBits(), link: LinkRecord = LinkRecord()
  ) {
    machine = BusScan(plan, timing: timing, countBits: countBits, link: link)
    give(.start)
  }

  mutating func give(_ event: BusEvent) {
    for action in machine.handle(event, now: now) {
      switch action {
      case .send(let bytes): sent.append(Hex.encode(bytes, separator: " "))
      case .wake(let instant): wakeAt = instant
      case .found(let hit): hits.append(hit)
      case .progress(let thousandths, _): progress.append(thousandths)
      case .finish(let result): self.result = result
      }
    }
  }

  mutating func answer(_ bytes: [UInt8], after milliseconds: Int64 = 100) {
    now = now + .milliseconds(milliseconds)
    give(.received(LineBytes(bytes)))
  }

  mutating func timeOut() {
    guard let wakeAt else { return }
    now = wakeAt
    give(.wake)
  }

  /// An answer, and the time after it for which the scan waits.
  mutating func answerAndWait(_ bytes: [UInt8]) {
    answer(bytes)
    timeOut()
  }

  /// Lets everything be silent until the scan is over, or so many requests have been sent.
  mutating func silence(untilSent count: Int = .max) {
    while result == nil, sent.count < count { timeOut() }
  }
}

/// The select of a serial with digits F for any, as sent.
func select(_ digits: UInt32) throws -> String {
  let identity = MeterIdentity(serial: MeterSerial(digits: digits))
  return Hex.encode(try SlaveSelect(identity).frame().encoded, separator: " ")
}
