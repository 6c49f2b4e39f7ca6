import Metering
import RegisterMap

extension GatewayEvent {
  /// The event in words.
  public var text: String {
    switch self {
    case .lineUp(let line): "\(line.kind.rawValue) line \(line.index) is up"
    case .lineLent(let line, let use):
      "\(line.kind.rawValue) line \(line.index) is lent to \(use.words); no meter is read meanwhile"
    case .lineReturned(let line, let use):
      "\(line.kind.rawValue) line \(line.index) is back from \(use.words); meters are read again"
    case .lineDown(let line, let reason):
      "\(line.kind.rawValue) line \(line.index) is down: \(reason)"
    case .lineHeldLow(let line):
      "\(line.kind.rawValue) line \(line.index) is held low: \(Station.whyLineIsLow); no meter can answer until that "
        + "is mended"
    case .lineSound(let line):
      "\(line.kind.rawValue) line \(line.index) is no longer held low"
    case .speedRefused(let line, let why):
      "\(line.kind.rawValue) line \(line.index), \(why); meters with this speed are not read"
    case .meterFailed(let meter, let failure): "meter \(meter): \(failure)"
    case .meterBack(let meter, let misses):
      "meter \(meter) answers again after \(misses) failed readout\(misses == 1 ? "" : "s")"
    case .meterPaused(let meter, let failures, let longest):
      "meter \(meter) has failed \(failures) times in a row: until it answers, turns of it are left out and it "
        + "is asked once a time, at least every \(longest) s or at its next turn (METER_BACKOFF, "
        + "METER_BACKOFFMAX)"
    case .batterySpared(let meter, let wait):
      "meter \(meter) has a battery and is not read more often than its interval says: not before \(wait) s "
        + "have passed"
    case .batteriesSpared(let count):
      "\(count == 1 ? "1 meter with a battery is" : "\(count) meters with a battery are") not read out of turn"
    case .meterLearned(let meter, let values, let unit, let registers):
      "meter \(meter) read for the first time since the start: \(values) values, "
        + (unit.map { "unit id \($0), " } ?? "")
        + (registers.map { "registers \($0.lowerBound) to \($0.upperBound)" } ?? "no registers")
    case .valueListed(let meter, let value, let key, let register):
      "meter \(meter), register \(register.map(String.init) ?? "none"): \(value)"
        + (RegisterRow.text(for: key).isEmpty ? "" : " (\(RegisterRow.text(for: key)))")
    case .meterChanged(let meter, let now):
      "meter \(meter): another meter answers there now, \(now.label); addresses stay"
    case .meterSwapped(let old, let new): "meter \(old) is swapped for \(new); addresses stay"
    case .addressesChanged(let given, let taken):
      "by command "
        + [
          (given, "got other registers", "got other registers"),
          (taken, "lost its registers", "lost their registers"),
        ].filter { $0.0 > 0 }
        .map { "\(Self.entries($0.0)) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
    case .registersRefused(let entries, let layout, let misfit):
      "the register layout is \(layout): \(entries); "
        + (misfit.map {
          "the list was probably made for another layout, since \($0); \"metergate allocate --all --anew\" "
            + "gives new ones"
        } ?? "\"metergate check\" names them all, and why")
    case .layoutChanged(let layout, let without):
      "the register layout is \(layout) now, and registers stay as they are: \(without); "
        + "\"metergate allocate --all --anew\" gives new ones"
    case .meterStatus(let meter, let status):
      status.errors.isEmpty
        ? "meter \(meter) reports no error any more" : "meter \(meter) reports: \(status)"
    case .decodingProblem(let meter, let text): "meter \(meter): \(text)"
    case .valueMissing(let meter, let value):
      "meter \(meter): the value \(value) of the list is not in its telegrams; it keeps its registers, and "
        + "flag bit 1 of the meter stays set"
    case .valueInvalid(let meter, let value, let why):
      "meter \(meter): value \(value), is not valid: \(why)"
    case .valueValid(let meter, let value): "meter \(meter): value \(value), is valid again"
    case .valuesLimited(let meter, let kept, let sent):
      "meter \(meter) sends \(sent) values, \(kept) are kept: METER_MAXVALUECOUNT, maxvaluecount or "
        + "METER_MAXALLVALUECOUNT"
    case .allocatedOutOfOrder(let meter):
      "the values of meter \(meter) got registers behind those of later meters, because it could not "
        + "be read when they were allocated"
    case .addressesNotFixed(let count):
      "\(count) meter\(count == 1 ? " gets" : "s get") registers in list order at the first readout; they "
        + "are then written to the meter list, and stay"
    case .registersExhausted(let text), .registerRefused(let text): text
    case .scan(let line, let event): "\(line.kind.rawValue) line \(line.index): \(event.text)"
    case .files(let event): event.text
    }
  }

  private static func entries(_ count: Int) -> String {
    count == 1 ? "1 entry" : "\(count) entries"
  }
}
