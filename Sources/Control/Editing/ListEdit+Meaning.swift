import Bytes
import MBus
import MeterFiles
import Metering
import Settings
import Station

extension ListEdit {
  /// What it means for the list as it is now.
  package func meaning(for station: Station) throws -> MeterEdit {
    let kinds = [meter != nil, add != nil, delete != nil].count { $0 }
    guard kinds == 1 else {
      throw ControlMistake(
        "an edit has one of \"meter\", \"add\" and \"delete\", this has \(kinds) of them; nothing is changed"
      )
    }
    if let add { return .add(try add.configuration()) }
    if let delete { return .delete(try Self.meter(delete, of: station).id) }
    let meter = try Self.meter(self.meter ?? .text(""), of: station)
    if let addValue {
      try refuseBeside("addValue")
      return .addValue(meter.id, try addValue.configuration(of: meter.label))
    }
    if let deleteValue {
      try refuseBeside("deleteValue")
      let codes = try ValueCodes.read(dif, vif, of: "\(meter.label), value \(deleteValue)")
      return .deleteValue(meter.id, number: deleteValue, codes: codes)
    }
    guard dif == nil, vif == nil else {
      throw ControlMistake(
        "\(meter.label): \"dif\" and \"vif\" stand beside \"deleteValue\", or in one of \"values\"; nothing is changed"
      )
    }
    return .change(meter.id, try change(of: meter.label))
  }

  /// How the log names it: without what it says.
  package var words: String {
    if let delete { return "delete \(delete.text.excerpt)" }
    if add != nil { return "add a meter" }
    let what = meter?.text.excerpt ?? "?"
    if addValue != nil { return "add a value to \(what)" }
    if let deleteValue { return "delete \(what)/\(deleteValue)" }
    let all = changed + changedValues
    return "change \(what)" + (all.isEmpty ? "" : " (\(all.joined(separator: ", ")))")
  }

