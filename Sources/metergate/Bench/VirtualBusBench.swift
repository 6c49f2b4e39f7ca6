import BusMaster
import BusSimulator
import LineJobs
import MBus
import Metering
import Station
import TextFormats
import Time
import VirtualBus

/// The readout of buses of several sizes in virtual time, against the shortest time that it can take: the driver of
/// the gateway without anything that delays it, so that only the order of its frames and pauses counts.
struct VirtualBusBench {
  /// Meters on the bus.
  static let sizes = [1, 20, 60, 250]
  /// Bytes of a telegram, and what a meter takes to answer: as in the comparison with other programs.
  private static let length = 101
  private static let delay = Span.milliseconds(50)

  var baud: Int64
  var addressing: BusBound.Addressing

  /// What one bus has taken.
  struct Row {
    let meters: Int
    let bound: Span
    let outcome: VirtualReadouts.Outcome

    var ratio: Double { bound > .zero ? outcome.span.seconds / bound.seconds : 0 }
  }

  /// Reads all meters of each bus once.
  func run() -> [Row] {
    Self.sizes.filter { addressing == .secondary || $0 <= SimulatedPopulation.lastPrimaryAddress }
      .map(row)
  }

  private func row(_ meters: Int) -> Row {
    let slaves = SimulatedPopulation.alike(
      count: meters, answer: .init(length: Self.length, delay: .fixed(Self.delay))
    ).slaves
    var readouts = VirtualReadouts(
      slaves, settings: LineSettings(baud: baud),
      line: LineConfiguration(
        timing: LineTiming(baud: baud), selectMask: [.manufacturer, .version, .medium],
        reset: .standard, retries: 3, maxTelegrams: 0))
    let jobs = slaves.enumerated().map { index, slave in
      let address: MBusAddress =
        addressing == .primary
        ? .primary(slave.primaryAddress)
        : .secondary(slave.identity ?? MeterIdentity(serial: .any))
      return ReadJob(meter: MeterID(index + 1), address: .mbus(address))
    }
    let bound = BusBound(baud: baud, addressing: addressing).time(
      for: [BusBound.Meter](
        repeating: BusBound.Meter(delay: Self.delay, telegrams: [Self.length]), count: meters))
    return Row(meters: meters, bound: bound, outcome: readouts.run(jobs))
  }

  /// For programs: one object on one line.
  func json(_ rows: [Row]) -> String {
    let objects = rows.map { row in
      JSONText.object([
        ("meters", .whole(row.meters)), ("frames", .whole(row.outcome.frames)),
        ("sentBytes", .whole(row.outcome.sent)), ("receivedBytes", .whole(row.outcome.received)),
        ("seconds", .number(row.outcome.span.seconds)),
        ("boundSeconds", .number(row.bound.seconds)),
        ("ratio", .number(row.ratio)), ("failedReadouts", .whole(row.outcome.failures.count)),
      ])
    }
    return JSONText.object([
      ("schema", .whole(1)), ("bench", .string("bus")), ("over", .string("virtual")),
      ("addressing", .string(addressing.rawValue)), ("baud", .whole(baud)),
      ("buses", .array(objects)),
    ]).text
  }

  /// For people.
  func text(_ rows: [Row]) -> String {
    let head =
      "\(baud) baud, virtual time, by \(addressing.rawValue) address; \(Self.length)-byte answers after "
      + "\(Self.delay.milliseconds) ms"
    let table = TextColumns.joined(
      [["meters", "frames", "bytes", "bus s", "bound s", "ratio", "failed"]]
        + rows.map { row in
          [
            "\(row.meters)", "\(row.outcome.frames)", "\(row.outcome.sent + row.outcome.received)",
            BusBenchReport.text(row.outcome.span.seconds), BusBenchReport.text(row.bound.seconds),
            BusBenchReport.text(row.ratio, places: 4), "\(row.outcome.failures.count)",
          ]
        })
    return head + "\n" + table
  }
}
