import Glibc
import Modbus
import ModbusServer
import NIOCore
import NIOPosix
import PeerSupport
import RegisterMap
import Synchronization
import Time

/// A server on a port of its own with the example of MUC500 manual 1.1, table 35, in its registers.
final class TestServer: Sendable {
  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let server: NIOLoopBound<ModbusServer>
  private let log: EventLog
  /// What its clients see.
  let registers: ServedRegisters

  /// The time that the device entry shows.
  static let now: Int64 = 0x519C_C16D
  static let moment = Moment(instant: .zero, wall: WallTime(unixSeconds: now))

  /// MUC500 manual 1.1, table 35.
  static let registers: [UInt16] = [
    0x0002, 0x993A, 0x0001, 0x006F, 0x519C, 0xC16D, 0x0000, 0x0100, 0x0000, 0x0000,
    0x03F8, 0x3CAA, 0x32A7, 0x0204, 0x519C, 0xC16D, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x0000, 0x010B, 0x4882, 0x5F00, 0x0003, 0x0005, 0x519C, 0xBBB3,
  ]

  /// Who it says it is: what `PeerTests` reads, each text of another length.
  static let identification = DeviceIdentification([
    .vendorName: "Maker", .productCode: "1036", .majorMinorRevision: "1.2.3",
    .vendorURL: "https://maker.example", .productName: "Cellar", .modelName: "Standard",
    .userApplicationName: "M-Bus to Modbus TCP gateway",
  ])

  /// Starts it, gives it to `body`, and stops it.
  /// - Parameter change: changes a configuration for loopback and port 0.
  static func run(
    _ change: (inout ModbusServerConfiguration) -> Void = { _ in },
    identification: DeviceIdentification = identification,
    _ body: (TestServer) async throws -> Void
  ) async throws {
    var configuration = ModbusServerConfiguration(host: "127.0.0.1", port: 0)
    change(&configuration)
    let server = try await TestServer(configuration, identification)
    let result: Result<Void, any Error>
    do { result = .success(try await body(server)) } catch { result = .failure(error) }
    try await server.stop()
    try result.get()
  }

  /// A server with 300 empty entries behind the example, so that long reads find registers.
  static func exampleBank() -> RegisterBank {
    var bank = RegisterBank(
      device: DeviceEntry(serial: 0x0002_993A, version: 0x006F, clockRule: .systemTime))
    bank.patch(
      MeterEntry(
        serial: 66_600_106, manufacturer: 0x32A7, version: 2, medium: 4,
        readoutTime: 0x519C_C16D, flags: []),
      at: RegisterAddress(10))
    bank.patch(
      ValueEntry(integer: 267, float: 267_000, scale: 3, unit: 5, meterTime: 0x519C_BBB3),
      at: RegisterAddress(20))
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(390))
    return bank
  }

  init(
    _ configuration: ModbusServerConfiguration,
    _ identification: DeviceIdentification = identification
  ) async throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let log = EventLog()
    self.log = log
    let registers = ServedRegisters(Self.exampleBank(), identification: identification)
    self.registers = registers
    server = try await loop.submit {
      let server = ModbusServer(
        configuration, on: loop, registers: registers,
        clock: { Self.moment }, report: { log.append($0) })
      server.start()
      return NIOLoopBound(server, eventLoop: loop)
    }.get()
    // With TLS its files are read first.
    let first = try await log.first { event in
      if case .security(.certificates(.uses)) = event { return false }
      if case .security(.certificates(.warning)) = event { return false }
      return true
    }
    if case .listening(_, let port, _) = first { self.port = port } else { self.port = 0 }
  }

  /// What it has reported so far.
  var events: [ModbusServerEvent] { log.events }

  /// Waits for an event.
  func event(_ isWanted: @escaping (ModbusServerEvent) -> Bool) async throws -> ModbusServerEvent {
    try await log.first(where: isWanted)
  }

  /// The server's ends of connections to its port: server and client are in this process.
  var accepted: [CInt] {
    (3..<4096).filter { descriptor in
      var own = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let hasPeer = withUnsafeMutablePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          var peerSize = size
          return getpeername(descriptor, $0, &peerSize) == 0
            && getsockname(descriptor, $0, &size) == 0
        }
      }
      return hasPeer && Int(UInt16(bigEndian: own.sin_port)) == port
    }
  }

  func connectionCount() async throws -> Int {
    let server = server
    return try await group.next().submit { server.value.connectionCount }.get()
  }

  /// What it has counted, as soon as it is what is waited for, at most ten seconds long.
  func statistics(
    when isWanted: @escaping (ModbusStatistics) -> Bool = { _ in true }
  ) async throws -> ModbusStatistics {
    let server = server
    for _ in 0..<2000 {
      let now = try await group.next().submit { server.value.statistics }.get()
      if isWanted(now) { return now }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw EventLog.Missing()
  }

  func ignoredDatagrams() async throws -> Int {
    let server = server
    return try await group.next().submit { server.value.ignoredDatagrams }.get()
  }

  func rereadCertificates() async throws {
    let server = server
    try await group.next().submit { server.value.rereadCertificates() }.get()
  }

  /// Changes its settings, to one after the other without anything in between.
  func reconfigure(to configurations: ModbusServerConfiguration...) async throws {
    let server = server
    try await group.next().submit {
      for configuration in configurations { server.value.reconfigure(to: configuration) }
    }.get()
  }

  /// A port that nobody uses just now: another server had it a moment ago.
  static func freePort() async throws -> Int {
    let other = try await TestServer(ModbusServerConfiguration(host: "0.0.0.0", port: 0))
    try await other.stop()
    PeerProcess.waitForStarts()
    return other.port
  }

  func stop() async throws {
    try await stopServer()
    try await shutDown()
  }

  /// Stops the server; what it has counted can still be looked at.
  func stopServer() async throws {
    let server = server
    try await group.next().flatSubmit { server.value.stop() }.get()
  }

  /// Ends the event loop of a server that has stopped.
  func shutDown() async throws { try await group.shutdownGracefully() }
}

/// Events as they are reported, from any thread.
final class EventLog: Sendable {
  private let storage = Mutex<[ModbusServerEvent]>([])

  var events: [ModbusServerEvent] { storage.withLock { $0 } }

  func append(_ event: ModbusServerEvent) { storage.withLock { $0.append(event) } }

  /// The first event that fits, when it comes within ten seconds.
  func first(where isWanted: (ModbusServerEvent) -> Bool) async throws -> ModbusServerEvent {
    for _ in 0..<2000 {
      if let event = events.first(where: isWanted) { return event }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Missing(events: events)
  }

  struct Missing: Error, CustomStringConvertible {
    var events: [ModbusServerEvent] = []
    var description: String { "the server did not report what was waited for, but \(events)" }
  }
}
