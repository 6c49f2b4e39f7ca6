import Logging
import Modbus
import ModbusServer
import NIOCore
import RegisterMap

/// The Modbus server as the settings want it, with what it says of itself: the log, and whether it serves.
final class Listener {
  private let bank: () -> RegisterBank
  private let clock: DeviceClock
  private let logger: Logger
  private let eventLoop: any EventLoop

  private var server: ModbusServer?
  private var identification = DeviceIdentification([:])
  private var firstAttempt: EventLoopPromise<String?>?
  private var lastComplaint: String?

  init(
    bank: @escaping () -> RegisterBank, clock: DeviceClock, logger: Logger,
    eventLoop: any EventLoop
  ) {
    self.bank = bank
    self.clock = clock
    self.logger = logger
    self.eventLoop = eventLoop
  }

  /// Serves as the settings say; nil: not any more. Where only strings or limits differ, connections stay;
  /// another port is bound before the old one is given up.
  /// - Returns: `host:port` when the first attempt to listen succeeded, nil when it did not (further ones
  ///   follow by themselves), or when there is nothing to listen for.
  func use(_ slice: ModbusSlice?) -> EventLoopFuture<String?> {
    guard let slice else {
      let stopped = server?.stop() ?? eventLoop.makeSucceededVoidFuture()
      server = nil
      tried(nil)
      return stopped.map { nil }
    }
    identification = slice.identification
    if let server {
      server.reconfigure(to: slice.server)
      return eventLoop.makeSucceededFuture(nil)
    }
    let server = ModbusServer(
      slice.server, on: eventLoop, bank: bank,
      identification: { [weak self] in self?.identification ?? slice.identification },
      clock: { [clock] in clock.now().wall }, report: { [weak self] event in self?.take(event) })
    self.server = server
    let promise = eventLoop.makePromise(of: String?.self)
    firstAttempt = promise
    server.start()
    return promise.futureResult
  }

  private func take(_ event: ModbusServerEvent) {
    switch event {
    case .listening(let host, let port):
      logger.info("\(event)")
      lastComplaint = nil
      tried(Self.endpoint(host, port))
    case .cannotListen:
      let complaint = "\(event)"
      if complaint != lastComplaint { logger.error("\(complaint)") }
      lastComplaint = complaint
      tried(nil)
    case .connected: logger.debug("\(event)")
    case .dropped(_, .connectionLimit): logger.warning("\(event)")
    case .dropped: logger.info("\(event)")
    }
  }

  private func tried(_ endpoint: String?) {
    firstAttempt?.succeed(endpoint)
    firstAttempt = nil
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
}
