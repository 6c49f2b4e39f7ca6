/// How a secret stands in a file: MUC_PASSMUC_ENCMODE (MUC500 manual 1.1, table 25). The format of
/// encrypted ones is this program's own; docs/users.md describes it.
public enum SecretForm: Int, CaseIterable, Sendable {
  /// As it is.
  case plain = 0
  /// Encrypted with the key of the device.
  case encrypted = 1
  /// Encrypted with the key of the device and what is particular to the machine.
  case bound = 2

  /// What an encrypted text begins with; empty for plain ones.
  public var mark: String {
    switch self {
    case .plain: ""
    case .encrypted: "{enc1}"
    case .bound: "{enc2}"
    }
  }

  /// The form in which a text stands.
  public static func of(_ text: String) -> SecretForm {
    if text.hasPrefix(encrypted.mark) { return .encrypted }
    return text.hasPrefix(bound.mark) ? .bound : .plain
  }
}

/// Turns secrets of a file into clear ones, and back. It is given by whoever has the keys, so that reading
/// settings needs none.
public struct SecretCoder: Sendable {
  /// Why a secret cannot be had: to follow "cannot be decrypted: ".
  public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what helps.
    public let description: String

    /// - Parameter description: what is wrong, and what helps.
    public init(_ description: String) { self.description = description }
  }

  /// The clear text of an encrypted one.
  public let open: @Sendable (String) -> Result<String, Refusal>
  /// The encrypted text of a clear one.
  public let seal: @Sendable (String, SecretForm) -> Result<String, Refusal>

  /// Both ways.
  public init(
    open: @escaping @Sendable (String) -> Result<String, Refusal>,
    seal: @escaping @Sendable (String, SecretForm) -> Result<String, Refusal>
  ) {
    self.open = open
    self.seal = seal
  }

  /// For those who only carry secrets from file to file, and have no keys: each stays as it stands there.
  public static let verbatim = SecretCoder(
    open: { .success($0) }, seal: { text, _ in .success(text) })

  /// What a text of a file says: the text itself, or what it encrypts.
  func clear(_ text: String) -> Result<String, Refusal> {
    SecretForm.of(text) == .plain ? .success(text) : open(text)
  }

  /// What is to stand in the file for a clear text.
  func written(_ text: String, _ form: SecretForm) -> Result<String, Refusal> {
    // A plain text that looks encrypted would be taken for it.
    let form = form == .plain && SecretForm.of(text) != .plain ? .encrypted : form
    return form == .plain || text.isEmpty ? .success(text) : seal(text, form)
  }
}

extension Settings {
  /// MUC_PASSMUC_ENCMODE: how secrets are to stand in the file.
  public var secretForm: SecretForm { SecretForm(rawValue: integer(.mucPassEncryption)) ?? .plain }
}
