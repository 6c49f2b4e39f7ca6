import Bytes
import MBus
import Time

/// What came of bytes that were put on the line as they were given.
public struct SendResult: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// With a frame.
    case answered(Frame)
    /// Nothing came, apart from an echo of what was sent.
    case silence
    /// Something came that is no frame: what is wrong with it.
    case garbage(String)
  }

  /// How it ended.
  public var ending: Ending
  /// Everything that came.
  public var received: [UInt8]
}

/// Puts given bytes on the line once and collects what comes until that is a frame, or the time is up.
public struct FrameSend: Sendable {
  private let request: [UInt8]
  private let timing: LineTiming
  private var exchange: Exchange?

  /// - Parameters:
  ///   - request: what is sent; need not be a frame.
  ///   - timing: of the line.
  public init(_ request: [UInt8], timing: LineTiming) {
    self.request = request
    self.timing = timing
  }

  /// Takes an event; what is to be done now.
  public mutating func handle(
    _ event: BusEvent, now: MonotonicInstant
  ) -> [BusAction<SendResult>] {
    let outcome: Exchange.Outcome?
    switch event {
    case .start:
      let exchange = Exchange(request, expecting: .anything, timing: timing, now: now)
      self.exchange = exchange
      return [.send(request), .wake(at: exchange.deadline)]
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    let ending: SendResult.Ending =
      switch outcome {
      case .acknowledged, .acknowledgedBySeveral: .answered(.acknowledge)
      case .response(let frame): .answered(frame)
      case .garbage(let why): .garbage(why)
      case .silence, .done: .silence
      }
    return [.finish(SendResult(ending: ending, received: exchange.received))]
  }
}
