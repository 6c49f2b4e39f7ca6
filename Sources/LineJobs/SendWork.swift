import BusMaster
import Metering
import Station
import Time

/// Bytes that are put on the line as they are, or a command to a meter.
struct SendWork: LineWork {
  private enum Machine {
    case bytes(FrameSend)
    case order(CommandSequence)
  }

  /// What bytes of somebody's own do to a slave is beyond what the line can know.
  private var remembered: FrameCountBits
  private let line: LineID
  private var machine: Machine

  init(
    _ job: SendJob, line: LineID, configuration: LineConfiguration, countBits: FrameCountBits
  ) {
    self.line = line
    remembered = countBits
    if let order = job.order, case .mbus(let address) = order.address {
      machine = .order(
        CommandSequence(
          order.command, to: address, retries: configuration.retries,
          timing: configuration.timing, countBits: countBits))
    } else {
      machine = .bytes(FrameSend(job.bytes, timing: configuration.timing))
    }
  }

  var countBits: FrameCountBits {
    guard case .order(let sequence) = machine else { return remembered }
    return sequence.countBits
  }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    switch machine {
    case .bytes(var send):
      defer { machine = .bytes(send) }
      return send.handle(event, now: now.instant).map { step($0) { SendReply($0) } }
    case .order(var sequence):
      defer { machine = .order(sequence) }
      return sequence.handle(event, now: now.instant).map { step($0) { SendReply($0) } }
    }
  }

  private func step<Result>(
    _ action: BusAction<Result>, _ reply: (Result) -> SendReply
  ) -> LineStep {
    switch action {
    case .send(let request): .send(request)
    case .wake(let instant): .wake(at: instant)
    case .finish(let result): .end(.sent(line, reply(result)))
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
  fileprivate init(_ result: CommandResult) {
    self.init(
      result.received.isEmpty ? .silence : .answered, received: result.received.flatMap { $0 })
    check =
      switch result.ending {
      case .confirmed: .confirmed
      case .notShown(let why): .notShown(why)
      case .otherwise(let what): .otherwise(what)
      case .refused(let why): .refused(why)
      }
  }

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
