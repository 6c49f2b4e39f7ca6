import BusMaster
import BusSimulator
import Glibc
import MBus
import MBusLine
import Metering
import NIOCore
import NIOPosix
import SimulatorHost
import Station
import Time
import Transport

/// Measures the readout of a simulated bus in real time: the driver of the gateway over one of its byte
/// lines, against a bus of which all delays are known.
struct BusBench {
  /// What is between the driver and the bus.
  enum Path: String, CaseIterable {
    /// A pseudo terminal, as a serial port.
    case pty
    /// A TCP connection on loopback, as a converter with a network port.
    case tcp
    /// Nothing: the bus shares the thread of the driver, as in `sim:demo`.
    case memory
  }

  var population: SimulatedPopulation
  var settings: LineSettings
  var addressing: BusBound.Addressing
  var path: Path
  var readouts: Int

  /// The time in which all meters can be read once.
  var bound: Span {
    let delays = SimulatedBus(population.slaves, settings: settings).answerDelays
    let meters = zip(population.slaves, delays).map { slave, delay in
      let telegrams = (0..<slave.telegramCount).compactMap { index in
        slave.telegram(index, at: settings.clock.wall.unixSeconds, accessNumber: 1)?.count
      }
      return BusBound.Meter(delay: delay, telegrams: telegrams)
    }
    return BusBound(baud: settings.baud, addressing: addressing).time(for: meters)
  }

  /// Reads all meters as often as is wanted.
  /// - Parameter progress: told of each round, on another thread.
  /// - Throws: `BenchFailure`.
  func run(progress: @escaping @Sendable (Int, ReadoutRounds.Round) -> Void) async throws
    -> BusBenchReport
  {
    let cpu = ProcessUsage.cpuTime
    let (rounds, driverTime) = try await withLine { loop, makeLine in
      let jobs = jobs
      let (count, baud) = (readouts, settings.baud)
      let run = try await loop.submit {
        let line = ObservedLine(makeLine())
        let driver = Self.driver(over: line, baud: baud, eventLoop: loop)
        let rounds = ReadoutRounds(driver, over: line, jobs: jobs, count: count, eventLoop: loop)
        rounds.onRound = progress
        return NIOLoopBound((rounds, ProcessUsage.threadTime), eventLoop: loop)
      }.get()
      return try await loop.flatSubmit {
        let (rounds, before) = run.value
        return rounds.start().map { ($0, ProcessUsage.threadTime - before) }
      }.get()
    }
    return BusBenchReport(
      bench: self, rounds: rounds, cpuTime: ProcessUsage.cpuTime - cpu, driverTime: driverTime,
      peakResidentBytes: ProcessUsage.peakResidentBytes)
  }

  private var jobs: [ReadJob] {
    population.slaves.enumerated().map { index, slave in
      let address: MBusAddress =
        switch addressing {
        case .primary: .primary(slave.primaryAddress)
        case .secondary: .secondary(slave.identity ?? MeterIdentity(serial: .any))
        }
      return ReadJob(meter: MeterID(index + 1), address: .mbus(address))
    }
  }

  /// With the defaults of a new device, but all telegrams of a chain.
  private static func driver(
    over line: ObservedLine, baud: Int64, eventLoop: any EventLoop
  ) -> MBusLine {
    MBusLine(
      line: LineID(.mbus), bytes: line, eventLoop: eventLoop,
      configuration: MBusLine.Configuration(
        timing: LineTiming(baud: baud), selectMask: [.manufacturer, .version, .medium],
        reset: .standard, retries: 3, maxTelegrams: 0),
      clock: {
        Moment(
          instant: MonotonicInstant(
            nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)),
          wall: WallTime(unixSeconds: Int64(time(nil))))
      })
  }
}

// MARK: - Buses

extension BusBench {
  /// Makes the line on its event loop.
  typealias MakeLine = @Sendable () -> any ByteLine

  /// Sets up the bus, and a loop with a thread of its own for the driver; takes both down after `body`.
  private func withLine<Result: Sendable>(
    _ body: (any EventLoop, @escaping MakeLine) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    do {
      let result = try await withBus(for: loop) { try await body(loop, $0) }
      try await group.shutdownGracefully()
      return result
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private func withBus<Result: Sendable>(
    for loop: any EventLoop, _ body: (@escaping MakeLine) async throws -> Result
  ) async throws -> Result {
    let (population, settings) = (population, settings)
    switch path {
    case .memory:
      return try await body {
        SimulatedLine(population, settings: settings, eventLoop: loop)
      }
    case .tcp:
      let server = try await SimulatorServer.start(
        population, settings: settings, host: "127.0.0.1", port: 0)
      return try await Self.ending({ await server.stop() }) {
        try await body { TCPLine(host: "127.0.0.1", port: server.port, eventLoop: loop) }
      }
    case .pty:
      let link = "/tmp/metergate-bench-\(getpid())-\(UInt32.random(in: .min ... .max))"
      let terminal = try await SimulatorTerminal.start(population, settings: settings, link: link)
      return try await Self.ending({ await terminal.stop() }) {
        try await body {
          SerialLine(
            path: link, parameters: SerialParameters(baud: Int(clamping: settings.baud)),
            eventLoop: loop)
        }
      }
    }
  }

  private static func ending<Result: Sendable>(
    _ end: () async -> Void, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body()
      await end()
      return result
    } catch {
      await end()
      throw error
    }
  }
}
