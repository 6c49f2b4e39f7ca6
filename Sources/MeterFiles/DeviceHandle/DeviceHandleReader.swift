import Metering
import RegisterMap
import Settings

/// A meter and where it stands in the file.
struct PlacedMeter {
  var configuration = MeterConfiguration()
  /// Which of the root's elements it is.
  let index: Int
  var places: ElementPlaces
  /// For each value.
  var valuePlaces: [ElementPlaces] = []

  /// How messages name it.
  var name: String { "meter \(configuration.label)" }
}

/// Where a meter or value has what must not stand twice.
struct ElementPlaces {
  /// The meter or value itself.
  let own: TextPlace
  private var register: TextPlace?
  private var user: TextPlace?
  private var bacnet: TextPlace?

  init(_ element: XMLElement) { own = element.place }

  mutating func note(_ element: XMLElement) {
    switch element.key {
    case "register": register = element.place
    case "user": user = element.place
    case "bacnetreg": bacnet = element.place
    default: break
    }
  }

  /// That of its register, or its own.
  var ofRegister: TextPlace { register ?? own }
  /// That of its label, or its own.
  var ofLabel: TextPlace { user ?? own }
  /// That of its BACnet number, or its own.
  var ofBACnet: TextPlace { bacnet ?? own }
}

/// Reads the elements of Device_Handle.cfg.
struct DeviceHandleReader {
  let file: String
  var meters: [PlacedMeter] = []
  var diagnostics: [Diagnostic] = []
  /// The elements of the list that are no meters.
  private var others: [XMLElement] = []
  private var count = 0
  private var attributes = AttributeTally()
  private var unknown = ElementTally()
  private var withoutEffect = ElementTally()

  /// How the list's registers are to lie in the map.
  let layout: RegisterLayout

  init(file: String, layout: RegisterLayout = .standard) {
    self.file = file
    self.layout = layout
  }

  /// Reads an element of the list. Its elements come in the order of the file.
  mutating func read(_ element: XMLElement) {
    count += 1
    attributes.add(element)
    if element.key == "meter" { readMeter(element, count - 1) } else { others.append(element) }
  }

  /// Looks at the list as a whole.
  /// - Parameter root: the list without its elements.
  mutating func finish(_ root: XMLElement) {
    var head = DeviceHandleRules.ListHead()
    var places = ElementPlaces(root)
    let refusals = apply(others, DeviceHandleRules.rootByName, in: .root, to: &head, &places)
    diagnostics = refusals.map { $0.diagnostic(file: file, subject: "the list") } + diagnostics
    attributes.addRoot(root)
    diagnostics += expectMeters(root) + attributes.diagnostics(file: file)
    diagnostics += unknown.diagnostics(file: file) { name, place, index in
      // Looking for what was meant takes its time; nobody reads more of them.
      place.message(unknown: name, withHint: index < DeviceHandleLimit.diagnostics)
    }
    diagnostics += withoutEffect.diagnostics(file: file) { name, _, _ in
      (.note, "<\(name)> is \(SettingStatus.acceptedWithoutEffect.rawValue)")
    }
    diagnostics += DeviceHandleChecks.diagnostics(meters, file: file)
    diagnostics += RegisterChecks(meters, layout: layout, file: file).diagnostics
    capDiagnostics()
  }

  /// A list without meters is a list, but a file that is something else has none, either.
  private func expectMeters(_ root: XMLElement) -> [Diagnostic] {
    let isEmptyList =
      root.key == "root" && root.text.isEmpty
      && others.allSatisfy { DeviceHandleRules.silent.contains($0.key) }
    guard !isEmptyList, meters.isEmpty else { return [] }
    return [
      Diagnostic(
        root.key == "root" ? .warning : .error, file: file, at: root.place, key: root.name,
        "there is no <meter> in <\(root.name)>; expected is <root> with one <meter> a meter; the meter "
          + "list is empty")
    ]
  }

  /// Of thousands of things to say the worst are kept.
  private mutating func capDiagnostics() {
    let limit = DeviceHandleLimit.diagnostics
    guard diagnostics.count > limit else { return }
    let sorted = diagnostics.worstFirst
    var more = Diagnostic(sorted[limit].severity, file: file, "and \(sorted.count - limit) more")
    more.isOfRegisterMap = sorted[limit].isOfRegisterMap
    diagnostics = sorted.prefix(limit) + [more]
  }

