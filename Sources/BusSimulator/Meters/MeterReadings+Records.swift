import MBus
import Metering

/// The records of the built-in meters: which ones such meters send, and how they code them.
/// VIFs are those of EN 13757-3, tables of primary and of extended VIF codes.
extension MeterReadings {
  /// The records of one telegram.
  /// - Parameter index: its place in the chain, from 0.
  func records(_ index: Int) -> [RecordEncoder] {
    guard index < meter.kind.telegramCount else { return daily(index) }
    return switch meter.kind {
    case .electricity: index == 0 ? electricity : electricityHistory
    case .heat: heat
    case .coldWater: water(perDay: 250)
    case .warmWater: water(perDay: 90) + [number(.bcd4, [0x5A], flowTemperature)]
    case .gas: gas
    case .heatCostAllocator: allocator
    case .roomSensor: room
    }
  }

  /// What a counter showed on an earlier day, each under a storage number of its own.
  private func daily(_ index: Int) -> [RecordEncoder] {
    let total = counter(250, .water)
    return [number(.int32, storage: UInt64(max(index, 0)) + 1, [0x13], total - Int64(index) * 250)]
  }

  private var fabricationNumber: RecordEncoder {
    number(.bcd8, [0x78], Int64(meter.serial.decimal ?? 0))
  }

  private func number(
    _ type: DataType, function: ValueKey.Function = .instantaneous, storage: UInt64 = 0,
    tariff: UInt32 = 0, _ vif: [UInt8], _ value: Int64
  ) -> RecordEncoder {
    RecordEncoder(
      type, function: function, storage: storage, tariff: tariff, vif: vif, value: .integer(value))
  }

  // MARK: Electricity

  private static let electricityPerDay: Int64 = 9000

  private var electricity: [RecordEncoder] {
    let total = counter(Self.electricityPerDay, .household)
    let low = total * 3 / 10
    let power = rate(Self.electricityPerDay, .household)
    let decivolts = around(2310, swing: 25, quantity: 2)
    return [
      number(.int32, [0x03], total),
      number(.int32, tariff: 1, [0x03], total - low),
      number(.int32, tariff: 2, [0x03], low),
      number(.int32, [0x2B], power),
      number(.int16, [0xFD, 0x48], decivolts),
      // mA = W × 10,000 / dV
      number(.int32, [0xFD, 0x59], power * 10_000 / max(decivolts, 1)),
      fabricationNumber,
    ]
  }

  private var electricityHistory: [RecordEncoder] {
    [
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      RecordEncoder(.dateG, storage: 1, vif: [0x6C], value: .time(dueDate)),
      number(
        .int32, storage: 1, [0x03], counter(Self.electricityPerDay, .household, at: yearBegan)),
      number(.int32, function: .maximum, [0x2B], 4000 + Int64(meter.seed % 900)),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }

  // MARK: Heat

  private static let heatPerDay: Int64 = 42_000

  /// Litres of water that carry 1 kWh at a difference of 20 K.
  private static let litresPerKilowattHour: Int64 = 43

  private var flowTemperature: Int64 { around(583, swing: 12, quantity: 3) }

  private var heat: [RecordEncoder] {
    let wattHours = counter(Self.heatPerDay, .heating)
    let power = rate(Self.heatPerDay, .heating)
    let difference = around(200, swing: 6, quantity: 4)
    let flow = flowTemperature
    return [
      fabricationNumber,
      number(.bcd8, [0x05], wattHours / 100),
      number(.bcd8, [0x13], wattHours / 1000 * Self.litresPerKilowattHour),
      number(.bcd6, [0x2B], power),
      number(.bcd6, [0x3B], power * Self.litresPerKilowattHour / 1000),
      number(.bcd4, [0x5A], flow),
      number(.bcd4, [0x5E], flow - difference),
      number(.bcd6, [0x61], difference * 10),
      number(.int32, [0x26], max(seconds - 1_640_995_200, 0) / 3600),
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      RecordEncoder(.dateG, storage: 1, vif: [0x6C], value: .time(dueDate)),
      number(.bcd8, storage: 1, [0x05], counter(Self.heatPerDay, .heating, at: yearBegan) / 100),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }

  // MARK: Water and gas

  private func water(perDay litres: Int64) -> [RecordEncoder] {
    [
      fabricationNumber,
      number(.bcd8, [0x13], counter(litres, .water)),
      number(.bcd6, [0x3B], rate(litres, .water)),
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      RecordEncoder(.dateG, storage: 1, vif: [0x6C], value: .time(dueDate)),
      number(.bcd8, storage: 1, [0x13], counter(litres, .water, at: yearBegan)),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }

  private static let gasLitresPerDay: Int64 = 5200

  private var gas: [RecordEncoder] {
    [
      fabricationNumber,
      number(.bcd8, [0x14], counter(Self.gasLitresPerDay, .heating) / 10),
      number(.bcd6, [0x3B], rate(Self.gasLitresPerDay, .heating)),
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      RecordEncoder(.dateG, storage: 1, vif: [0x6C], value: .time(dueDate)),
      number(
        .bcd8, storage: 1, [0x14], counter(Self.gasLitresPerDay, .heating, at: yearBegan) / 10),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }

  // MARK: Rooms

  private var allocator: [RecordEncoder] {
    // Twelve units a day, counted in thousandths.
    let begun = counter(12_000, .heating, at: yearBegan)
    return [
      fabricationNumber,
      number(.int32, [0x6E], (counter(12_000, .heating) - begun) / 1000),
      RecordEncoder(.dateG, storage: 1, vif: [0x6C], value: .time(dueDate)),
      number(.int32, storage: 1, [0x6E], begun / 1000),
      number(.int16, [0x59], around(4150, swing: 180, quantity: 5)),
      number(.int16, [0x65], around(2120, swing: 60, quantity: 6)),
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }

  private var room: [RecordEncoder] {
    let centidegrees = around(2130, swing: 40, quantity: 7)
    return [
      fabricationNumber,
      number(.int16, [0x65], centidegrees),
      number(.int16, function: .maximum, [0x65], 2490),
      number(.int16, function: .minimum, [0x65], 1640),
      RecordEncoder(.real32, vif: [0x67], value: .real(Double(centidegrees) / 100)),
      number(.int16, [0xFB, 0x1A], around(456, swing: 30, quantity: 8)),
      RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(now)),
      number(.int16, [0xFD, 0x17], 0),
    ]
  }
}