  /// The names of what is to be otherwise with the meter.
  private var changed: [String] {
    let all: [(String, Bool)] = [
      ("label", label != nil), ("cycle", cycle != nil), ("active", active != nil),
      ("battery", battery != nil), ("baud", baud != nil), ("link", link != nil),
      ("byPrimary", byPrimary != nil), ("serial", serial != nil),
      ("manufacturer", manufacturer != nil), ("version", version != nil),
      ("medium", medium != nil), ("key", key != nil), ("maxValues", maxValues != nil),
      ("register", register != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  /// The same of its values.
  private var changedValues: [String] {
    (values ?? []).prefix(Self.namedValues).map { value in
      let all: [(String, Bool)] = [
        ("label", value.label != nil), ("active", value.active != nil),
        ("userScale", value.userScale != nil), ("obis", value.obis != nil),
        ("register", value.register != nil),
      ]
      return "value \(value.index): " + all.filter(\.1).map(\.0).joined(separator: " ")
    } + ((values ?? []).count > Self.namedValues ? ["…"] : [])
  }

  /// Of so many values the log says what is changed.
  private static let namedValues = 10

  private func refuseBeside(_ name: String) throws(ControlMistake) {
    var rest = self
    (rest.meter, rest.addValue, rest.deleteValue) = (nil, nil, nil)
    if deleteValue != nil { (rest.dif, rest.vif) = (nil, nil) }
    guard rest == ListEdit(), addValue == nil || deleteValue == nil else {
      throw ControlMistake(
        "\"\(name)\" stands beside other changes of the meter: give it an edit of its own; nothing is changed"
      )
    }
  }

  private static func meter(_ name: NumberOrText, of station: Station) throws -> Meter {
    if case .number = name {
      guard let number = name.integer, let meter = station.meter(MeterID(number)) else {
        throw ControlMistake(
          "there is no meter with the key \(name.text) in the list; nothing is changed")
      }
      return meter
    }
    guard let meterName = MeterName(name.text) else {
      throw ControlMistake(
        "\"\(name.text)\" names no meter: expected is its key, a number, or \(MeterName.form)")
    }
    return try station.meter(named: meterName)
  }

  private func change(of name: String) throws(ControlMistake) -> MeterChange {
    let texts = MeterTexts(
      cycle: cycle, baud: baud, link: link, serial: serial, manufacturer: manufacturer,
      version: version, medium: medium, key: key, maxValues: maxValues)
    var read = MeterConfiguration()
    try texts.read(into: &read, name)
    var change = MeterChange()
    change.label = label
    change.isActive = active
    change.isBattery = battery
    change.usesPrimaryAddress = byPrimary
    if cycle != nil { change.cycle = read.readoutCycle }
    if baud != nil { change.baud = read.baud ?? 0 }
    if link != nil { change.primaryAddress = read.primaryAddress }
    if serial != nil { change.serial = read.identity.serial }
    if manufacturer != nil { change.manufacturer = .some(read.identity.manufacturer) }
    if version != nil { change.version = .some(read.identity.version) }
    if medium != nil { change.medium = .some(read.identity.medium) }
    if key != nil { change.encryptionKey = read.encryptionKey }
    if maxValues != nil { change.maxValueCount = read.maxValueCount }
    if let register { change.register = try RegisterWish.checked(register, name) }
    for value in values ?? [] { change.values.append(try value.change(of: name)) }
    return change
  }
}

/// What is given of a meter as texts: the rules of the file say what is allowed.
private struct MeterTexts {
  var cycle: NumberOrText?
  var baud: NumberOrText?
  var link: NumberOrText?
  var serial: String?
  var manufacturer: String?
  var version: NumberOrText?
  var medium: NumberOrText?
  var key: HiddenText?
  var maxValues: NumberOrText?

  func read(into meter: inout MeterConfiguration, _ name: String) throws(ControlMistake) {
    // An empty text and 0 stand for what a file has no element for.
    let fields: [(String, String, String?)] = [
      ("cycle", "readoutcycle", cycle?.text),
      ("baud", "baudrate", baud.flatMap { $0.text == "0" || $0.text.isEmpty ? nil : $0.text }),
      ("link", "primaryaddress", link?.text), ("serial", "serial", serial),
      ("manufacturer", "manufacturer", manufacturer.map { $0.isEmpty ? "0xFFFF" : $0 }),
      ("version", "version", version.map { $0.text.isEmpty ? "0xFF" : $0.text }),
      ("medium", "medium", medium.map { $0.text.isEmpty ? "0xFF" : $0.text }),
      ("maxValues", "maxvaluecount", maxValues?.text),
      ("key", "encryptionkey", key.map { $0.text.isEmpty ? "0" : $0.text }),
    ]
    for (field, element, text) in fields {
      guard let text, let allowed = ElementInput.take(text, for: element, into: &meter) else {
        continue
      }
      let isKey = field == "key"
      let shown = isKey ? "" : " '\(text)'"
      // The file has keys in another form.
      let said = isKey ? "32 hexadecimal digits, or an empty text for none" : allowed
      throw ControlMistake(
        "\(name): \(field)\(shown) is not allowed; allowed: \(said); nothing is changed")
    }
  }
}

/// A register that an entry is to get.
private enum RegisterWish {
  /// - Throws: what is allowed, where it cannot be one in any layout.
  static func checked(_ register: Int, _ name: String) throws(ControlMistake) -> Int {
    guard (1...65_535).contains(register) else {
      throw ControlMistake(
        "\(name): register \(register) is not allowed: 1 to 65535, with multi slave 1 to 247 for a meter's own entry; "
          + "nothing is changed")
    }
    return register
  }
}

extension ListEdit.NewMeter {
  fileprivate func configuration() throws(ControlMistake) -> MeterConfiguration {
    var meter = MeterConfiguration()
    try MeterTexts(
      cycle: cycle, baud: baud, link: link, serial: serial, manufacturer: manufacturer,
      version: version, medium: medium, key: key, maxValues: maxValues
    ).read(into: &meter, "the new meter")
    meter.usesPrimaryAddress = byPrimary ?? (meter.identity.serial == .any)
    guard !meter.usesPrimaryAddress || link != nil else {
      throw ControlMistake(
        "the new meter: it needs a serial, or a link (its primary address, 0 to 250); nothing is changed"
      )
    }
    meter.userLabel = label ?? ""
    meter.isActive = active ?? true
    meter.isBattery = battery ?? false
    if let register { meter.register = try RegisterWish.checked(register, "the new meter") }
    return meter
  }
}

extension ListEdit.ValueEdit {
  fileprivate func change(of meter: String) throws(ControlMistake) -> ValueChange {
    let read = try ValueTexts(userScale: userScale, obis: obis).read("\(meter), value \(index)")
    var change = ValueChange(index)
    change.codes = try ValueCodes.read(dif, vif, of: "\(meter), value \(index)")
    change.label = label
    change.isActive = active
    if userScale != nil { change.userScale = read.userScale }
    if obis != nil { change.obis = read.confdata }
    if let register {
      change.register = try RegisterWish.checked(register, "\(meter), value \(index)")
    }
    return change
  }
}

extension ValueCodes {
  /// Which value is meant, as two texts say; nil: nobody says.
  /// - Parameter name: the value, for the message.
  package static func read(
    _ dif: String?, _ vif: String?, of name: String
  ) throws(ControlMistake) -> ValueCodes? {
    if dif == nil, vif == nil { return nil }
    guard let dif, let vif, let difBytes = try? Hex.decode(dif),
      let vifBytes = try? Hex.decode(vif)
    else {
      throw ControlMistake(
        "\(name): \"dif\" and \"vif\" say together which value is meant, each as the list has it: two hexadecimal digits a "
          + "byte; nothing is changed")
    }
    return ValueCodes(dif: difBytes, vif: vifBytes)
  }
}

extension ListEdit.NewValue {
  /// Its meaning is that of its codes.
  fileprivate func configuration(of meter: String) throws(ControlMistake) -> ValueConfiguration {
    let name = "\(meter), new value"
    var value = try ValueTexts(userScale: userScale, obis: obis, dif: dif, vif: vif).read(name)
    guard let dif = value.dif, let record = RecordProbe.record(dif: dif, vif: value.vif ?? [])
    else {
      throw ControlMistake(
        "\(name): these bytes are no DIF and VIF of one record; allowed are DIF with its DIFEs, and VIF with its VIFEs; "
          + "nothing is changed")
    }
    let sent = record.value
    value.vif = sent.key.vif
    value.meaning = sent.meaning
    value.storage = sent.key.storage
    value.tariff = sent.key.tariff
    value.function = sent.key.function
    value.scale = sent.scale
    value.userLabel = label ?? ""
    value.isActive = active ?? true
    return value
  }
}

/// What is given of a value as texts.
private struct ValueTexts {
  var userScale: NumberOrText?
  var obis: String?
  var dif: String?
  var vif: String?

  func read(_ name: String) throws(ControlMistake) -> ValueConfiguration {
    var value = ValueConfiguration()
    let fields = [
      ("userScale", "userscale", userScale?.text),
      ("obis", "confdata", obis.flatMap { $0.isEmpty ? nil : $0 }), ("dif", "dif", dif),
      ("vif", "vif", vif),
    ]
    for (field, element, text) in fields {
      guard let text, let allowed = ElementInput.take(text, for: element, into: &value) else {
        continue
      }
      throw ControlMistake(
        "\(name): \(field) '\(text)' is not allowed; allowed: \(allowed); nothing is changed")
    }
    return value
  }
}
