/// Bytes for the line as they are: a command, or a frame of somebody's own.
public struct SendJob: Hashable, Sendable {
  /// What is sent; need not be a frame.
  public var bytes: [UInt8]

  /// - Parameter bytes: what is sent.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// What came of sending bytes.
public struct SendReply: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// With a good frame.
    case answered
    /// Nothing came in time.
    case silence
    /// Something came that is no good frame: what is wrong with it.
    case garbage(String)
    /// Nothing was sent, since the line is not there: why.
    case lineDown(String)
  }

  /// How it ended.
  public var ending: Ending
  /// Everything that came.
  public var received: [UInt8]

  /// - Parameters:
  ///   - ending: how it ended.
  ///   - received: everything that came.
  public init(_ ending: Ending, received: [UInt8] = []) {
    self.ending = ending
    self.received = received
  }
}
