import Modbus
import ModbusServer
import NIOCore
import NIOPosix
import RegisterMap
import Time

/// Measures the Modbus TCP server: its parts without a network, and the whole under load.
struct ModbusBench: Sendable {
  /// A server that runs already; nil: one within this process.
  var host: (name: String, port: Int)?
  /// Connections and requests on their way on each, for each run.
  var loads: [(connections: Int, depth: Int)]
  var question: LoadClient.Question
  /// How long each part is measured.
  var time: TimeAmount

  /// Measures all of it.
  /// - Parameter progress: told before each part.
  /// - Throws: `BenchFailure`.
  func run(progress: @escaping @Sendable (String) -> Void) async throws -> ModbusBenchReport {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      var report = ModbusBenchReport(bench: self)
      if let host {
        report.runs = try await load(host.name, host.port, on: group.next(), progress) { nil }
      } else {
        progress("in the process")
        let bench = InProcessBench(question: question, time: time)
        report.parts = [bench.lookUp(), bench.answer()]
        report.runs = try await loadOwnServer(on: group.next(), progress)
      }
      try await group.shutdownGracefully()
      return report
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private func load(
    _ host: String, _ port: Int, on loop: any EventLoop, _ progress: (String) -> Void,
    serverTime: @escaping @Sendable () async throws -> Span?
  ) async throws -> [LoadRun.Result] {
    var results: [LoadRun.Result] = []
    for (connections, depth) in loads {
      progress("connections: \(connections), depth: \(depth)")
      var question = question
      question.depth = depth
      let run = LoadRun(
        host: host, port: port, connections: connections, question: question, time: time)
      results.append(try await run.measure(on: loop, serverTime: serverTime))
    }
    return results
  }

  private func loadOwnServer(
    on loop: any EventLoop, _ progress: (String) -> Void
  ) async throws -> [LoadRun.Result] {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let serverLoop = group.next()
    let started = serverLoop.makePromise(of: Int.self)
    let server = try await serverLoop.submit {
      let server = Self.server(on: serverLoop, started)
      server.start()
      return NIOLoopBound(server, eventLoop: serverLoop)
    }.get()
    do {
      let port = try await started.futureResult.get()
      let results = try await load("127.0.0.1", port, on: loop, progress) {
        // The server has threads of its own; only the load's is not one of them.
        let load = try await loop.submit { ProcessUsage.threadTime }.get()
        return ProcessUsage.cpuTime - load
      }
      try await serverLoop.flatSubmit { server.value.stop() }.get()
      try await group.shutdownGracefully()
      return results
    } catch {
      try? await serverLoop.flatSubmit { server.value.stop() }.get()
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// A server as the gateway has it, on a port that the system chooses, with all registers in use.
  private static func server(
    on loop: any EventLoop, _ started: EventLoopPromise<Int>
  ) -> ModbusServer {
    return ModbusServer(
      ModbusServerConfiguration(host: "127.0.0.1", port: 0, maximumConnections: 0), on: loop,
      registers: ServedRegisters(InProcessBench.fullBank()), clock: InProcessBench.clock
    ) { event in
      switch event {
      case .listening(_, let port, _): started.succeed(port)
      case .cannotListen: started.fail(BenchFailure(description: "\(event)"))
      case .connected, .dropped, .crowded, .noDescriptors, .security, .lineOpened, .lineLost: break
      }
    }
  }
}
