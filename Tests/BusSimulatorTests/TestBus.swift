import BusSimulator
import MBus
import Metering
import Time

/// A bus in virtual time and a master that asks and waits until the line rests.
struct TestBus {
  var bus: SimulatedBus
  var now = MonotonicInstant.zero

  init(_ slaves: [SimulatedSlave], settings: LineSettings = LineSettings()) {
    bus = SimulatedBus(slaves, settings: settings)
  }

  /// Sends a frame, waits until nothing happens any more, and gives what came.
  mutating func ask(_ frame: Frame) throws -> [UInt8] { try received(frame).map(\.value) }

  mutating func received(_ frame: Frame) throws -> [ReceivedByte] {
    bus.send(try frame.encoded, at: now)
    return rest()
  }

  mutating func rest() -> [ReceivedByte] {
    var all: [ReceivedByte] = []
    while let next = bus.nextEvent {
      now = next
      all += bus.advance(to: next)
    }
    // A master leaves the line alone for a while.
    now = now + .seconds(1)
    return all
  }
}

/// 2400 baud: 11 bit times are 4.58 ms.
func bits(_ count: Int64, baud: Int64 = 2400) -> AnswerDelay { .fixed(.bits(count, baud: baud)) }

/// Slaves of our own with invented serials.
enum Sample {
  static let serial = MeterSerial(digits: 0x4242_0017)
  static let ack: [UInt8] = [0xE5]

  static func slave(
    _ kind: BuiltInMeter.Kind = .coldWater, serial: UInt32 = serial.digits, address: UInt8 = 5,
    delay: AnswerDelay = bits(11)
  ) -> SimulatedSlave {
    SimulatedSlave(
      BuiltInMeter(kind, serial: MeterSerial(digits: serial)), primaryAddress: address,
      answerDelay: delay)
  }

  /// A slave that answers with any bytes.
  static func raw(_ telegrams: [[UInt8]], address: UInt8 = 9, lacksNext: Bool = false)
    -> SimulatedSlave
  {
    SimulatedSlave(
      CapturedMeter(
        name: "raw", primaryAddress: address, identity: nil, telegrams: telegrams,
        lacksNextTelegram: lacksNext), answerDelay: bits(11))
  }

  static func select(_ identity: MeterIdentity) -> Frame { SlaveSelect(identity).frame() }
}
