/// What people may want to know of a scan.
public enum ScanEvent: Hashable, Sendable {
  /// It begins.
  case began
  /// It is wanted while one is under way.
  case underWay
  /// It is wanted while the line is not there.
  case waits
  /// It is wanted while the line is for somebody else.
  case lent(LineUse)
  /// How far it is.
  case progress(ScanProgress)
  /// It found a meter that the list does not have.
  case found(String)
  /// A meter that it found got what was written down for it: the meter, and what it got.
  case preconfigured(String, [String])
  /// It found a meter for which the list has no place.
  case limitReached(String)
  /// It met something that a person should look after.
  case problem(String)
  /// The line was lost: how many meters it had found until then that were new, and whether the scan begins
  /// again when the line is back.
  case broken(new: Int, isToBeginAgain: Bool)
  /// A person does not want it any more; it ends with the question that is under way.
  case endsEarly
  /// A person does not want it any more before it has begun.
  case notBegun
  /// A person wants a scan to end, and there is none.
  case notUnderWay
  /// A person has ended it: how many meters answered until then, and how many of them are new in the list.
  case cancelled(found: Int, new: Int)
  /// It is over: how many meters answered, and how many of them are new in the list.
  case ended(found: Int, new: Int)

  /// How much it matters.
  var severity: GatewayEvent.Severity {
    switch self {
    case .began, .progress, .found, .preconfigured, .ended, .endsEarly, .notBegun, .cancelled: .info
    case .notUnderWay, .underWay, .waits, .lent, .limitReached, .problem, .broken: .warning
    }
  }

  /// A stable name for filters and alarms.
  var code: String {
    switch self {
    case .began: "scan-began"
    case .underWay: "scan-under-way"
    case .waits: "scan-waits"
    case .lent: "scan-refused"
    case .progress: "scan-progress"
    case .found: "scan-found"
    case .preconfigured: "scan-preconfigured"
    case .limitReached: "scan-limit-reached"
    case .problem: "scan-problem"
    case .broken: "scan-broken"
    case .endsEarly: "scan-ends-early"
    case .notBegun: "scan-not-begun"
    case .notUnderWay: "scan-not-under-way"
    case .cancelled: "scan-cancelled"
    case .ended: "scan-ended"
    }
  }

  /// The event in words, to follow the name of its line.
  var text: String {
    switch self {
    case .began: "the scan begins"
    case .underWay: "a scan is under way; no second one is begun"
    case .waits: "the scan begins when the line is there"
    case .lent(let use): "no scan while the line is lent to \(use.words)"
    case .progress(let progress):
      "\(progress.thousandths / 10) % of the addresses scanned, \(meters(progress.found)) found"
        + (progress.secondsLeft.map { ", about \(span($0)) to go" } ?? "")
    case .found(let meter): "found meter \(meter)"
    case .preconfigured(let meter, let what):
      "meter \(meter) has its \(what.joined(separator: ", ")) from meter-conf-import.csv"
    case .limitReached(let meter):
      "found meter \(meter); the list has no place for it: METER_MAXDEVICECOUNT"
    case .problem(let text): text
    case .broken(let new, let isToBeginAgain):
      "the scan has ended with the line; \(meters(new)) found until then \(new == 1 ? "is" : "are") kept, "
        + (isToBeginAgain
          ? "and it begins again when the line is back"
          : "and it is not begun again, since the line does not bear it")
    case .endsEarly: "the scan ends with the question that is under way"
    case .notBegun: "the scan is not begun"
    case .notUnderWay: "there is no scan to end"
    case .cancelled(let found, let new):
      "the scan was cancelled: \(meters(found)) answered until then, \(new) of them new in the list"
    case .ended(let found, let new):
      "the scan has ended: \(meters(found)) answered, \(new) of them new in the list"
    }
  }

  /// To the minute, and below that to ten seconds.
  private func span(_ seconds: Int) -> String {
    seconds < 60 ? "\(max(seconds + 9, 10) / 10 * 10) s" : "\((seconds + 30) / 60) min"
  }

  private func meters(_ count: Int) -> String { count == 1 ? "1 meter" : "\(count) meters" }
}
