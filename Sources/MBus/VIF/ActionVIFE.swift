/// What the VIFEs 00–0D mean in a record that goes to a meter: what the meter is to do with the data
/// (EN 13757-3:2013, ch. 6.4.7). From a meter the same codes report errors.
public enum ActionVIFE: UInt8, CaseIterable, Sendable {
  /// The data takes the place of what is there; so without any action, too.
  case write = 0x00
  case add
  case subtract
  case or
  case and
  case exclusiveOr
  case andNot
  case clear
  case addEntry
  case deleteEntry
  /// Wait for a command that starts it.
  case delayed
  case freeze
  case addToReadoutList
  case deleteFromReadoutList

  /// What is done, for people.
  public var words: String {
    switch self {
    case .write: "write (replace)"
    case .add: "add value"
    case .subtract: "subtract value"
    case .or: "set bits (OR)"
    case .and: "keep bits (AND)"
    case .exclusiveOr: "toggle bits (XOR)"
    case .andNot: "clear bits (AND NOT)"
    case .clear: "clear"
    case .addEntry: "add entry"
    case .deleteEntry: "delete entry"
    case .delayed: "delayed action"
    case .freeze: "freeze data"
    case .addToReadoutList: "add to the readout list"
    case .deleteFromReadoutList: "delete from the readout list"
    }
  }

  /// The row for a code; nil where it means the same both ways.
  static func row(_ code: UInt8) -> VIFERow? {
    ActionVIFE(rawValue: code).map {
      VIFERow(code...code, .words, $0.words, source: Clause.actions)
    }
  }
}
