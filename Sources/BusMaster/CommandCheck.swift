import Bytes
import MBus
import Metering
import Time

/// Whether what a meter sends shows that it has done what it was told.
struct CommandCheck: Hashable, Sendable {
  private let command: MeterCommand
  private let identity: MeterIdentity?

  /// - Parameters:
  ///   - command: what it was told.
  ///   - identity: who the meter is, as far as it is known.
  init(_ command: MeterCommand, identity: MeterIdentity?) {
    self.command = command
    self.identity = identity
  }

  /// The data field of what is no value (EN 13757-3, special functions).
  private static let special: UInt8 = 0x0F

  /// VIF of date and time (EN 13757-3).
  private static let dateTime: UInt8 = 0x6D

  /// How far the meter's clock may be off: a clock without seconds, and the readout itself.
  static let clockTolerance: Int64 = 120

  func verdict(_ result: ReadoutResult) -> CommandResult.Ending {
    guard let first = result.telegrams.first else { return .otherwise(silence) }
    let records = result.responses.flatMap { response -> [DataRecord] in
      guard case .success(.data(let telegram)) = response else { return [] }
      // The maker's own block, and the mark that more telegrams follow, are no values.
      return telegram.records.filter { ($0.dif.first ?? 0) & Self.special != Self.special }
    }
    switch command {
    case .setAddress(let address, _): return meter(first, "address \(address)")
    case .setIdentity(let new): return meter(first, "serial \(new.serial)", new.serial)
    case .setClock(let time, _): return clock(time, records)
    case .select(let vifs): return selection(vifs, records)
    case .freeze(let storage, _): return freezing(storage, records)
    case .setValue(let dif, let vif, let data): return value(dif, vif, data, records)
    case .applicationReset, .globalReadout, .setBaud:
      let telegrams = Self.count(result.telegrams.count, "telegram")
      return .confirmed("it sends \(Self.count(records.count, "value")) in \(telegrams)")
    }
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(number) \(what)\(number == 1 ? "" : "s")"
  }

  /// What it means that the readout behind the command brought nothing.
  private var silence: String {
    switch command {
    case .setAddress(let address, _): "nobody answers at address \(address)"
    case .setIdentity(let new): "nobody answers to serial \(new.serial)"
    default: "it gives no answer to the readout behind it"
    }
  }

  /// Who answers there.
  /// - Parameter serial: who should; nil: the meter as it was known before.
  private func meter(
    _ frame: Frame, _ place: String, _ serial: MeterSerial? = nil
  ) -> CommandResult.Ending {
    guard let wanted = serial ?? identity?.serial, let told = frame.identity else {
      return .notShown("a meter answers to \(place), and does not say who it is")
    }
    return wanted.matches(told.serial)
      ? .confirmed("meter \(told.serial) answers to \(place)")
      : .otherwise("meter \(told.serial) answers to \(place), not \(wanted)")
  }

  private func freezing(_ storage: UInt64, _ records: [DataRecord]) -> CommandResult.Ending {
    guard storage > 0 else { return .notShown("values do not tell when they were frozen") }
    let frozen = records.count { $0.storage == storage }
    guard frozen > 0 else { return .otherwise("no value has storage number \(storage)") }
    let what = frozen == 1 ? "1 value has" : "\(frozen) values have"
    return .confirmed("\(what) storage number \(storage)")
  }

  private func value(
    _ dif: [UInt8], _ vif: [UInt8], _ data: [UInt8], _ records: [DataRecord]
  ) -> CommandResult.Ending {
    guard let shown = records.first(where: { $0.dif == dif && $0.vif == vif }) else {
      return .notShown("its telegrams have no such value")
    }
    let text = Hex.encode(shown.data, separator: " ")
    return shown.data == data
      ? .confirmed("the value is \(text)") : .otherwise("the value is \(text)")
  }

  private func clock(_ time: CivilTime, _ records: [DataRecord]) -> CommandResult.Ending {
    let shown = records.first { $0.vif == [Self.dateTime] && $0.storage == 0 }
    guard let shown, case .time(let told) = shown.value.reading else {
      return .notShown("its telegrams have no date and time")
    }
    let (difference, overflow) = told.unixSecondsAsUTC.subtractingReportingOverflow(
      time.unixSecondsAsUTC)
    return !overflow && difference.magnitude <= UInt64(Self.clockTolerance)
      ? .confirmed("its clock shows \(told.iso8601)")
      : .otherwise("its clock shows \(told.iso8601)")
  }

  private func selection(_ vifs: [[UInt8]], _ records: [DataRecord]) -> CommandResult.Ending {
    guard !records.isEmpty else { return .otherwise("it sends no value") }
    let others = records.filter { !vifs.contains($0.vif) }
    let all = Self.count(records.count, "value")
    guard !others.isEmpty else { return .confirmed("it sends \(all), all of them selected") }
    return .otherwise("it sends \(all), of which \(others.count) are not selected")
  }
}
