import NIOCore
import NIOPosix
import Synchronization

/// Opens and closes the port of one line, on one thread for all lines: a port that is closed here is free
/// for whoever opens it after that.
final class PortThread: Sendable {
  /// The system may take its time for either, so it is none of an event loop; nor one of several, which
  /// would not keep the order.
  private static let shared = {
    let pool = NIOThreadPool(numberOfThreads: 1)
    pool.start()
    return pool
  }()

  private let pool: NIOThreadPool
  private let port = Mutex<SerialPort?>(nil)

  /// - Parameter pool: one thread; nil: that of all lines.
  init(pool: NIOThreadPool? = nil) { self.pool = pool ?? Self.shared }

  /// Opens a port; the future fails with `SerialPortError`. There is no other one of the line then.
  func open(
    _ path: String, _ parameters: SerialParameters, eventLoop: any EventLoop
  ) -> EventLoopFuture<SerialPort> {
    pool.runIfActive(eventLoop: eventLoop) {
      let opened = try SerialPort.open(path, parameters)
      self.port.withLock { $0 = opened }
      return opened
    }
  }

  /// Sets another speed; the future fails with `SerialPortError`.
  func use(baud: Int, eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    pool.runIfActive(eventLoop: eventLoop) {
      try self.port.withLock { try $0?.use(baud: baud) }
    }
  }

  /// Closes the port that was opened or is being opened; without one it does nothing.
  func close() {
    pool.submit { _ in self.port.withLock { $0.take() }?.close() }
  }
}
