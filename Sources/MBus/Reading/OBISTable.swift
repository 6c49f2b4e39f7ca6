import Metering

/// Which OBIS code a value probably has, by what its meter measures and by its codes. A proposal: a code
/// that a user gives wins.
public enum OBISTable {
  /// All rows; the first that fits counts.
  public static let rules: [OBISRule] =
    electricity + thermal(heat, a: 6, "heat") + thermal(cooling, a: 5, "cooling") + combined
    + water(cold, a: 8, "cold water") + water(hot, a: 9, "hot water") + gasRules + others

  private static let heat: Set<Medium> = [.heat, Medium(rawValue: 0x0C)]
  private static let cooling: Set<Medium> = [Medium(rawValue: 0x0A), Medium(rawValue: 0x0B)]
  private static let heatAndCooling: Set<Medium> = [Medium(rawValue: 0x0D)]
  private static let cold: Set<Medium> = [.water, .coldWater]
  private static let hot: Set<Medium> = [.warmWater, Medium(rawValue: 0x15)]

  /// The group A of the codes of a medium (IEC 62056-61 and EN 13757-1); nil: it has none of its own.
  static func group(of medium: Medium) -> UInt8? {
    switch medium {
    case .electricity: 1
    case .heatCostAllocator: 4
    case _ where cooling.contains(medium): 5
    case _ where heat.contains(medium) || heatAndCooling.contains(medium): 6
    case .gas: 7
    case _ where cold.contains(medium): 8
    case _ where hot.contains(medium): 9
    default: nil
    }
  }

  private static let wattHours = OBISRule.Codes(.primary, 0x00...0x07)
  private static let watts = OBISRule.Codes(.primary, 0x28...0x2F)
  private static let cubicMetres = OBISRule.Codes(.primary, 0x10...0x17)
  private static let flow = OBISRule.Codes(.primary, 0x38...0x3F)
  private static let energies = [
    OBISRule.Codes(.primary, 0x00...0x0F), OBISRule.Codes(.fb, 0x00...0x01),
    OBISRule.Codes(.fb, 0x08...0x09),
  ]
  private static let powers = [watts, OBISRule.Codes(.primary, 0x30...0x37)]
  /// The other direction.
  private static let backward: UInt8 = 0x3C

  private static let electricity = energyRules + powerRules + reactiveRules + phaseRules

  private static func electric(
    _ quantity: String, _ codes: OBISRule.Codes, vifes: [UInt8] = [], storage: UInt64 = 0,
    tariffs: ClosedRange<UInt32> = 0...0, function: ValueKey.Function = .instantaneous,
    needsExport: Bool = false, _ c: UInt8, _ d: UInt8, e: OBISRule.Group = 0, f: UInt8 = 255,
    _ certainty: OBISRule.Certainty = .documented
  ) -> OBISRule {
    OBISRule(
      quantity, [.electricity], [codes], vifes: vifes, storage: storage, tariffs: tariffs,
      function: function, needsExport: needsExport,
      [1, 0, .number(c), .number(d), e, .number(f)], certainty)
  }

  private static let energyRules = [
    electric("active energy import", wattHours, tariffs: 0...4, 1, 8, e: .tariff),
    electric(
      "active energy export", wattHours, vifes: [backward], tariffs: 0...2, 2, 8, e: .tariff),
    electric(
      "active energy import, last period", wattHours, storage: 1, 1, 8, f: 1, .inferred),
  ]

  private static let powerRules = [
    electric("active power import", watts, needsExport: true, 1, 7, .usual),
    electric("active power", watts, 16, 7),
    electric("active power export", watts, vifes: [backward], 2, 7, .usual),
    electric("active power maximum", watts, function: .maximum, 1, 6, .inferred),
    electric("reactive power", OBISRule.Codes(.fb, 0x14...0x17), 3, 7, .inferred),
    electric("apparent power", OBISRule.Codes(.fb, 0x34...0x37), 9, 7, .inferred),
    electric("frequency", OBISRule.Codes(.fb, 0x2C...0x2F), 14, 7),
  ]

