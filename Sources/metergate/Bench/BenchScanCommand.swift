import ArgumentParser
import BusMaster

/// `metergate bench scan`: the search for meters against what other programs need for it.
struct BenchScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Measure the search for meters against the shortest time, and another program's.",
    discussion: """
      Simulates buses in virtual time, bit by bit, and looks for their meters by secondary address with the \
      default settings of a new device. All meters send 101 bytes after 50 ms, so that acknowledgements \
      merge and answers collide in step, at 2400 baud; those of the kind mixed are as different as those of \
      "metergate sim".

      Frames are those of the master; seconds are bus time, the mean and the worst of all scans. "x bound" \
      compares with the time in which each meter is selected and asked exactly once, "x libmbus" with the \
      bus time of that program on the same kind of bus. With --loss that share of all answers does not \
      arrive; the exit code is 1 when more meters are missed than of which two answers are lost, or when a \
      second scan does not find them either. With --hex what is spent on ranges with a digit A-E is told \
      apart.

      Examples:
        metergate bench scan
        metergate bench scan --meters 60 --kind consecutive --scans 1000
        metergate bench scan --meters 60 --loss 5 --scans 100 --json
        metergate bench scan --classic
      """)

  @Option(
    help: "How many meters: 1 to 250; without it 1, 20, 60 and 250, and 60 and 250 consecutive.")
  var meters: Int?

  @Option(
    help:
      "How their serial numbers lie: random, consecutive, twins: pairs that have one, or mixed: the meters of metergate sim."
  )
  var kind = ScanBench.Kind.random

  @Option(help: "How many buses of each kind: 1 to 10000.")
  var scans = 10

  @Option(help: "The first seed: draws the serials; the same number gives the same buses.")
  var seed: UInt64 = 1

  @Option(help: "The share of answers that are lost, in percent: 0 to 50.")
  var loss = 0.0

  @Flag(help: "Search digit by digit, as MBUS_SCANSTRATEGY=CLASSIC.")
  var classic = false

  @Flag(help: "Serial numbers with digits A-E, too, as MBUS_SCANHEX=1.")
  var hex = false

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    if let meters, !(1...250).contains(meters) {
      throw ValidationError("--meters \(meters): 1 to 250 are possible.")
    }
    guard (1...10_000).contains(scans) else {
      throw ValidationError("--scans \(scans): 1 to 10000 are possible.")
    }
    guard (0...50).contains(loss) else {
      throw ValidationError("--loss \(loss): 0 to 50 are possible.")
    }
    guard seed < UInt64(Int64.max) else { throw ValidationError("--seed \(seed) is too large.") }
  }

  func run() throws {
    let kinds = meters.map { [(kind, $0)] } ?? Self.standard
    var isComplete = true
    if !json { Output.line(ScanBenchReport.heading) }
    for (kind, meters) in kinds {
      let bench = ScanBench(
        kind: kind, meters: meters, seeds: seed...(seed + UInt64(scans) - 1),
        strategy: classic ? .classic : .adaptive, loss: loss / 100, triesHex: hex)
      let report = ScanBenchReport(bench: bench, runs: bench.run())
      Output.line(json ? report.json : report.row)
      isComplete = isComplete && report.isComplete
    }
    if !isComplete { throw ExitCode.failure }
  }

  private static let standard: [(ScanBench.Kind, Int)] = [
    (.random, 1), (.random, 20), (.random, 60), (.random, 250), (.consecutive, 60),
    (.consecutive, 250),
  ]
}

extension ScanBench.Kind: ExpressibleByArgument {}
