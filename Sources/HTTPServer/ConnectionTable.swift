import NIOCore

/// The connections of a port, or of several that share their limits. It is confined to one event loop.
public final class ConnectionTable {
  /// What they may cost.
  public let limits: HTTPLimits
  private let eventLoop: any EventLoop
  private var connections: [ObjectIdentifier: RequestGuard] = [:]
  private var rate: ConnectionRate
  private var ticker: RepeatedTask?

  /// - Parameters:
  ///   - limits: what they may cost.
  ///   - eventLoop: the loop that it is confined to.
  public init(_ limits: HTTPLimits, on eventLoop: any EventLoop) {
    self.limits = limits
    self.eventLoop = eventLoop
    rate = ConnectionRate(limits, at: .now())
  }

  /// How many there are.
  public var count: Int { connections.count }

  /// Lets a connection in. Where there are as many as there can be, the one that has been idle longest gives way, or
  /// else the one whose client has kept us waiting longest.
  /// - Returns: why it cannot come; nil: it is in.
  func admit(_ newcomer: RequestGuard) -> String? {
    if let why = rate.admit(newcomer.client, at: .now()) { return why }
    let neighbours = connections.values.filter { $0.client == newcomer.client }
    guard neighbours.count < limits.ofOneAddress || makeRoom(among: neighbours) else {
      return
        "\(neighbours.count) connections of this address or its network are busy, which is the most"
    }
    guard connections.count < limits.connections || makeRoom(among: Array(connections.values))
    else {
      return "\(connections.count) connections are busy, which is the most"
    }
    connections[ObjectIdentifier(newcomer)] = newcomer
    startTicking()
    return nil
  }

  /// A connection is gone.
  func remove(_ gone: RequestGuard) {
    connections[ObjectIdentifier(gone)] = nil
    guard connections.isEmpty else { return }
    ticker?.cancel()
    ticker = nil
  }

  /// Ends all connections of a port.
  func closeAll(of server: HTTPServer) {
    for connection in connections.values where connection.server === server { connection.close() }
  }

  private func makeRoom(among candidates: [RequestGuard]) -> Bool {
    let now = NIODeadline.now()
    let late = { (guardian: RequestGuard) in
      guardian.awaitedSince.flatMap { now - $0 >= self.limits.yield ? $0 : nil }
    }
    guard let gone = oldest(candidates, \.idleSince) ?? oldest(candidates, late) else {
      return false
    }
    remove(gone)
    gone.close()
    return true
  }

  private func oldest(
    _ candidates: [RequestGuard], _ since: (RequestGuard) -> NIODeadline?
  ) -> RequestGuard? {
    let all = candidates.compactMap { guardian in since(guardian).map { (guardian, $0) } }
    return all.min { $0.1 < $1.1 }?.0
  }

  private func startTicking() {
    guard ticker == nil else { return }
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    ticker = eventLoop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in
      let now = NIODeadline.now()
      for connection in Array(this.value.connections.values) { connection.look(at: now) }
    }
  }
}
