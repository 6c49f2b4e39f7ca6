import Metering

/// A meter of the list that is to be in the file.
public struct ListedMeter: Equatable, Sendable {
  /// Which of the meters it is that the file had when it was read, counted as they were given out; nil:
  /// a new one.
  public var origin: Int?
  /// What is to stand there.
  public var configuration: MeterConfiguration
  /// For each value of the configuration which of the meter's values in the file it is; nil: a new one.
  public var valueOrigins: [Int?]

  /// All parts.
  /// - Parameters:
  ///   - origin: its index among the meters that were read; nil: a new one.
  ///   - configuration: what is to stand there.
  ///   - valueOrigins: for each value its index among those that were read; nil: a new one. What is left
  ///     out: as many as there are values, all as they were or, of a new meter, all new.
  public init(
    origin: Int?, configuration: MeterConfiguration, valueOrigins: [Int?]? = nil
  ) {
    self.origin = origin
    self.configuration = configuration
    let indices = configuration.values.indices
    self.valueOrigins = valueOrigins ?? indices.map { origin == nil ? nil : $0 }
  }
}
