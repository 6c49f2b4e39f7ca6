import Bytes
import Logging
import MBus
import Metering
import NIOEmbedded
import RegisterMap
import Station
import Synchronization
import Time

@testable import Gateway

/// A gateway's core with its registers, in virtual time: telegrams in, registers out.
final class CoreBench {
  let core: Core
  let line = ScriptedLine()
  private let time: VirtualTime

  /// What the wall clock shows at the beginning.
  static let begin: Int64 = 1_700_000_000

  init(_ meters: [MeterConfiguration], _ configuration: Station.Configuration = .init()) {
    let time = VirtualTime()
    self.time = time
    let device = DeviceEntry(serial: 1, version: 111, clockRule: .systemTime)
    core = Core(
      station: Station(configuration: configuration, meters: meters),
      bank: RegisterBank(device: device, layout: configuration.layout),
      clock: time.clock, eventLoop: EmbeddedEventLoop(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    core.start()
    core.use(line)
    line.onEvent?(.state(line.line, .up))
  }

  func pass(_ seconds: Int64, wall: Int64? = nil) { time.pass(seconds, wall: wall ?? seconds) }

  /// All meters are read once, in list order; each answers with records, or with nothing (nil).
  func read(_ answers: [String?]) throws {
    if line.asked.isEmpty { core.handle(.readNow(nil)) }
    for hex in answers {
      guard !line.asked.isEmpty else { throw Silence() }
      let meter = line.asked.removeFirst()
      let outcome: Result<MeterReport, ReadoutFailure> =
        try hex.map { .success(try Self.report($0)) } ?? .failure(.noAnswer(attempts: 4))
      line.onEvent?(
        .readout(
          Readout(line: line.line, meter: meter, time: time.now, outcome: outcome)))
    }
  }

  struct Silence: Error {}

  /// Records behind a long header: serial 66600106 of LUG, version 2, heat (outlet), no error.
  static func report(_ records: String, header: String = "06 01 60 66 A7 32 02 04") throws
    -> MeterReport
  {
    let data = try Hex.decode(header + " 01 00 00 00" + records)
    let frame = Frame.long(
      control: .rspUD(), address: 1, ci: ControlInformation.longHeader, data: data)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame),
      let report = MeterReport(chain: [telegram])
    else { throw Silence() }
    return report
  }

  func words(_ start: Int, _ count: Int, unit: UInt8 = 255) -> [UInt16]? {
    var bank = core.registers.bank
    return read { body throws(RegisterReadRefusal) in
      try bank.withRegisters(
        unit: unit, start: UInt16(start), count: count, now: time.now, body)
    }
  }

  func quality(_ start: Int, _ count: Int, unit: UInt8 = 255) -> [UInt16]? {
    let bank = core.registers.bank
    return read { body throws(RegisterReadRefusal) in
      try bank.withQuality(
        unit: unit, start: UInt16(start), count: count, now: time.now, body)
    }
  }

  private func read(
    _ request: ((UnsafeRawBufferPointer) -> Void) throws(RegisterReadRefusal) -> Void
  ) -> [UInt16]? {
    var words: [UInt16] = []
    do throws(RegisterReadRefusal) {
      try request { bytes in
        words = stride(from: 0, to: bytes.count, by: 2).map {
          UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
      }
    } catch {
      return nil
    }
    return words
  }
}

/// Clocks in the hands of a test.
final class VirtualTime: Sendable {
  private let moment = Mutex(
    Moment(instant: .zero + .seconds(5), wall: WallTime(unixSeconds: CoreBench.begin)))

  var now: Moment { moment.withLock { $0 } }
  var clock: DeviceClock { DeviceClock { self.now } }

  func pass(_ seconds: Int64, wall: Int64) {
    moment.withLock {
      $0.instant = $0.instant + .seconds(seconds)
      $0.wall.unixSeconds += wall
    }
  }
}

/// A line that notes what it is asked for.
final class ScriptedLine: MeterInterface {
  let line = LineID(.mbus)
  var onEvent: ((LineEvent) -> Void)?
  /// The meters that it has been asked to read, and has not answered for.
  var asked: [MeterID] = []
  /// Called with each job.
  var onJob: () -> Void = {}

  func start() {}
  func stop() {}
  func cancelScan() {}

  func perform(_ job: LineJob) {
    if case .read(let read) = job { asked.append(read.meter) }
    onJob()
  }
}
