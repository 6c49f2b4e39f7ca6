/// What came of a command.
public struct CommandResult: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// What was read afterwards shows that it is done: what.
    case confirmed(String)
    /// Sent to all meters, of which nobody acknowledges it.
    case sentToAll
    /// Acknowledged, and nothing was read behind it: it shows in no telegram, or at another speed of the line only.
    case acknowledged
    /// Acknowledged, and there is nothing in a telegram by which it could be told.
    case unseen
    /// Not acknowledged: how often it was tried. Whether it is done all the same shows at another speed of the line
    /// only.
    case unacknowledged(String)
    /// Acknowledged, and what was read afterwards does not tell: why.
    case notShown(String)
    /// Acknowledged, and what was read afterwards is something else: what.
    case otherwise(String)
    /// Not acknowledged, or nothing was sent: why.
    case refused(String)
  }

  /// How it ended.
  public var ending: Ending
  /// What came in each exchange.
  public var received: [[UInt8]]

  /// - Parameters:
  ///   - ending: how it ended.
  ///   - received: what came in each exchange.
  public init(ending: Ending, received: [[UInt8]]) {
    self.ending = ending
    self.received = received
  }
}
