import Logging
import ModbusServer
import NIOCore

/// The Modbus server with what it says of itself: the log, and whether it serves.
final class Listener {
  var server: ModbusServer?

  private let logger: Logger
  private let firstAttempt: EventLoopPromise<String?>
  private var lastComplaint: String?

  init(logger: Logger, eventLoop: any EventLoop) {
    self.logger = logger
    firstAttempt = eventLoop.makePromise(of: String?.self)
  }

  /// Begins to listen. The future has `host:port` when the first attempt succeeded, nil when it did not;
  /// further attempts follow by themselves.
  func start() -> EventLoopFuture<String?> {
    server?.start()
    return firstAttempt.futureResult
  }

  func take(_ event: ModbusServerEvent) {
    switch event {
    case .listening(let host, let port):
      logger.info("\(event)")
      lastComplaint = nil
      firstAttempt.succeed(Self.endpoint(host, port))
    case .cannotListen:
      let complaint = "\(event)"
      if complaint != lastComplaint { logger.error("\(complaint)") }
      lastComplaint = complaint
      firstAttempt.succeed(nil)
    case .connected: logger.debug("\(event)")
    case .dropped(_, .connectionLimit): logger.warning("\(event)")
    case .dropped: logger.info("\(event)")
    }
  }

  /// Where this machine reaches it: whoever listens on all addresses is reached by the loopback address.
  static func endpoint(_ host: String, _ port: Int) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1:\(port)"
    case "::": "[::1]:\(port)"
    case _ where host.contains(":"): "[\(host)]:\(port)"
    default: "\(host):\(port)"
    }
  }

  func stop() -> EventLoopFuture<Void>? {
    firstAttempt.succeed(nil)
    return server?.stop()
  }
}