  private mutating func readMeter(_ element: XMLElement, _ index: Int) {
    var meter = PlacedMeter(index: index, places: ElementPlaces(element))
    let values = element.children.lazy.filter { $0.key == "value" }
    meter.configuration.values.reserveCapacity(values.count)
    meter.valuePlaces.reserveCapacity(values.count)
    let refusals = apply(
      element.children.filter { $0.key != "value" }, DeviceHandleRules.meterByName,
      in: .meter, to: &meter.configuration, &meter.places)
    // The meter's name in messages needs its identity, which stands in no given order.
    diagnostics += refusals.map { $0.diagnostic(file: file, subject: meter.name) }
    var hasRegisterMistake = false
    for child in values {
      var value = ValueConfiguration()
      var places = ElementPlaces(child)
      let refusals = apply(
        child.children, DeviceHandleRules.valueByName, in: .value, to: &value, &places)
      hasRegisterMistake = hasRegisterMistake || refusals.contains(where: \.isOfRegister)
      meter.configuration.values.append(value)
      meter.valuePlaces.append(places)
      let subject = "\(meter.name), value \(meter.configuration.values.count)"
      diagnostics += refusals.map { $0.diagnostic(file: file, subject: subject) }
    }
    meter.configuration.isUnreadable = refusals.contains(where: \.isDecisive)
    // Somebody has wanted certain registers: others, once given, would be hard to take back.
    if hasRegisterMistake || refusals.contains(where: \.isOfRegister) {
      meter.configuration.hasNoRegisters = true
    }
    meters.append(meter)
  }

  private mutating func apply<Target>(
    _ elements: [XMLElement], _ rules: [String: ElementRule<Target>], in place: ElementPlace,
    to target: inout Target, _ places: inout ElementPlaces
  ) -> [Refusal] {
    var refusals: [Refusal] = []
    var seen: [String: TextPlace] = [:]
    seen.reserveCapacity(elements.count)
    for element in elements {
      let name = element.key
      guard let rule = rules[name] else {
        passOver(element, in: place)
        continue
      }
      if let earlier = seen.updateValue(element.place, forKey: name) {
        refusals.append(Refusal(element: element, name: name, reason: .repeated(earlier)))
      }
      places.note(element)
      // Empty elements say "default"; only a unit can be meant to be empty (table 29, index 22).
      guard !element.text.isEmpty || name == "unit" else { continue }
      if !rule.read(element.text, &target) {
        let reason: Refusal.Reason =
          rule.isOnlyKept
          ? .keptAsItIs(rule.allowed) : .notAllowed(rule.allowed, instead: rule.defaultText)
        refusals.append(Refusal(element: element, name: name, reason: reason))
      } else if rule.status != .effective, rule.write(target) != nil {
        withoutEffect.add(name, at: element.place, in: place)
      }
    }
    return refusals
  }

  private mutating func passOver(_ element: XMLElement, in place: ElementPlace) {
    guard !DeviceHandleRules.silent.contains(element.key) else { return }
    unknown.add(element.name, at: element.place, in: place)
  }
}

/// What is wrong with an element.
private struct Refusal {
  enum Reason {
    case notAllowed(String, instead: String)
    /// Nothing follows from it here.
    case keptAsItIs(String)
    case repeated(TextPlace)
  }

  let element: XMLElement
  let name: String
  let reason: Reason

  /// True when the meter cannot be taken into the list for it.
  var isDecisive: Bool {
    if case .notAllowed = reason { return DeviceHandleRules.decisive.contains(name) }
    return false
  }

  /// True when nobody knows which register was wanted.
  var isOfRegister: Bool {
    if case .notAllowed = reason { return name == "register" }
    return false
  }

  func diagnostic(file: String, subject: String) -> Diagnostic {
    let isSecret = DeviceHandleRules.secret.contains(name)
    let shown = isSecret ? "(not shown)" : "'\(element.text.excerpt)'"
    switch reason {
    case .keptAsItIs(let allowed):
      return Diagnostic(
        .warning, file: file, at: element.place, key: name, value: isSecret ? nil : element.text,
        "\(subject): <\(name)> = \(shown) is not what other devices write: \(allowed); it stays in "
          + "the file, and has no effect")
    case .notAllowed(let allowed, let instead):
      let rest =
        if isDecisive {
          "the meter keeps its registers, and is not read until it is mended"
        } else if isOfRegister {
          "the meter and its values are given no registers until it is mended"
        } else {
          instead.isEmpty ? "it stays unset" : "\(instead) stays in force"
        }
      return Diagnostic(
        .error, file: file, at: element.place, key: name, value: isSecret ? nil : element.text,
        "\(subject): <\(name)> = \(shown): not allowed; allowed: \(allowed); \(rest)")
    case .repeated(let earlier):
      return Diagnostic(
        .warning, file: file, at: element.place, key: name,
        "\(subject): <\(name)> stands in \(earlier.words(besides: element.place)) already; this one counts"
      )
    }
  }
}
