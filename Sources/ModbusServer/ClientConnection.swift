import NIOCore
import Time

/// An open connection, whoever reads and writes its bytes. The server decides about it on its event loop.
protocol ClientConnection: AnyObject {
  /// By which port it came.
  var transport: ModbusTransport { get }
  /// The client's address, for people.
  var client: String { get }
  /// The client's address without its port.
  var clientHost: String { get }
  /// When it was opened.
  var since: WallTime { get }
  /// What has gone over it so far; nothing is added once it has been closed.
  var activity: ConnectionActivity { get }

  /// Closes it: no further request is answered. The future is done when its descriptor is free; nil when it
  /// has never been open.
  @discardableResult func close() -> EventLoopFuture<Void>?
}

/// What has gone over a connection, and when.
struct ConnectionActivity: Sendable {
  /// When it was opened, or when it last sent a whole request. A frame that dribbles in does not
  /// keep the connection alive.
  var lastRequest = NIODeadline.now()
  /// Since when its client has not taken its answers.
  var stalledSince: NIODeadline?
  /// What has gone over it.
  var traffic = TrafficCounter()
}
