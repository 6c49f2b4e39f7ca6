import ConfigurationArchive
import Control
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import WebUI

/// The web page as the settings want it served, with what the servers say of themselves: the log, and where they
/// serve.
final class WebDoor {
  /// How long event streams have to end when the gateway does.
  private static let patience = TimeAmount.seconds(2)
  /// How long whoever changes where it is served waits for what becomes of it.
  private static let changePatience = TimeAmount.seconds(3)
  /// How long what a page has written may take to its end then.
  private static let filePatience = TimeAmount.seconds(10)

  /// What each way said last that it lacks, since it is tried again and again.
  private(set) var complaints: [WebPlaces.Way: String] = [:]
  /// Where it serves.
  private(set) var places = WebPlaces()

  private let logger: Logger
  private let clock: DeviceClock
  private let folder: String
  private let files: NIOThreadPool
  /// Where the page touches files: nothing of the gateway waits for what a page wants.
  private let pageFiles = NIOThreadPool(numberOfThreads: 1)
  /// The event streams of pages.
  let streams: EventStreams
  private let eventLoop: any EventLoop
  private let office: AccessOffice
  private var servers: [WebPlaces.Way: HTTPServer] = [:]
  private var slice: WebSlice?
  private var firstAttempt: FirstAttempt<WebPlaces.Way>?
  /// The same for the ways that were changed last.
  private var lastAttempt: FirstAttempt<WebPlaces.Way>?
  /// What the ways lack that were changed last, once each has been tried, or has taken too long.
  private(set) var missing: EventLoopFuture<[String]>
  private var ticker: RepeatedTask?
  private var renewal: RepeatedTask?
  /// When a client that was refused was last told of.
  private var lastRefusal: NIODeadline?

  /// - Parameters:
  ///   - services: the gateway that the page shows.
  ///   - files: where it is looked who may log in.
  init(_ services: Services, files: NIOThreadPool, device: DeviceIdentity) {
    let (logger, clock, folder) = (services.logger, services.clock, services.app.folder)
    let eventLoop = services.eventLoop
    (self.logger, self.clock, self.folder) = (logger, clock, folder)
    (self.eventLoop, self.files) = (eventLoop, files)
    missing = eventLoop.makeSucceededFuture([])
    pageFiles.start()
    let environment = services.webEnvironment(pageFiles)
    streams = environment.streams
    let now = clock.now
    let origin = ConfigurationOrigin(
      version: DeviceIdentity.softwareVersion, serial: device.serial)
    let office = AccessOffice(
      AccessSettings(services.settings), folder: folder, files: files,
      audit: AuditTrail(folder: folder, origin: origin, logger: logger, clock: now),
      logger: logger, clock: now)
    self.office = office
    var limits = HTTPLimits()
    limits.body = WebApplication.bodyLimit
    let table = ConnectionTable(limits, on: eventLoop)
    let this = NIOLoopBound(WeakDoor(), eventLoop: eventLoop)
    let page = WebApplication(
      .init(
        control: ServicesControl(services), office: office,
        device: WebDevice(
          serial: Self.hex(device.serial), version: DeviceIdentity.softwareVersion),
        certificates: WebCertificates(files: WebSlice.files(in: folder)) {
          eventLoop.execute { this.value.door?.rereadCertificates() }
        },
        environment: environment), logger: logger)
    for way in WebPlaces.Way.allCases {
      let server = HTTPServer(table, on: eventLoop, logger: logger) { request, channel in
        await page.respond(to: request, on: channel, isSecure: way == .https)
      }
      server.onEvent = { [weak self] event in self?.take(event, way) }
      servers[way] = server
    }
    this.value.door = self
  }

  /// The door, if it is still there.
  private final class WeakDoor {
    weak var door: WebDoor?
  }

  /// Serves as the settings say. Only what differs is touched.
  /// - Returns: where it serves, once each way has been tried for the first time. What could not be had is tried
  ///   again by itself.
  func use(_ slice: WebSlice) -> EventLoopFuture<WebPlaces> {
    let isFirst = self.slice == nil
    wait(for: Set(slice.doors.filter { self.slice?.doors[$0.key] != $0.value }.keys))
    self.slice = slice
    office.use(slice.access)
    for way in WebPlaces.Way.allCases where slice.doors[way] == nil {
      places[way] = nil
      complaints[way] = nil
      servers[way]?.use(nil)
    }
    var tried = eventLoop.makeSucceededVoidFuture()
    if isFirst {
      let attempt = FirstAttempt(Set(slice.doors.keys), eventLoop)
      firstAttempt = attempt
      tried = attempt.future
      startTicking()
    }
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    // Nobody can log in before it is known who may.
    let office = office
    let ready = eventLoop.makeFutureWithTask { await office.refresh() }
    ready.assumeIsolated().whenComplete { _ in this.value.open() }
    return tried.map { this.value.places }
  }

  /// Takes over certificates that have been renewed, and no other change.
  func rereadCertificates() {
    wait(for: [])
    servers[.https]?.rereadCertificates()
  }

