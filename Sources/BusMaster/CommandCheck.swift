import Bytes
import MBus
import Metering
import Time

/// Whether what a meter sends shows that it has done what it was told.
struct CommandCheck: Hashable, Sendable {
  private let command: MeterCommand
  private let identity: MeterIdentity?
  private let before: CommandEvidence?

  /// - Parameters:
  ///   - command: what it was told.
  ///   - identity: who the meter is, as far as it is known.
  ///   - before: what it sent before it was told; nil: it was not read.
  init(_ command: MeterCommand, identity: MeterIdentity?, before: ReadoutResult? = nil) {
    self.command = command
    self.identity = identity
    self.before = before.map { CommandEvidence($0) }
  }

  /// VIF of date and time (EN 13757-3).
  private static let dateTime: UInt8 = 0x6D

  /// How far the meter's clock may be off: a clock without seconds, and the readout itself.
  static let clockTolerance: Int64 = 120

  func verdict(_ result: ReadoutResult) -> CommandResult.Ending {
    guard let first = result.telegrams.first else {
      // Several may answer at once.
      if case .garbage(let why, _) = result.ending {
        return .notShown("what comes behind it is no good telegram: \(why)\(wayBack)")
      }
      return silence
    }
    let evidence = CommandEvidence(result)
    if let error = evidence.applicationError {
      return .otherwise("it answers with an application error: \(error)")
    }
    switch command {
    case .setAddress(let address, _): return meter(first, "address \(address)")
    case .setIdentity(let new, _): return meter(first, "serial \(new.serial)", new.serial)
    case .setClock(let time, _): return clock(time, evidence)
    case .select(let vifs): return selection(vifs, evidence)
    case .freeze(let storage, _): return freezing(storage, evidence)
    case .setValue(let dif, let vif, let data): return value(dif, vif, data, evidence)
    case .applicationReset: return reset(evidence)
    case .globalReadout, .setBaud: return all(evidence)
    }
  }

  /// What it means that the readout behind the command brought nothing.
  private var silence: CommandResult.Ending {
    let silent = "it gives no answer to the readout behind it"
    return switch command {
    case .setAddress(let address, _): .otherwise("nobody answers at address \(address)")
    case .setIdentity(let new, _): .otherwise("nobody answers to serial \(new.serial)")
    case .select: .otherwise(silent + wayBack)
    case .setClock, .applicationReset, .setValue, .globalReadout, .freeze, .setBaud:
      .notShown(silent)
    }
  }

  /// What helps a meter that sends nothing since it was told what to send.
  private var wayBack: String {
    guard case .select = command else { return "" }
    return "; \"metergate send global-readout\" has it send all values again"
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

  private func value(
    _ dif: [UInt8], _ vif: [UInt8], _ data: [UInt8], _ evidence: CommandEvidence
  ) -> CommandResult.Ending {
    guard let shown = evidence.records.first(where: { $0.dif == dif && $0.keyVIF == vif }) else {
      return .notShown(evidence.gap ?? "its telegrams have no such value")
    }
    if let error = shown.error { return .notShown("the value is not valid: \(error)") }
    let text = Hex.encode(shown.data, separator: " ")
    return shown.data == data
      ? .confirmed("the value is \(text)") : .otherwise("the value is \(text)")
  }

  /// Values that it has now and did not have before.
  private func freezing(_ storage: UInt64, _ evidence: CommandEvidence) -> CommandResult.Ending {
    guard storage > 0 else {
      return .notShown(evidence.gap ?? "values do not tell when they were frozen")
    }
    let frozen = evidence.records.filter { $0.storage == storage }
    guard !frozen.isEmpty else {
      return evidence.gap.map { .notShown($0) }
        ?? .notShown("no value that it sends has storage number \(storage)")
    }
    if let gap = before?.gap {
      return .notShown("what it had before could not be read to the end: \(gap)")
    }
    let fresh = frozen.filter { record in
      record.error == nil && before?.records.contains { record.isSame(as: $0) } != true
    }
    guard !fresh.isEmpty else {
      return .notShown("its values with storage number \(storage) are those that it had before")
    }
    let has = fresh.count == 1 ? "is" : "are"
    return .confirmed("\(Self.values(fresh.count)) with storage number \(storage) \(has) new")
  }

  private func clock(_ time: CivilTime, _ evidence: CommandEvidence) -> CommandResult.Ending {
    let shown = evidence.records.filter { $0.keyVIF == [Self.dateTime] && $0.storage == 0 }
    for record in shown {
      guard case .time(let told) = record.value.reading else { continue }
      let (difference, overflow) = told.unixSecondsAsUTC.subtractingReportingOverflow(
        time.unixSecondsAsUTC)
      return !overflow && difference.magnitude <= UInt64(Self.clockTolerance)
        ? .confirmed("its clock shows \(told.iso8601)")
        : .otherwise("its clock shows \(told.iso8601)")
    }
    if let wrong = shown.compactMap(\.error).first {
      return .notShown("its clock shows no valid time: \(wrong)")
    }
    return .notShown(evidence.gap ?? "its telegrams have no date and time")
  }

  private func selection(
    _ vifs: [[UInt8]], _ evidence: CommandEvidence
  ) -> CommandResult.Ending {
    let records = evidence.records
    let others = records.filter { !vifs.contains($0.keyVIF) }
    guard others.isEmpty else {
      return .otherwise(
        "it sends \(Self.values(records.count)), of which \(others.count) are not selected")
    }
    if let gap = evidence.gap { return .notShown(gap) }
    guard !records.isEmpty else { return .otherwise("it sends no value\(wayBack)") }
    let missing = vifs.filter { vif in !records.contains { $0.keyVIF == vif } }
    guard missing.isEmpty else {
      return .otherwise(
        "it sends \(Self.values(records.count)), and none of those selected by "
          + missing.map { Hex.encode($0) }.joined(separator: ", "))
    }
    if let invalid = evidence.invalid { return .notShown(invalid) }
    return .confirmed("it sends \(Self.values(records.count)), all of them selected")
  }

  /// The standard has nothing by which an application reset could be read back; that the meter is in order is looked at
  /// all the same.
  private func reset(_ evidence: CommandEvidence) -> CommandResult.Ending {
    let ending = all(evidence)
    if case .confirmed = ending { return .unseen }
    return ending
  }

  /// That it sends anything good at all.
  private func all(_ evidence: CommandEvidence) -> CommandResult.Ending {
    if let gap = evidence.gap { return .notShown(gap) }
    if let invalid = evidence.records.allSatisfy({ $0.error != nil }) ? evidence.invalid : nil {
      return .notShown(invalid)
    }
    guard !evidence.records.isEmpty else { return .notShown("it sends no value") }
    let telegrams = evidence.telegrams == 1 ? "1 telegram" : "\(evidence.telegrams) telegrams"
    return .confirmed("it sends \(Self.values(evidence.records.count)) in \(telegrams)")
  }

  private static func values(_ number: Int) -> String {
    CommandEvidence.values(number)
  }
}

extension DataRecord {
  /// Whether another readout brought the same.
  fileprivate func isSame(as other: DataRecord) -> Bool {
    dif == other.dif && keyVIF == other.keyVIF && data == other.data && error == other.error
  }
}
