import BusMaster
import Metering
import Station
import Time

/// Bytes that are put on the line as they are.
struct SendWork: LineWork {
  let countBits: FrameCountBits
  private let line: LineID
  private var machine: FrameSend

  init(
    _ job: SendJob, line: LineID, configuration: LineConfiguration, countBits: FrameCountBits
  ) {
    self.line = line
    // Whatever the bytes do to a slave is beyond what the line can know.
    self.countBits = countBits
    machine = FrameSend(job.bytes, timing: configuration.timing)
  }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    machine.handle(event, now: now.instant).map { action in
      switch action {
      case .send(let request): .send(request)
      case .wake(let instant): .wake(at: instant)
      case .finish(let result): .end(.sent(line, SendReply(result)))
      }
    }
  }

  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent {
    .sent(line, SendReply(.lineDown(failure.lineReason)))
  }
}

extension ReadoutFailure {
  /// Why the line cannot be used, as far as it is that.
  fileprivate var lineReason: String {
    if case .lineDown(let why) = self { why } else { description }
  }
}

extension SendReply {
  fileprivate init(_ result: SendResult) {
    let ending: Ending =
      switch result.ending {
      case .answered: .answered
      case .silence: .silence
      case .garbage(let why): .garbage(why)
      }
    self.init(ending, received: result.received)
  }
}
