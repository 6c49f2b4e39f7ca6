import Crypto
import FoundationEssentials
import Settings

/// An encrypted text as it stands in a file: the mark of its form, then in Base64 12 bytes of nonce, the
/// text by AES-256-GCM (NIST SP 800-38D), and its tag of 16 bytes. The mark is authenticated with it.
struct SealedText: CustomStringConvertible {
  private let form: SecretForm
  private let box: AES.GCM.SealedBox

  /// From a text of a file; nil when it has no such form, or is not the only way to write the same.
  init?(_ text: String, _ form: SecretForm) {
    guard form != .plain, text.hasPrefix(form.mark),
      let bytes = Data(base64Encoded: String(text.dropFirst(form.mark.count))),
      let box = try? AES.GCM.SealedBox(combined: bytes)
    else { return nil }
    self.form = form
    self.box = box
    guard description == text else { return nil }
  }

  private init(_ box: AES.GCM.SealedBox, _ form: SecretForm) {
    self.form = form
    self.box = box
  }

  /// Encrypts a text, with a nonce of its own; nil only when the library fails.
  static func sealing(_ text: String, by key: SymmetricKey, _ form: SecretForm) -> SealedText? {
    let box = try? AES.GCM.seal(
      Array(text.utf8), using: key, authenticating: Array(form.mark.utf8))
    return box.map { SealedText($0, form) }
  }

  /// What it says; nil with another key, or after a change.
  func opened(by key: SymmetricKey) -> String? {
    let clear = try? AES.GCM.open(box, using: key, authenticating: Array(form.mark.utf8))
    return clear.flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// As it stands in the file.
  var description: String {
    form.mark + (Data(box.nonce) + box.ciphertext + box.tag).base64EncodedString()
  }
}