  /// What there is to say of it; nil: it is off.
  var status: GatewayStatus.Web? {
    guard let slice, !slice.doors.isEmpty else { return nil }
    let named = { (texts: [(WebPlaces.Way, String)]) in
      Dictionary(uniqueKeysWithValues: texts.map { ($0.0.rawValue, $0.1) })
    }
    return GatewayStatus.Web(
      places: named(WebPlaces.Way.allCases.compactMap { way in places[way].map { (way, $0) } }),
      problems: named(complaints.map { ($0.key, $0.value) }), sessions: office.sessionCounts)
  }

  /// Ends, with all connections. Done when the ports are free.
  func stop() -> EventLoopFuture<Void> {
    slice = nil
    ticker?.cancel()
    renewal?.cancel()
    firstAttempt?.end()
    lastAttempt?.end()
    let stopped = servers.values.map { $0.stop() }
    // They hold the page, and it holds the gateway.
    servers = [:]
    // What is being written is written to its end.
    let written = eventLoop.makePromise(of: Void.self)
    pageFiles.shutdownGracefully { _ in written.succeed() }
    // A disk that hangs keeps nobody from ending; what is half done is finished with the next start (ChangeJournal).
    let late = eventLoop.scheduleTask(in: Self.filePatience) { written.succeed() }
    let done = written.futureResult.always { _ in late.cancel() }
    // They ask this loop, which must be there as long as they are; one that does not end keeps nobody from ending.
    let silent = eventLoop.makePromise(of: Void.self)
    streams.endAll { silent.succeed() }
    let given = eventLoop.scheduleTask(in: Self.patience) { silent.succeed() }
    let ended = silent.futureResult.always { _ in given.cancel() }
    return EventLoopFuture.andAllSucceed(stopped + [done, ended], on: eventLoop)
  }

  // MARK: -

  private func open() {
    guard let slice else { return }
    servers[.http]?.use(slice.doors[.http])
    prepareCertificate { [weak self] _ in
      guard let self, let slice = self.slice else { return }
      servers[.https]?.use(slice.doors[.https])
    }
  }

  /// Makes the certificate of HTTPS if it is missing, or is our own and ends soon.
  /// - Parameter done: told whether there is another one now.
  private func prepareCertificate(_ done: @escaping (Bool) -> Void) {
    guard let slice, let security = slice.doors[.https]?.security else { return }
    let (folder, time, logger) = (folder, clock.now().wall, logger)
    files.runIfActive(eventLoop: eventLoop) {
      try OwnWebCertificate.prepare(slice.subject, security, folder: folder, at: time)
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let line):
        if let line { logger.notice("\(line)") }
        done(line != nil)
      case .failure(let error):
        logger.error("the web page cannot make a certificate for itself: \(error)")
        done(false)
      }
    }
  }

  private func startTicking() {
    let office = office
    ticker = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
      office.tick()
      Task { await office.refresh() }
    }
    // A gateway may run for longer than its certificate.
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    renewal = eventLoop.scheduleRepeatedTask(initialDelay: .hours(24), delay: .hours(24)) { _ in
      this.value.prepareCertificate { [weak door = this.value] isNew in
        if isNew { door?.rereadCertificates() }
      }
    }
  }

  private func take(_ event: HTTPServerEvent, _ way: WebPlaces.Way) {
    let what = "the web page (\(way.rawValue.uppercased()))"
    switch event {
    case .listening(let host, let port):
      complaints[way] = nil
      places[way] = "\(way.rawValue)://\(Listener.endpoint(host, port))"
      logger.info("\(what) is served on \(places[way] ?? "")")
      tried(way)
    case .cannotListen(let why):
      guard let wanted = slice?.doors[way] else { return }
      complain(
        "\(what) cannot be served on \(wanted.host):\(wanted.port): \(why); it is tried again every 5 s; IP and "
          + "\(way.rawValue.uppercased())_PORT of the group [WEB] say where", way)
    case .certificates(let event):
      if case .unusable = event { return complain(event.text(of: what), way) }
      if case .uses = event { complaints[way] = nil }
      logger.log(level: event.isWarning ? .warning : .info, "\(event.text(of: what))")
    case .refused(let peer, let why):
      guard mayTellRefusal() else { return }
      logger.warning("\(peer) is refused by \(what): \(why)")
    }
  }

  private func complain(_ complaint: String, _ way: WebPlaces.Way) {
    if complaints.updateValue(complaint, forKey: way) != complaint { logger.error("\(complaint)") }
    if servers[way]?.boundPort == nil { places[way] = nil }
    tried(way)
  }

  private func tried(_ way: WebPlaces.Way) {
    firstAttempt?.tried(way)
    lastAttempt?.tried(way)
  }

  /// Whoever has changed these ways gets to know what they lack.
  private func wait(for ways: Set<WebPlaces.Way>) {
    lastAttempt?.end()
    let attempt = FirstAttempt(ways, eventLoop)
    lastAttempt = attempt
    let this = NIOLoopBound((self, attempt), eventLoop: eventLoop)
    let late = eventLoop.scheduleTask(in: Self.changePatience) { this.value.1.end() }
    missing = attempt.future.map {
      late.cancel()
      return WebPlaces.Way.allCases.filter(ways.contains).compactMap { this.value.0.complaints[$0] }
    }
  }

  /// Once a minute.
  private func mayTellRefusal() -> Bool {
    guard lastRefusal.map({ NIODeadline.now() - $0 >= .seconds(60) }) ?? true else { return false }
    lastRefusal = .now()
    return true
  }

  private static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
