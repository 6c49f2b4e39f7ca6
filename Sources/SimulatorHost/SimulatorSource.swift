import BusSimulator

/// Where the slaves of a simulated bus come from: what follows `sim:` in MBUS_DEVPATH.
public enum SimulatorSource: Hashable, Sendable {
  /// The 20 built-in meters of `sim:demo`.
  case demo
  /// A file of telegrams.
  case file(String)

  /// Makes the slaves.
  /// - Throws: `TelegramFileError` when the file cannot be used.
  public func load() throws -> SimulatedPopulation {
    switch self {
    case .demo: .demo
    case .file(let path): .captured(try TelegramFile.read(path))
    }
  }
}
