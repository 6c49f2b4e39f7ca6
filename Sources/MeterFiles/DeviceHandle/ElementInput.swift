import Metering

/// Texts for elements of the meter list that come from somewhere else than the file: the rules are the same.
package enum ElementInput {
  /// Takes a text over for an element of a meter.
  /// - Returns: what is allowed, when the text is not, to follow "allowed: "; nil: it is taken over.
  package static func take(
    _ text: String, for element: String, into meter: inout MeterConfiguration
  ) -> String? {
    guard let rule = DeviceHandleRules.meterByName[element] else { return "nothing" }
    return rule.read(text, &meter) ? nil : rule.allowed
  }

  /// The same for an element of a value.
  package static func take(
    _ text: String, for element: String, into value: inout ValueConfiguration
  ) -> String? {
    guard let rule = DeviceHandleRules.valueByName[element] else { return "nothing" }
    return rule.read(text, &value) ? nil : rule.allowed
  }

  /// A factor of a user as the list has it: `1e-3`, `0.25`.
  package static func text(_ scale: UserScale) -> String { ElementText.text(scale) }
}
