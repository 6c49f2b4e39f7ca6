import Metering
import RegisterMap

/// What a person wants done with the meter list.
public enum ListCommand: Hashable, Sendable {
  /// The selected entries without address get the lowest free ones, in list order.
  /// - `anew`: all of them give theirs back before.
  case allocate(EntrySelection, anew: Bool = false)
  /// The selected entries lose their addresses, until somebody gives them some.
  case deallocate(EntrySelection)
  /// One entry gets this register, with multi slave a meter's own entry this unit id.
  case assign(EntryID, register: Int)
  /// Another meter has taken the place of one that is read by its secondary address.
  /// - `force`: also when what its user has given to the new one in the list is lost.
  case swap(MeterID, for: MeterIdentity, force: Bool = false)
  /// What people change by hand: all of it or nothing.
  case edit([MeterEdit])
}

/// What has become of a command.
public struct ListOutcome: Hashable, Sendable {
  /// The entries that lie elsewhere than before, in list order.
  public var changes: [EntryChange] = []
  /// What could not be done.
  public var problems: [String] = []
  /// What is good to know.
  public var notes: [String] = []
  /// Entries that have changed without lying elsewhere, in words.
  public var news: [String] = []

  /// Nothing has happened.
  public init() {}
}

/// An entry that lies elsewhere than before.
public struct EntryChange: Hashable, Sendable {
  /// How people recognise it.
  public var entry: String
  /// Where it lay; nil: nowhere.
  public var before: RegisterAddress?
  /// Where it lies; nil: nowhere.
  public var now: RegisterAddress?

  /// - Parameters:
  ///   - entry: how people recognise it.
  ///   - before: where it lay.
  ///   - now: where it lies.
  public init(_ entry: String, before: RegisterAddress?, now: RegisterAddress?) {
    self.entry = entry
    self.before = before
    self.now = now
  }
}

/// Why a command was not carried out; nothing has changed.
public enum ListRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The list has no such meter.
  case noSuchMeter(MeterName)
  /// The name means several meters of the list.
  case ambiguous(MeterName, [String])
  /// The meter has no value of this number, from 1; it has so many.
  case noSuchValue(String, number: Int, count: Int)
  /// The value of this number is another one than was meant: the meter, and what the value is.
  case anotherValue(String, number: Int, isNow: String)
  /// The register cannot be given: why.
  case register(String)
  /// The register lies between two at which entries begin: which are so many apart, and the nearest free
  /// ones.
  case offTheGrid(String, register: Int, step: Int, free: [Int])
  /// A meter is to be swapped for itself.
  case sameMeter(String)
  /// The list has the new meter more than once.
  case listedTwice(String, [String])
  /// The new meter has an entry in the list that a person has made: with what.
  case listedByHand(String, with: String)
  /// Something cannot be edited as wanted: of which entry, and what is allowed.
  case edit(String)

  /// Whether the list is another one by now than whoever wants something has seen.
  public var isConflict: Bool { if case .anotherValue = self { true } else { false } }

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .noSuchMeter(.serial(let serial, let manufacturer)):
      "there is no meter \(serial)\(manufacturer.map { " \($0)" } ?? "") in the list"
    case .noSuchMeter(.primary(let address)):
      "the list has no meter that is read by the primary address \(address)"
    case .ambiguous(let name, let meters): Self.ambiguity(name, meters)
    case .noSuchValue(let meter, let number, let count):
      switch count {
      case 0: "there is no value \(number) of meter \(meter): none is known yet"
      case 1: "there is no value \(number) of meter \(meter): it has one"
      default: "there is no value \(number) of meter \(meter): it has 1 to \(count)"
      }
    case .anotherValue(let meter, let number, let now):
      "\(meter), value \(number) is another one than was meant, \(now): the numbers of values may have changed since the "
        + "list was read: read it again; nothing is changed"
    case .register(let why), .edit(let why): "\(why); nothing is changed"
    case .offTheGrid(let entry, let register, let step, let free):
      "\(entry): register \(register) is no multiple of \(step), as all are in this layout; "
        + (free.isEmpty
          ? "none is free"
          : "the nearest free \(free.count == 1 ? "one is" : "ones are") "
            + free.map(String.init).joined(separator: " and ")) + "; nothing is changed"
    case .sameMeter(let meter): "both are the meter \(meter): there is nothing to swap"
    case .listedTwice(let meter, let twins):
      "the list has the new meter \(meter) \(twins.count) times (\(twins.joined(separator: "; "))): "
        + "take all but one of them out of it first"
    case .listedByHand(let meter, let what):
      "the new meter \(meter) has an entry of its own in the list, with \(what), which would go: if it may, "
        + "repeat the command with --force (on the socket \"force\":true); nothing is changed"
    }
  }

  private static func ambiguity(_ name: MeterName, _ meters: [String]) -> String {
    let several =
      "\(name) means \(meters.count) meters of the list (\(meters.joined(separator: "; ")))"
    switch name {
    case .serial(let serial, nil):
      return
        "\(several): name the manufacturer, too, as in \(serial):ABC, or a primary address, as "
        + "in @5"
    case .serial: return "\(several): name a primary address, as in @5"
    case .primary: return "\(several): name the serial"
    }
  }
}
