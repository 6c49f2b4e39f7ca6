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

  /// VIF of date and time (EN 13757-3).
  private static let dateTime: UInt8 = 0x6D

  /// How far the meter's clock may be off: a clock without seconds, and the readout itself.
  static let clockTolerance: Int64 = 120

  func verdict(_ result: ReadoutResult) -> CommandResult.Ending {
    guard let first = result.telegrams.first else {
      return .otherwise("it acknowledged, and gives no answer to the readout behind it")
    }
    let records = result.responses.flatMap { response -> [DataRecord] in
      guard case .success(.data(let telegram)) = response else { return [] }
      return telegram.records
    }
    switch command {
    case .setAddress: return address(first)
    case .setClock(let time, _): return clock(time, records)
    case .select(let vifs): return selection(vifs, records)
    case .freeze(let storage, _):
      guard storage > 0 else { return .notShown("values do not tell when they were frozen") }
      return records.contains { $0.storage == storage }
        ? .confirmed : .notShown("no value has storage number \(storage)")
    case .setIdentity, .applicationReset, .globalReadout, .setBaud: return .confirmed
    }
  }

  private func address(_ frame: Frame) -> CommandResult.Ending {
    guard let identity, let told = frame.identity else {
      return .notShown("a meter answers there, and does not say who it is")
    }
    return told.serial == identity.serial
      ? .confirmed : .otherwise("meter \(told.serial) answers there, not \(identity.serial)")
  }

  private func clock(_ time: CivilTime, _ records: [DataRecord]) -> CommandResult.Ending {
    let shown = records.first { $0.vif == [Self.dateTime] && $0.storage == 0 }
    guard let shown, case .time(let told) = shown.value.reading else {
      return .notShown("its telegrams have no date and time")
    }
    let (difference, overflow) = told.unixSecondsAsUTC.subtractingReportingOverflow(
      time.unixSecondsAsUTC)
    return !overflow && difference.magnitude <= UInt64(Self.clockTolerance)
      ? .confirmed : .otherwise("its clock shows \(told.iso8601)")
  }

  private func selection(_ vifs: [[UInt8]], _ records: [DataRecord]) -> CommandResult.Ending {
    let others = records.filter { !vifs.contains($0.vif) }
    guard !others.isEmpty else { return .confirmed }
    return .otherwise("it sends \(others.count) other \(others.count == 1 ? "value" : "values")")
  }
}
