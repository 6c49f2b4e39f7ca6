import BusMaster
import Bytes
import MBus
import Metering
import Time

/// Drives a readout by hand: what it sends, when it wants to be woken, what it brings.
struct Drive {
  var machine: MeterReadout
  var now = MonotonicInstant.zero
  var sent: [String] = []
  var wakeAt: MonotonicInstant?
  var result: ReadoutResult?

  init(
    _ plan: ReadoutPlan, timing: LineTiming = LineTiming(),
    countBits: FrameCountBits = FrameCountBits()
  ) {
    machine = MeterReadout(plan, timing: timing, countBits: countBits)
    give(.start)
  }

  mutating func give(_ event: BusEvent) {
    for action in machine.handle(event, now: now) {
      switch action {
      case .send(let bytes): sent.append(Hex.encode(bytes, separator: " "))
      case .wake(let instant): wakeAt = instant
      case .finish(let result): self.result = result
      }
    }
  }

  mutating func answer(
    _ bytes: [UInt8], damaged: [Int] = [], after milliseconds: Int64 = 100
  ) {
    now = now + .milliseconds(milliseconds)
    give(.received(LineBytes(bytes, damaged: damaged)))
  }

  /// Lets the time pass for which the machine waits.
  mutating func timeOut() {
    guard let wakeAt else { return }
    now = wakeAt
    give(.wake)
  }
}

let e5: [UInt8] = [0xE5]

/// RSP_UD of a meter with an invented serial, one volume record, at will with "more records follow".
func telegram(
  address: UInt8 = 5, serial: UInt32 = 0x6660_0106, volume: UInt8 = 1, more: Bool = false
) throws -> [UInt8] {
  let digits = (0..<4).map { UInt8(truncatingIfNeeded: serial >> ($0 * 8)) }
  let header = digits + [0xA7, 0x32, 0x02, 0x04, volume, 0x00, 0x00, 0x00]
  let records: [UInt8] = [0x04, 0x13, volume, 0x00, 0x00, 0x00] + (more ? [0x1F] : [])
  let frame = Frame.long(control: .rspUD(), address: address, ci: 0x72, data: header + records)
  return try frame.encoded
}

let meter = MeterIdentity(
  serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
  version: 2, medium: .heat)
