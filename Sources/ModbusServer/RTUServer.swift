import Bytes
import Modbus
import NIOCore
import RegisterMap
import Time
import Transport

/// The Modbus RTU slave on a serial line. It is confined to one event loop, its closures included.
public final class RTUServer {
  /// What has gone over the line, and requests to others that passed by.
  public private(set) var traffic = TrafficCounter()
  /// Requests to unit ids that nobody here has.
  public private(set) var requestsToOthers = 0
  /// Bytes between silences that were no frames of anybody.
  public private(set) var faults = 0

  /// Both together.
  public var ignored: Int { requestsToOthers + faults }

  private let line: any ByteLine
  private let name: String
  private let loop: any EventLoop
  private let source: RegisterSource
  private let report: (ModbusServerEvent) -> Void
  private var slave: RTUSlave
  private var output = ByteBuffer()
  /// When the slave is to be woken; it may ask for a later time meanwhile.
  private var wakeAt: MonotonicInstant?
  private var timer: NIOScheduledCallback?

  /// - Parameters:
  ///   - line: the serial line; nobody else uses it.
  ///   - name: what the line is called in events.
  ///   - timing: how long silences are.
  ///   - loop: everything is called on it.
  ///   - registers: what clients see.
  ///   - clock: the device's clocks.
  ///   - report: what is worth a line in the log.
  public init(
    _ line: any ByteLine, name: String, timing: RTUTiming, on loop: any EventLoop,
    registers: ServedRegisters, clock: @escaping @Sendable () -> Moment,
    report: @escaping (ModbusServerEvent) -> Void = { _ in }
  ) {
    self.line = line
    self.name = name
    self.loop = loop
    self.report = report
    source = RegisterSource(registers, clock: clock)
    slave = RTUSlave(timing)
  }

  /// Opens the line, and opens it again whenever it is lost.
  public func start() {
    line.onEvent = { [weak self] event in self?.take(event) }
    line.open()
  }

  /// Closes the line for good.
  public func stop() {
    line.onEvent = nil
    line.close()
    timer?.cancel()
    timer = nil
  }

  // MARK: -

  private func take(_ event: ByteLineEvent) {
    switch event {
    case .opened:
      report(.lineOpened(name))
    case .closed(let reason):
      slave.reset()
      report(.lineLost(reason))
    case .received(let bytes):
      traffic.noteReceived(bytes.values.count)
      perform(slave.receive(bytes, at: now()))
    // A slave keeps the speed of its settings.
    case .speedRefused: break
    }
  }

  private func perform(_ actions: [RTUSlave.Action]) {
    for action in actions {
      switch action {
      case .wake(let instant): wake(at: instant)
      case .answer(let request): answer(request)
      case .ignore: faults &+= 1
      }
    }
  }

  private func answer(_ request: ModbusRequest) {
    guard source.registers.read({ Self.isMeant(request.unit, by: $0.bank) }) else {
      requestsToOthers &+= 1
      return
    }
    let now = source.clock()
    let exception = source.answer(request, at: now, to: &output)
    traffic.noteRequest(exception, of: request.pdu, at: now.wall)
    let frame = RTUFrame.encode(Array(output.readableBytesView.dropFirst(MBAP.prefix)))
    traffic.noteSent(frame.count)
    line.send(frame)
  }

  /// On a line that others share, only who is meant may speak: there is no exception for a unit id that
  /// nobody has.
  private static func isMeant(_ unit: UInt8, by bank: RegisterBank) -> Bool {
    if bank.layout.isMultiSlave { return bank.has(unit: unit) }
    return bank.unitID == 0 || unit == bank.unitID
  }

  // MARK: Time

  /// A timer that is early enough stays: the slave says then what it waits for.
  private func wake(at instant: MonotonicInstant) {
    if timer != nil, let wakeAt, wakeAt <= instant { return }
    timer?.cancel()
    wakeAt = instant
    let deadline = NIODeadline.uptimeNanoseconds(UInt64(clamping: instant.nanoseconds))
    timer = try? loop.assumeIsolated().scheduleCallback(at: deadline, handler: Alarm(self))
  }

  private func timeHasCome() {
    timer = nil
    perform(slave.wake(at: now()))
  }

  private func now() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
  }

  private final class Alarm: NIOScheduledCallbackHandler {
    private weak var server: RTUServer?

    init(_ server: RTUServer) { self.server = server }

    func handleScheduledCallback(eventLoop: some EventLoop) { server?.timeHasCome() }
  }
}
