import NIOCore

/// The open connections in the order in which they were made.
struct ConnectionList {
  private var connections: [ModbusConnection] = []

  var count: Int { connections.count }

  /// The connection that was made first.
  var oldest: ModbusConnection? { connections.first }

  /// Adds a connection; those that have to go for it, the oldest first.
  /// - Parameter limit: how many there may be; 0: any number.
  mutating func add(_ connection: ModbusConnection, limit: Int) -> [ModbusConnection] {
    connections.append(connection)
    return limit > 0 ? Array(connections.dropLast(limit)) : []
  }

  /// - Returns: whether it was there.
  mutating func remove(_ connection: ModbusConnection) -> Bool {
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return false }
    connections.remove(at: index)
    return true
  }

  /// What has gone over each of them.
  var statistics: [ModbusStatistics.Connection] {
    connections.map { .init(client: $0.client, since: $0.since, traffic: $0.traffic) }
  }

  /// Connections that have been silent or have not taken their answers for too long.
  func overdue(
    at now: NIODeadline, _ configuration: ModbusServerConfiguration
  ) -> [(ModbusConnection, DropReason)] {
    connections.compactMap { connection in
      if let since = connection.stalledSince, now - since >= configuration.stallTimeout {
        return (connection, .stalled)
      }
      let isNew = connection.traffic.requests == 0
      let timeout = isNew ? configuration.connectionTimeout : configuration.disconnectTimeout
      guard timeout > .zero, now - connection.lastRequest >= timeout else { return nil }
      return (connection, isNew ? .mute : .idle)
    }
  }

  /// Those that came by a port.
  func over(_ transport: ModbusTransport) -> [ModbusConnection] {
    connections.filter { $0.transport == transport }
  }

  /// Closes all; done when they are closed.
  func closeAll(on loop: any EventLoop) -> EventLoopFuture<Void> {
    let closing = connections.compactMap { $0.close() }
    return EventLoopFuture.andAllComplete(closing, on: loop)
  }
}
