import MBusLine
import Metering
import NIOCore
import Station
import Time

/// Reads all meters of a line again and again, without pauses. Confined to the event loop of the line.
final class ReadoutRounds {
  /// One readout of all meters.
  struct Round: Hashable {
    /// What went over the line.
    var traffic = ObservedLine.Traffic()
    /// Telegrams that came.
    var telegrams = 0
    /// Meters that did not answer, or not completely: why.
    var failures: [String] = []
  }

  /// Told with each round that is over; its number counts from 1.
  var onRound: ((Int, Round) -> Void)?

  private let driver: MBusLine
  private let line: ObservedLine
  private let jobs: [ReadJob]
  private let count: Int
  private let end: EventLoopPromise<[Round]>
  private var rounds: [Round] = []
  private var current = Round()
  private var left = 0

  init(
    _ driver: MBusLine, over line: ObservedLine, jobs: [ReadJob], count: Int,
    eventLoop: any EventLoop
  ) {
    self.driver = driver
    self.line = line
    self.jobs = jobs
    self.count = count
    end = eventLoop.makePromise()
  }

  /// Opens the line and begins; done when all rounds are over or the line is lost.
  func start() -> EventLoopFuture<[Round]> {
    driver.onEvent = { [weak self] event in self?.take(event) }
    driver.start()
    return end.futureResult
  }

  private func take(_ event: LineEvent) {
    switch event {
    case .state(_, .up): begin()
    case .state(_, .down(let reason)): end.fail(BenchFailure(description: reason))
    case .readout(let readout): take(readout)
    case .state(_, .lent), .heldLow, .found, .scanProgress, .scanEnded, .sent: break
    }
  }

  private func begin() {
    guard rounds.count < count else {
      driver.stop()
      return end.succeed(rounds)
    }
    current = Round()
    left = jobs.count
    for job in jobs { driver.perform(.read(job)) }
  }

  private func take(_ readout: Readout) {
    // What came in one exchange is a telegram or a single E5.
    current.telegrams += readout.telegrams.filter { $0.count > 1 }.count
    switch readout.outcome {
    case .failure(let failure): current.failures.append("\(failure)")
    case .success(let report) where !report.isComplete:
      current.failures.append(report.problems.joined(separator: "; "))
    case .success: break
    }
    left -= 1
    guard left == 0 else { return }
    current.traffic = line.takeTraffic()
    rounds.append(current)
    onRound?(rounds.count, current)
    begin()
  }
}

/// What keeps a measurement from its end; the options as such are right.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String
}
