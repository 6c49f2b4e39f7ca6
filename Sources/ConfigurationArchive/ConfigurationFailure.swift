import Settings

/// Why something was not done with a configuration. Unless the text says otherwise, nothing was changed.
public struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, where, and what is allowed.
  public let description: String
  /// What is wrong within the files, the worst first.
  public let diagnostics: [Diagnostic]

  init(_ description: String, diagnostics: [Diagnostic] = []) {
    self.description = description
    self.diagnostics = diagnostics
  }
}
