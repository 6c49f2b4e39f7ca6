import BusSimulator
import Bytes
import Glibc
import Metering
import NIOCore
import Time

/// A simulated bus that runs in real time on an event loop: what is sent takes its wire time, what
/// the slaves answer arrives byte by byte when a serial line would deliver it.
///
/// Everything, creation included, happens on the event loop.
public final class RealTimeBus {
  /// Gets the bytes that the master receives, in order, those with a wrong parity or stop bit marked;
  /// called on the event loop.
  public var onBytes: ((LineBytes) -> Void)?

  private let loop: any EventLoop
  private var bus: SimulatedBus
  private var scheduled: NIOScheduledCallback?
  private var scheduledFor: MonotonicInstant?
  private var isClosed = false

  /// Connects slaves to a line.
  /// - Parameters:
  ///   - population: the slaves.
  ///   - settings: the line; its `clock` is replaced by the clock of this machine.
  ///   - muted: serials of slaves that are cut off.
  ///   - loop: the event loop that everything happens on.
  public init(
    _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial] = [],
    on loop: any EventLoop
  ) {
    var settings = settings
    settings.clock = Moment(
      instant: Self.now(), wall: WallTime(unixSeconds: Int64(time(nil))))
    bus = SimulatedBus(population.slaves, settings: settings)
    for serial in muted { bus.setMuted(serial, true) }
    self.loop = loop
  }

  /// The master's bytes; they take the line as soon as it is free. After `close` they are lost.
  public func send(_ bytes: some Sequence<UInt8>) {
    loop.assertInEventLoop()
    guard !isClosed else { return }
    deliver()
    bus.send(bytes, at: Self.now())
    schedule()
  }

  /// The master has another speed from now on. What it has sent goes out at the one before.
  /// - Parameter baud: bits a second.
  public func use(baud: Int64) {
    loop.assertInEventLoop()
    guard !isClosed else { return }
    deliver()
    bus.use(baud: baud)
    schedule()
  }

  /// Nothing comes any more; the callback is forgotten.
  public func close() {
    loop.assertInEventLoop()
    isClosed = true
    onBytes = nil
    cancel()
  }

  private func wake() {
    scheduledFor = nil
    scheduled = nil
    deliver()
    schedule()
  }

  private func deliver() {
    let received = bus.advance(to: Self.now())
    guard !received.isEmpty else { return }
    let damaged = received.indices.filter {
      received[$0].parityError || received[$0].framingError
    }
    onBytes?(LineBytes(received.map(\.value), damaged: damaged))
  }

  private func schedule() {
    guard let next = bus.nextEvent, onBytes != nil else { return cancel() }
    guard next != scheduledFor else { return }
    cancel()
    let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
    scheduled = try? loop.assumeIsolated().scheduleCallback(
      at: deadline, handler: Wake(bus: self))
    scheduledFor = scheduled == nil ? nil : next
  }

  private func cancel() {
    scheduled?.cancel()
    scheduled = nil
    scheduledFor = nil
  }

  /// Does not keep the bus alive: one that nobody holds any more is gone.
  private struct Wake: NIOScheduledCallbackHandler {
    weak var bus: RealTimeBus?

    func handleScheduledCallback(eventLoop: some EventLoop) { bus?.wake() }
  }

  private static func now() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
  }
}
