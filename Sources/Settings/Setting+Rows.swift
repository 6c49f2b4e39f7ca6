extension Setting {
  /// A row of the manuals that this version checks and keeps, and does nothing with yet. As soon as it does,
  /// it becomes a row of its own, whose status is effective.
  /// - Parameters:
  ///   - key: its name.
  ///   - group: its group.
  ///   - solvimusKey: how the solvimus dialect writes it; nil: the same.
  ///   - otherSpellings: further spellings that are understood.
  ///   - type: what is allowed.
  ///   - defaultValue: what is in force without it.
  ///   - anybus: the same in the Anybus dialect; nil: no other.
  static func kept(
    _ key: String, in group: SettingGroup = .main, solvimusKey: String? = nil,
    otherSpellings: [String] = [], _ type: SettingType, _ defaultValue: SettingValue,
    anybus: SettingValue? = nil, unit: SettingUnit? = nil, choices: [SettingChoice] = [],
    field: WebField? = nil, _ summary: LocalizedText, isSecret: Bool = false,
    effect: SettingEffect = .serviceRestart, status: SettingStatus = .acceptedWithoutEffect,
    source: SettingSource = .solvimus
  ) -> Setting {
    Setting(
      group, key, solvimusKey: solvimusKey, otherSpellings: otherSpellings, type: .both(type),
      default: .each(anybus: anybus ?? defaultValue, solvimus: defaultValue), unit: unit,
      choices: choices, field: field, summary: summary, isSecret: isSecret, effect: effect,
      status: status, source: source)
  }
}

extension SettingType {
  /// Text as the manuals allow it nearly everywhere.
  static let anyText = SettingType.text(maximum: 255)
  /// A path as long as the manuals allow it.
  static let anyPath = SettingType.path(maximum: 255)
  /// A host as long as the manuals allow it.
  static let anyHost = SettingType.host(maximum: 255)
  /// A number of 16 bits: ports, milliseconds, counts.
  static let word = SettingType.integer(0...65535)
  /// A number of 32 bits. The manuals' widest range; also of numbers for which they give none.
  static let count = SettingType.integer(0...4_294_967_295)
  /// A number of 32 bits that is not 0.
  static let positive = SettingType.integer(1...4_294_967_295)
}

extension SettingValue {
  /// No value at all, also for numbers.
  static let unset = SettingValue.text("")
}

/// What a line or service is called in the summaries of rows that several of them have.
struct RowSubject {
  /// Before the first underscore of its keys.
  let prefix: String
  /// To follow "of": `the M-Bus slave`.
  let en: String
  /// The same in the genitive: `des M-Bus-Slaves`.
  let de: String
  /// Whether rows of it do something.
  var status = SettingStatus.acceptedWithoutEffect

  /// `text` before the subject in both languages.
  func text(_ english: String, de german: String) -> LocalizedText {
    LocalizedText("\(english) of \(en).", de: "\(german) \(de).")
  }
}
