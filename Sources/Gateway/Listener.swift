import Logging
import Modbus
import ModbusServer
import NIOCore
import RegisterMap
import Transport

/// The Modbus servers as the settings want them, with what they say of themselves: the log, and where they
/// serve.
final class Listener {
  private let registers: ServedRegisters
  private let clock: DeviceClock
  private let logger: Logger
  private let eventLoop: any EventLoop

  private var server: ModbusServer?
  private var line: (slice: ModbusLineSlice, server: RTUServer)?
  /// What lines that are not used any more have left.
  private var pastLines = (traffic: TrafficCounter(), ignored: 0)
  private var firstAttempt: FirstAttempt<ModbusPlaces.Way>?
  /// What each way said last that it lacks, since it is tried again and again.
  private(set) var complaints: [ModbusPlaces.Way: String] = [:]
  /// Where it serves.
  private(set) var places = ModbusPlaces()

  /// What has been asked so far, the serial line included; nil: there is no server.
  var statistics: ModbusStatistics? {
    guard var sum = server?.statistics else { return nil }
    sum.total += pastLines.traffic
    sum.ignored += pastLines.ignored
    if let line {
      sum.total += line.server.traffic
      sum.ignored += line.server.ignored
    }
    return sum
  }

  init(
    _ registers: ServedRegisters, clock: DeviceClock, logger: Logger, eventLoop: any EventLoop
  ) {
    self.registers = registers
    self.clock = clock
    self.logger = logger
    self.eventLoop = eventLoop
  }

  /// Serves as the settings say; nil: not any more. Where only strings or limits differ, connections stay;
  /// another port is bound before the old one is given up. Only what differs is touched.
  /// - Returns: where it serves, once each way has been tried for the first time. What could not be had is
  ///   tried again by itself.
  func use(_ slice: ModbusSlice?) -> EventLoopFuture<ModbusPlaces> {
    guard let slice else {
      let stopped = server?.stop() ?? eventLoop.makeSucceededVoidFuture()
      server = nil
      places = ModbusPlaces()
      complaints = [:]
      use(nil as ModbusLineSlice?)
      firstAttempt?.end()
      return stopped.map { ModbusPlaces() }
    }
    registers.identify(as: slice.identification)
    guard let server else {
      let attempt = FirstAttempt(slice.ways, eventLoop)
      firstAttempt = attempt
      let server = makeServer(slice.server)
      self.server = server
      server.start()
      use(slice.line)
      let this = NIOLoopBound(self, eventLoop: eventLoop)
      return attempt.future.map { this.value.places }
    }
    for way in ModbusPlaces.Way.allCases where !slice.ways.contains(way) {
      places[way] = nil
      complaints[way] = nil
    }
    if server.configuration != slice.server { server.reconfigure(to: slice.server) }
    use(slice.line)
    return eventLoop.makeSucceededFuture(ModbusPlaces())
  }

  /// Takes over certificates that have been renewed.
  func rereadCertificates() { server?.rereadCertificates() }

  // MARK: -

  private func makeServer(_ configuration: ModbusServerConfiguration) -> ModbusServer {
    ModbusServer(
      configuration, on: eventLoop, registers: registers, clock: clock.now,
      report: { [weak self] event in self?.take(event) })
  }

  private func use(_ slice: ModbusLineSlice?) {
    guard slice != line?.slice else { return }
    if let line {
      line.server.stop()
      pastLines.traffic += line.server.traffic
      pastLines.ignored += line.server.ignored
    }
    line = nil
    complaints[.rtu] = nil
    places[.rtu] = nil
    guard let slice else { return }
    let bytes = SerialLine(
      path: slice.path, parameters: slice.parameters, eventLoop: eventLoop)
    let server = RTUServer(
      bytes, name: slice.path, timing: slice.timing, on: eventLoop, registers: registers,
      clock: clock.now, report: { [weak self] event in self?.take(event) })
    line = (slice, server)
    server.start()
  }

  private func take(_ event: ModbusServerEvent) {
    switch event {
    case .listening(let host, let port, let transport):
      logger.info("\(event)")
      tried(ModbusPlaces.Way(transport), Self.endpoint(host, port))
    case .lineOpened(let path):
      logger.info("\(event)")
      tried(.rtu, path)
    case .cannotListen(let failure, _, _): complain("\(event)", ModbusPlaces.Way(failure.transport))
    case .lineLost: complain("\(event)", .rtu)
    case .security(let event): take(event)
    case .connected: logger.debug("\(event)")
    case .dropped(_, .left): logger.debug("\(event)")
    case .dropped: logger.info("\(event)")
    case .crowded, .noDescriptors: logger.warning("\(event)")
    }
  }

  private func take(_ event: SecurityEvent) {
    switch event {
    case .certificates(.uses):
      complaints[.tls] = nil
      logger.info("\(event)")
    case .certificates(.warning), .refused, .moreRefused: logger.warning("\(event)")
    case .admitted: logger.debug("\(event)")
    case .certificates(.unusable):
      complain("\(event)", .tls)
    }
  }

  private func complain(_ complaint: String, _ way: ModbusPlaces.Way) {
    if complaints.updateValue(complaint, forKey: way) != complaint { logger.error("\(complaint)") }
    // A port that cannot be changed is served as before.
    if way.transport.flatMap({ server?.boundPort($0) }) == nil { places[way] = nil }
    firstAttempt?.tried(way)
  }

  private func tried(_ way: ModbusPlaces.Way, _ place: String) {
    complaints[way] = nil
    places[way] = place
    firstAttempt?.tried(way)
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
