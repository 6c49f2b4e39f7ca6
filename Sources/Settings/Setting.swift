/// One row of the settings table: everything that is known about a key of chip.ini. Parsing, checks,
/// web page, print page, documentation and the example file come from here.
public struct Setting: Equatable, Sendable {
  /// The group in which it stands.
  public private(set) var group: SettingGroup
  /// Its name; where both manuals have one, in the spelling of the Anybus gateway manual.
  public let key: String
  /// How the solvimus dialect writes it; nil: the same.
  public let solvimusKey: String?
  /// Further spellings that are understood.
  public let otherSpellings: [String]
  /// What is allowed.
  public let type: PerDialect<SettingType>
  /// What is in force when the file does not say; empty text: not set.
  public let defaultValue: PerDialect<SettingValue>
  /// The unit of the number.
  public let unit: SettingUnit?
  /// How many bytes of a text are sent, in UTF-8; the rest is cut off. nil: all of them.
  public let sentBytes: Int?
  /// What single values mean, where a number or word does not speak for itself.
  public let choices: [SettingChoice]
  /// Of a number that is a sum of switches what each of them means.
  public let bits: [SettingBit]
  /// Where the web page shows it; nil: in the file only.
  public let field: WebField?
  /// One line on what it does.
  public let summary: LocalizedText
  /// Never printed, logged or shown.
  public let isSecret: Bool
  /// What it needs to take effect.
  public let effect: SettingEffect
  /// Whether this version does something with it.
  public let status: SettingStatus
  /// Where it is described.
  public let source: SettingSource

  /// A row; what is left out is none, not secret, and effective after a restart of its service.
  public init(
    _ group: SettingGroup, _ key: String, solvimusKey: String? = nil,
    otherSpellings: [String] = [], type: PerDialect<SettingType>,
    default defaultValue: PerDialect<SettingValue>,
    unit: SettingUnit? = nil, sentBytes: Int? = nil, choices: [SettingChoice] = [],
    bits: [SettingBit] = [], field: WebField? = nil,
    summary: LocalizedText, isSecret: Bool = false, effect: SettingEffect = .serviceRestart,
    status: SettingStatus = .effective, source: SettingSource
  ) {
    self.group = group
    self.key = key
    self.solvimusKey = solvimusKey
    self.otherSpellings = otherSpellings
    self.type = type
    self.defaultValue = defaultValue
    self.unit = unit
    self.sentBytes = sentBytes
    self.choices = choices
    self.bits = bits
    self.field = field
    self.summary = summary
    self.isSecret = isSecret
    self.effect = effect
    self.status = status
    self.source = source
  }

  /// The name that is unique in the table: the key, with its group in front unless that is the main
  /// group.
  public var id: String { group == .main ? key : "\(group.name(in: .anybus)).\(key)" }

  /// The key as a file of this dialect spells it.
  public func key(in dialect: Dialect) -> String {
    dialect == .solvimus ? solvimusKey ?? key : key
  }

  /// Every way to write the key that is more than a matter of case, spaces and underscores, and those
  /// with which the dialects write it.
  public var spellings: [String] { [key] + [solvimusKey].compactMap { $0 } + otherSpellings }

  /// The same row in another group: the ten reports share theirs.
  func row(in group: SettingGroup) -> Setting {
    guard group != self.group else { return self }
    var row = self
    row.group = group
    return row
  }

  /// What is allowed in this dialect, for people.
  public func allowed(in dialect: Dialect) -> String { type[dialect].allowed(unit: unit) }

  /// The same in the languages of the web page.
  public func allowedText(in dialect: Dialect) -> LocalizedText {
    type[dialect].allowedText(unit: unit)
  }

  /// What can be given in its field.
  public var fieldType: PerDialect<SettingType> {
    .each(anybus: type[.anybus].from(field?.least), solvimus: type[.solvimus].from(field?.least))
  }
}

