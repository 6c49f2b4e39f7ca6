import Metering
import Settings

/// A meter and where it stands in the file.
struct PlacedMeter {
  var configuration: MeterConfiguration
  let line: Int
  var registerLine: Int
  /// For each value the line of its register, or its own.
  var valueRegisterLines: [Int] = []

  /// How messages name it.
  var name: String { "meter \(configuration.label)" }
}

/// Reads the elements of Device_Handle.cfg.
struct DeviceHandleReader {
  let file: String
  var meters: [PlacedMeter] = []
  var diagnostics: [Diagnostic] = []
  private var unknown = ElementTally()
  private var withoutEffect = ElementTally()

  init(file: String) { self.file = file }

  mutating func read(_ root: XMLElement) {
    for child in root.children {
      if child.key == "meter" { readMeter(child) } else { passOver(child) }
    }
    diagnostics += unknown.diagnostics(file: file) { name in
      (.note, "<\(name)> is not an element that this version knows; it has no effect")
    }
    diagnostics += withoutEffect.diagnostics(file: file) { name in
      (.note, "<\(name)> is \(SettingStatus.acceptedWithoutEffect.rawValue)")
    }
    diagnostics += DeviceHandleChecks.diagnostics(meters, file: file)
  }

  private mutating func readMeter(_ element: XMLElement) {
    var meter = PlacedMeter(
      configuration: MeterConfiguration(), line: element.line, registerLine: element.line)
    let refusals = apply(
      element.children.filter { $0.key != "value" }, DeviceHandleRules.meterByName,
      to: &meter.configuration, registerLine: &meter.registerLine)
    // The meter's name in messages needs its identity, which stands in no given order.
    diagnostics += refusals.map { $0.diagnostic(file: file, subject: meter.name) }
    for child in element.children where child.key == "value" {
      var value = ValueConfiguration()
      var registerLine = child.line
      let refusals = apply(
        child.children, DeviceHandleRules.valueByName, to: &value, registerLine: &registerLine)
      meter.configuration.values.append(value)
      meter.valueRegisterLines.append(registerLine)
      let subject = "\(meter.name), value \(meter.configuration.values.count)"
      diagnostics += refusals.map { $0.diagnostic(file: file, subject: subject) }
    }
    guard !refusals.contains(where: \.isDecisive) else { return }
    meters.append(meter)
  }

  private mutating func apply<Target>(
    _ elements: [XMLElement], _ rules: [String: ElementRule<Target>], to target: inout Target,
    registerLine: inout Int
  ) -> [Refusal] {
    var refusals: [Refusal] = []
    var seen: [String: Int] = [:]
    seen.reserveCapacity(elements.count)
    for element in elements {
      let name = element.key
      guard let rule = rules[name] else {
        passOver(element)
        continue
      }
      if let line = seen.updateValue(element.line, forKey: name) {
        refusals.append(Refusal(element: element, name: name, reason: .repeated(line)))
      }
      if name == "register" { registerLine = element.line }
      // Empty elements say "default"; only a unit can be meant to be empty (table 29, index 22).
      guard !element.text.isEmpty || name == "unit" else { continue }
      if !rule.read(element.text, &target) {
        refusals.append(
          Refusal(
            element: element, name: name,
            reason: .notAllowed(rule.allowed, instead: rule.defaultText)))
      } else if rule.status != .effective, rule.write(target) != nil {
        withoutEffect.add(name, line: element.line)
      }
    }
    return refusals
  }

  private mutating func passOver(_ element: XMLElement) {
    guard !DeviceHandleRules.silent.contains(element.key) else { return }
    unknown.add(element.name, line: element.line)
  }
}

/// What is wrong with an element.
private struct Refusal {
  enum Reason {
    case notAllowed(String, instead: String)
    case repeated(Int)
  }

  let element: XMLElement
  let name: String
  let reason: Reason

  /// True when the meter cannot be taken into the list for it.
  var isDecisive: Bool {
    if case .notAllowed = reason { return DeviceHandleRules.decisive.contains(name) }
    return false
  }

  func diagnostic(file: String, subject: String) -> Diagnostic {
    let isSecret = name == "encryptionkey"
    switch reason {
    case .notAllowed(let allowed, let instead):
      let shown = isSecret ? "(not shown)" : "\"\(excerpt)\""
      let rest =
        if isDecisive {
          "the meter is left out until it is mended"
        } else {
          instead.isEmpty ? "it stays unset" : "\(instead) stays in force"
        }
      return Diagnostic(
        .error, file: file, line: element.line, key: name, value: isSecret ? nil : element.text,
        "\(subject): <\(name)> = \(shown) is not allowed: \(allowed); \(rest)")
    case .repeated(let line):
      return Diagnostic(
        .warning, file: file, line: element.line, key: name,
        "\(subject): <\(name)> stands in line \(line) already; this one counts")
    }
  }

  private var excerpt: String {
    let limit = 60
    let clean = element.text.prefix(limit).map { $0.isNewline ? " " : $0 }
    return String(clean) + (element.text.count > limit ? "…" : "")
  }
}
