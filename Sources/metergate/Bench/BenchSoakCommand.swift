import ArgumentParser
import CAllocator
import TextFormats
import VirtualBus

/// `metergate bench soak`: weeks of readouts with faults, in virtual time.
struct BenchSoakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract:
      "Read meters for weeks of virtual time, with faults, and look whether all is as it should be.",
    discussion: """
      Station, driver and a simulated bus at 2400 baud run in virtual time. Meters fall silent for hours, one \
      for good, bytes are damaged, meters answer at the same time as others, and the line comes and goes. Looked \
      at are the raster of each meter, that nobody is read twice or left out, flags and ages in the end, and \
      the memory in use.

      The exit code is 0 when there is no finding.

      Examples:
        metergate bench soak --days 2 --meters 20
        metergate bench soak
      """)

  @Option(help: "Days of virtual time: 2 to 365.")
  var days = 30

  @Option(help: "Meters: 4 to 500.")
  var meters = 250

  @Option(help: "Draws the faults.")
  var seed: UInt64 = 1

  /// What is in use after the second day, when all has been there once, may grow by so much until the end.
  private static let growth = 1_000_000

  func validate() throws {
    guard (2...365).contains(days) else {
      throw ValidationError("--days \(days): 2 to 365 are possible.")
    }
    guard (4...500).contains(meters) else {
      throw ValidationError("--meters \(meters): 4 to 500 are possible.")
    }
  }

  func run() throws {
    var soak = ReadoutSoak(ReadoutSoak.Plan(days: days, meters: meters, seed: seed))
    var early = 0
    while !soak.isOver {
      soak.runDay()
      let used = Int(clamping: heap_in_use())
      if soak.day == 2 { early = used }
      Output.note("day \(soak.day): \(soak.summary.attempts) readouts, \(used / 1000) kB in use")
    }
    let grown = Int(clamping: heap_in_use()) - early
    let summary = soak.summary
    Output.line(
      """
      \(days) days, \(meters) meters: \(summary.attempts) readouts, \(summary.good) of them good, \
      \(summary.probes) of meters that had fallen silent
      \(summary.faultHours) hours of faults, summed up over meters
      latest readout of a meter without fault \(summary.latest) s after its turn
      memory in use grown by \(grown / 1000) kB from the second day to the end
      """)
    for finding in summary.findings { Output.line("finding: \(finding)") }
    if grown > Self.growth { Output.line("finding: memory in use has grown by \(grown) bytes") }
    guard summary.findings.isEmpty, grown <= Self.growth else { throw ExitCode(1) }
  }
}
