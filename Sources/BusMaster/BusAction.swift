import Bytes
import MBus
import Time

/// What a state machine of the bus asks of the line, until it has its result.
public enum BusAction<Result: Hashable & Sendable>: Hashable, Sendable {
  /// Put these bytes on the wire.
  case send([UInt8])
  /// Call again at this time if nothing has come until then; replaces earlier wishes.
  case wake(at: MonotonicInstant)
  /// It is over.
  case finish(Result)
}

/// What happens to a state machine of the bus.
public enum BusEvent: Hashable, Sendable {
  /// Begin.
  case start
  /// Bytes came from the line.
  case received(LineBytes)
  /// The time that was asked for has come.
  case wake
}

/// What a readout brought.
public struct ReadoutResult: Hashable, Sendable {
  /// How a chain of telegrams ended.
  public enum Ending: Hashable, Sendable {
    /// The meter has no more to say.
    case complete
    /// The limit of telegrams was reached, and there are more.
    case limited
    /// Nothing came, in this many attempts.
    case noAnswer(attempts: Int)
    /// Something came, but no answer: what was wrong the last time.
    case garbage(String, attempts: Int)
  }

  /// The good telegrams in order.
  public var telegrams: [Frame] = []
  /// What they say, one for each.
  public var responses: [Result<Response, ResponseError>] = []
  /// What the meter's compact frames look like, with what this readout has shown.
  public var formats = FormatCache()
  /// How it ended, after those.
  public var ending = Ending.complete
  /// What came in each exchange, in order, good or bad; exchanges in which nothing came are left out.
  public var received: [[UInt8]] = []
  /// What a person should know of it beside its ending.
  public var problems: [String] = []
  /// Somebody has answered to the meter's address, well or badly: to SND_NKE to it, to its select, or to a request. What
  /// others say to resets that reach them, too, is none of that.
  var isSomebodyThere = false
  /// Several meters have answered at once, if only once.
  var haveSeveralAnswered = false
}