  private static let reactiveRules: [OBISRule] = {
    let energy = OBISRule.Codes(.fb, 0x02...0x03)
    let quadrants: [OBISRule] = [1, 2, 3, 4].map { (number: UInt8) in
      electric(
        "reactive energy, quadrant \(number)", energy, vifes: [OBISRule.fc(7 + number)],
        4 + number, 8, .inferred)
    }
    return [
      electric("reactive energy import", energy, 3, 8, .usual),
      electric("reactive energy export", energy, vifes: [backward], 4, 8, .usual),
    ] + quadrants
  }()

  private static let phaseRules: [OBISRule] = {
    let volts = OBISRule.Codes(.fd, 0x40...0x4F)
    let amperes = OBISRule.Codes(.fd, 0x50...0x5F)
    let phases: [OBISRule] = [1, 2, 3].flatMap { (phase: UInt8) in
      let of = [OBISRule.fc(phase)]
      let step = 20 * (phase - 1)
      return [
        electric("active power L\(phase)", watts, vifes: of, 36 + step, 7),
        electric("voltage L\(phase)", volts, vifes: of, 32 + step, 7),
        electric("current L\(phase)", amperes, vifes: of, 31 + step, 7),
      ]
    }
    return phases + [
      electric("neutral current", amperes, vifes: [OBISRule.fc(4)], 91, 7, .inferred)
    ]
  }()

  /// Heat and cooling meters.
  private static func thermal(_ media: Set<Medium>, a: UInt8, _ name: String) -> [OBISRule] {
    func row(
      _ quantity: String, _ codes: [OBISRule.Codes], storage: UInt64 = 0, _ c: UInt8, _ d: UInt8,
      _ certainty: OBISRule.Certainty = .documented
    ) -> OBISRule {
      OBISRule(
        "\(name) \(quantity)", media, codes, storage: storage,
        [.number(a), 0, .number(c), .number(d), 0, 255], certainty)
    }
    return [
      row("energy", energies, 1, 0),
      row("energy at due date", [OBISRule.Codes(.primary, 0x00...0x0F)], storage: 1, 1, 2),
      row("volume", [cubicMetres], 2, 0),
      row("volume at due date", [cubicMetres], storage: 1, 2, 2),
      row("power", powers, 8, 0),
      row("flow rate", [flow], 9, 0),
      row("flow temperature", [OBISRule.Codes(.primary, 0x58...0x5B)], 10, 0),
      row("return temperature", [OBISRule.Codes(.primary, 0x5C...0x5F)], 11, 0),
      row("temperature difference", [OBISRule.Codes(.primary, 0x60...0x63)], 12, 0, .usual),
    ]
  }

  /// Meters for both, where tariff 1 or the other direction is the cold.
  private static let combined: [OBISRule] = {
    let energy = [OBISRule.Codes(.primary, 0x00...0x0F)]
    return [
      OBISRule("heat energy", heatAndCooling, energy, [6, 0, 1, 0, 0, 255], .inferred),
      OBISRule(
        "cooling energy", heatAndCooling, energy, tariffs: 1...1, [5, 0, 1, 0, 0, 255], .inferred),
      OBISRule(
        "cooling energy", heatAndCooling, energy, vifes: [backward], [5, 0, 1, 0, 0, 255],
        .inferred),
    ]
  }()

  private static func water(_ media: Set<Medium>, a: UInt8, _ name: String) -> [OBISRule] {
    [
      OBISRule(
        "\(name) volume", media, [cubicMetres], [.number(a), 0, 1, 0, 0, 255], .documented),
      OBISRule(
        "\(name) volume at due date", media, [cubicMetres], storage: 1,
        [.number(a), 0, 1, 2, 0, 255], .documented),
      OBISRule("\(name) flow rate", media, [flow], [.number(a), 0, 2, 0, 0, 255], .documented),
    ]
  }

  private static let gasRules = [
    OBISRule("gas volume", [.gas], [cubicMetres], [7, 0, 3, 0, 0, 255], .documented),
    OBISRule(
      "gas volume at metering conditions", [.gas], [cubicMetres], vifes: [0x3A],
      [7, 0, 3, 0, 0, 255], .documented),
    OBISRule(
      "gas volume at base conditions", [.gas], [cubicMetres], vifes: [0x3E],
      [7, 0, 3, 2, 0, 255], .inferred),
    OBISRule("gas flow rate", [.gas], [flow], [7, 0, 43, 15, 0, 255], .inferred),
  ]

