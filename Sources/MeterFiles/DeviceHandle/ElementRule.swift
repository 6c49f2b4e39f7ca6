import Metering
import Settings

/// One row of the tables of Device_Handle.cfg: how the text of an element becomes part of a meter or
/// value, and back.
struct ElementRule<Target: Sendable>: Sendable {
  /// The element.
  let name: String
  /// What is allowed, to follow "is not allowed: ".
  let allowed: String
  /// What is in force when the text is not allowed.
  let defaultText: String
  /// Whether this version does something with it.
  let status: SettingStatus
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
    default defaultText: String, neutral: Target, status: SettingStatus,
    isStated: Bool = false, parse: @escaping @Sendable (String) -> Value?,
    text: @escaping @Sendable (Value) -> String
  ) {
    self.name = name
    self.allowed = allowed
    self.defaultText = defaultText
    self.status = status
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
}
