import BusMaster
import Bytes
import MBus
import Metering
import Time

/// Drives a state machine of the bus by hand: what it sends, when it wants to be woken, what it brings.
struct Drive<Machine: BusMachine> {
  var machine: Machine
  var now = MonotonicInstant.zero
  var sent: [String] = []
  var wakeAt: MonotonicInstant?
  var result: Machine.Action.Result?
  /// What it asked for besides.
  var told: [Machine.Action] = []

  init(_ machine: Machine) {
    self.machine = machine
    give(.start)
  }

  mutating func give(_ event: BusEvent) {
    for action in machine.handle(event, now: now) {
      switch action.onLine {
      case .send(let bytes): sent.append(Hex.encode(bytes, separator: " "))
      case .wake(let instant): wakeAt = instant
      case .finish(let result): self.result = result
      case nil: told.append(action)
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

  /// An answer, and the time after it for which the machine waits.
  mutating func answerAndWait(_ bytes: [UInt8]) {
    answer(bytes)
    timeOut()
  }

  /// Lets everything be silent until it is over, or so many requests have been sent.
  mutating func silence(untilSent count: Int = .max) {
    while result == nil, sent.count < count { timeOut() }
  }
}

extension Drive where Machine == MeterReadout {
  init(
    _ plan: ReadoutPlan, timing: LineTiming = LineTiming(),
    countBits: FrameCountBits = FrameCountBits()
  ) {
    self.init(MeterReadout(plan, timing: timing, countBits: countBits))
  }
}

extension Drive where Machine == BusScan {
  init(
    _ plan: ScanPlan, timing: LineTiming = LineTiming(),
    countBits: FrameCountBits = FrameCountBits(), link: LinkRecord = LinkRecord()
  ) {
    self.init(BusScan(plan, timing: timing, countBits: countBits, link: link))
  }

  var hits: [ScanHit] { told.compactMap { if case .found(let hit) = $0 { hit } else { nil } } }

  var progress: [Int] {
    told.compactMap { if case .progress(let thousandths, _) = $0 { thousandths } else { nil } }
  }
}

extension Drive where Machine == CommandSequence {
  init(
    _ command: MeterCommand, by plan: ReadoutPlan, countBits: FrameCountBits = FrameCountBits()
  ) {
    self.init(CommandSequence(command, by: plan, timing: LineTiming(), countBits: countBits))
  }

  init(_ command: MeterCommand, to address: MBusAddress, retries: Int = 0) {
    self.init(
      command, by: ReadoutPlan(address: address, reset: .anybusStandard, retries: retries))
  }
}

/// The select of a serial with digits F for any, as sent.
func select(_ digits: UInt32) throws -> String {
  let identity = MeterIdentity(serial: MeterSerial(digits: digits))
  return Hex.encode(try SlaveSelect(identity).frame().encoded, separator: " ")
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
