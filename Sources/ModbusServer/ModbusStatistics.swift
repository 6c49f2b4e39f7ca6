import Time

/// What a server has done since it was made: each open connection, and the total.
public struct ModbusStatistics: Equatable, Sendable {
  /// An open connection.
  public struct Connection: Equatable, Sendable {
    /// The client's address and port.
    public var client: String
    /// Since when it has been connected.
    public var since: WallTime
    /// What has gone over it.
    public var traffic: TrafficCounter

    /// All parts.
    public init(client: String, since: WallTime, traffic: TrafficCounter) {
      self.client = client
      self.since = since
      self.traffic = traffic
    }
  }

  /// Everything, connections that are closed included.
  public var total = TrafficCounter()
  /// Datagrams and bytes on a serial line that were no requests, and requests there to other slaves.
  public var ignored = 0
  /// How many connections have been made, those that are closed included.
  public var connectionsMade = 0
  /// How many connections the server has closed, and why.
  public var dropped: [DropReason.Kind: Int] = [:]
  /// The connections that are open, in the order in which they were made.
  public var connections: [Connection] = []

  /// Nothing yet.
  public init() {}
}
