import MeterFiles
import Settings

/// Passwords that stand encrypted in chip.ini, and the key that opens them.
extension Planner {
  private static let keyName = SecretKeys.keyName

  /// Brings the passwords under the key that the folder will have: those that come with another key are decrypted
  /// by it and encrypted anew, and plain ones are encrypted when MUC_PASSMUC_ENCMODE wants it.
  /// - Returns: what cannot be decrypted, and could not so far.
  mutating func secrets() throws(ConfigurationFailure) -> [Diagnostic] {
    let name = ConfigurationNames.settings
    result.files[Self.keyName] = key()
    guard let document = result.document, document.bytes != present.document?.bytes else {
      return []
    }
    var sealing = sealing(result.files[Self.keyName])
    var key: [UInt8]?
    if result.files[Self.keyName] == nil, sealing.needsKey(document) {
      guard !present.leftOut.contains(Self.keyName) else {
        throw ConfigurationFailure(
          "passwords are to be encrypted, and \(Self.keyName) in \(folder.path) cannot be read; nothing is changed"
        )
      }
      key = SecretKeys.newKeyFile()
      sealing = self.sealing(key)
    }
    let edited: INIDocument
    let failures: [Resealing.Failure]
    do throws(SettingsEditFailure) {
      (edited, failures) = try sealing.applied(to: document)
    } catch {
      throw ConfigurationFailure("\(error); nothing is changed")
    }
    if edited.bytes != document.bytes {
      result.files[name] = edited.bytes
      // What nobody can decrypt needs no key, either.
      if let key { result.files[Self.keyName] = key }
    }
    let known = present.document?.encryptedTexts ?? []
    return failures.filter { failure in !known.contains { $0.last == failure.text } }.map {
      Diagnostic(
        .error, file: name, at: $0.place, key: $0.key,
        "\($0.key) is encrypted, and cannot be decrypted to be encrypted with the key of this device: \($0.why). "
          + "The part certificates of the device that it comes from has the key (\(Self.keyName))")
    }
  }

  private func sealing(_ key: [UInt8]?) -> Resealing {
    func coder(_ key: [UInt8]?) -> SecretCoder {
      SecretKeys.having(key, folder: folder.path).coder
    }
    return Resealing(
      own: coder(key),
      others: [new.files[Self.keyName], present.files[Self.keyName]].compactMap(\.self).map(coder),
      present: present.document)
  }

  /// The key that the folder will have. That of this device stays, unless a whole state with another key comes
  /// back, and nothing that stays is encrypted with it.
  private func key() -> [UInt8]? {
    let (old, wanted) = (present.files[Self.keyName], result.files[Self.keyName])
    guard let old, wanted != old, SecretKeys.isKey(old) else { return wanted }
    let isRestored = manner == .replace && !new.leftOut.contains(Self.keyName)
    let coder = SecretKeys.having(wanted, folder: folder.path).coder
    guard isRestored, result.document?.isReadable(with: coder) ?? true else { return old }
    return wanted
  }
}
