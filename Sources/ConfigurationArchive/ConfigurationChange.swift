import Time

/// A change of the whole configuration, by a plan, with the history before and behind it. All of it blocks.
public struct ConfigurationChange: Sendable {
  /// The folder that is changed.
  public let folder: ConfigurationFolder
  /// The configurations so far.
  public let history: ConfigurationHistory

  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - origin: the device, for what is recorded.
  public init(folder: String, origin: ConfigurationOrigin) {
    self.folder = ConfigurationFolder(folder)
    history = ConfigurationHistory(folder: folder, origin: origin)
  }

  /// Carries a plan out. What was there before is recorded first, whoever it was by: without a way back nothing is
  /// done. Afterwards what is there then is recorded.
  /// - Parameters:
  ///   - cause: why it is done.
  ///   - user: who does it; nil: nobody in particular.
  ///   - time: now, by the clock on the wall.
  ///   - forgets: there is to be no way back, and nothing is recorded.
  /// - Returns: what people should know.
  /// - Throws: `ConfigurationFailure`; nothing is changed then.
  public func carryOut(
    _ plan: ConfigurationPlan, as cause: ConfigurationCause, by user: String?,
    at time: () -> WallTime, forgets: Bool = false
  ) throws(ConfigurationFailure) -> [String] {
    if !forgets {
      do throws(ConfigurationFailure) {
        try history.record(cause: .file, time: time())
      } catch {
        throw ConfigurationFailure(
          "what is there now cannot be recorded, so that there would be no way back: \(error); nothing is changed"
        )
      }
    }
    var said = try folder.perform(plan)
    guard !forgets else { return said }
    do throws(ConfigurationFailure) {
      try history.record(after: nil, cause: cause, user: user, time: time())
    } catch {
      said.append("the history does not get this configuration: \(error)")
    }
    return said
  }
}
