/// Brings the secrets of a file that comes from elsewhere under the key of this device.
public struct Resealing {
  /// A secret that nobody here can decrypt.
  public struct Failure: Hashable, Sendable {
    /// Where it stands.
    public let place: TextPlace
    /// Its key as the file spells it.
    public let key: String
    /// The encrypted text.
    public let text: String
    /// Why it cannot be decrypted.
    public let why: String
  }

  /// Encrypts and decrypts with the key of this device.
  public let own: SecretCoder
  /// Decrypt with the keys that the file may have come with.
  public let others: [SecretCoder]
  /// The file so far: a secret that stays the same stays as it is written there.
  public let present: INIDocument?

  /// All of it.
  public init(own: SecretCoder, others: [SecretCoder], present: INIDocument?) {
    self.own = own
    self.others = others
    self.present = present
  }

  /// Whether anything is to be encrypted by a device that has no key yet.
  public func needsKey(_ document: INIDocument) -> Bool {
    document.secretLines.contains { line in
      SecretForm.of(line.text) != .plain || line.isKnown && document.secretForm != .plain
    }
  }

  /// The file with each secret as MUC_PASSMUC_ENCMODE wants it, encrypted with the key of this device. One that
  /// is so already stays as it is, and so does one that cannot be decrypted.
  public func applied(
    to document: INIDocument
  ) throws(SettingsEditFailure) -> (document: INIDocument, failures: [Failure]) {
    let form = document.secretForm
    var parts = document.lines.map(\.bytes)
    var failures: [Failure] = []
    for line in document.secretLines {
      let found = SecretForm.of(line.text)
      guard found != .plain || line.isKnown else { continue }
      // Of a key that nobody knows the form may mean something.
      var wanted = line.isKnown ? form : found
      let clear: String
      switch opened(line.text) {
      case .success(let text): clear = text
      case .failure(let refusal):
        failures.append(
          Failure(
            place: document.lines[line.index].valuePlace, key: line.key, text: line.text,
            why: refusal.description))
        continue
      }
      // A plain text that looks encrypted has to be encrypted.
      if wanted == .plain, SecretForm.of(clear) != .plain { wanted = .encrypted }
      let isOwn = found == .plain || (try? own.clear(line.text).get()) != nil
      guard !isOwn || found != wanted else { continue }
      let text = try written(clear, wanted, line)
      guard text != line.text else { continue }
      guard let bytes = document.lines[line.index].replacingValue(text) else {
        throw .notCarried(key: line.key)
      }
      parts[line.index] = bytes
    }
    return (INIDocument(parts.flatMap(\.self)), failures)
  }

  private func opened(_ text: String) -> Result<String, SecretCoder.Refusal> {
    let own = own.clear(text)
    guard case .failure = own else { return own }
    for other in others {
      if case .success(let clear) = other.clear(text) { return .success(clear) }
    }
    return own
  }

  private func written(
    _ clear: String, _ form: SecretForm, _ line: INIDocument.SecretLine
  ) throws(SettingsEditFailure) -> String {
    for old in present?.secretLines ?? [] where old.id == line.id {
      let found = SecretForm.of(old.text)
      if found == form, found != .plain, (try? own.open(old.text).get()) == clear {
        return old.text
      }
    }
    switch own.written(clear, form) {
    case .success(let text): return text
    case .failure(let why): throw .secret(key: line.key, why: why.description)
    }
  }
}

extension INIDocument {
  /// A line with a secret, or with what looks like an encrypted one.
  struct SecretLine {
    let index: Int
    let id: String
    let key: String
    let text: String
    let isKnown: Bool
  }

  /// Whether any of its values is encrypted.
  public var hasEncrypted: Bool {
    secretLines.contains { SecretForm.of($0.text) != .plain }
  }

  /// Whether all encrypted values can be read with a key.
  public func isReadable(with coder: SecretCoder) -> Bool {
    secretLines.allSatisfy { line in
      SecretForm.of(line.text) == .plain || (try? coder.open(line.text).get()) != nil
    }
  }

  /// The encrypted values by the names of their keys.
  public var encryptedTexts: Set<[String]> {
    Set(secretLines.filter { SecretForm.of($0.text) != .plain }.map { [$0.id, $0.text] })
  }

  /// How it wants its secrets.
  fileprivate var secretForm: SecretForm { Settings.read(self).settings.secretForm }

  fileprivate var secretLines: [SecretLine] {
    entries.compactMap { entry in
      guard !entry.value.isEmpty,
        entry.row?.isSecret ?? (SecretForm.of(entry.value) != .plain)
      else { return nil }
      let id =
        entry.row?.id
        ?? SettingName.normalized(entry.group) + "." + SettingName.normalized(entry.key)
      return SecretLine(
        index: entry.index, id: id, key: entry.key, text: entry.value, isKnown: entry.row != nil)
    }
  }
}