  private static let others: [OBISRule] = {
    func primary(_ code: UInt8) -> [OBISRule.Codes] { [OBISRule.Codes(.primary, code...code)] }
    func fd(_ codes: ClosedRange<UInt8>) -> [OBISRule.Codes] { [OBISRule.Codes(.fd, codes)] }
    return [
      OBISRule(
        "heat cost units", [.heatCostAllocator], primary(0x6E), [4, 0, 1, 0, 0, 255], .documented),
      OBISRule(
        "heat cost units at due date", [.heatCostAllocator], primary(0x6E), storage: 1,
        [4, 0, 1, 2, 0, 255], .documented),
      OBISRule("date and time of the meter", [], primary(0x6D), [0, 0, 1, 0, 0, 255], .inferred),
      OBISRule("due date", [], primary(0x6C), storage: 1, [0, 0, 0, 1, 2, 255], .inferred),
      OBISRule(
        "next due date", [], primary(0x6C), vifes: [0x7E], storage: 1, [0, 0, 0, 1, 2, 255],
        .inferred),
      OBISRule("fabrication number", [], primary(0x78), [.medium, 0, 96, 1, 0, 255], .usual),
      OBISRule("error flags", [], fd(0x17...0x17), [.medium, 0, 97, 97, 0, 255], .usual),
      OBISRule("firmware version", [], fd(0x0E...0x0F), [.medium, 0, 0, 2, 0, 255], .usual),
    ]
  }()
}

extension OBISTable {
  /// The values with the codes that are proposed for them. Each code goes to one value, the first: which of
  /// several is meant cannot be known. Values of parts of a device get none.
  /// - Parameters:
  ///   - medium: what the meter measures.
  ///   - profiles: the places of values of profiles.
  public static func proposing(
    _ values: [MeterValue], medium: Medium?, ofProfiles profiles: Set<Int> = []
  ) -> [MeterValue] {
    let proposals = proposals(values.map(\.key), medium: medium, ofProfiles: profiles)
    return zip(values, proposals).map { value, code in
      var value = value
      value.suggestedOBIS = code
      return value
    }
  }

  /// The codes that are proposed for the values of a meter, by their keys.
  /// - Parameters:
  ///   - medium: what the meter measures.
  ///   - profiles: the places of values of profiles: none of them was taken at a due date, whatever its storage
  ///     number is.
  public static func proposals(
    _ keys: [ValueKey], medium: Medium?, ofProfiles profiles: Set<Int> = []
  ) -> [OBISCode?] {
    let parts = keys.map { OBISParts(vif: $0.vif) }
    let hasExport = parts.contains { part in
      part.map { isActive($0) && $0.vifes == [backward] } ?? false
    }
    var taken = Set<OBISCode>()
    return zip(keys, parts).enumerated().map { place, value in
      let (key, parts) = value
      guard let parts, key.subunit == 0, key.occurrence == 0, !profiles.contains(place) else {
        return nil
      }
      let code = rules.lazy.compactMap {
        $0.code(key, parts, medium: medium, hasExport: hasExport)
      }.first
      return code.flatMap { taken.insert($0).inserted ? $0 : nil }
    }
  }

  /// The places of values in a meter list that may be the first of a profile: the list does not say where a value
  /// comes from, but a profile goes on with storage number 2.
  public static func possiblyOfProfiles(_ keys: [ValueKey]) -> Set<Int> {
    let second = Set(keys.filter { $0.storage == 2 }.map(Series.init))
    return Set(
      keys.indices.filter { keys[$0].storage == 1 && second.contains(Series(keys[$0])) })
  }

  /// What the values of a profile have in common.
  private struct Series: Hashable {
    let vif: [UInt8]
    let tariff: UInt32
    let subunit: UInt32
    let function: ValueKey.Function

    init(_ key: ValueKey) {
      (vif, tariff, subunit, function) = (key.vif, key.tariff, key.subunit, key.function)
    }
  }

  /// Active energy or power.
  private static func isActive(_ parts: OBISParts) -> Bool {
    [wattHours, watts].contains { $0.table == parts.table && $0.codes.contains(parts.code) }
  }
}
