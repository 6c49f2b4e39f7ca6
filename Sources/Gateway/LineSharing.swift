import Control
import Certificates
import Logging
import MBusLine
import NIOCore
import Station
import Time
import TransparentPort

/// Who has the M-Bus besides our own readouts: an outside master, or whoever works on it (service mode).
final class LineSharing {
  private let logger: Logger
  private let clock: DeviceClock
  private let eventLoop: any EventLoop
  private var line: MBusLine?
  private var slice: TransparentSlice?
  private var port: TransparentPort?
  /// The service mode is on, until then if that is said; nil: it is off.
  private(set) var service: ServiceMode?
  private var serviceEnd: Scheduled<Void>?
  /// Why the port cannot be had; nil: it can, or none is wanted.
  private(set) var complaint: String?
  /// Clients that were refused since that was last said.
  private var lastRefusal: MonotonicInstant?

  /// The service mode: until when it is, as Unix time; nil: until it is ended.
  struct ServiceMode: Equatable {
    var until: Int64?
  }

  init(logger: Logger, clock: DeviceClock, eventLoop: any EventLoop) {
    self.logger = logger
    self.clock = clock
    self.eventLoop = eventLoop
  }

  /// Who the line is for.
  private var use: LineUse? {
    if service != nil { return .service }
    return slice.map { $0.isShared ? nil : .transparent } ?? nil
  }

  /// The outside master; nil: there is none.
  var client: String? { port?.clientName }

  /// Where it comes, as `host:port`; nil: nowhere.
  var place: String? {
    guard let port, let number = port.boundPort else { return nil }
    return Listener.endpoint(port.configuration.host, number)
  }

  /// The port, for people and programs; nil: none is wanted.
  var status: GatewayStatus.Transparent? {
    guard slice != nil else { return nil }
    return .init(
      place: place, problem: complaint, client: client, dropped: line?.droppedGuestRequests ?? 0)
  }

  /// Shares this line from now on; nil: there is none.
  func use(_ line: MBusLine?) {
    self.line = line
    line?.onGuestBytes = { [weak self] packet in self?.port?.send(packet) }
    line?.lend(use)
  }

  /// Listens as the settings say; nil: not any more.
  func use(_ new: TransparentSlice?) {
    guard new != slice else { return }
    let before = slice
    slice = new
    if before?.port != new?.port { replacePort(new?.port) }
    line?.lend(use)
  }

  /// Ends; done when the port is free.
  func stop() -> EventLoopFuture<Void> {
    serviceEnd?.cancel()
    let stopped = port?.stop() ?? eventLoop.makeSucceededVoidFuture()
    port = nil
    line = nil
    return stopped
  }

  // MARK: - Service mode

  /// Switches the service mode: our own readouts and scans rest, whoever works on the bus has it alone.
  /// - Parameter minutes: how long; nil: until it is ended.
  func setService(_ isOn: Bool, minutes: Int?) {
    serviceEnd?.cancel()
    serviceEnd = nil
    guard isOn else {
      service = nil
      line?.lend(use)
      return
    }
    service = ServiceMode(
      until: minutes.map { clock.now().wall.unixSeconds + Int64($0) * 60 })
    if let minutes {
      let this = NIOLoopBound(self, eventLoop: eventLoop)
      serviceEnd = eventLoop.scheduleTask(in: .minutes(Int64(minutes))) {
        this.value.setService(false, minutes: nil)
      }
    }
    line?.lend(use)
  }

  // MARK: - The port

  private func replacePort(_ configuration: TransparentPort.Configuration?) {
    let freed = port?.stop() ?? eventLoop.makeSucceededVoidFuture()
    port = nil
    complaint = nil
    line?.guestLeft()
    guard let configuration else { return }
    let new = TransparentPort(configuration, on: eventLoop)
    port = new
    new.onEvent = { [weak self] event in self?.take(event, configuration) }
    let this = NIOLoopBound((self, new), eventLoop: eventLoop)
    // Another way by the same port number, or another address.
    freed.assumeIsolated().whenComplete { _ in
      if this.value.0.port === this.value.1 { this.value.1.start() }
    }
  }

  /// Takes over certificates that have been renewed.
  func rereadCertificates() { port?.rereadCertificates() }

  /// Once a minute.
  private func mayTellRefusal() -> Bool {
    let now = clock.now().instant
    guard lastRefusal.map({ now - $0 >= .seconds(60) }) ?? true else { return false }
    lastRefusal = now
    return true
  }

  private func take(_ event: TransparentPort.Event, _ configuration: TransparentPort.Configuration)
  {
    let what = "the transparent M-Bus (MBUS_TRANSPARENT)"
    switch event {
    case .listening(let host, let port):
      complaint = nil
      logger.info(
        "\(what) is served by \(configuration.transport.rawValue) on \(Listener.endpoint(host, port))"
      )
    case .cannotListen(let why):
      let text =
        "\(what) cannot be served on \(configuration.host):\(configuration.port): \(why); it is tried "
        + "again every 5 s; MBUS_TRANSPARENTIP and MBUS_TRANSPARENTPORT say where"
      if complaint != text { logger.error("\(text)") }
      complaint = text
    case .connected(let client): logger.info("\(client) has \(what)")
    case .refused(let client, let holder):
      guard mayTellRefusal() else { return }
      let patience = configuration.clientTimeout.nanoseconds / 1_000_000_000
      let remedy = patience > 0 ? " or sends nothing for \(patience) s" : ""
      logger.warning(
        "\(client) is refused: \(holder) has \(what) until it leaves\(remedy) (MBUS_TRANSPARENTTIMEOUT)"
      )
    case .unsafe(let client, let why):
      if mayTellRefusal() { logger.warning("\(client) is refused by \(what): \(why)") }
    case .certificates(.unusable(let failure, let isServing)):
      let text = CertificateEvent.unusable(failure, isServing: isServing).text(of: what)
      if complaint != text { logger.error("\(text)") }
      complaint = text
    case .certificates(let event):
      if case .uses = event { complaint = nil }
      logger.log(level: event.isWarning ? .warning : .info, "\(event.text(of: what))")
    case .left(let client, let why):
      line?.guestLeft()
      logger.info("\(client) has left \(what): \(why)")
    case .received(let bytes): line?.takeFromGuest(bytes)
    }
  }
}
