import BusMaster
import Metering
import Station
import Time

/// The readout of one meter.
struct ReadWork: LineWork {
  private let line: LineID
  private let job: ReadJob
  private var machine: MeterReadout

  init(
    _ job: ReadJob, line: LineID, configuration: MBusLine.Configuration, countBits: FrameCountBits
  ) {
    self.line = line
    self.job = job
    let plan = ReadoutPlan(
      address: job.address.onMBus, selectMask: configuration.selectMask, reset: configuration.reset,
      retries: configuration.retries, maxTelegrams: configuration.maxTelegrams)
    machine = MeterReadout(plan, timing: configuration.timing, countBits: countBits)
  }

  var countBits: FrameCountBits { machine.countBits }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    machine.handle(event, now: now.instant).map { action in
      switch action {
      case .send(let request): .send(request)
      case .wake(let instant): .wake(at: instant)
      case .finish(let result):
        .end(
          ended(
            ReadoutReport.outcome(
              of: result, askedBy: job.address.onMBus, listings: job.listings),
            telegrams: result.received, at: now))
      }
    }
  }

  func refused(_ reason: String, at now: Moment) -> LineEvent {
    ended(.failure(.lineDown(reason)), at: now)
  }

  private func ended(
    _ outcome: Result<MeterReport, ReadoutFailure>, telegrams: [[UInt8]] = [], at now: Moment
  ) -> LineEvent {
    .readout(
      Readout(line: line, meter: job.meter, time: now, outcome: outcome, telegrams: telegrams))
  }
}

extension MeterAddress {
  /// The address on the wired M-Bus; there is no other kind yet.
  fileprivate var onMBus: MBusAddress {
    switch self {
    case .mbus(let address): address
    }
  }
}
