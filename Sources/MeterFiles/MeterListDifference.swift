import Metering

/// What changes from one meter list to another, for people.
enum MeterListDifference {
  /// So many lines are given.
  private static let most = 20

  /// A line for each meter that comes, goes, or becomes another one.
  static func lines(
    from before: [MeterConfiguration], to now: [MeterConfiguration]
  ) -> [String] {
    guard before != now else { return [] }
    let pairs = pairs(before, now)
    var lines: [String] = []
    for (index, meter) in now.enumerated() {
      guard let old = pairs[index].map({ before[$0] }) else {
        lines.append("meter \(meter.label) is new\(place(meter))")
        continue
      }
      let changes = changes(old, meter)
      if !changes.isEmpty { lines.append("meter \(old.label): \(changes.joined(separator: ", "))") }
    }
    let kept = Set(pairs.compactMap(\.self))
    lines += before.indices.filter { !kept.contains($0) }.map {
      "meter \(before[$0].label) goes\(place(before[$0]))"
    }
    if lines.isEmpty { lines = ["the order of the meters"] }
    guard lines.count > most else { return lines }
    return lines.prefix(most) + ["\(lines.count - most) further meters differ"]
  }

  /// For each meter which one it was: the same identity and address first, then what only one of them has in
  /// common with it.
  private static func pairs(
    _ before: [MeterConfiguration], _ now: [MeterConfiguration]
  ) -> [Int?] {
    var pairs = [Int?](repeating: nil, count: now.count)
    var free = Set(before.indices)
    func match(_ key: (MeterConfiguration) -> String?) {
      var places: [String: [Int]] = [:]
      for index in free.sorted(by: >) {
        if let name = key(before[index]) { places[name, default: []].append(index) }
      }
      for index in now.indices where pairs[index] == nil {
        guard let name = key(now[index]), let place = places[name]?.popLast() else { continue }
        pairs[index] = place
        free.remove(place)
      }
    }
    match { "\($0.interface) \($0.label) \($0.usesPrimaryAddress) \($0.primaryAddress)" }
    match { $0.identity.serial == .any ? nil : "\($0.interface) \($0.label)" }
    match { $0.usesPrimaryAddress ? "\($0.interface) \($0.primaryAddress)" : nil }
    match { $0.register > 0 ? "\($0.register)" : nil }
    return pairs
  }

  private static func place(_ meter: MeterConfiguration) -> String {
    let values = meter.values.count == 1 ? "1 value" : "\(meter.values.count) values"
    return meter.register > 0 ? " (register \(meter.register), \(values))" : " (\(values))"
  }

  private static func changes(
    _ old: MeterConfiguration, _ new: MeterConfiguration
  ) -> [String] {
    var changes: [String] = []
    func compare(_ name: String, _ before: String, _ now: String) {
      if before != now { changes.append("\(name) \(now.excerpt) (was \(before.excerpt))") }
    }
    func word(_ number: Int) -> String { number == 0 ? "none" : "\(number)" }
    compare("identity", old.label, new.label)
    compare("register", word(old.register), word(new.register))
    compare("primary address", "\(old.primaryAddress)", "\(new.primaryAddress)")
    compare("label", quoted(old.userLabel), quoted(new.userLabel))
    compare("cycle", "\(old.readoutCycle) s", "\(new.readoutCycle) s")
    compare(
      "cycle mode", old.calendarCycle?.rawValue ?? "none", new.calendarCycle?.rawValue ?? "none")
    compare(
      "cycle date", old.cycleStart?.iso8601 ?? "none", new.cycleStart?.iso8601 ?? "none")
    compare("battery", old.isBattery ? "yes" : "no", new.isBattery ? "yes" : "no")
    compare(
      "speed", old.baud.map { "\($0) baud" } ?? "that of the line",
      new.baud.map { "\($0) baud" } ?? "that of the line")
    compare("active", old.isActive ? "yes" : "no", new.isActive ? "yes" : "no")
    let values = zip(old.values, new.values).enumerated().filter { $0.element.0 != $0.element.1 }
    for (index, (before, now)) in values.prefix(3) {
      let name = "value \(index + 1)"
      if before.register == now.register {
        changes.append("\(name) has changed")
      } else {
        compare("\(name) register", word(before.register), word(now.register))
      }
    }
    if values.count > 3 { changes.append("\(values.count - 3) further values") }
    compare("values", "\(old.values.count)", "\(new.values.count)")
    // Elements that are not told one by one; the key of the meter is never shown.
    return changes.isEmpty && old != new ? ["other settings of the meter"] : changes
  }

  private static func quoted(_ text: String) -> String { text.isEmpty ? "none" : "\"\(text)\"" }
}
