import Metering
import RegisterMap
import Time

extension RegisterBank {
  /// Registers as numbers; nil when they cannot be read.
  func words(_ start: UInt16, _ count: Int, unit: UInt8 = 255, now: Int64 = 0) -> [UInt16]? {
    var words: [UInt16] = []
    var bank = self
    do {
      try bank.withRegisters(
        unit: unit, start: start, count: count, now: .unix(now)
      ) { words = registers($0) }
    } catch {
      return nil
    }
    return words
  }

  /// Quality registers as numbers; nil when they cannot be read.
  func quality(_ start: UInt16, _ count: Int, unit: UInt8 = 255, after seconds: Int64 = 0)
    -> [UInt16]?
  {
    var words: [UInt16] = []
    let now = Moment(instant: .zero + .seconds(seconds), wall: WallTime(unixSeconds: 0))
    do {
      try withQuality(unit: unit, start: start, count: count, now: now) { words = registers($0) }
    } catch {
      return nil
    }
    return words
  }
}

private func registers(_ bytes: UnsafeRawBufferPointer) -> [UInt16] {
  stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
}

extension Moment {
  /// By the wall clock only.
  static func unix(_ seconds: Int64) -> Moment {
    Moment(instant: .zero, wall: WallTime(unixSeconds: seconds))
  }
}

extension DeviceEntry {
  /// MUC500 manual 1.1, table 35.
  static func table35(_ rule: ClockRule) -> DeviceEntry {
    DeviceEntry(serial: 0x0002_993A, version: 0x006F, clockRule: rule)
  }
}

/// A value with little said about it.
func value(
  _ reading: Reading, scale: Int = 0, unit: MeterUnit = .wattHour, factor: Double? = nil,
  meterTime: CivilTime? = nil
) -> MeterValue {
  MeterValue(
    key: ValueKey(), meaning: ValueMeaning(.energy, unit), reading: reading, scale: scale,
    factor: factor, meterTime: meterTime)
}
