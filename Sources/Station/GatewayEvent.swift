import Metering
import RegisterMap

/// Something that a person may want to know: one table for log, web, mail and alarms.
public enum GatewayEvent: Hashable, Sendable {
  /// A line can be used again, or for the first time.
  case lineUp(LineID)
  /// A line is not there.
  case lineDown(LineID, reason: String)
  /// A line is for somebody else.
  case lineLent(LineID, LineUse)
  /// A line is for readouts again.
  case lineReturned(LineID, from: LineUse)
  /// Something holds a line low all the time.
  case lineHeldLow(LineID)
  /// A line is no longer held low.
  case lineSound(LineID)
  /// A line does not take the speed of a meter: which port, which speed and why, in words. Said once.
  case speedRefused(LineID, String)
  /// A meter could not be read, for the first time after it could.
  case meterFailed(String, ReadoutFailure)
  /// A meter that has failed so many times in a row is asked less often from now on, at least every so many
  /// seconds.
  case meterPaused(String, failures: Int, longest: Int64)
  /// A meter with a battery is not read, though somebody wishes it: for how many more seconds.
  case batterySpared(String, wait: Int64)
  /// So many meters with a battery are left out when all are read.
  case batteriesSpared(Int)
  /// A meter could be read again.
  case meterBack(String, misses: Int)
  /// A meter was read for the first time: how many values it has, and their registers, with multi slave
  /// those of its unit id.
  case meterLearned(String, values: Int, unit: UInt8? = nil, registers: ClosedRange<Int>?)
  /// A value of a meter that was read for the first time: which one it is, and its register.
  case valueListed(String, value: String, key: ValueKey, register: Int?)
  /// Another meter answers at a configured address.
  case meterChanged(String, now: MeterIdentity)
  /// A meter has taken the place of another one, as a person said: both.
  case meterSwapped(String, for: String)
  /// The errors that a meter reports of itself are others than before, or gone.
  case meterStatus(String, MeterStatus)
  /// A part of a telegram could not be decoded.
  case decodingProblem(String, String)
  /// A value of the list is not among those that the meter sends; said once for each value.
  case valueMissing(String, value: String)
  /// A meter marks a value as invalid, or sends it in a way that cannot be read: its number and name, and why.
  case valueInvalid(String, value: String, why: String)
  /// A value that was invalid is valid again.
  case valueValid(String, value: String)
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
  /// A person had registers given to entries, or taken away: how many there are of both.
  case addressesChanged(given: Int, taken: Int)
  /// Many addresses in the meter file cannot be given in the layout that is set, and why that may be.
  case registersRefused(RefusedEntries, layout: String, LayoutMisfit?)
  /// Entries lie otherwise from now on: as which layout says, and some of those with a register have no
  /// valid address in it.
  case layoutChanged(to: String, without: RefusedEntries)
  /// Something about a scan.
  case scan(LineID, ScanEvent)
  /// Something about the configuration files.
  case files(FileEvent)

  /// A line is held low, or is no more.
  public static func line(_ line: LineID, isHeldLow: Bool) -> Self {
    isHeldLow ? .lineHeldLow(line) : .lineSound(line)
  }

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
    case .meterStatus(_, let status): status.errors.isEmpty ? .info : .warning
    case .lineUp, .lineReturned, .lineSound, .meterBack, .meterPaused, .batteriesSpared,
      .meterLearned,
      .addressesNotFixed, .addressesChanged, .meterSwapped, .valueValid:
      .info
    case .lineLent, .meterFailed, .batterySpared, .meterChanged, .decodingProblem, .valueMissing,
      .valueInvalid,
      .valuesLimited,
      .allocatedOutOfOrder, .layoutChanged:
      .warning
    case .lineDown, .lineHeldLow, .speedRefused, .registersExhausted, .registerRefused,
      .registersRefused:
      .error
    case .scan(_, let event): event.severity
    case .files(let event): event.severity
    }
  }

  /// A stable name for filters and alarms.
  public var code: String {
    switch self {
    case .lineUp: "line-up"
    case .lineDown: "line-down"
    case .lineLent: "line-lent"
    case .lineReturned: "line-returned"
    case .lineHeldLow: "line-held-low"
    case .lineSound: "line-sound"
    case .speedRefused: "speed-refused"
    case .meterFailed: "meter-failed"
    case .meterBack: "meter-back"
    case .meterPaused: "meter-paused"
    case .batterySpared, .batteriesSpared: "battery-spared"
    case .meterLearned: "meter-learned"
    case .valueListed: "value-listed"
    case .meterChanged: "meter-changed"
    case .meterSwapped: "meter-swapped"
    case .addressesChanged: "addresses-changed"
    case .layoutChanged: "layout-changed"
    case .meterStatus: "meter-status"
    case .decodingProblem: "decoding-problem"
    case .valueMissing: "value-missing"
    case .valueInvalid: "value-invalid"
    case .valueValid: "value-valid"
    case .valuesLimited: "values-limited"
    case .allocatedOutOfOrder: "allocated-out-of-order"
    case .addressesNotFixed: "addresses-not-fixed"
    case .registersExhausted: "registers-exhausted"
    case .registerRefused: "register-refused"
    case .registersRefused: "registers-refused"
    case .scan(_, let event): event.code
    case .files(let event): event.code
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
