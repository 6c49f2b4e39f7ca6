import Crypto
import Glibc
import Settings

/// The keys by which secrets in chip.ini are encrypted: one of the device's own, made when it is needed
/// first, and one that is made of it and of what is particular to the machine.
package struct SecretKeys: Sendable {
  /// Where the key of the device is, within the configuration folder.
  package static let keyName = "keys/config.key"
  /// Its length; the file has it in hex digits.
  static let keyLength = 32

  private let folder: String
  private let keysFolder: String
  private let keyPath: String
  private let machineIDPath: String
  private let files: FileView

  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - files: where its files are read from.
  package init(
    folder: String, machineIDPath: String = "/etc/machine-id", files: FileView = .disk
  ) {
    self.folder = folder
    self.files = files
    keysFolder = FilePlace.join(folder, FilePlace.split(Self.keyName).folder)
    keyPath = FilePlace.join(folder, Self.keyName)
    self.machineIDPath = machineIDPath
  }

  /// The same with a key that is not on the disk; nil: with none.
  package static func having(_ key: [UInt8]?, folder: String) -> SecretKeys {
    let path = FilePlace.join(folder, keyName)
    return SecretKeys(folder: folder, files: FileView(planned: [path: key]))
  }

  /// Whether the content of a file is such a key.
  package static func isKey(_ content: [UInt8]) -> Bool { key(content) != nil }

  /// Both ways, for reading and saving settings. Reads the files anew each time. Blocks.
  package var coder: SecretCoder {
    SecretCoder(
      open: { text in
        Result { () throws(SecretCoder.Refusal) in try open(text) }
      },
      seal: { text, form in
        Result { () throws(SecretCoder.Refusal) in try seal(text, form) }
      })
  }

  /// The text that an encrypted one stands for.
  func open(_ text: String) throws(SecretCoder.Refusal) -> String {
    let form = SecretForm.of(text)
    guard let sealed = SealedText(text, form) else {
      throw SecretCoder.Refusal(
        "what follows \(form.mark) is no whole encrypted text; write the password as it is, metergate "
          + "encrypts it when it saves the file")
    }
    guard let key = try deviceKey() else {
      throw SecretCoder.Refusal(
        "there is no \(Self.keyName) in the configuration folder; put the file back, or write the "
          + "password as it is")
    }
    guard let clear = sealed.opened(by: try derived(key, form)) else {
      let other =
        form == .bound
        ? "on another machine (/etc/machine-id) or with another \(Self.keyName)"
        : "with another \(Self.keyName)"
      throw SecretCoder.Refusal(
        "it was encrypted \(other), or has been changed; write the password as it is")
    }
    return clear
  }

  /// The encrypted text of a clear one. Makes the key of the device if there is none.
  func seal(_ text: String, _ form: SecretForm) throws(SecretCoder.Refusal) -> String {
    let key: [UInt8]
    if let known = try deviceKey() { key = known } else { key = try newDeviceKey() }
    guard let sealed = SealedText.sealing(text, by: try derived(key, form), form) else {
      throw SecretCoder.Refusal("the encryption did not work")
    }
    return sealed.description
  }

  /// The key for a form; nil never for one that encrypts.
  private func derived(
    _ key: [UInt8], _ form: SecretForm
  ) throws(SecretCoder.Refusal) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: key),
      salt: form == .bound ? try machineID() : [],
      info: Array("metergate secret \(form.mark)".utf8), outputByteCount: 32)
  }

  private func machineID() throws(SecretCoder.Refusal) -> [UInt8] {
    switch FileBytes.read(machineIDPath, limit: 1024) {
    case .read(let bytes):
      let id = bytes.filter { $0 > 0x20 }
      guard !id.isEmpty else { throw SecretCoder.Refusal("\(machineIDPath) is empty") }
      return id
    case .missing: throw SecretCoder.Refusal("there is no \(machineIDPath)")
    case .unreadable(let why): throw SecretCoder.Refusal("\(machineIDPath) cannot be read: \(why)")
    }
  }

  /// The key of the device; nil: there is none yet.
  private func deviceKey() throws(SecretCoder.Refusal) -> [UInt8]? {
    switch files.read(keyPath, limit: 1024) {
    case .read(let bytes):
      guard let key = Self.key(bytes) else {
        throw SecretCoder.Refusal(
          "\(Self.keyName) is no key: it has \(2 * Self.keyLength) hex digits")
      }
      return key
    case .missing: return nil
    case .unreadable(let why):
      throw SecretCoder.Refusal("\(Self.keyName) cannot be read: \(why)")
    }
  }

  private static func key(_ text: [UInt8]) -> [UInt8]? {
    let text = String(decoding: text.filter { $0 > 0x20 }, as: UTF8.self)
    guard let key = ElementText.bytes(text, maximum: keyLength), key.count == keyLength else {
      return nil
    }
    return key
  }

  /// The content of a file with a new key.
  package static func newKeyFile() -> [UInt8] {
    let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let text = key.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }.joined()
    return Array((text + "\n").utf8)
  }

  private func newDeviceKey() throws(SecretCoder.Refusal) -> [UInt8] {
    do throws(SaveFailure) {
      let content = Self.newKeyFile()
      try PrivateFolder.make(keysFolder, of: folder)
      try SafeFile.save(
        content, to: keyPath, replacing: .missing, isPrivate: true, owner: folder)
      return Self.key(content) ?? []
    } catch {
      // Another program may have made one meanwhile.
      if case .conflict = error, let key = try deviceKey() { return key }
      throw SecretCoder.Refusal("\(error)")
    }
  }
}
