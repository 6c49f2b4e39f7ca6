/// The records of the built-in meters: which ones such meters send, and how they code them.
/// VIFs are those of EN 13757-3, tables 10 and 14.
extension MeterReadings {
  /// The records of one telegram.
  /// - Parameter index: its place in the chain, from 0.
  func records(_ index: Int) -> [MeterRecord] {
    switch meter.kind {
    case .electricity: index == 0 ? electricity : electricityHistory
    case .heat: heat
    case .coldWater: water(perDay: 250)
    case .warmWater: water(perDay: 90) + [.bcd([0x0A], [0x5A], flowTemperature, count: 2)]
    case .gas: gas
    case .heatCostAllocator: allocator
    case .roomSensor: room
    }
  }

  // MARK: Electricity

  private static let electricityPerDay: Int64 = 9000

  private var electricity: [MeterRecord] {
    let total = counter(Self.electricityPerDay, .household)
    let low = total * 3 / 10
    let power = rate(Self.electricityPerDay, .household)
    let decivolts = around(2310, swing: 25, quantity: 2)
    return [
      .serial(meter.serial),
      .int32([0x04], [0x03], total),
      .int32([0x84, 0x10], [0x03], total - low),
      .int32([0x84, 0x20], [0x03], low),
      .int32([0x04], [0x2B], power),
      .int16([0x02], [0xFD, 0x48], decivolts),
      // mA = W × 10,000 / dV
      .int32([0x04], [0xFD, 0x59], power * 10_000 / max(decivolts, 1)),
    ]
  }

  private var electricityHistory: [MeterRecord] {
    [
      .dateTime([0x04], now),
      .date([0x42], dueDate),
      .int32([0x44], [0x03], counter(Self.electricityPerDay, .household, at: yearBegan)),
      .int32([0x14], [0x2B], 4000 + Int64(meter.seed % 900)),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }

  // MARK: Heat

  private static let heatPerDay: Int64 = 42_000

  /// Litres of water that carry 1 kWh at a difference of 20 K.
  private static let litresPerKilowattHour: Int64 = 43

  private var flowTemperature: Int64 { around(583, swing: 12, quantity: 3) }

  private var heat: [MeterRecord] {
    let wattHours = counter(Self.heatPerDay, .heating)
    let power = rate(Self.heatPerDay, .heating)
    let difference = around(200, swing: 6, quantity: 4)
    let flow = flowTemperature
    return [
      .serial(meter.serial),
      .bcd([0x0C], [0x05], wattHours / 100, count: 4),
      .bcd([0x0C], [0x13], wattHours / 1000 * Self.litresPerKilowattHour, count: 4),
      .bcd([0x0B], [0x2B], power, count: 3),
      .bcd([0x0B], [0x3B], power * Self.litresPerKilowattHour / 1000, count: 3),
      .bcd([0x0A], [0x5A], flow, count: 2),
      .bcd([0x0A], [0x5E], flow - difference, count: 2),
      .bcd([0x0B], [0x61], difference * 10, count: 3),
      .int32([0x04], [0x26], max(seconds - 1_640_995_200, 0) / 3600),
      .dateTime([0x04], now),
      .date([0x42], dueDate),
      .bcd([0x4C], [0x05], counter(Self.heatPerDay, .heating, at: yearBegan) / 100, count: 4),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }

  // MARK: Water and gas

  private func water(perDay litres: Int64) -> [MeterRecord] {
    [
      .serial(meter.serial),
      .bcd([0x0C], [0x13], counter(litres, .water), count: 4),
      .bcd([0x0B], [0x3B], rate(litres, .water), count: 3),
      .dateTime([0x04], now),
      .date([0x42], dueDate),
      .bcd([0x4C], [0x13], counter(litres, .water, at: yearBegan), count: 4),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }

  private static let gasLitresPerDay: Int64 = 5200

  private var gas: [MeterRecord] {
    [
      .serial(meter.serial),
      .bcd([0x0C], [0x14], counter(Self.gasLitresPerDay, .heating) / 10, count: 4),
      .bcd([0x0B], [0x3B], rate(Self.gasLitresPerDay, .heating), count: 3),
      .dateTime([0x04], now),
      .date([0x42], dueDate),
      .bcd(
        [0x4C], [0x14], counter(Self.gasLitresPerDay, .heating, at: yearBegan) / 10, count: 4),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }

  // MARK: Rooms

  private var allocator: [MeterRecord] {
    // Twelve units a day, counted in thousandths.
    let begun = counter(12_000, .heating, at: yearBegan)
    return [
      .serial(meter.serial),
      .int32([0x04], [0x6E], (counter(12_000, .heating) - begun) / 1000),
      .date([0x42], dueDate),
      .int32([0x44], [0x6E], begun / 1000),
      .int16([0x02], [0x59], around(4150, swing: 180, quantity: 5)),
      .int16([0x02], [0x65], around(2120, swing: 60, quantity: 6)),
      .dateTime([0x04], now),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }

  private var room: [MeterRecord] {
    let centidegrees = around(2130, swing: 40, quantity: 7)
    return [
      .serial(meter.serial),
      .int16([0x02], [0x65], centidegrees),
      .int16([0x12], [0x65], 2490),
      .int16([0x22], [0x65], 1640),
      .real([0x05], [0x67], Float(centidegrees) / 100),
      .int16([0x02], [0xFB, 0x1A], around(456, swing: 30, quantity: 8)),
      .dateTime([0x04], now),
      .int16([0x02], [0xFD, 0x17], 0),
    ]
  }
}
