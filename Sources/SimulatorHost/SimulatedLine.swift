import BusSimulator
import NIOCore
import Transport

/// A simulated bus within the process as a line of bytes: MBUS_DEVPATH `sim:demo` and `sim:FILE`.
public final class SimulatedLine: ByteLine {
  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)?

  private let bus: RealTimeBus
  private let eventLoop: any EventLoop

  /// - Parameters:
  ///   - population: the meters on the bus.
  ///   - settings: speed and noise.
  ///   - eventLoop: the loop that it is confined to.
  public init(
    _ population: SimulatedPopulation, settings: LineSettings, eventLoop: any EventLoop
  ) {
    bus = RealTimeBus(population, settings: settings, on: eventLoop)
    self.eventLoop = eventLoop
  }

  /// A simulated bus is there at once; the event comes with the next turn of the loop.
  public func open() {
    bus.onBytes = { [weak self] bytes in self?.onEvent?(.received(bytes)) }
    let line = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute { line.value.onEvent?(.opened) }
  }

  /// Sends bytes.
  public func send(_ bytes: [UInt8]) { bus.send(bytes) }

  /// Ends the bus.
  public func close() {
    onEvent = nil
    bus.close()
  }
}
