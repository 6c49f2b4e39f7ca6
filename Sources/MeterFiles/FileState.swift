extension AppFolder {
  /// Whether a file was there.
  public enum FileState: Equatable, Sendable {
    /// It has been read.
    case read
    /// There is none; its defaults are in force.
    case missing
    /// It is there, but as a whole not readable; its defaults are in force.
    case unreadable
  }
}
