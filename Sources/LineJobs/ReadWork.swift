import BusMaster
import MBus
import Metering
import Station
import Time

/// The readout of one meter.
struct ReadWork: LineWork {
  private let line: LineID
  private let job: ReadJob
  private var machine: MeterReadout
  private let identity: MeterIdentity
  private(set) var formats: FormatCache?

  /// - Parameters:
  ///   - cipher: decrypts; nil: nothing is decrypted.
  ///   - formats: what the meter's compact frames look like, as far as it is known.
  init(
    _ job: ReadJob, line: LineID, configuration: LineConfiguration, countBits: FrameCountBits,
    cipher: (any TelegramCipher)?, formats: FormatCache
  ) {
    self.line = line
    self.job = job
    identity = job.identity.completed(by: job.address.onMBus.identity)
    var plan = configuration.readoutPlan(
      of: job.address.onMBus, identity: identity,
      key: cipher.flatMap { TelegramKey(job.encryptionKey, cipher: $0) }, formats: formats)
    if job.isSelectedInFull { plan.selectMask = [] }
    if job.isProbe { plan.retries = 0 }
    machine = MeterReadout(plan, timing: configuration.timing, countBits: countBits)
  }

  var serial: MeterSerial? { identity.serial == .any ? nil : identity.serial }

  var countBits: FrameCountBits { machine.countBits }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    machine.handle(event, now: now.instant).map { action in
      switch action {
      case .send(let request): .send(request)
      case .wake(let instant): .wake(at: instant)
      case .finish(let result): finish(result, at: now)
      }
    }
  }

  private mutating func finish(_ result: ReadoutResult, at now: Moment) -> LineStep {
    formats = result.formats
    return .end(
      ended(
        ReadoutReport.outcome(of: result, asked: identity, listings: job.listings),
        telegrams: result.received, at: now))
  }

  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent {
    ended(.failure(failure), at: now)
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

extension MBusAddress {
  /// Who the meter is, as far as the address says it.
  fileprivate var identity: MeterIdentity {
    switch self {
    case .primary: MeterIdentity(serial: .any)
    case .secondary(let identity): identity
    }
  }
}

extension MeterIdentity {
  /// With what another one knows beyond this.
  fileprivate func completed(by other: MeterIdentity) -> MeterIdentity {
    MeterIdentity(
      serial: serial == .any ? other.serial : serial,
      manufacturer: manufacturer ?? other.manufacturer, version: version ?? other.version,
      medium: medium ?? other.medium)
  }
}
