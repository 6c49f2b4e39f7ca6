import Control
import Settings

/// A field of the web page: a setting, or one bit of one.
struct SettingFieldJSON: Encodable {
  /// A text in the languages of the page.
  struct Text: Encodable {
    var en: String
    var de: String

    /// As the table has it.
    init(_ text: LocalizedText) { (en, de) = (text.en, text.de) }
    init(_ text: String) { (en, de) = (text, text) }
  }

  /// One value that is allowed.
  struct Choice: Encodable {
    var value: String
    var label: Text
  }

  var id: String
  var tab: String
  var label: Text
  var help: Text
  var kind: String
  var min: Int?
  var max: Int?
  var maxLength: Int?
  var choices: [Choice]?
  var unit: String?
  var `default`: String?
  var value: String?
  var isSet: Bool?
  var bit: Int?
  var source: String
  var line: Int?
  var hasEffect: Bool?
  var allowed: String
  var range: Text
  var isReadOnly: String?
}

/// The fields of a folder's settings.
struct SettingFields {
  /// The settings that are shown.
  let settings: Settings
  /// Values and where they come from, by the name of the field.
  private let shown: [String: SettingInForce]

  /// - Parameters:
  ///   - settings: the settings that are shown.
  ///   - inForce: all of them with where they come from.
  init(_ settings: Settings, _ inForce: [SettingInForce]) {
    self.settings = settings
    shown = Dictionary(
      inForce.map { ("\($0.group).\($0.key)", $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The fields of these tabs, in the order of the manuals.
  func fields(of tabs: Set<WebField.Tab>) -> [SettingFieldJSON] {
    let fields = SettingsTable.rows.flatMap { row in
      var fields: [(WebField, SettingFieldJSON)] = []
      if let field = row.field { fields.append((field, self.field(row, field))) }
      return fields + row.bits.map { ($0.field, bit(row, $0)) }
    }
    return WebField.Tab.allCases.filter(tabs.contains).flatMap { tab in
      fields.filter { $0.0.tab == tab }.enumerated().map { index, field in
        (FieldOrder.place(field.0.label.en, on: tab), index, field.1)
      }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }
  }

  private func field(_ row: Setting, _ field: WebField) -> SettingFieldJSON {
    let name = row.fieldName(in: settings.dialect)
    let inForce = shown[name]
    let type = row.fieldType[settings.dialect]
    var json = SettingFieldJSON(
      id: name, tab: field.tab.rawValue, label: .init(field.label), help: .init(row.summary),
      kind: row.isSecret ? "secret" : row.kind(in: settings.dialect),
      source: inForce?.source ?? "default", allowed: type.allowed(unit: row.unit),
      range: .init(type.allowedText(unit: row.unit)))
    json.choices = row.choiceList(in: settings.dialect)
    json.unit = row.unit?.rawValue
    (json.min, json.max, json.maxLength) = type.bounds
    json.line = inForce?.line
    json.hasEffect = inForce?.hasEffect
    if row.isSecret {
      json.isSet = inForce?.isSecretSet ?? false
    } else {
      json.default = row.defaultValue[settings.dialect].description
      json.value = inForce?.value
    }
    return json
  }

  private func bit(_ row: Setting, _ bit: SettingBit) -> SettingFieldJSON {
    let name = row.fieldName(in: settings.dialect)
    let inForce = shown[name]
    var json = SettingFieldJSON(
      id: "\(name)#\(bit.value)", tab: bit.field.tab.rawValue, label: .init(bit.field.label),
      help: .init(bit.meaning), kind: "flag", source: inForce?.source ?? "default",
      allowed: SettingType.flag.allowed(), range: .init(SettingType.flag.allowedText()))
    json.default = row.defaultValue[settings.dialect].has(bit.value) ? "1" : "0"
    json.value = settings[row].has(bit.value) ? "1" : "0"
    json.bit = bit.value
    json.line = inForce?.line
    json.hasEffect = inForce?.hasEffect
    return json
  }
}

extension SettingValue {
  /// Whether a switch within the number is on.
  func has(_ bit: Int) -> Bool {
    if case .integer(let number) = self { number & bit != 0 } else { false }
  }
}

extension Setting {
  /// How the API names it: `SOLVIMUS.METER_TIME`.
  func fieldName(in dialect: Dialect) -> String {
    "\(group.name(in: dialect)).\(key(in: dialect))"
  }

  /// Which control the page has for it.
  fileprivate func kind(in dialect: Dialect) -> String {
    switch type[dialect] {
    case .flag: "flag"
    case .integer(let range): range.count == choices.count ? "choice" : "integer"
    case .code: "text"
    case .numbers, .words: "choice"
    case .wordList, .numberList: "choices"
    case .text, .mailAddresses, .countryCode: "text"
    case .busPath, .path: "path"
    case .ipAddress, .ipv4Address, .host, .server: "address"
    case .netmask, .hexMask: "mask"
    case .pointInTime: "pointInTime"
    }
  }

  /// The values that a choice has, or that mean something of their own; nil: none.
  fileprivate func choiceList(in dialect: Dialect) -> [SettingFieldJSON.Choice]? {
    let meanings = Dictionary(
      choices.map { ($0.value, $0.meaning) }, uniquingKeysWith: { first, _ in first })
    let values: [String] =
      switch type[dialect] {
      case .numbers(let numbers), .numberList(let numbers): numbers.map(String.init)
      case .words(let words), .wordList(let words): words
      default: choices.map(\.value)
      }
    guard !values.isEmpty else { return nil }
    return values.map { value in
      SettingFieldJSON.Choice(
        value: value,
        label: meanings[value].map { SettingFieldJSON.Text($0) } ?? SettingFieldJSON.Text(value))
    }
  }
}

extension SettingType {
  /// The least and the largest number, and the most characters; nil: none.
  fileprivate var bounds: (Int?, Int?, Int?) {
    switch self {
    case .integer(let range): (range.lowerBound, range.upperBound, nil)
    case .text(let most), .busPath(let most), .path(let most), .host(let most), .server(let most),
      .mailAddresses(let most):
      (nil, nil, most)
    default: (nil, nil, nil)
    }
  }
}
