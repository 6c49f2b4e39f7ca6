/// What the VIFEs 00–0D mean in a record that goes to a slave: what it is to do with the object that the record names
/// (EN 13757-3:2013, ch. 6.4.7; EN 13757-3:2018, table 17). In an answer the same codes report errors.
public enum ObjectAction: UInt8, Hashable, CaseIterable, Sendable {
  /// Takes the place of the value: also what a record without an action does.
  case write = 0x00
  /// The data is added to the value.
  case addValue = 0x01
  /// The data is subtracted from the value.
  case subtractValue = 0x02
  /// Bits of the data are set.
  case or = 0x03
  /// Bits that the data lacks are cleared.
  case and = 0x04
  /// Bits of the data are turned over.
  case xor = 0x05
  /// Bits of the data are cleared.
  case andNot = 0x06
  /// Back to 0, or to what the maker says.
  case clear = 0x07
  /// Into a list.
  case addEntry = 0x08
  /// Out of a list.
  case deleteEntry = 0x09
  /// Later
  case delayedAction = 0x0A
  /// The value of this moment is kept.
  case freeze = 0x0B
  /// Is sent in readouts from now on.
  case addToReadoutList = 0x0C
  /// Is no longer sent in readouts.
  case deleteFromReadoutList = 0x0D

  /// For people.
  public var words: String {
    switch self {
    case .write: "write (replace)"
    case .addValue: "add value"
    case .subtractValue: "subtract value"
    case .or: "set bits (or)"
    case .and: "keep bits (and)"
    case .xor: "turn bits over (xor)"
    case .andNot: "clear bits (and not)"
    case .clear: "clear"
    case .addEntry: "add entry"
    case .deleteEntry: "delete entry"
    case .delayedAction: "delayed action"
    case .freeze: "freeze data"
    case .addToReadoutList: "add to readout list"
    case .deleteFromReadoutList: "delete from readout list"
    }
  }

  /// The row for a code; nil where it means the same both ways.
  static func row(_ code: UInt8) -> VIFERow? {
    ObjectAction(rawValue: code).map {
      VIFERow(code...code, .words, $0.words, source: Clause.actions)
    }
  }
}
