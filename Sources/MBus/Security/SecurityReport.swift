/// What became of the encryption of a telegram.
public struct SecurityReport: Hashable, Sendable {
  /// What was done.
  public enum State: String, Hashable, Sendable {
    /// Nothing is encrypted, and nothing says so.
    case none
    /// It was decrypted.
    case decrypted
    /// The header says that it is encrypted, and it is not.
    case sentPlain
    /// It is taken as it is, as the settings want it.
    case disabled
    case keyMissing
    case keyWrong
    /// By a mode that is not read here.
    case unsupported
    /// There are fewer bytes than the header says.
    case truncated
  }

  /// The security mode of the header: 0, 5, 7, …
  public var mode: UInt8
  /// What was done.
  public var state: State

  /// - Parameters:
  ///   - mode: the security mode of the header.
  ///   - state: what was done.
  public init(mode: UInt8 = 0, state: State = .none) {
    self.mode = mode
    self.state = state
  }
}
