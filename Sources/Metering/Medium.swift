/// What a meter measures, by its device type number (MUC500 manual 1.1, table 27).
public struct Medium: Hashable, Sendable {
  /// 0–255, as sent and as shown in the low byte of register 3 of a meter entry.
  public let rawValue: UInt8

  /// - Parameter rawValue: the device type number.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The medium with this name in the table; case and surrounding spaces do not matter.
  public init?(name: some StringProtocol) {
    let wanted = name.trimmedLowercase
    guard let row = Self.names.first(where: { $0.value.lowercased() == wanted }) else { return nil }
    self.init(rawValue: row.key)
  }

  /// The name in the table, or "Reserved".
  public var name: String { Self.names[rawValue] ?? "Reserved" }

  /// Electricity (2)
  public static let electricity = Medium(rawValue: 2)
  /// Gas (3)
  public static let gas = Medium(rawValue: 3)
  /// Heat measured at the outlet (4)
  public static let heat = Medium(rawValue: 4)
  /// Warm water, 30–90 °C (6)
  public static let warmWater = Medium(rawValue: 6)
  /// Water (7)
  public static let water = Medium(rawValue: 7)
  /// Heat cost allocator (8)
  public static let heatCostAllocator = Medium(rawValue: 8)
  /// Cold water (22)
  public static let coldWater = Medium(rawValue: 22)
  /// Room sensor (27)
  public static let roomSensor = Medium(rawValue: 27)

  /// Every number that has a name (MUC500 manual 1.1, table 27).
  public static let names: [UInt8: String] = [
    0: "Other", 1: "Oil", 2: "Electricity", 3: "Gas", 4: "Heat (outlet)", 5: "Steam",
    6: "Warm water", 7: "Water", 8: "Heat cost allocator", 9: "Compressed air",
    10: "Cooling (outlet)", 11: "Cooling (inlet)", 12: "Heat (inlet)",
    13: "Combined heat / cooling", 14: "Bus / System component", 15: "Unknown medium",
    20: "Calorific value", 21: "Hot water", 22: "Cold water",
    23: "Dual register (hot/cold) water", 24: "Pressure", 25: "A/D Converter",
    26: "Smoke detector", 27: "Room sensor", 28: "Gas detector", 32: "Breaker (electricity)",
    33: "Valve (gas or water)", 37: "Customer unit", 40: "Waste water", 41: "Waste",
    42: "Carbon dioxide", 49: "Communication controller", 50: "Unidirectional repeater",
    51: "Bidirectional repeater", 54: "Radio converter (system side)",
    55: "Radio converter (meter side)",
  ]
}

extension StringProtocol {
  /// Without spaces and tabs at the ends, in lower case: how names are compared.
  var trimmedLowercase: String {
    let isText: (UInt8) -> Bool = { $0 != 0x20 && $0 != 0x09 }
    let text = String(self)
    guard let first = text.utf8.firstIndex(where: isText),
      let last = text.utf8.lastIndex(where: isText)
    else { return "" }
    return text[first...last].lowercased()
  }
}
