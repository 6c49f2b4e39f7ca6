import NIOCore
import NIOPosix
import Time

/// Some clients that load a Modbus TCP server for a while, all on one thread.
struct LoadRun: Equatable, Sendable {
  var host: String
  var port: Int
  var connections: Int
  var question: LoadClient.Question
  /// How long is measured, after a warm-up of a tenth of it, at least 0.1 s.
  var time: TimeAmount

  /// What came of it.
  struct Result: Equatable, Sendable {
    var run: LoadRun
    var tally: LoadClient.Tally
    var duration: Span
    /// CPU time of the server; nil: it is not in this process.
    var serverTime: Span?
  }

  /// Loads the server.
  /// - Parameter serverTime: CPU time that the server has used so far; nil when that is not known.
  /// - Throws: `BenchFailure` when a connection cannot be made.
  func measure(
    on loop: any EventLoop, serverTime: @escaping @Sendable () async throws -> Span?
  ) async throws -> Result {
    let clients = try await connect(on: loop)
    let ended = try await loop.submit { clients.value.ended }.get()
    func pause(_ time: TimeAmount) async throws {
      let timer = loop.makePromise(of: Void.self)
      let task = loop.scheduleTask(in: time) { timer.succeed() }
      ended.whenComplete { _ in timer.succeed() }
      try await timer.futureResult.get()
      task.cancel()
    }
    try await pause(max(.milliseconds(100), .nanoseconds(time.nanoseconds / 10)))
    let before = try await serverTime()
    let began = NIODeadline.now()
    try await loop.submit { clients.value.forget() }.get()
    try await pause(time)
    let duration = NIODeadline.now() - began
    let after = try await serverTime()
    let tally = try await loop.submit { clients.value.close() }.get()
    try await ended.get()
    let used = before.flatMap { before in after.map { $0 - before } }
    return Result(
      run: self, tally: tally, duration: Span(nanoseconds: duration.nanoseconds), serverTime: used)
  }

  private func connect(on loop: any EventLoop) async throws -> NIOLoopBound<LoadClients> {
    let clients = try await loop.submit {
      NIOLoopBound(LoadClients(connections, question, eventLoop: loop), eventLoop: loop)
    }.get()
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connectTimeout(.seconds(5))
    do {
      for index in 0..<connections {
        let channel = bootstrap.channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(clients.value.clients[index])
          }
        }
        _ = try await channel.connect(host: host, port: port).get()
      }
    } catch {
      _ = try await loop.submit { clients.value.close() }.get()
      throw BenchFailure(description: "\(host):\(port) cannot be reached: \(error)")
    }
    return clients
  }
}

/// The clients of a run; confined to their event loop.
final class LoadClients {
  let clients: [LoadClient]
  /// Done when none is connected any more.
  let ended: EventLoopFuture<Void>

  /// What clients had wrong before it counted: an error is one at any time.
  private var errors: [String: Int] = [:]

  init(_ count: Int, _ question: LoadClient.Question, eventLoop: any EventLoop) {
    clients = (0..<count).map { _ in LoadClient(question) }
    let promise = eventLoop.makePromise(of: Void.self)
    ended = promise.futureResult
    var left = count
    for client in clients {
      client.onEnd = {
        left -= 1
        if left == 0 { promise.succeed() }
      }
    }
  }

  /// Begins to count.
  func forget() {
    for client in clients {
      errors.merge(client.tally.errors, uniquingKeysWith: +)
      client.tally = LoadClient.Tally()
    }
  }

  /// Ends all connections.
  func close() -> LoadClient.Tally {
    var sum = LoadClient.Tally()
    for client in clients {
      client.close()
      sum.latencies += client.tally.latencies
      errors.merge(client.tally.errors, uniquingKeysWith: +)
    }
    sum.errors = errors
    return sum
  }
}
