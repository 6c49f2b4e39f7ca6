import Metering
import RegisterMap

/// Something that a person may want to know: one table for log, web, mail and alarms.
public enum GatewayEvent: Hashable, Sendable {
  /// A line can be used again, or for the first time.
  case lineUp(LineID)
  /// A line is not there.
  case lineDown(LineID, reason: String)
  /// A meter could not be read, for the first time after it could.
  case meterFailed(String, ReadoutFailure)
  /// A meter could be read again.
  case meterBack(String, misses: Int)
  /// A meter was read for the first time: how many values it has, and their registers.
  case meterLearned(String, values: Int, registers: ClosedRange<Int>?)
  /// A value of a meter that was read for the first time: which one it is, and its register.
  case valueListed(String, value: String, key: ValueKey, register: Int?)
  /// Another meter answers at a configured address.
  case meterChanged(String, now: MeterIdentity)
  /// A part of a telegram could not be decoded.
  case decodingProblem(String, String)
  /// A configured value is not among those that the meter sends.
  case valueMissing(String, value: String)
  /// A limit cut a meter's list of values short.
  case valuesLimited(String, kept: Int, sent: Int)
  /// A meter answered only after those behind it had got their registers.
  case allocatedOutOfOrder(String)
  /// For so many meters, or for their values, the file gives no registers.
  case addressesNotFixed(Int)
  /// There are no more registers: the first entry without.
  case registersExhausted(String)
  /// An address in the meter file that cannot be given.
  case registerRefused(String)

  /// How much it matters.
  public enum Severity: Int, Comparable, Sendable {
    case debug, info, warning, error
    /// Which of two matters less.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// How much it matters.
  public var severity: Severity {
    switch self {
    case .valueListed: .debug
    case .lineUp, .meterBack, .meterLearned: .info
    case .meterFailed, .meterChanged, .decodingProblem, .valueMissing, .valuesLimited,
      .allocatedOutOfOrder, .addressesNotFixed:
      .warning
    case .lineDown, .registersExhausted, .registerRefused: .error
    }
  }

  /// A stable name for filters and alarms.
  public var code: String {
    switch self {
    case .lineUp: "line-up"
    case .lineDown: "line-down"
    case .meterFailed: "meter-failed"
    case .meterBack: "meter-back"
    case .meterLearned: "meter-learned"
    case .valueListed: "value-listed"
    case .meterChanged: "meter-changed"
    case .decodingProblem: "decoding-problem"
    case .valueMissing: "value-missing"
    case .valuesLimited: "values-limited"
    case .allocatedOutOfOrder: "allocated-out-of-order"
    case .addressesNotFixed: "addresses-not-fixed"
    case .registersExhausted: "registers-exhausted"
    case .registerRefused: "register-refused"
    }
  }

  /// The event in words.
  public var text: String {
    switch self {
    case .lineUp(let line): "\(line.kind.rawValue) line \(line.index) is up"
    case .lineDown(let line, let reason):
      "\(line.kind.rawValue) line \(line.index) is down: \(reason)"
    case .meterFailed(let meter, let failure): "meter \(meter): \(failure)"
    case .meterBack(let meter, let misses):
      "meter \(meter) answers again after \(misses) failed readout\(misses == 1 ? "" : "s")"
    case .meterLearned(let meter, let values, let registers):
      "meter \(meter) read for the first time since the start: \(values) values, "
        + (registers.map { "registers \($0.lowerBound) to \($0.upperBound)" } ?? "no registers")
    case .valueListed(let meter, let value, let key, let register):
      "meter \(meter), register \(register.map(String.init) ?? "none"): \(value)"
        + (RegisterRow.text(for: key).isEmpty ? "" : " (\(RegisterRow.text(for: key)))")
    case .meterChanged(let meter, let now):
      "meter \(meter): another meter answers there now, \(now.label); addresses stay"
    case .decodingProblem(let meter, let text): "meter \(meter): \(text)"
    case .valueMissing(let meter, let value):
      "meter \(meter) does not send the configured value \(value); flag bit 1 of the meter stays set"
    case .valuesLimited(let meter, let kept, let sent):
      "meter \(meter) sends \(sent) values, \(kept) are kept: METER_MAXVALUECOUNT or maxvaluecount"
    case .allocatedOutOfOrder(let meter):
      "the values of meter \(meter) got registers behind those of later meters, because it could not "
        + "be read when they were allocated; registers in Device_Handle.cfg make them permanent"
    case .addressesNotFixed(let count):
      "\(count) meter\(count == 1 ? " gets" : "s get") registers in list order at the first readout: they "
        + "differ after a restart if a meter is silent then; registers in Device_Handle.cfg stay"
    case .registersExhausted(let text), .registerRefused(let text): text
    }
  }
}

extension MeterIdentity {
  /// Serial, manufacturer, version and medium for people, as far as they are known.
  public var label: String {
    var parts = ["\(serial)"]
    if let manufacturer { parts.append("\(manufacturer)") }
    if let version { parts.append("version \(version)") }
    if let medium { parts.append(medium.name) }
    return parts.joined(separator: " ")
  }
}