/// A text in the languages of the web page.
public struct LocalizedText: Hashable, Sendable {
  /// English.
  public let en: String
  /// German.
  public let de: String

  /// - Parameters:
  ///   - en: English.
  ///   - de: German.
  public init(_ en: String, de: String) {
    self.en = en
    self.de = de
  }
}

/// What one value of a setting means.
public struct SettingChoice: Hashable, Sendable {
  /// The value as chip.ini spells it.
  public let value: String
  /// What it means.
  public let meaning: LocalizedText

  /// - Parameters:
  ///   - value: as chip.ini spells it.
  ///   - en: the meaning in English.
  ///   - de: the meaning in German.
  public init(_ value: String, _ en: String, de: String) {
    self.value = value
    meaning = LocalizedText(en, de: de)
  }
}

/// A switch that is one bit of a setting's number, with a field of its own on the web page.
public struct SettingBit: Hashable, Sendable {
  /// What it adds to the number.
  public let value: Int
  /// Where the web page shows it.
  public let field: WebField
  /// What it means when it is on.
  public let meaning: LocalizedText

  /// - Parameters:
  ///   - value: what it adds to the number.
  ///   - field: where the web page shows it.
  ///   - meaning: what it means when it is on.
  public init(_ value: Int, _ field: WebField, _ meaning: LocalizedText) {
    self.value = value
    self.field = field
    self.meaning = meaning
  }
}

/// Where the web page shows a setting.
public struct WebField: Hashable, Sendable {
  /// A tab of the web page (MUC500 manual 1.1, ch. 4).
  public enum Tab: String, CaseIterable, Sendable {
    case general = "General"
    case meter = "Meter"
    case output = "Output"
    case configuration = "Configuration"
    case wan = "WAN"
    case server = "Server"
    case security = "Security"
    case user = "User"
    case log = "Log"
    case service = "Service"
  }

  /// The tab.
  public let tab: Tab
  /// The field's label.
  public let label: LocalizedText
  /// The least number that can be given there, where the file may have a lesser one; nil: they are the same.
  public let least: Int?

  /// - Parameters:
  ///   - tab: the tab.
  ///   - en: the label in English.
  ///   - de: the label in German.
  ///   - least: the least number that can be given there; nil: that of the setting.
  public init(_ tab: Tab, _ en: String, de: String, least: Int? = nil) {
    self.tab = tab
    label = LocalizedText(en, de: de)
    self.least = least
  }
}

/// What a changed setting needs to take effect.
public enum SettingEffect: String, CaseIterable, Sendable {
  /// Nothing: in force with the next thing that is done.
  case live = "at once"
  /// The service that it belongs to takes it over; the others go on.
  case serviceRestart = "restart of its service"
  /// The whole device.
  case reboot = "reboot"
}

/// Whether this version does something with a setting.
public enum SettingStatus: String, CaseIterable, Sendable {
  /// It does what the summary says.
  case effective = "effective"
  /// It is checked and kept, and nothing happens yet.
  case acceptedWithoutEffect = "accepted without effect yet"
  /// It is checked and kept; this device lacks the hardware.
  case hardwareAbsent = "hardware absent"

  /// What to say of a setting that a file gives; nil when it does something.
  var whyWithoutEffect: String? {
    switch self {
    case .effective: nil
    case .acceptedWithoutEffect: "is \(rawValue)"
    case .hardwareAbsent: "is accepted without effect: this device lacks the hardware"
    }
  }
}

/// Where a setting is described.
public enum SettingSource: String, CaseIterable, Sendable {
  /// Only the Anybus gateway has it.
  case anybus = "Anybus gateway manual 2.4, ch. 9.4"
  /// Only the MUC500 has it.
  case solvimus = "MUC500 manual 1.1, table 25"
  /// Both have it.
  case both = "Anybus gateway manual 2.4, ch. 9.4; MUC500 manual 1.1, table 25"
  /// Neither has it.
  case metergate = "metergate, beyond the manuals"
}
