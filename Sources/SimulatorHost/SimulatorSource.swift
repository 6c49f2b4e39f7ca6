import BusSimulator

/// Where the slaves of a simulated bus come from: what follows `sim:` in MBUS_DEVPATH.
public enum SimulatorSource: Hashable, Sendable {
  /// The 20 built-in meters of `sim:demo`.
  case demo
  /// A file of telegrams.
  case file(String)

  /// What MBUS_DEVPATH says; nil when it does not name a simulated bus.
  /// - Parameter devicePath: `sim:demo` or `sim:FILE`.
  public init?(devicePath: some StringProtocol) {
    let prefix = "sim:"
    guard devicePath.hasPrefix(prefix), devicePath.count > prefix.count else { return nil }
    let source = String(devicePath.dropFirst(prefix.count))
    self = source == "demo" ? .demo : .file(source)
  }

  /// Makes the slaves.
  /// - Throws: `TelegramFileError` when the file cannot be used.
  public func load() throws -> SimulatedPopulation {
    switch self {
    case .demo: .demo
    case .file(let path): .captured(try TelegramFile.read(path))
    }
  }
}
