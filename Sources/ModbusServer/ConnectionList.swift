import NIOCore

/// The open connections in the order in which they were made.
struct ConnectionList {
  private var connections: [any ClientConnection] = []

  var count: Int { connections.count }

  /// The connection that was made first.
  var oldest: (any ClientConnection)? { connections.first }

  /// Adds a connection; those that have to go for it, the oldest first.
  /// - Parameter limit: how many there may be; 0: any number.
  mutating func add(_ connection: any ClientConnection, limit: Int) -> [any ClientConnection] {
    connections.append(connection)
    return limit > 0 ? Array(connections.dropLast(limit)) : []
  }

  /// Whether it is there.
  func has(_ connection: any ClientConnection) -> Bool {
    connections.contains { $0 === connection }
  }

  /// - Returns: whether it was there.
  mutating func remove(_ connection: any ClientConnection) -> Bool {
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return false }
    connections.remove(at: index)
    return true
  }

  /// What has gone over each of them.
  var statistics: [ModbusStatistics.Connection] {
    connections.map { .init(client: $0.client, since: $0.since, traffic: $0.activity.traffic) }
  }

  /// Connections that have been silent or have not taken their answers for too long.
  func overdue(
    at now: NIODeadline, _ configuration: ModbusServerConfiguration
  ) -> [(any ClientConnection, DropReason)] {
    connections.compactMap { connection in
      let activity = connection.activity
      if let since = activity.stalledSince, now - since >= configuration.stallTimeout {
        return (connection, .stalled)
      }
      let isNew = activity.traffic.requests == 0
      let timeout = isNew ? configuration.connectionTimeout : configuration.disconnectTimeout
      guard timeout > .zero, now - activity.lastRequest >= timeout else { return nil }
      return (connection, isNew ? .mute : .idle)
    }
  }

  /// Those that came by a port.
  func over(_ transport: ModbusTransport) -> [any ClientConnection] {
    connections.filter { $0.transport == transport }
  }

  /// Closes all; done when they are closed.
  func closeAll(on loop: any EventLoop) -> EventLoopFuture<Void> {
    let closing = connections.compactMap { $0.close() }
    return EventLoopFuture.andAllComplete(closing, on: loop)
  }
}
