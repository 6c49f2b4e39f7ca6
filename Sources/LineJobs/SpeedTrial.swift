import BusMaster
import Time

/// Whether a line can talk at another speed, before a meter is told to do so. The port says when it cannot
/// (`LineDriver.Input.speedRefused`); silence is consent.
struct SpeedTrial: Sendable {
  private enum Phase {
    case atNew, atOld, over
  }

  private let new: Int64
  private let timing: LineTiming
  private var phase = Phase.atNew

  /// Ports take their new speed within some milliseconds; one that is slower says no when the meter has been told, which
  /// `SpeedCheck` tells.
  private static let patience = Span.milliseconds(150)

  /// - Parameters:
  ///   - new: the speed that is tried, bits a second.
  ///   - timing: of the line, with the speed before.
  init(new: Int64, timing: LineTiming) {
    self.new = new
    self.timing = timing
  }

  /// The line has its speed before.
  var isOver: Bool { phase == .over }

  /// What it means that the line does not take the speed that was wanted last.
  var refusal: String {
    phase == .atNew
      ? "the line does not take \(new) baud, so that nothing was sent"
      : "the line does not go back to \(timing.baud) baud, so that nothing was sent"
  }

  func begin(now: MonotonicInstant) -> [LineStep] {
    [.use(baud: new), .wake(at: now + Self.patience)]
  }

  mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [LineStep] {
    guard event == .wake else { return [] }
    guard phase == .atNew else {
      phase = .over
      return []
    }
    phase = .atOld
    return [.use(baud: timing.baud), .wake(at: now + Self.patience)]
  }
}
