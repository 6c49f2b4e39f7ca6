import Metering
import Settings

/// One row of the tables of Device_Handle.cfg: how the text of an element becomes part of a meter or
/// value, and back, and what there is to say of it to people.
struct ElementRule<Target: Sendable>: Sendable {
  /// The element.
  let name: String
  /// What is allowed, to follow "allowed: ".
  let allowed: String
  /// What is in force when the text is not allowed, or the element is left out; empty: it is not set.
  let defaultText: String
  /// Whether this version does something with it.
  let status: SettingStatus
  /// What the reference says of it.
  let about: ElementNote
  /// True when nothing of it is taken over: it is checked, and stays in the file as it is.
  let isOnlyKept: Bool
  /// Takes a text over; false, with the target unchanged, when it is not allowed.
  let read: @Sendable (String, inout Target) -> Bool
  /// The text to write; nil when it is the default, which needs no element.
  let write: @Sendable (Target) -> String?
  /// Sets the default.
  let reset: @Sendable (inout Target) -> Void
  /// Whether two targets agree in it.
  let isSame: @Sendable (Target, Target) -> Bool

  /// A rule for one property.
  /// - Parameters:
  ///   - status: whether this version does something with it.
  ///   - isStated: the default is written, too.
  ///   - parse: the value of a text; nil when it is not allowed.
  ///   - text: the text of a value.
  init<Value: Equatable & Sendable>(
    _ name: String, _ property: WritableKeyPath<Target, Value> & Sendable, allowed: String,
    default defaultText: String, neutral: Target, status: SettingStatus, about: ElementNote,
    isStated: Bool = false, parse: @escaping @Sendable (String) -> Value?,
    text: @escaping @Sendable (Value) -> String
  ) {
    self.name = name
    self.allowed = allowed
    self.defaultText = defaultText
    self.status = status
    self.about = about
    isOnlyKept = false
    read = { input, target in
      guard let value = parse(input) else { return false }
      target[keyPath: property] = value
      return true
    }
    write = { target in
      let value = target[keyPath: property]
      return value == neutral[keyPath: property] && !isStated ? nil : text(value)
    }
    reset = { $0[keyPath: property] = neutral[keyPath: property] }
    isSame = { $0[keyPath: property] == $1[keyPath: property] }
  }

  /// A rule for what other devices keep in the file for themselves: it is checked, and stays as it is.
  /// - Parameter isAllowed: whether a text is.
  init(
    kept name: String, allowed: String, default defaultText: String, about: ElementNote,
    isAllowed: @escaping @Sendable (String) -> Bool
  ) {
    self.name = name
    self.allowed = allowed
    self.defaultText = defaultText
    status = .acceptedWithoutEffect
    self.about = about
    isOnlyKept = true
    read = { input, _ in isAllowed(input) }
    write = { _ in nil }
    reset = { _ in }
    isSame = { _, _ in true }
  }
}

/// What docs/device-handle.md says of an element, besides what its rule says.
struct ElementNote: Sendable {
  /// What it means, in whole sentences.
  let meaning: String
  /// A text that is allowed.
  let example: String
  /// Where it is described.
  let source: ElementSource
  /// What the two devices do differently; nil: nothing.
  let difference: String?

  init(
    _ meaning: String, example: String, source: ElementSource = .both, difference: String? = nil
  ) {
    self.meaning = meaning
    self.example = example
    self.source = source
    self.difference = difference
  }
}

/// Where an element is described.
enum ElementSource: String, CaseIterable, Sendable {
  case both = "Anybus gateway manual 2.4, ch. 9.4; MUC500 manual 1.1, table 26"
  case anybus = "Anybus gateway manual 2.4, ch. 9.4"
  case solvimus = "MUC500 manual 1.1, table 26"
  case metergate = "metergate, beyond the manuals"
}
