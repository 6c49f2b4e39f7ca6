extension INIDocument {
  /// The document with a changed secret.
  func applying(
    secret change: SettingChange, _ secrets: SecretCoder
  ) throws(SettingsEditFailure) -> INIDocument {
    let row = change.setting
    guard let wanted = change.value?.description, !wanted.isEmpty else {
      return try applying(SettingChange(row, nil))
    }
    let isAllowed =
      SecretForm.of(wanted) != .plain || (try? row.type[dialect].parse(wanted)) == change.value
    guard isAllowed else {
      throw .notAllowed(key: row.key, allowed: row.allowed(in: dialect))
    }
    let old = texts[row.id] ?? ""
    if !old.isEmpty, case .success(wanted) = secrets.clear(old) { return self }
    let text = try Self.written(wanted, form, row, secrets)
    guard let place = entries(of: row).last else { return try adding(row, text, dialect) }
    guard let bytes = lines[place].replacingValue(text) else { throw .notCarried(key: row.key) }
    return try replacing(place, bytes, row, text)
  }

  /// The document with all its secrets as MUC_PASSMUC_ENCMODE wants them. One that cannot be decrypted
  /// stays: nobody else could, either.
  func withSecretsInForm(_ secrets: SecretCoder) throws(SettingsEditFailure) -> INIDocument {
    var document = self
    for row in SettingsTable.rows where row.isSecret {
      let places = document.entries(of: row)
      for place in places {
        guard case .entry(_, let old, _) = document.lines[place].content, !old.isEmpty,
          case .success(let clear) = secrets.clear(old), !isInForm(old, clear)
        else { continue }
        let text = try Self.written(clear, form, row, secrets)
        guard let bytes = document.lines[place].replacingValue(text) else {
          throw .notCarried(key: row.key)
        }
        // Of several lines the last counts.
        let counting = place == places.last ? text : document.texts[row.id] ?? text
        document = try document.replacing(place, bytes, row, counting)
      }
    }
    return document
  }

  /// Whether a secret stands as it should. A plain text that looks encrypted has to be encrypted.
  private func isInForm(_ text: String, _ clear: String) -> Bool {
    let found = SecretForm.of(text)
    return found == form
      || form == .plain && found != .plain && SecretForm.of(clear) != .plain
  }

  /// How it wants them.
  private var form: SecretForm { Settings.read(self).settings.secretForm }

  private static func written(
    _ text: String, _ form: SecretForm, _ row: Setting, _ secrets: SecretCoder
  ) throws(SettingsEditFailure) -> String {
    switch secrets.written(text, form) {
    case .success(let text): return text
    case .failure(let why): throw .secret(key: row.key, why: why.description)
    }
  }
}
