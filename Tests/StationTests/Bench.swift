import Metering
import Station
import Time

/// A station in virtual time, with a meter list and answers written down by the test.
struct Bench {
  var station: Station
  /// 2023-11-14 22:00 UTC: cycles up to an hour begin with the test.
  var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200))
  var effects: [StationEffect] = []

  init(_ meters: [MeterConfiguration], _ configuration: Station.Configuration = .init()) {
    station = Station(configuration: configuration, meters: meters)
    give(.start)
  }

  mutating func give(_ input: StationInput) { effects = station.handle(input, at: now) }

  mutating func pass(_ seconds: Int64) {
    now.instant = now.instant + .seconds(seconds)
    now.wall.unixSeconds += seconds
  }

  /// The meter that the line is asked to read now.
  var asked: MeterID? {
    for case .perform(.read(let job)) in effects { return job.meter }
    return nil
  }

  var events: [GatewayEvent] {
    effects.compactMap { if case .report(let event) = $0 { event } else { nil } }
  }

  mutating func answer(_ id: Int, _ values: [MeterValue], serial: UInt32? = nil) {
    let report = MeterReport(
      identity: MeterIdentity(serial: MeterSerial(digits: serial ?? UInt32(id))), values: values)
    give(readout(id, .success(report)))
  }

  mutating func answer(_ id: Int, _ values: [MeterValue], identity: MeterIdentity) {
    give(readout(id, .success(MeterReport(identity: identity, values: values))))
  }

  mutating func fail(_ id: Int, _ failure: ReadoutFailure = .noAnswer(attempts: 4)) {
    give(readout(id, .failure(failure)))
  }

  private func readout(
    _ id: Int, _ outcome: Result<MeterReport, ReadoutFailure>
  ) -> StationInput {
    .line(
      .readout(Readout(line: LineID(.mbus), meter: MeterID(id), time: now, outcome: outcome)))
  }

  /// What has become of a command.
  var answer: Result<ListOutcome, ListRefusal>? {
    for case .answer(let answer) in effects { return answer }
    return nil
  }

  var outcome: ListOutcome { (try? answer?.get()) ?? ListOutcome() }

  /// Why a command was refused.
  var refusal: String? {
    if case .failure(let refusal) = answer { "\(refusal)" } else { nil }
  }

  mutating func command(_ command: ListCommand) { give(.command(command)) }

  /// Everybody is read who is to be.
  mutating func readAll(_ values: (Int) -> [MeterValue]) {
    while let id = asked {
      answer(id.number, values(id.number), serial: meter(id.number).identity.serial.digits)
    }
  }

  /// By its key.
  func meter(_ id: Int) -> Meter { station.meter(MeterID(id)) ?? station.meters[0] }

  /// Whether the list is to be written to its file.
  var isSaving: Bool { effects.contains(.saveList) }
  /// What the file says then.
  var saved: [MeterConfiguration] { station.listToSave.map(\.configuration) }

  mutating func find(_ serial: UInt32, at address: UInt8? = nil) {
    let identity = MeterIdentity(
      serial: MeterSerial(digits: serial), manufacturer: ManufacturerCode(letters: "LUG"),
      version: 2, medium: .heat)
    let found = FoundMeter(
      address: .mbus(address.map { .primary($0) } ?? .secondary(identity)), identity: identity,
      primaryAddress: address)
    give(.line(.found(LineID(.mbus), found)))
  }

  mutating func endScan(
    found: Int, problems: [ScanProblem] = [], wasCancelled: Bool = false
  ) {
    let summary = ScanSummary(found: found, problems: problems, wasCancelled: wasCancelled)
    give(.line(.scanEnded(LineID(.mbus), summary)))
  }
}

func fresh(_ serial: UInt32) -> MeterConfiguration {
  MeterConfiguration(identity: MeterIdentity(serial: MeterSerial(digits: serial)))
}

func energy(_ number: Int64, vif: UInt8 = 0x06) -> MeterValue {
  MeterValue(
    key: ValueKey(dif: [0x0C], vif: [vif]), meaning: ValueMeaning(.energy, .wattHour),
    reading: .integer(number), scale: 3)
}

func volume(_ reading: Reading = .integer(5)) -> MeterValue {
  MeterValue(
    key: ValueKey(dif: [0x0C], vif: [0x14]), meaning: ValueMeaning(.volume, .cubicMetre),
    reading: reading, scale: -2)
}

let up = StationInput.line(.state(LineID(.mbus), .up))
let down = StationInput.line(.state(LineID(.mbus), .down("the connection was closed")))
