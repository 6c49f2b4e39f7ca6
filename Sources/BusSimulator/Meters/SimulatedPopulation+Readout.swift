import MBus
import Metering
import Time

extension SimulatedPopulation {
  /// Meters whose answers are all alike, by which the time of readouts is judged.
  /// - Parameters:
  ///   - count: how many.
  ///   - length: of their telegram in bytes, from 68 to 16: 21–261.
  ///   - delay: from the end of a request to the begin of the answer.
  public static func alike(
    count: Int, length: Int = 101, delay: Span = .milliseconds(50)
  ) -> SimulatedPopulation {
    let slaves = (0..<max(0, count)).map { index in
      let identity = MeterIdentity(
        serial: serial(index), manufacturer: ManufacturerCode(letters: "XQW"), version: 1,
        medium: .coldWater)
      let address = index < lastPrimaryAddress ? UInt8(truncatingIfNeeded: index + 1) : UInt8(0)
      let meter = CapturedMeter(
        name: "\(identity.serial)", primaryAddress: address, identity: identity,
        telegrams: [telegram(of: identity, at: address, length: length)])
      return SimulatedSlave(meter, answerDelay: .fixed(delay))
    }
    return SimulatedPopulation(slaves: slaves)
  }

  /// Eight decimal digits, far apart from each other.
  private static func serial(_ index: Int) -> MeterSerial {
    var rest = (10_000_019 + index * 7_654_321) % 100_000_000
    var digits: UInt32 = 0
    for place in UInt32(0)..<8 {
      digits |= UInt32(truncatingIfNeeded: rest % 10) << (4 * place)
      rest /= 10
    }
    return MeterSerial(digits: digits)
  }

  /// Volumes of 32 bits with one storage number each, and fillers (EN 13757-3, ch. 6.3.10) behind them.
  private static func telegram(
    of identity: MeterIdentity, at address: UInt8, length: Int
  ) -> [UInt8] {
    let head = ResponseEncoder(header: ResponseHeader(identity: identity, access: 1), records: [])
    guard let start = try? head.frame(address: address), let least = try? start.encoded.count
    else { return [] }
    let room = max(0, length - least)
    let records = (0..<min(room / 7, 16)).flatMap { storage -> [UInt8] in
      let low = UInt8(truncatingIfNeeded: storage & 1) << 6
      return [0x84 | low, UInt8(truncatingIfNeeded: storage >> 1), 0x13, 1, 2, 3, 0]
    }
    let fillers = [UInt8](repeating: 0x2F, count: room - records.count)
    let frame = Frame.long(
      control: .rspUD(), address: address, ci: ControlInformation.longHeader,
      data: start.data + records + fillers)
    return (try? frame.encoded) ?? []
  }
}
