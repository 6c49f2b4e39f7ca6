import ArgumentParser
import BusSimulator

/// `metergate bench bus`: the readout of a bus against the shortest time that it can take.
struct BenchBusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bus",
    abstract: "Measure the readout of a bus against the shortest time that it can take.",
    discussion: """
      Simulates a bus with built-in meters in real time, reads all of them again and again without \
      pauses, with the reset mode of a new device, and compares the time with the bound: the frames \
      at 11 bits a byte, and the meters' own delays. A ratio of 1 cannot be beaten; the gateway is \
      to stay within 1.02. A round of 20 meters at 2400 baud takes some 13 seconds.

      With --virtual buses of 1, 20, 60 and 250 meters are read once in virtual time, each meter with a \
      101-byte answer after 50 ms: only the order of frames and pauses counts, and the result is the same on \
      every machine.

      The measured time of a round is from its first request to the end of its last answer. CPU time \
      and memory are those of this process, in which the bus is simulated, too.

      Examples:
        metergate bench bus
        metergate bench bus --virtual
        metergate bench bus --over tcp --baud 9600 --primary
        metergate bench bus --meters 3 --readouts 2 --baud 38400 --json
      """)

  @Option(help: "How many built-in meters: 1 to 5000, with --primary to 250.")
  var meters = 20

  @Option(help: "Bits a second on the line: 300 to 38400.")
  var baud: Int64 = 2400

  @Option(help: "How often all meters are read: 1 to 10000.")
  var readouts = 10

  @Option(help: "Draws serials and answer delays; the same number gives the same bus.")
  var seed: UInt64 = 1

  @Flag(help: "Read by primary instead of secondary address.")
  var primary = false

  @Option(
    help: ArgumentHelp(
      """
      What is between gateway and bus: a pseudo terminal as a serial port, a TCP connection as to a \
      level converter, or nothing.
      """, valueName: "pty|tcp|memory"))
  var over = BusBench.Path.pty

  @Flag(help: "Read buses of several sizes in virtual time.")
  var virtual = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    let most = primary ? SimulatedPopulation.lastPrimaryAddress : 5000
    guard (1...most).contains(meters) else {
      throw ValidationError(
        "--meters \(meters): 1 to \(most) are possible\(primary ? " with --primary" : "").")
    }
    guard (300...38400).contains(baud) else {
      throw ValidationError("--baud \(baud): 300 to 38400 are possible.")
    }
    guard (1...10_000).contains(readouts) else {
      throw ValidationError("--readouts \(readouts): 1 to 10000 are possible.")
    }
  }

  func run() async throws {
    if virtual {
      let bench = VirtualBusBench(baud: baud, addressing: primary ? .primary : .secondary)
      let rows = bench.run()
      print(json ? bench.json(rows) : bench.text(rows))
      guard rows.allSatisfy({ $0.outcome.failures.isEmpty }) else { throw ExitCode.failure }
      return
    }
    let report = try await measure(
      BusBench(
        population: .builtIn(count: meters, seed: seed),
        settings: LineSettings(baud: baud, seed: seed),
        addressing: primary ? .primary : .secondary, path: over, readouts: readouts))
    print(json ? report.json : report.text)
    if !report.isComplete { throw ExitCode.failure }
  }
}

extension BusBench.Path: ExpressibleByArgument {}

/// Stands outside of the command: closures in it would belong to the main actor and trap on the driver's
/// thread.
private func measure(_ bench: BusBench) async throws -> BusBenchReport {
  Output.note("bound: \(BusBenchReport.text(bench.bound.seconds)) s a round")
  return try await bench.run { number, round in
    let seconds = BusBenchReport.text(round.traffic.duration.seconds)
    Output.note("round \(number) of \(bench.readouts): \(seconds) s")
  }
}
