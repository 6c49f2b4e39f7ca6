/// What there is to say of a file of a port with TLS that its owner should know.
public struct TLSFileFinding: Equatable, Sendable, CustomStringConvertible {
  /// What follows from it.
  public enum Weight: Sendable {
    /// The port cannot be served.
    case unusable
    /// It is served, and no client gets in.
    case useless
    /// It is served, though nobody should take the file: one that is brought anew is refused.
    case improper
    /// Clients get in now.
    case notice
  }

  /// What follows from it.
  public let weight: Weight
  /// The setting that names the file.
  public let setting: String
  /// Setting, file, and what is wrong.
  public let description: String

  init(_ weight: Weight, _ setting: String, _ description: String) {
    self.weight = weight
    self.setting = setting
    self.description = description
  }
}
